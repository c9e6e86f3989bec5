"""Catalogs that other tools made of the same book: which of their entries are which of its messages.

mdbook-i18n-helpers, po4a, mdpo, sphinx-intl and the Translate Toolkit cut Markdown in their own ways. So
an entry and a message are one where they say the same (`spelling.said`), whatever their spelling; an entry
may be several messages (a listing, a comment of many lines, a text with breaks), and a message several
entries.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from polybook.chapters.messages import PLAIN_KINDS
from polybook.markup.comments import comments
from polybook.model.catalog import Message, one_line
from polybook.proposals.proposal import Proposal
from polybook.proposals.spelling import guarded, respelt, said

NEAR = 75
"""How like a message an entry must be, of 100 (RapidFuzz's ratio), to be proposed for it."""

_COMMENT = re.compile(
    r"\s*+(?P<sign>/{2,}+!?|#++(?!\[|!)|--++|;++|%++|/\*++!?|\*++(?=\s|/|$))[ \t]?(?P<text>.*)"
)
_FENCE = re.compile(
    r"(?P<ticks>`{3,}+|~{3,}+)[ \t]*+(?P<info>[^\n`]*)\n"
    r"(?P<code>.*?)(?:\n[ \t]*+|(?<=\n)[ \t]++|(?<![ \t]))(?P=ticks)\s*+",
    re.DOTALL,
)
_LITERAL = re.compile(
    r"""[rbuf]{0,2}#*(?P<quote>["'])(?!\s).*(?P=quote)#*[,;)]*""", re.DOTALL | re.IGNORECASE
)
_APART = re.compile(
    r"\n[ \t]*+(?:\n[ \t]*+)++|(?<! ) {2,}+\n|\\\n|<br\s*/?>|\n(?=[ \t]*(?:[-*+]|\d+[.)])[ \t])|\n(?=[ \t]*>)"
)
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6}|>)[ \t]+)*")
_HEADING_END = re.compile(r"(?<![ \t])[ \t]++(?:#++|\{#[^{}]*+\})[ \t]*$")


class Foreign(NamedTuple):
    """A translated entry of another tool's catalog."""

    text: str
    translation: str
    origin: str
    """Its file and line."""

    is_fuzzy: bool = False


@dataclass
class Matched:
    """What became of the entries."""

    proposals: list[Proposal] = field(default_factory=list)
    unused: list[tuple[Foreign, str]] = field(default_factory=list)
    """Entries for which nothing was found, and why."""


def match(entries: Sequence[Foreign], messages: Iterable[Message]) -> Matched:
    """Return what entries propose for messages, and which propose nothing.

    For one message there may be several proposals, the likeliest first.
    """
    index, done = _Index(messages), Matched()
    left: list[tuple[int, Foreign]] = []
    for place, entry in enumerate(entries):
        found = index.of(entry)
        done.proposals += found
        if not found:
            left.append((place, entry))
    joined = _joined(entries, left, index)
    done.proposals += joined.proposals
    for place, entry in left:
        if place not in joined.used:
            done.unused.append((entry, _why(entry)))
    known = {proposal.key for proposal in done.proposals}
    done.proposals += _near([entry for entry, _ in done.unused], index, known)
    return done


def _why(entry: Foreign) -> str:
    text = entry.text.strip()
    if is_literal(text):
        return "a string of a program: code is no message here"
    if _FENCE.fullmatch(text):
        return "a listing without a comment that is a message"
    return "no message says this"


def is_literal(text: str) -> bool:
    """Whether a text is a string of a program, with its quotation marks."""
    return bool(_LITERAL.fullmatch(text.strip()))


class _Index:
    """The book's messages by what they say."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self.by_words: dict[str, list[Message]] = defaultdict(list)
        known: set[str] = set()
        for message in messages:
            if message.key not in known:
                known.add(message.key)
                self.by_words[said(message.text)].append(message)

    def find(self, text: str) -> list[Message]:
        """The messages that say the same, the one that is spelt most like it first."""
        found = self.by_words.get(said(text), [])
        if len(found) > 1:
            from rapidfuzz import fuzz

            found = sorted(found, key=lambda one: -fuzz.ratio(one.text, text))
        return found

    def of(self, entry: Foreign) -> list[Proposal]:
        """What an entry proposes, whole or in parts."""
        for pairs in ([entry[:2]], *_divided(entry.text, entry.translation)):
            found = [
                proposal
                for ours, theirs in pairs
                for proposal in self._whole(entry._replace(text=ours, translation=theirs))
            ]
            if found:
                return found
        return []

    def _whole(self, entry: Foreign) -> Iterator[Proposal]:
        for message in self.find(entry.text):
            yield from proposed(message, entry)


def proposed(message: Message, entry: Foreign) -> Iterator[Proposal]:
    """Yield an entry's translation for a message that says the same, in the message's spelling: first as it
    is, then with what could be read otherwise here made plain.
    """
    if message.kind in PLAIN_KINDS:
        text = one_line(entry.translation)
        yield Proposal(message.key, text, entry.origin, not entry.is_fuzzy)
        return
    text = respelt(entry.text, message.text, entry.translation.strip())
    yield Proposal(message.key, text, entry.origin, not entry.is_fuzzy)
    plain = guarded(text)
    if plain != text:
        yield Proposal(message.key, plain, entry.origin, not entry.is_fuzzy)


# ---- parts of an entry -----------------------------------------------------------------------


Pairs = list[tuple[str, str]]
"""Parts of a text, each with that of its translation."""


def _divided(text: str, translation: str) -> Iterator[Pairs]:
    """Yield ways to divide a text and its translation into what may be messages: comments of a listing, lines
    of a comment, and paragraphs, items, lines between hard breaks.
    """
    if (ours := _FENCE.fullmatch(text.strip())) and (theirs := _FENCE.fullmatch(translation.strip())):
        yield _of_listings(ours, theirs)
    if (lines := _lines(text)) and (others := _lines(translation)):
        yield _of_comments(lines, others)
    parts, other_parts = _APART.split(text.strip()), _APART.split(translation.strip())
    if len(parts) == len(other_parts):
        yield [(_bare(one), _bare(other)) for one, other in zip(parts, other_parts, strict=True)]


def _bare(text: str) -> str:
    """A text without what makes a block of it."""
    return _HEADING_END.sub("", _MARKER.sub("", text, count=1)).strip()


def _of_listings(ours: re.Match[str], theirs: re.Match[str]) -> Pairs:
    language = re.split(r"[\s,{}]", ours["info"].strip("{ ."))[:1]
    found = [[text for _, _, text in comments(language, one["code"])] for one in (ours, theirs)]
    return list(zip(found[0], found[1], strict=True)) if len(found[0]) == len(found[1]) else []


def _lines(text: str) -> list[str]:
    """What the lines of a comment say, without its signs; empty for what is none."""
    lines = text.strip().split("\n")
    matches = [_COMMENT.fullmatch(line) for line in lines]
    first = matches[0]
    if first is None:
        return []
    is_block = first["sign"].startswith("/*")
    if not is_block and not all(matches):
        return []
    return [
        _without_end(found["text"]) if found else line.strip()
        for found, line in zip(matches, lines, strict=True)
    ]


def _without_end(text: str) -> str:
    """What a line of a comment says, without the sign that may end it."""
    text = text.strip()
    return (text[:-1] if text.endswith("*/") else text).strip("* ")


def _of_comments(ours: Sequence[str], theirs: Sequence[str]) -> Pairs:
    """The lines of a comment with those of its translation; where these are more or fewer, each paragraph of
    it is spread over the lines that there are.
    """
    if len(ours) == len(theirs):
        return [(one, other) for one, other in zip(ours, theirs, strict=True) if one]
    parts, other_parts = _paragraphs(ours), _paragraphs(theirs)
    if len(parts) != len(other_parts):
        return []
    return [
        pair
        for lines, others in zip(parts, other_parts, strict=True)
        for pair in zip(lines, spread(" ".join(others), lines), strict=True)
    ]


def _paragraphs(lines: Sequence[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [one for one in found if one]


def spread(text: str, lines: Sequence[str]) -> list[str]:
    """Return a text in as many parts as there are lines, each as long as its line is among them.

    It is divided between words; between signs where it has fewer words than there are lines.
    """
    units = text.split()
    joint = " "
    if len(units) < 2 * len(lines):
        units, joint = list(text), ""
    total, length = sum(map(len, lines)), len(text)
    found: list[str] = []
    taken = 0
    until = 0.0
    for place, line in enumerate(lines):
        until += length * len(line) / total
        part: list[str] = []
        size = sum(len(one) + len(joint) for one in units[:taken])
        left = max(
            0, min(len(lines) - place, len(units) - taken) - 1
        )  # each has a part, while there are some
        while taken < len(units) - left and (not part or not left or size + len(units[taken]) / 2 <= until):
            size += len(units[taken]) + len(joint)
            part.append(units[taken])
            taken += 1
        found.append(joint.join(part).strip())
    return found


# ---- entries that are one message together ---------------------------------------------------


@dataclass
class _Joined:
    proposals: list[Proposal]
    used: set[int]


_MOST = 12
"""How many entries may be one message together."""


def _joined(entries: Sequence[Foreign], left: Sequence[tuple[int, Foreign]], index: _Index) -> _Joined:
    """What entries that stand one after the other propose together."""
    heads: dict[str, list[str]] = defaultdict(list)
    for words in index.by_words:
        for length in range(1, _HEAD + 1):
            heads[words[:length]].append(words)
    done = _Joined([], set())
    for place, entry in left:
        words = said(entry.text)
        if place in done.used or not words:
            continue
        wanted = [one for one in heads.get(words[:_HEAD], ()) if one.startswith(words) and one != words]
        for end in range(place + 2, min(place + _MOST, len(entries)) + 1):
            if not wanted:
                break
            words += said(entries[end - 1].text)
            wanted = [one for one in wanted if one.startswith(words)]
            if words in wanted:
                for message in index.by_words[words]:
                    done.proposals += _together(message, entries[place:end])
                done.used |= set(range(place, end))
                break
    return done


_HEAD = 4
"""By how many letters messages are looked up that may begin with an entry's text."""


def _together(message: Message, some: Sequence[Foreign]) -> Iterator[Proposal]:
    """What entries propose for a message that holds them one after the other: each takes the place of its
    text, and what stands between these, such as tags, stays.
    """
    text, at = message.text, 0
    is_fuzzy = any(one.is_fuzzy for one in some)
    parts: list[str] = []
    for one in some:
        found = text.find(one.text.strip(), at)
        if found < 0:
            joined = " ".join(part.text.strip() for part in some)
            translation = " ".join(part.translation.strip() for part in some)
            whole = Foreign(joined, translation, some[0].origin, is_fuzzy)
            yield from proposed(message, whole)
            return
        parts += [text[at:found], one.translation.strip()]
        at = found + len(one.text.strip())
    yield Proposal(message.key, "".join([*parts, text[at:]]), some[0].origin, not is_fuzzy)


# ---- entries that say nearly the same --------------------------------------------------------


def _near(entries: Sequence[Foreign], index: _Index, known: set[str]) -> Iterator[Proposal]:
    """Entries for the messages most like them that have no proposal, to be looked at."""
    from rapidfuzz import fuzz, process

    rest = {
        message.key: message.text
        for messages in index.by_words.values()
        for message in messages
        if message.key not in known
    }
    by_key = {message.key: message for some in index.by_words.values() for message in some}
    ranked: list[tuple[float, int, str]] = []
    for place, entry in enumerate(entries):
        if len(entry.text) > 4:
            for _, score, key in process.extract(
                entry.text, rest, scorer=fuzz.ratio, score_cutoff=NEAR, limit=2
            ):
                ranked.append((-score, place, key))
    taken: set[int] = set()
    for _, place, key in sorted(ranked):
        if place not in taken and key in rest:
            entry, message = entries[place], by_key[key]
            taken.add(place)
            del rest[key]
            text = one_line(entry.translation) if message.kind in PLAIN_KINDS else entry.translation.strip()
            yield Proposal(key, text, entry.origin, False, entry.text)
