"""What a careful reviewer would ask of a translation that is safe to show: warnings, and no fallback.

The contract protects the reader and the book; this looks at the words. Everything here compares prose, the
text of a run without its code, in which each piece of code stands as one `OBJECT`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from polybook.markup import tree
from polybook.model.catalog import Message, Term, Translation
from polybook.model.nodes import Code, Image, LineBreak, Math, RawInline, Run, SoftBreak, Space, Str
from polybook.translation.contract import Problem

CODES = frozenset(
    {
        *("space", "doubled-word", "end-punctuation", "marks", "unchanged", "inconsistent"),
        *("glossary", "figure-room", "reading"),
    }
)
"""Every warning; the authors may allow each of them."""

OBJECT = "\ufffc"
"""What stands in prose for a piece of code, a formula or a picture."""

# The ends of sentences that mean the same in different scripts.
_ENDS = {
    **dict.fromkeys("..。｡۔।։።", "a full stop"),
    **dict.fromkeys("?？؟;", "a question mark"),
    **dict.fromkeys("!！", "an exclamation mark"),
    **dict.fromkeys(":：", "a colon"),
    **dict.fromkeys("…", "an ellipsis"),
}
_CLOSING = "\"'”’»›)]}」』）】〉》*_ \n"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DOUBLED = re.compile(r"\b([^\W\d_]{2,})[ \n]+\1\b", re.IGNORECASE)
# Two of these particles never follow each other in Japanese.
_DOUBLED_PARTICLE = re.compile(r"(を|が)\1")
# What would be marks of emphasis, code or a link, were it not shown as it stands.
_MARKS = re.compile(r"\*+|~~+|`+|\]\(|(?<![^\W_])_+|_+(?![^\W_])")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ASIDE = re.compile(r"(?:(?<!\s)\s++)?[(（]([^()（）]*+)[)）]")


class Pair(NamedTuple):
    """A message and its translation, as prose. A book has tens of thousands."""

    message: Message
    translation: Translation
    source: str
    target: str


def prose(inlines: Run) -> str:
    """The words of a run: its code, formulas and pictures are each one `OBJECT`, its notes are left out."""
    parts = []
    for node in tree.within(inlines):
        match node:
            case Str():
                parts.append(node.text)
            case Space() | SoftBreak():
                parts.append(" ")
            case LineBreak():
                parts.append("\n")
            case Code() | Math() | Image() | RawInline():
                parts.append(OBJECT)
    return "".join(parts)


def check(pairs: Sequence[Pair], glossary: Sequence[Term]) -> dict[str, list[Problem]]:
    """Return what there is to say of the translations, by their messages' keys."""
    look = _reviewer(tuple(glossary))
    found: dict[str, list[Problem]] = {}
    for pair in pairs:
        if problems := look(_Words(pair.message.text, pair.translation.text, pair.source, pair.target)):
            found.setdefault(pair.message.key, []).extend(problems)
    for key, problem in _inconsistent(pairs):
        found.setdefault(key, []).append(problem)
    return {key: list(dict.fromkeys(problems)) for key, problems in found.items()}


class _Words(NamedTuple):
    """What a translation is reviewed by: it and its message as they are, and as prose."""

    message: str
    translation: str
    source: str
    target: str


@lru_cache(maxsize=8)
def _reviewer(glossary: tuple[Term, ...]) -> Callable[[_Words], tuple[Problem, ...]]:
    """What looks at one translation by itself: a program that stays looks at each of a book only once."""
    kept = {term.source.casefold() for term in glossary if term.source.casefold() == term.target.casefold()}
    terms = _terms(glossary)

    @lru_cache(maxsize=100_000)
    def look(words: _Words) -> tuple[Problem, ...]:
        by_itself = [*_space(words), *_doubled(words), *_ending(words), *_marks(words)]
        return (*by_itself, *_unchanged(words, kept), *_glossary(words, terms))

    return look


def _space(words: _Words) -> Iterator[Problem]:
    text = words.translation
    if text != text.strip():
        where = "begins" if text != text.lstrip() else "ends"
        yield "space", f"the translation {where} with a space"


def _doubled(words: _Words) -> Iterator[Problem]:
    usual = {match[1].casefold() for match in _DOUBLED.finditer(words.source)}
    for pattern in (_DOUBLED, _DOUBLED_PARTICLE):
        for match in pattern.finditer(words.target):
            if match[1].casefold() not in usual:
                yield "doubled-word", f"the translation has '{match[1]}' twice in a row"


def _ending(words: _Words) -> Iterator[Problem]:
    wanted, given = _end(words.source), _end(words.target)
    if _CJK.search(words.target) and (
        # Where English introduces something with a colon, Japanese and Chinese may well end a sentence,
        (wanted, given) == ("a colon", "a full stop")
        # and Japanese asks with a particle.
        or (wanted == "a question mark" and words.target.rstrip(_CLOSING + "。").endswith("か"))
    ):
        return
    if wanted != given:
        yield "end-punctuation", f"the message ends with {wanted}, the translation with {given}"


def _end(text: str) -> str:
    bare = text.rstrip(_CLOSING)
    if bare.endswith("..."):
        return "an ellipsis"
    return _ENDS.get(bare[-1:], "no punctuation")


def _marks(words: _Words) -> Iterator[Problem]:
    """Marks that a reader sees: some of what was meant to be marked is not."""
    shown = Counter(_MARKS.findall(words.target)) - Counter(_MARKS.findall(words.source))
    if shown:
        yield "marks", f"readers see '{next(iter(shown))}' in the translation: it marks nothing there"


def _unchanged(words: _Words, kept: set[str]) -> Iterator[Problem]:
    """Whether a text of several words stayed as it is. Names have capitals; the glossary keeps terms."""
    text = " ".join(words.message.split())
    if " ".join(words.translation.split()) != text or text.casefold() in kept:
        return
    own = [word for word in _WORD.findall(words.source) if word.casefold() not in kept]
    if sum(word.islower() for word in own) >= 2:
        yield "unchanged", "the translation is the same as its message"


def _inconsistent(pairs: Sequence[Pair]) -> Iterator[tuple[str, Problem]]:
    """Messages that say the same but for case, marks and their last stop, and are translated in two ways."""
    same = defaultdict[tuple[str, str], list[Pair]](list)
    for pair in pairs:
        if bare := _bare(pair.source):
            same[pair.message.context, bare].append(pair)
    for group in same.values():
        first = group[0]
        for pair in group[1:]:
            if _bare(pair.target) != _bare(first.target):
                what = f"line {first.translation.line} translates the same text as '{first.target[:60]}'"
                yield pair.message.key, ("inconsistent", what)


@lru_cache(maxsize=200_000)
def _bare(text: str) -> str:
    bare = _ASIDE.sub("", text).casefold().rstrip(_CLOSING + "".join(_ENDS))
    return "" if OBJECT in bare else " ".join(bare.split())


# ---- the glossary --------------------------------------------------------------------------

_Terms = Mapping[str, tuple[re.Pattern[str], list[str]]]
"""For each term what finds it in a message, and the forms of which a translation has one."""


def _terms(glossary: Sequence[Term]) -> _Terms:
    """The glossary's terms, the longest first; several rows of one term are its alternatives."""
    forms = defaultdict[str, list[str]](list)
    for term in glossary:
        forms[term.source].extend([_ASIDE.sub("", term.target), *_ASIDE.findall(term.target)])
    return {
        term: (re.compile(rf"\b{re.escape(term)}(?:e?s)?\b", re.IGNORECASE), forms[term])
        for term in sorted(forms, key=len, reverse=True)
    }


def _glossary(words: _Words, terms: _Terms) -> Iterator[Problem]:
    source = words.source
    folded = source.casefold()
    for term, (pattern, forms) in terms.items():
        # To look for a text is much faster than to look for a pattern, and few messages have a term.
        if term.casefold() not in folded or not pattern.search(source):
            continue
        source = pattern.sub(OBJECT, source)  # "main greenlet" is no "greenlet"
        if not any(_has(words.target, form) for form in forms):
            yield "glossary", f"the glossary translates '{term}' as '{forms[0]}'"


def _has(text: str, form: str) -> bool:
    """Whether ``text`` has a term in some inflection: what changes at a word's end is left out of sight."""
    if _CJK.search(form):
        stem = re.sub(r"(?<=[^\u3040-\u309f])[\u3040-\u309f]+$", "", form.replace(" ", ""))
        return stem.casefold() in text.replace(" ", "").casefold()
    stems = [word[: max(3, len(word) * 3 // 5)] for word in form.split()]
    # A Latin word begins where no Latin letter is before it; kana and Chinese characters may well be.
    return all(re.search(rf"(?<![a-zA-ZÀ-ɏ]){re.escape(stem)}", text, re.IGNORECASE) for stem in stems)
