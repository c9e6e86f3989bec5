"""Links, pictures and tags in a text: where each part of them stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple


class Link(NamedTuple):
    """``[words](address "title")``, or a picture, in a text."""

    start: int
    words: tuple[int, int]
    address: tuple[int, int]
    """Without angle brackets; the two are equal where there is none."""

    title: tuple[int, int]
    """Without its quotation marks; the two are equal where there is none."""

    end: int
    """Behind the bracket; attributes may follow."""

    picture: bool


class Tag(NamedTuple):
    """An HTML tag in a text."""

    start: int
    end: int
    name: str
    closes: bool
    empty: bool
    """Whether it ends in ``/>``."""

    attributes: str


_BRACKET = re.compile(r"\\.|!?\[|\]", re.DOTALL)
_TARGET = re.compile(
    r"\([ \t]*\n?[ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?:[^\s()\\<>\0]|\\.|\((?:[^\s()\\\0]"
    r"|\\.|\([^\s()\0]*\))*\))*))"
    r"(?:\s+(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|\((?P<round>[^()]*)\)))?"
    r"(?P<size>[ \t]+=\d*x\d*)?\s*\)"
)
_DEFINITION = re.compile(
    (
        r"^[ \t>]*\[(?P<label>(?!\^)(?:[^\[\]\\\n]|\\.)+)\]:[ \t]*\n?[ \t]*(?:<(?P<angled>[^<>\n]*)>"
        r"|(?P<bare>[^\s<\0]\S*))"
    ),
    re.MULTILINE,
)
_TAG = re.compile(
    r"<(?P<close>/)?(?P<name>[A-Za-z][A-Za-z0-9.-]*)"
    r"(?P<rest>(?:\s+[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|\{[^{}]*\}"
    r"|[^\s\"'=<>`{]+))?)*\s*)(?P<empty>/)?>"
)
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{[\"']?([^{}\"']*)[\"']?\}|([^\s\"'=<>`]+)))?"
)


@lru_cache(maxsize=16)
def links(prose: str) -> tuple[Link, ...]:
    """Return the inline links and pictures of a text whose code is hidden (`drafts.prose`)."""
    found: list[Link] = []
    opened: list[tuple[int, bool]] = []
    for match in _BRACKET.finditer(prose):
        mark = match[0]
        if mark[0] == "\\":
            continue
        if mark[-1] == "[":
            opened.append((match.start(), mark[0] == "!"))
        elif opened:
            start, picture = opened.pop()
            target = (
                _TARGET.match(prose, match.end()) if prose[match.end() : match.end() + 1] == "(" else None
            )
            if target:
                address = "angled" if target["angled"] is not None else "bare"
                title = next((one for one in ("double", "single", "round") if target[one] is not None), "")
                found.append(
                    Link(
                        start,
                        (start + 1 + picture, match.start()),
                        target.span(address),
                        target.span(title) if title else (target.end(), target.end()),
                        target.end(),
                        picture,
                    )
                )
    return tuple(sorted(found))


def definitions(prose: str) -> Iterator[tuple[str, int, int]]:
    """Yield the label of each definition of a link, and where its address stands."""
    for match in _DEFINITION.finditer(prose):
        start, end = match.span("angled" if match["angled"] is not None else "bare")
        yield match["label"], start, end


@lru_cache(maxsize=16)
def tags(prose: str) -> tuple[Tag, ...]:
    """Return the HTML tags of a text."""
    if "<" not in prose:
        return ()
    return tuple(
        Tag(
            match.start(),
            match.end(),
            match["name"],
            bool(match["close"]),
            bool(match["empty"]),
            match["rest"],
        )
        for match in _TAG.finditer(prose)
    )


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = next((one for one in match.groups()[1:] if one is not None), "")
        found.setdefault(match[1].lower().lstrip(":"), value)
    return found


_PAIR = re.compile(
    r"#(?P<id>[^\s{}\"'#.=,]+)|\.(?P<class>[\w-][\w.:-]*)|(?P<key>[\w-]+)\s*(?:=|:(?!//))\s*(?:\""
    r"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s,{}\"']+))"
    r"|(?P<word>[^\s,{}]+)"
)


class Braces(NamedTuple):
    """What stands in braces: ``{#here .wide width=50%}``."""

    identifier: str
    classes: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    words: tuple[str, ...]

    def get(self, *keys: str) -> str:
        """The value of the first of these keys that is there; empty for none."""
        pairs = dict(reversed(self.pairs))
        return next((pairs[key] for key in keys if key in pairs), "")


def braces(text: str) -> Braces:
    """Read what stands between braces, in pandoc's, kramdown's, Markua's or R's form."""
    identifier, classes, pairs, words = "", [], [], []
    for match in _PAIR.finditer(text):
        if match["id"]:
            identifier = identifier or match["id"]
        elif match["class"]:
            classes.append(match["class"])
        elif match["key"]:
            value = next(one for one in (match["double"], match["single"], match["bare"]) if one is not None)
            pairs.append((match["key"], value))
        else:
            words.append(match["word"])
    return Braces(identifier, tuple(classes), tuple(pairs), tuple(words))


def quoted(text: str) -> str:
    """A text as an attribute's value, in which a backslash is a letter and entities are read."""
    plain = re.sub(r"&(?=#?\w+;)", "&amp;", unescape(text))
    return '"' + plain.replace('"', "&quot;") + '"'
