"""What each line of a Markdown text is, told without pandoc: prose, code, a comment, raw HTML.

Who refreshes a chapter has to know which of its lines are code before pandoc can read it: what a program
printed earlier may be nothing that pandoc takes. This is the block structure of CommonMark as far as it
decides that (https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy), with pandoc's footnotes and
definitions; inlines are not looked at. `tests/markup/test_lines.py` holds it to what pandoc sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["blank", "prose", "fence", "code", "comment", "html", "verbatim"]
"""What a line is. ``fence`` opens a fenced block, whose other lines are ``code``, its last one too;
``comment`` opens an HTML comment that begins its line; its other lines are ``verbatim``, as in ``<pre>``."""

_QUOTE = ">"
_NOTE_INDENT = 4

_LIST = re.compile(r"(?:[-+*]|(?P<number>\d{1,9})[.)])(?P<space> +|$)")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
_DEFINITION = re.compile(r"[:~]( +)")
_FENCE = re.compile(r"(?P<ticks>`{3,}+)(?P<info>[^`]*)$|(?P<tildes>~{3,}+)(?P<rest>.*)$")
_BREAK = re.compile(r"([-_*])(?: *\1){2,} *$")
_UNDERLINE = re.compile(r"(?:=+|-+) *$")
_HEADING = re.compile(r"#{1,6}(?: |$)|:{3}")
_VERBATIM = re.compile(r"<(?:pre|script|style|textarea)(?:[\s>]|$)", re.IGNORECASE)
_VERBATIM_END = re.compile(r"</(?:pre|script|style|textarea)>", re.IGNORECASE)
_ELEMENT = re.compile(
    r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|"
    r"dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|"
    r"legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|"
    r"tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|/?>|$)",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>\s*$")
_COMMENT_END = re.compile("-->")
_BLANK = re.compile(r"^ *$")


class Line(NamedTuple):
    """One line of a text."""

    kind: Kind
    text: str
    """The line without what belongs to the quotation, list item or footnote that it stands in; its tabs may
    be spaces. Of a fence, its info string."""


def read(text: str) -> Iterator[Line]:
    """Yield what each line of a Markdown text is; lines end in a line feed."""
    reader = Reader()
    for line in text.split("\n"):
        yield reader.line(line)


class Reader:
    """Takes the lines of a text, first to last, and knows what is open at each."""

    def __init__(self) -> None:
        self.containers: list[str | int] = []
        """What the line stands in: a quotation, or by how many columns an item or footnote is indented."""
        self.fence = ""
        """What closes the fenced block that is open."""
        self.html: re.Pattern[str] | None = None
        """What ends the raw HTML that is open: a match in the last line of it, or a blank line after it."""
        self.paragraph = False
        self.defines = False
        """Whether a definition may come next: after prose, and after another definition."""

    def margin(self, line: str) -> int:
        """Return where the next line goes on within the quotation, list item or footnote it stands in."""
        return self._matched(line)[1]

    def line(self, line: str) -> Line:
        """Return what the next line is."""
        if line[:1].isalpha() and not self.containers and not self.html:  # most are
            if self.fence:
                return Line("code", line)
            self.paragraph = self.defines = True
            return Line("prose", line)
        if "\t" in line:
            line = line.expandtabs(4)
        matched, start = self._matched(line)
        rest = line[start:]
        inside = matched == len(self.containers)
        if self.fence and inside:
            return self._in_fence(rest)
        if self.html and inside:
            return self._in_html(rest)
        if self.fence or self.html:
            self.fence, self.html = "", None
        if not rest.strip():
            self.paragraph = False
            self._leave(matched, only_quotations=True)
            return Line("blank", "")
        return self._opened(rest, matched)

    def _matched(self, line: str) -> tuple[int, int]:
        """How many of the open containers the line continues, and where it goes on within them."""
        start = matched = 0
        for container in self.containers:
            rest = line[start:]
            indent = len(rest) - len(rest.lstrip(" "))
            if container == _QUOTE:
                if indent > 3 or rest[indent : indent + 1] != _QUOTE:
                    break
                start += indent + 1 + (rest[indent + 1 : indent + 2] == " ")
            elif isinstance(container, int) and indent >= container:
                start += container
            elif rest.strip():
                break
            matched += 1
        return matched, start

    def _leave(self, matched: int, *, only_quotations: bool = False) -> None:
        """Close the containers that a line does not continue; a blank one closes none but quotations."""
        if not only_quotations or _QUOTE in self.containers[matched:]:
            del self.containers[matched:]

    def _in_fence(self, rest: str) -> Line:
        bare = rest.strip(" ")
        if (
            len(bare) >= len(self.fence)
            and not bare.strip(self.fence[0])
            and len(rest) - len(rest.lstrip(" ")) <= 3
        ):
            self.fence = ""
        return Line("code", rest)

    def _in_html(self, rest: str) -> Line:
        assert self.html
        kind: Kind = "html" if self.html is _BLANK else "verbatim"
        if self.html.search(rest):
            self.html = None
        return Line(kind if rest.strip() else "blank", rest)

    def _opened(self, rest: str, matched: int) -> Line:
        """What a line is that stands in nothing which takes it as it is."""
        lazy = self.paragraph and matched < len(self.containers)
        paragraph = self.paragraph
        interrupts, defines = paragraph and not lazy, self.defines
        entered: list[str | int] = []
        while container := _container(rest, interrupts=interrupts, defines=defines):
            width, held = container
            rest = rest[width:]
            entered.append(held)
            paragraph = interrupts = defines = False
        kind = self._kind(rest, paragraph=paragraph)
        if not (lazy and kind == "prose" and not entered):
            self._leave(matched)
        self.containers += entered
        bare = rest.lstrip(" ")
        self.paragraph = kind == "prose" and bool(bare) and not _ends_paragraph(bare, paragraph=paragraph)
        self.defines = self.paragraph or (self.defines and bool(self.containers))
        if kind == "fence":
            opening = _FENCE.match(bare)
            assert opening
            self.fence = opening["ticks"] or opening["tildes"]
            return Line("fence", opening["info"] if opening["ticks"] else opening["rest"])
        if kind in {"comment", "html"}:
            end = _html_end(bare, paragraph=paragraph)
            assert end
            self.html = None if end is not _BLANK and end.search(bare, 4) else end
        return Line(kind, bare if kind != "code" else rest)

    @staticmethod
    def _kind(rest: str, *, paragraph: bool) -> Kind:
        bare = rest.lstrip(" ")
        if len(rest) - len(bare) > 3 and bare:
            return "prose" if paragraph else "code"
        if _FENCE.match(bare):
            return "fence"
        if bare.startswith("<!--"):
            return "comment"
        return "html" if _html_end(bare, paragraph=paragraph) else "prose"


def _container(rest: str, *, interrupts: bool, defines: bool) -> tuple[int, str | int] | None:
    """The quotation, list item, footnote or definition that begins here: how wide its mark is, what it is.

    What ``interrupts`` a paragraph can be no item that is empty or counts on from another number than 1.
    """
    bare = rest.lstrip(" ")
    indent = len(rest) - len(bare)
    if indent > 3 or not bare:
        return None
    if bare[0] == _QUOTE:
        return indent + 1 + (bare[1:2] == " "), _QUOTE
    if note := _NOTE.match(bare):
        return indent + note.end(), _NOTE_INDENT
    item = _LIST.match(bare)  # pandoc takes `- - -` for one too
    if item and not (interrupts and (not bare[item.end() :] or item["number"] not in {None, "1"})):
        mark = item.end() - len(item["space"])
        space = len(item["space"]) if bare[item.end() :] and len(item["space"]) < 5 else 1
        return indent + min(mark + space, len(bare)), indent + mark + space
    definition = _DEFINITION.match(bare) if defines else None
    if definition:
        space = len(definition[1]) if len(definition[1]) < 5 else 1
        return indent + 1 + space, indent + 1 + space
    return None


def _html_end(bare: str, *, paragraph: bool) -> re.Pattern[str] | None:
    """What ends the raw HTML that begins here; None where none does."""
    if not bare.startswith("<"):
        return None
    if bare.startswith("<!--"):
        return _COMMENT_END
    if _VERBATIM.match(bare):
        return _VERBATIM_END
    if _ELEMENT.match(bare) or (not paragraph and _TAG.match(bare)):
        return _BLANK
    return None


def _ends_paragraph(bare: str, *, paragraph: bool) -> bool:
    """Whether a line of prose leaves no paragraph open: a heading, a break, the edge of a box."""
    if _HEADING.match(bare) or _BREAK.match(bare):
        return True
    return paragraph and bool(_UNDERLINE.match(bare))
