"""Whatever text a catalog, a glossary or a file of waivers holds: what reads it takes it or says why.

``RANDOM_EXAMPLES=1 python -m pytest tests/translation/test_any_text.py -m ""`` tries other texts each time.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import hostile_book
import pytest
from hostile_book import Attack
from hypothesis import given, settings
from hypothesis import strategies as st
from test_hostile import differences, outcomes

from polybook.book import waivers
from polybook.catalogs import carry, glossary, locales, po, wrapping
from polybook.chapters import figure_texts
from polybook.cli import reports
from polybook.markup import comments
from polybook.markup.html.native import as_markdown
from polybook.model import layout
from polybook.model.catalog import Message, Term, Translation, Waiver
from polybook.model.findings import BookError, Finding, printable
from polybook.translation import contract, inert, review, unseen

SIGNS = r"""
    ` `` ``` * ** _ ~~ ^ $ $$ [ ] ( ) ]( ![ [^1] [^1]: < > <b> </b> <bdi> </bdi> <span> </span> <!-- -->
    <br> { } {.x} {#x} {x=1} {=html}
    \ \\ & &lt; &#x202e; | - + 1. # ## > ::: --- === : . , ! ? ; % %s %(a)d {name}
    {{x}} @ a@b.c www.x.y https://x.org/a?b=c#d
    javascript:x 'x' "y" ’ “ ” é 語 を が 語。 العربية שלום /* */ //
    -- $(x) ${x} #! coding: noqa msgid msgstr "x" #~ #| #, polybook: allow source,target
"""
UNSEEN = "\u0301 \u200c \u2066 \u2069 \u202e \ufeff \u00ad \u3164 \U000e0041 \U0001f468\u200d\U0001f4bb"
SPACES = [" ", "  ", "\n", "\n\n", "\t", "\r", "\u00a0", "\u3000", "\u0085", "\u2028", "\\\n"]
PIECES = [*SIGNS.split(), *UNSEEN.split(), *SPACES, "a", "b c", "Words", "parole"]
TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=14).map("".join)
LANGUAGES = st.sampled_from(
    ["python", "c", "bash", "html", "ocaml", "haskell", "make", "go", "rust", "text", "perl"]
)
KINDS = st.sampled_from(
    ["paragraph", "heading", "table cell", "comment in a listing", "caption", "figure text"]
)
CODES = contract.PROTECTED | contract.WAIVABLE


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def message(text: str, kind: str = "paragraph") -> Message:
    return Message(text, kind, "source/01-a.md", 1)


# ---- files ---------------------------------------------------------------------------------------


@given(st.one_of(TEXT, st.lists(TEXT, max_size=8).map("\n".join)))
def test_a_catalog_is_kept_letter_by_letter_or_refused(text: str) -> None:
    line = 1
    try:
        file = po.read(text)
    except po.UnreadableError as error:
        file, line = None, error.line
    assert 1 <= line <= text.count("\n") + 1
    if file and not file.header:
        assert po.join(file.entries, file.rest) == text


@given(TEXT, TEXT, TEXT)
def test_a_written_entry_is_read_as_it_was(context: str, text: str, translation: str) -> None:
    lines = wrapping.identity(context, text or "x")
    entry = po.read("\n".join([*lines, *wrapping.field("msgstr", translation)]) + "\n").entries
    assert [(one.context, one.text, one.translation) for one in entry] == [
        (context, text or "x", translation)
    ]


@given(st.one_of(st.binary(max_size=300), TEXT.map(encoded)))
def test_bytes_are_a_text_or_refused(content: bytes) -> None:
    try:
        text = locales._decode(content)
    except po.UnreadableError:
        return
    text.encode()


@given(
    st.one_of(
        st.binary(max_size=300), TEXT.map(lambda text: b"source,target\n" + text.encode("utf-8", "replace"))
    )
)
def test_a_glossary_is_terms_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, layout.glossary("it"))
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        findings, terms = (), ()
        try:
            terms = glossary.read(Path(folder), "it")
        except BookError as error:
            findings = error.findings
    assert all(finding.line >= 1 for finding in findings)
    review.check([review.Pair(message("a b"), Translation("c", 1), "a b", "c")], terms)


@given(
    st.one_of(
        st.binary(max_size=200), TEXT.map(lambda text: f"[[waiver]]\n{text}".encode("utf-8", "replace"))
    )
)
def test_waivers_are_read_or_refused(content: bytes) -> None:
    known, found = waivers.read(content)
    assert all(one.line >= 1 for one in (*known, *found))


@given(TEXT, TEXT)
def test_a_waiver_is_read_as_it_is_written(text: str, why: str) -> None:
    given = Waiver("it", "", "x" + text, "glossary", waivers.of(text), "Ada", why)
    (read,), found = waivers.read(waivers.added("", given).encode("utf-8", "replace"))
    assert found == ()
    assert read.message.encode() == given.message.encode("utf-8", "replace")


# ---- the contract --------------------------------------------------------------------------------


@given(TEXT, TEXT, KINDS)
def test_a_text_is_judged(text: str, translated: str, kind: str) -> None:
    found = contract.check_text(message(text, kind), translated)
    assert {code for code, _ in found} <= CODES
    if contract._says_something(text) and not contract.check_text(message(text, kind), text):
        as_markdown(translated)


@given(TEXT)
def test_the_source_itself_keeps_the_contract(text: str) -> None:
    said = contract.check_text(message(text), text)
    assert {code for code, _ in said} <= {"structure"}, said  # it may say nothing


@given(TEXT)
def test_what_nobody_sees_is_of_the_text_and_seen_by_its_number(text: str) -> None:
    odd = unseen.unseen(text)
    assert odd <= set(text)
    assert all(unseen.is_unseen(one) for one in odd)


@given(LANGUAGES, st.sampled_from(["# ", "//", "/* ", "x = 1  # ", ""]), TEXT, TEXT)
def test_a_comment_is_judged(language: str, before: str, source: str, translated: str) -> None:
    assert list(inert.problems(language, before, source, source, source)) == [
        problem for problem in inert.problems(language, before, source, source, source) if "begin" in problem
    ]
    assert all(
        map(str.isprintable, map(printable, inert.problems(language, before, source, source, translated)))
    )


@given(LANGUAGES, TEXT)
def test_comments_are_where_they_are_said_to_be(language: str, code: str) -> None:
    lines = code.split("\n")
    for line, column, text in comments.comments([language], code):
        assert lines[line][column : column + len(text)] == text
    assert contract.same_program([language], code, code)


@given(TEXT, TEXT)
def test_figures_take_any_words(text: str, translated: str) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>Words</text></svg>'
    figure_texts.crowded("a.svg", drawing, lambda _: translated)


@given(TEXT, TEXT, TEXT, TEXT)
def test_reviews_and_carrying_come_to_an_end(source: str, target: str, term: str, form: str) -> None:
    pair = review.Pair(message(source), Translation(target, 1), source, target)
    terms = [Term(term, form, 1)] if term.strip() and form.strip() else []
    assert {code for found in review.check([pair, pair], terms).values() for code, _ in found} <= review.CODES
    carry.carry({source: Translation(target, 1)}, [term], lambda texts: [[] for _ in texts])


@given(TEXT, TEXT)
def test_whatever_is_quoted_is_printable(text: str, path: str) -> None:
    finding = Finding("glossary", text, path, 1, text)
    for write in reports.FINDINGS.values():
        assert all(line.isprintable() for line in write([finding]).split("\n"))


# ---- translations in their places ----------------------------------------------------------------

PLACES = sorted(
    set(hostile_book.PLACES)
    - {"chapter title", "author", "raw link", *hostile_book.SETTINGS}
    - {"broken paragraph"}
)


@pytest.mark.slow
@settings(max_examples=6)
@given(st.lists(st.tuples(st.sampled_from(PLACES), TEXT), min_size=12, max_size=12))
def test_a_translation_is_refused_or_changes_nothing_but_its_message(given: list[tuple[str, str]]) -> None:
    attacks = [
        Attack(
            number, "any", f"{number}", place, text.replace("{", "{{") if False else text, "", "", frozenset()
        )
        for number, (place, text) in enumerate(given, 1)
        if text.strip()
    ]
    for attack, outcome in outcomes(attacks).items():
        if outcome.findings:
            # Titles of other attacks are among the labels.
            assert replace(outcome.edition, labels={}) == replace(outcome.untouched, labels={}), attack
        else:
            assert differences(outcome.clean, outcome.edition, attack) == [], attack
