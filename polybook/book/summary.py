"""SUMMARY.md: the order of a book and its parts, in the form that mdBook and GitBook have for it.

A list of links names the chapters, one in another by its indentation. A heading begins a part, a rule ends
it. Links outside of lists are front matter where they come first, back matter where they come last. A link
without an address, or an item without a link, is a draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from polybook.model import layout
from polybook.model.book import Matter
from polybook.model.findings import Finding

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST = 128
"""How large the file may be, in KB."""

_NESTED = 100
"""How deep the parser follows lists; nothing that a reader could use lies near it."""


class Line(NamedTuple):
    """What one link, heading or item of SUMMARY.md says."""

    is_part: bool
    title: str
    """Its words, without marks."""

    target: str
    """The address that it leads to, as it is written, with characters by their numbers; empty for none."""

    depth: int
    """In how many others it lies, a part among them."""

    matter: Matter
    line: int


def read(text: str) -> tuple[list[Line], list[Finding]]:
    """Return what SUMMARY.md says, from first to last, and a warning for all that has no meaning there.

    >>> lines, _ = read("# Summary\\n\\n[Preface](preface.md)\\n\\n- [Queues](queues.md)\\n  - [Sizes]()\\n")
    >>> [(one.title, one.target, one.depth, one.matter) for one in lines]
    [('Preface', 'preface.md', 0, 'front'), ('Queues', 'queues.md', 0, 'body'), ('Sizes', '', 1, 'body')]
    """
    # Here: most books have no such file.
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _NESTED})
    reader = _Reader()
    for token in parser.parse(text):
        reader.take(token)
    return reader.lines, reader.findings


class _Link(NamedTuple):
    title: str
    target: str
    line: int


class _Reader:
    """Goes through the file from top to bottom."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.findings: list[Finding] = []
        self._is_begun = False
        """Whether something stood before: a heading that comes first is the file's own."""

        self._has_body = False
        """Whether a list or a part has begun: links outside of lists come before or after it."""

        self._part = False
        """Whether what comes is in a part."""

        self._is_listed = False
        """Whether a list has begun in the part, or since the last one."""

        self._heading = ""
        self._items: list[bool] = []
        """The items of lists that are open, and whether each has an entry."""

        self._item_line = 0

    def take(self, token: Token) -> None:
        """Go on by a token of the parser's."""
        line = token.map[0] + 1 if token.map else 0
        match token.type:
            case "heading_open":
                self._heading = token.tag
            case "heading_close":
                self._heading = ""
            case "bullet_list_open" | "ordered_list_open" if not self._items:
                self._begin_list()
            case "list_item_open":
                self._items.append(False)
                self._item_line = line
            case "list_item_close":
                if not self._items.pop():
                    self._tell("the item is empty, so it is left out", self._item_line)
            case "hr" if not self._items:
                self._part = self._is_listed = False
            case "inline":
                self._take_run(token, line)
            case "fence" | "code_block" | "blockquote_open":
                self._tell("only links, headings and lists count here", line)
            case "html_block" if not token.content.lstrip().startswith("<!--"):
                self._tell("HTML has no meaning here", line)
        self._is_begun = self._is_begun or token.type not in ("heading_open", "html_block")

    def _take_run(self, token: Token, line: int) -> None:
        nodes = token.children or ()
        links, others = _links(nodes, line)
        if self._heading:
            self._take_heading(_words(nodes), links[0].target if len(links) == 1 and not others else "", line)
        elif not self._items:
            self._take_paragraph(links, others)
        elif not self._items[-1]:
            self._take_item(links, others, line)
        else:
            for other in (*links, *others):
                self._tell(f"'{other.title[:80]}' is the second of its item, so it is left out", other.line)

    def _take_heading(self, title: str, target: str, line: int) -> None:
        if self._heading == "h1" and not self._is_begun:
            return
        self._part = bool(title)
        self._is_listed = False
        self._has_body = True
        self._go_on()
        if title:
            self.lines.append(Line(True, title, target, 0, "body", line))
        else:
            self._tell("the heading has no words, so no part begins", line)

    def _take_paragraph(self, links: Sequence[_Link], others: Sequence[_Link]) -> None:
        for other in others:
            self._tell(f"'{other.title[:80]}' is no link, so it is left out", other.line)
        if self._is_listed:
            self._part = False
        matter: Matter = "back" if self._has_body else "front"
        for link in links:
            self.lines.append(Line(False, link.title, link.target, int(self._part), matter, link.line))

    def _take_item(self, links: Sequence[_Link], others: Sequence[_Link], line: int) -> None:
        entry = links[0] if links else _Link(" ".join(one.title for one in others), "", line)
        if not (entry.title or entry.target):
            return
        if links:
            for other in (*links[1:], *others):
                self._tell(f"'{other.title[:80]}' stands beside a link, so it is left out", other.line)
        depth = int(self._part) + sum(self._items)
        self._items[-1] = True
        self.lines.append(Line(False, entry.title, entry.target, depth, "body", entry.line))

    def _begin_list(self) -> None:
        self._go_on()
        self._is_listed = self._has_body = True

    def _go_on(self) -> None:
        """Where the body goes on after what looked like back matter, that was none."""
        last = [*takewhile(lambda one: one.matter == "back", reversed(self.lines))]
        if last:
            self._tell("links outside of lists come first or last; here they are the body's", last[-1].line)
            self.lines[-len(last) :] = [one._replace(matter="body") for one in reversed(last)]

    def _tell(self, what: str, line: int) -> None:
        self.findings.append(Finding("order", what, layout.SUMMARY, line, severity="warning"))


def _links(nodes: Sequence[Token], line: int) -> tuple[list[_Link], list[_Link]]:
    """The links of a run that begins in a line, and what stands between them, with nowhere to lead."""
    links: list[_Link] = []
    others: list[_Link] = []
    held: list[Token] = []
    start, target = line, ""

    def end(found: list[_Link]) -> None:
        if (title := _words(held)) or found is links:
            found.append(_Link(title, target, start))
        held.clear()

    for node in nodes:
        if node.type == "link_close":
            end(links)
            target = ""
        elif node.type == "link_open":
            end(others)
            start, target = line, str(node.attrs.get("href", ""))
        elif not (is_break := node.type in _BREAKS) or held:
            start = start if held or target else line
            held.append(node)
            line += is_break
        else:
            line += 1
    end(others)
    return links, others


_BREAKS = ("softbreak", "hardbreak")


def _words(nodes: Sequence[Token]) -> str:
    """What nodes say, in one line."""
    texts = (" " if node.type in _BREAKS else node.content for node in nodes if node.type != "html_inline")
    return " ".join("".join(texts).split())
