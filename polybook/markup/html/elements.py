"""What an author's elements hold and where they stand: the ground on which nodes are made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from polybook.markup import positions
from polybook.markup.html import tags
from polybook.markup.html.runs import SPACES, blocks_of, edges, trimmed, words
from polybook.markup.html.stream import Stream, held_by
from polybook.model.nodes import Attr, Div, Node, RawBlock, Run, Tree

if TYPE_CHECKING:  # the parser is loaded where there is HTML to read
    from justhtml.dom import Node as Element

SHOWN = "is no tag of HTML, and is shown as text"
"""What is said of something in angle brackets that is no tag."""

UNUSED = "are left out: Markdown has none for tags"
"""What is said of attributes in braces that stand beside a tag."""

Report = Callable[[str, int, str], None]
"""Takes what is wrong, the line (0 where it is not known), and what to do."""

Maker = Callable[["Elements", "Element"], list[Node]]
"""Makes nodes of an element, blocks or inlines."""


class Elements:
    """One stream's elements."""

    def __init__(
        self,
        stream: Stream,
        makers: Mapping[str, Maker],
        report: Report,
        identifier: Callable[[str], str],
    ) -> None:
        self.stream = stream
        self._makers = makers
        self._report = report
        self.identifier = identifier
        """Makes of a heading's words an identifier that no other heading has."""

        self.filled: list[int] = []
        """The holes whose nodes have a place, in order."""

        self._ends: dict[int, int] = {}
        self._closed: dict[int, tuple[str, bool]] = {}
        self._end_tags: set[int] = set()

    def read(self) -> list[Node]:
        """Return the stream's nodes, blocks and inlines as they come. What is amiss is reported."""
        root, errors = self.stream.parse()
        nodes = self.all(root)
        for offset in sorted(self.stream.holes.keys() - self.filled):  # nothing that Markdown made is lost
            self.say("what stands here is within a tag, and is shown after it", offset, "close the tag")
            nodes += self.stream.holes[offset]
        is_moved = self._report_moved()
        for offset, (name, is_closed) in self._closed.items():
            if not is_closed and not (is_moved and name == "table"):
                what = f"<{name}> is not closed where it was opened, and ends with the text around it"
                self.say(what, offset, f"write </{name}> in the same paragraph, item or cell")
        for code, offset in errors:
            if code == "unexpected-end-tag":
                self._report_end(self.stream.text[offset : offset + 40].partition(">")[0] + ">", offset)
            elif code.startswith("eof-in-"):
                what = "a tag or comment never ends, and takes along what comes after it"
                self.say(what, offset, "close a tag with >, a comment with -->")
        return nodes

    def _report_end(self, tag: str, offset: int) -> None:
        name = tag[2:-1].strip().lower()
        if offset in self._end_tags or not self.stream.is_authors(offset):
            return
        if name == "p":
            what = "<p> holds no paragraphs of Markdown, and ended before them"
            self.say(what, offset, "write <div> in its place")
        elif not any(name == opened and not closed for opened, closed in self._closed.values()):
            self.say(f"{tag} closes nothing that is open there", offset, "leave it out, or open it there")

    def _report_moved(self) -> bool:
        """Report what browsers take out of a table; return whether there is any."""
        moved = [before for before, after in pairwise(self.filled) if before > after]
        for offset in moved:
            what = "what stands between a table's tags here is shown elsewhere, as browsers show it"
            self.say(what, offset, "put it into a cell: <td>...</td>")
        return bool(moved)

    def say(self, what: str, at: Element | int | None, hint: str) -> None:
        """Report what is wrong with an element, or at an offset."""
        offset = at if isinstance(at, int) or at is None else at.origin_offset
        self._report(what, self.stream.line(offset or 0), hint)

    # ---- what elements hold ------------------------------------------------------------------

    def all(self, element: Element) -> list[Node]:
        """What an element holds, blocks and inlines as they come."""
        return [node for child in held_by(element) for node in self.nodes(child)]

    def flow(self, element: Element, *, tight: bool = False) -> Tree:
        """What an element holds, as blocks."""
        return blocks_of(self.all(element), tight=tight)

    def nodes(self, element: Element) -> list[Node]:
        """What is made of an element, a text or a comment."""
        name = element.name
        if name == "#text":
            return [*self._text(element)]
        if name.startswith(("#", "!")):
            return self._comment(element)
        if self.is_hole(element):
            return [*self.fill(element)]
        if element.origin_offset is None and not element.children:
            return []  # of a browser's own
        if name not in tags.KNOWN:
            return self._unknown(element)
        if self._goes_on(element):
            return self.all(element)
        self._look_at_attributes(element)
        return self._makers[name](self, element)

    def is_hole(self, element: Element) -> bool:
        """Whether an element is a hole of the stream."""
        return element.origin_offset in self.stream.holes and element.name in ("div", "span")

    def fill(self, hole: Element) -> Sequence[Node]:
        """Return what stands in a hole."""
        offset = hole.origin_offset or 0
        self.filled.append(offset)
        return self.stream.holes[offset]

    def without_report(self, element: Element) -> list[Node]:
        """What an element holds, whatever is wrong with it."""
        report, self._report = self._report, lambda *_: None
        held = self.all(element)
        self._report = report
        return held

    def _goes_on(self, element: Element) -> bool:
        """Whether a browser would let an element go on that is never closed: here it ends with its text."""
        name, offset = element.name, element.origin_offset
        if offset is None or name in tags.UNCLOSED or not self.stream.is_authors(offset):
            return False
        is_closed = self._content_end(element) < self._end(element)
        is_known = offset in self._closed
        self._closed[offset] = name, is_closed or self._closed.get(offset, (name, False))[1]
        return is_known and not is_closed

    # ---- where they stand --------------------------------------------------------------------

    def position(self, element: Element) -> str:
        """Where an element stands in the source."""
        start = element.origin_offset
        return "" if start is None else self.stream.position(start, self._end(element))

    def wrapped(self, element: Element, run: Run) -> list[Node]:
        """A run in a wrapper that says where its element stands."""
        return [*positions.wrapped(run, self.position(element))]

    def placed(self, element: Element, attr: Attr) -> Attr:
        """Attributes with the place of an element."""
        return _with_position(attr, self.position(element))

    def begun(self, element: Element, attr: Attr) -> Attr:
        """Attributes with the place of an element's start tag."""
        start = element.origin_offset
        if start is None:
            return attr
        return _with_position(attr, self.stream.position(start, self.stream.after_start_tag(start)))

    def _end(self, element: Element) -> int:
        """Where an element ends in the stream."""
        key = id(element)
        if key not in self._ends:
            at = self._content_end(element)
            if not element.name.startswith("#") and element.name not in tags.VOID:
                after = self.stream.after_end_tag(element.name, at)
                if after > at:
                    self._end_tags.add(at)
                    at = after
            self._ends[key] = at
        return self._ends[key]

    def _content_end(self, element: Element) -> int:
        """Where what an element holds ends."""
        if element.name == "#text":
            return self._stretches(element)[-1][1] if element.origin_offset is not None else 0
        if element.name.startswith("#"):
            return self.stream.after_comment(element.origin_offset or 0)
        if element.children:
            return max(map(self._end, element.children))
        return self.stream.after_start_tag(element.origin_offset or 0)

    # ---- text and comments -------------------------------------------------------------------

    def _stretches(self, text: Element) -> list[tuple[int, int]]:
        """Where a text stands in the stream: in several parts where tags within it came to nothing."""
        start = text.origin_offset or 0
        wanted = len(cast(str, text.data))
        found, known = [], 0
        while True:
            end = self.stream.before_markup(start)
            found.append((start, end))
            known += len(unescape(self.stream.text[start:end]))
            if known >= wanted or end >= len(self.stream.text):
                return found
            start = self.stream.after_tag(end)

    def _text(self, element: Element) -> Run:
        """A text's words, in a wrapper that says where they stand."""
        run = words(cast(str, element.data))
        begin, end = edges(run)
        if element.origin_offset is None or begin == end:
            return run
        places = []
        for start, stop in self._stretches(element):
            piece = self.stream.text[start:stop]
            if inner := piece.strip(SPACES):
                start += piece.index(inner)
                places.append(self.stream.position(start, start + len(inner)))
        known = ";".join(places) if all(places) else ""
        return [*run[:begin], *positions.wrapped(run[begin:end], known, literal=True), *run[end:]]

    def value(self, element: Element, key: str) -> Run:
        """The words of an attribute's value, in a wrapper that says where they stand."""
        run = trimmed(words((element.attrs or {}).get(key) or ""))
        start, end = self.stream.value(element.origin_offset or 0, key)
        return positions.wrapped(run, self.stream.position(start, end), literal=True) if run else run

    def _unknown(self, element: Element) -> list[Node]:
        """Something in angle brackets that is no tag of HTML: it is text."""
        start = element.origin_offset or 0
        opened = self.stream.after_start_tag(start)
        content, end = self._content_end(element), self._end(element)
        self._report(*not_html(self.stream.text[start:opened], self.stream.line(start)))
        held = self.all(element)
        return [*self._literal(start, opened), *held, *(self._literal(content, end) if end > content else ())]

    def _literal(self, start: int, end: int) -> Run:
        position = self.stream.position(start, end)
        return positions.wrapped(words(self.stream.text[start:end]), position, literal=True)

    def _comment(self, element: Element) -> list[Node]:
        start = element.origin_offset
        if start is None:
            return []
        end = self.stream.after_comment(start)
        text = self.stream.text[start:end]
        if text.startswith("<!--"):
            return [positions.wrapped_block(RawBlock.of("html", text), self.stream.position(start, end))]
        self.say(f"{text[:40]!a} is no HTML, and is left out", start, r"write \< for a plain bracket")
        return []

    # ---- attributes --------------------------------------------------------------------------

    def attr(self, element: Element, tag: str = "") -> Attr:
        """An element's attributes, as far as there is a use for them; ``tag`` is noted with them."""
        name = element.name
        given = {key.lower(): value or "" for key, value in (element.attrs or {}).items()}
        pairs = [(tags.TAG, tag)] if tag else []
        pairs += [(key, given[key].strip()) for key in tags.OWN.get(name, ()) if key in given]
        if language := given.get("lang") or given.get("xml:lang"):
            pairs.append(("lang", language))
        if (direction := given.get("dir", "").lower()) in ("ltr", "rtl"):
            pairs.append(("dir", direction))
        if style := self._style(element, given):
            pairs.append(("style", style))
        identifier = given.get("id") or (given.get("name", "") if name == "a" else "")
        return Attr("".join(identifier.split()), given.get("class", "").split(), pairs)

    def _style(self, element: Element, given: Mapping[str, str]) -> str:
        kept = tags.style(given.get("style", "")).kept
        align = "center" if element.name == "center" else given.get("align", "").lower()
        if align in tags.ALIGNED and element.name not in ("img", "table") and "text-align" not in kept:
            return "; ".join(filter(None, (f"text-align: {align}", kept)))
        return kept

    def _look_at_attributes(self, element: Element) -> None:
        """Report what an element's attributes say that no edition can show."""
        name = element.name
        for key, value in (element.attrs or {}).items():
            if key.startswith("on"):
                what = f"the event handler '{key[:40]}' of <{name}> is left out"
                self.say(what, element, "no edition runs scripts")
            elif key == "hidden":
                self.say(f"what <{name}> hides is shown", element, "put it into a comment: <!-- ... -->")
            elif key == "style":
                for dropped in tags.style(value or "").dropped:
                    what = f"the style '{dropped[:40]}' of <{name}> is left out"
                    self.say(what, element, "say it in the book's theme")

    def boxed(self, element: Element, blocks: Tree) -> list[Node]:
        """Blocks in a box that has their element's attributes; as they are where it has none."""
        attr = self.attr(element)
        return [Div.of(attr, blocks)] if attr != Attr() else [*blocks]


def _with_position(attr: Attr, position: str) -> Attr:
    pairs = [*attr.pairs, (positions.POSITION, position)] if position else attr.pairs
    return Attr(attr.identifier, attr.classes, pairs)


def not_html(tag: str, line: int) -> tuple[str, int, str]:
    """What is said of something in angle brackets that is no tag."""
    shown = " ".join(tag[:60].split())
    return f"{shown} {SHOWN}", line, rf"write `{shown}` for code, or \{shown}"
