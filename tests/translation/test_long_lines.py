"""Lines that patterns like least, through everything that reads a catalog's or a glossary's text.

They are read in a process of their own, which is killed where it does not come to an end: run this file to
see what takes how long.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import pytest

SECONDS = 20
MANY = 12_000

SIGNS = r"""
    a 1 \ \a " ' # #| #~ ` `a * _ _a [ [a [^ [^a [\ ]( ](a ![ [a][ < <a <!-- & &a { {a {{ $ $a $\ $$a %0 %(a
    ( （ a(b - -- /* | , msgid charset= \text{ ~~ > ::: a. :// a@
"""
UNITS = [
    *(" ", "\t", "\u00a0", "\u0085", "\u3000", "\u2066", "é", "e\u0301", "を", "a "),
    *SIGNS.split(),
    *("' ", "# ", "#| ", "` ", "* ", "<a ", "( ", "- ", "*/ ", "polybook: allow "),
]
"""What a line is made of, again and again."""


def lines() -> Iterator[str]:
    for unit in UNITS:
        whole = unit * (MANY // len(unit))
        yield from (whole, whole + "x", f"`x` [x](y) {whole}\x00")


# ---- what reads them -------------------------------------------------------------------------


def catalogs(line: str) -> None:
    from polybook.catalogs import locales, merge, po

    escaped = line.replace("\\", "\\\\").replace('"', '\\"')
    beginning = '#. paragraph\n#: a.md\nmsgid "x"'
    for text in (
        f'{line}\nmsgid "x"\nmsgstr "y"\n',
        f'msgid{line} "x"\nmsgstr "y"\n',
        f'msgid "x"{line}\nmsgstr "y"\n',
        f'#{line}\nmsgid "x"\nmsgstr "y"\n',
        f'#| msgid "{escaped}"\n#, fuzzy\nmsgid "x"\nmsgstr "{escaped}"\n',
        f'#~ msgid "{line}"\n#~ msgstr "{line}"\n',
        f'msgid ""\nmsgstr "{line}"\n\nmsgid "x"\nmsgstr "{line}"\n',
    ):
        with suppress(po.UnreadableError):
            po.sift(text, [beginning])
        with suppress(po.UnreadableError):
            merge.merge("", text, lambda: ['msgid ""', 'msgstr ""'], {"x": beginning}, lambda *_: {})
        with suppress(po.UnreadableError):
            locales._decode(text.encode())


def glossary(line: str) -> None:
    from polybook.catalogs import glossary
    from polybook.model.findings import BookError

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "locales/it/glossary.csv")
        path.parent.mkdir(parents=True)
        for text in (f"{line}\n", f"source,target\n{line}\n", f"source,target\n{line},{line}\n"):
            path.write_text(text, "utf-8")
            with suppress(BookError):
                glossary.read(Path(folder), "it")


def carry(line: str) -> None:
    from polybook.catalogs import carry
    from polybook.model.catalog import Translation

    for old, new in ((line, line + " `y`"), (f"`x` {line}", f"`y` {line}")):
        carry.carry({old: Translation(line, 1)}, [new], lambda texts: [[] for _ in texts])


def contract(line: str) -> None:
    from polybook.markup.html.native import as_markdown
    from polybook.model.catalog import Message
    from polybook.translation import contract

    for kind in ("paragraph", "heading", "comment in a listing"):
        contract.check_text(Message(line[: MANY // 3], kind, "a.md", 1), line)
    as_markdown(line)


def listings(line: str) -> None:
    from polybook.markup import comments
    from polybook.translation import contract

    if "\x00" in line:
        return
    words = line[:900]
    for language, before, after in (
        ("python", "x = 1  # ", ""),
        ("python", 'def x():\n    """', '"""'),
        *(("c", "/* ", " */"), ("html", "<!-- ", " -->"), ("perl6", "#`(", ")"), ("ocaml", "(* ", " *)")),
        *(("haskell", "{- ", " -}"), ("make", "# ", ""), ("rust", "/// ", "")),
        ("perl", "=pod\n\n", "\n\n=cut\n"),
    ):
        code, changed = f"{before}words{after}", f"{before}{words}{after}"
        list(comments.comments([language], changed))
        contract.same_program([language], code, changed)


def review(line: str) -> None:
    from polybook.model.catalog import Message, Term, Translation
    from polybook.translation import review

    message = Message("A word, a term.", "paragraph", "a.md", 1)
    for source, target in (("A word, a term.", line), (line, "Una parola."), (line, line)):
        pair = review.Pair(message, Translation(target, 1), source, target)
        review.check([pair, pair], [Term("term", "termine", 1), Term("a", "b", 2)])


def figures(line: str) -> None:
    from polybook.chapters import figure_texts

    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>Words</text></svg>'
    figure_texts.translate("a.svg", drawing, lambda _: line)
    figure_texts.crowded("a.svg", drawing, lambda _: line)


def findings(line: str) -> None:
    from polybook.cli import reports
    from polybook.model.findings import Finding

    for write in reports.FINDINGS.values():
        write([Finding("x", line, line, 1, line)])


READERS: list[Callable[[str], None]] = [
    *(catalogs, glossary, carry, contract, listings, review, figures, findings),
]


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_what_reads_them_comes_to_an_end(reader: Callable[[str], None]) -> None:
    command = [sys.executable, __file__, reader.__name__]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        pytest.fail(f"the last line does not end: {(error.stdout or b'').decode()[-200:]}")
    assert done.returncode == 0, done.stderr[-2000:]


if __name__ == "__main__":
    for reader in READERS:
        if reader.__name__ in sys.argv[1:] or not sys.argv[1:]:
            for line in lines():
                print(reader.__name__, ascii(line[:12]), ascii(line[-12:]), end=" ", flush=True)
                start = perf_counter()
                reader(line)
                print(f"{perf_counter() - start:.3f}")
