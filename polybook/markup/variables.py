r"""Variables: ``{{ version }}`` in a chapter, for which an edition shows what the book's settings say.

They are what they are written as until an edition's tree is finished, so messages and translations name them
and not their values. In text, ``\{{`` is a pair of braces and no variable: to tell the two apart, a tree has
`ESCAPED` for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote

from polybook.markup.tree import WORDS, append, children, find, mapped
from polybook.model.nodes import (
    WITH_ATTR,
    Code,
    CodeBlock,
    Image,
    Inline,
    Link,
    Math,
    RawBlock,
    RawInline,
    Run,
    SoftBreak,
    Space,
    Str,
    Target,
    Tree,
)
from polybook.system.cache import digest_of

Values = Mapping[str, str]
"""What variables stand for, by their names."""

CLASS = "variables"
"""The class of a listing in which variables are replaced."""

ESCAPED = "{\u2060{"
"""Braces that begin no variable."""

_NAMED = r"\{\{[ \t\n]*+([^{}\s](?:[^{}\n]{0,98}[^{}\s])?)[ \t\n]*+\}\}"
_JOINER = r"(?<=\{)\u2060(?=\{)"
_IN_TEXT = re.compile(f"{_JOINER}|{_NAMED}")
_IN_PLAIN = re.compile(rf"\\\{{\{{|{_JOINER}|{_NAMED}")
_WEB = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SPACE = re.compile(r"([ \n])")


# ---- what is named ---------------------------------------------------------------------------


def in_text(text: str) -> Iterator[re.Match[str]]:
    """Yield each variable in the text of a tree: a match whose first group is its name."""
    return (found for found in _IN_TEXT.finditer(text) if found[1])


def in_plain(text: str) -> Iterator[re.Match[str]]:
    r"""Yield each variable in code or in a plain text, where ``\{{`` is written for braces."""
    return (found for found in _IN_PLAIN.finditer(text) if found[1])


def named(run: Run) -> Counter[str]:
    """Count the variables in a run: in its text, code and titles."""
    found: Counter[str] = Counter()
    for are_words, some in groupby(run, lambda node: type(node) in WORDS):
        if are_words:
            found.update(match[1] for match in in_text(_joined(some)))
            continue
        for node in some:
            if isinstance(node, Link | Image):
                found.update(match[1] for match in in_text(node.target.title))
            elif isinstance(node, Code):
                found.update(match[1] for match in in_plain(node.text))
            found += named(children(node))
    return found


def digest(values: Values | None, *texts: str) -> str:
    """The digest of the variables that texts may use, and of their values."""
    if not any("{{" in text for text in texts):
        return ""
    names = sorted({found[1] for text in texts for found in in_plain(text)})
    return "none" if values is None else digest_of([[name, values.get(name)] for name in names])


# ---- braces that are none ----------------------------------------------------------------------


def escaped(text: str) -> str:
    r"""A plain text with `ESCAPED` for each ``\{{``."""
    return text.replace(r"\{{", ESCAPED)


def typed(text: str) -> str:
    r"""A plain text with ``\{{`` for each `ESCAPED`, as its author writes it."""
    return text.replace(ESCAPED, r"\{{")


def bare(text: str) -> str:
    """A text whose braces are braces, whatever they begin."""
    return re.sub(_JOINER, "", text) if "\u2060" in text else text


def unhide(blocks: Tree, sign: str) -> None:
    r"""Put braces in the place of ``sign``, in place, which stood for the second one of ``\{{``."""
    for node in find(blocks, Str, Code, CodeBlock, Math, RawInline, RawBlock, *WITH_ATTR):
        if isinstance(node, Str):
            node.text = node.text.replace(sign, ESCAPED[1:])
        elif isinstance(node, Code | CodeBlock | Math | RawInline | RawBlock):
            node.text = node.text.replace(sign, "{")
        if isinstance(node, Link | Image):
            url = node.target.url.replace(sign, "{").replace(quote(sign), "{")
            node.target = Target(url, node.target.title.replace(sign, ESCAPED[1:]))
        if isinstance(node, WITH_ATTR) and any(sign in value for _, value in node.attr.pairs):
            node.attr.pairs = [(key, value.replace(sign, "{")) for key, value in node.attr.pairs]


def keep_printed(blocks: Tree) -> None:
    """Make of all that cog wrote text without variables, in place: a program may print anything.

    ``blocks`` are those of a chapter, with its comments.
    """
    is_printed, before = False, ""
    for node in find(blocks):
        if isinstance(node, RawBlock):
            is_printed = "[[[cog" in node.text or (is_printed and "[[[end]]]" not in node.text)
        elif not is_printed:
            continue
        elif isinstance(node, Str):  # with positions, each brace is one of its own
            joiner = "\u2060" if before == "{" == node.text[:1] else ""
            before = node.text[-1:]
            node.text = joiner + node.text.replace("{{", ESCAPED)
        elif isinstance(node, Space | SoftBreak):
            before = ""
        elif isinstance(node, Code):
            node.text = node.text.replace("{{", ESCAPED)
        elif isinstance(node, CodeBlock):
            node.attr.classes = [name for name in node.attr.classes if name != CLASS]
        elif isinstance(node, Link | Image):
            url, title = node.target.url.replace("{{", "%7B%7B"), node.target.title.replace("{{", ESCAPED)
            node.target = Target(url, title)


# ---- values in their place -----------------------------------------------------------------------


def filled(blocks: Tree, values: Values | None, *, may_hold: bool) -> Tree:
    """Return blocks with the values of their variables; without ``values`` all braces are text.

    What is no variable stays as it is. Changes listings in place. ``may_hold`` is whether there may be braces
    beside listings.
    """
    for block in find(blocks, CodeBlock):
        if CLASS in block.attr.classes:
            _fill_listing(block, values)
    return _Filling(values).blocks(blocks) if may_hold else blocks


def filled_text(text: str, values: Values | None) -> str:
    """Return a plain text with the values of its variables."""
    return _filled(_IN_PLAIN, text, values) if "{" in text else text


def _filled(pattern: re.Pattern[str], text: str, values: Values | None) -> str:
    return pattern.sub(lambda found: _value(found, values), text)


def _value(found: re.Match[str], values: Values | None) -> str:
    if found[1] is None:
        return "{{" if "{" in found[0] else ""
    return (values or {}).get(found[1], found[0])


def _fill_listing(block: CodeBlock, values: Values | None) -> None:
    attr = block.attr
    attr.classes = [name for name in attr.classes if name != CLASS]
    attr.pairs = [pair for pair in attr.pairs if pair[0] != "info"]
    if values is not None:
        block.text = filled_text(block.text, values)
        attr.pairs = [
            (key, filled_text(value, values) if key == "title" else value) for key, value in attr.pairs
        ]


class _Filling:
    """One walk over a tree."""

    def __init__(self, values: Values | None) -> None:
        self._values = values

    def blocks(self, blocks: Tree) -> Tree:
        return [mapped(block, self.blocks, self._run) for block in blocks]

    def _run(self, run: Run) -> Run:
        new: Run = []
        for are_words, some in groupby(run, lambda node: type(node) in WORDS):
            if are_words:
                words = list(some)
                text = _joined(words)
                given = _filled(_IN_TEXT, text, self._values) if "{" in text else text
                for node in words if given == text else _words(given):
                    append(new, node)
            else:
                for node in some:
                    append(new, self._inline(node))
        return new

    def _inline(self, node: Inline) -> Inline:
        if isinstance(node, Code):
            # Without variables code is what it is, backslashes and all.
            text = bare(node.text) if self._values is None else filled_text(node.text, self._values)
            return Code.of(node.attr, text)
        copy: Inline = mapped(node, self.blocks, self._run)
        if isinstance(copy, Link | Image):
            target = copy.target
            title = _filled(_IN_TEXT, target.title, self._values)
            copy.target = Target(self._address(target.url) if isinstance(copy, Link) else target.url, title)
        return copy

    def _address(self, url: str) -> str:
        """An address on the web, in which values are escaped as addresses have it."""
        if self._values is None or not is_on_web(url):
            return url
        safe = {name: quote(value, safe="/:@-._~+,;=") for name, value in self._values.items()}
        return _filled(_IN_TEXT, url, safe)


def is_on_web(url: str) -> bool:
    """Whether variables in an address are replaced: in those that begin with a scheme."""
    return bool(_WEB.match(url))


def addressed(url: str, values: Values | None) -> str:
    """Return the address of a link with the values of its variables."""
    return _Filling(values)._address(url)


def _joined(words: Any) -> str:
    return "".join(
        node.text if isinstance(node, Str) else "\n" if isinstance(node, SoftBreak) else " " for node in words
    )


def _words(text: str) -> Run:
    kinds: dict[str, Callable[[], Inline]] = {" ": Space, "\n": SoftBreak}
    return [kinds[piece]() if piece in kinds else Str(piece) for piece in _SPACE.split(text) if piece]
