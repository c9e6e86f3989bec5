"""What is made of HTML's elements in a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from polybook.markup import tree
from polybook.markup.html import tags
from polybook.markup.html.elements import Elements
from polybook.markup.html.runs import blocks_of, is_block, is_comment, without_links
from polybook.model.nodes import (
    Attr,
    Choice,
    Code,
    Div,
    Image,
    Inline,
    LineBreak,
    Link,
    Node,
    Quoted,
    Run,
    SoftBreak,
    Space,
    Span,
    Str,
    Target,
)

if TYPE_CHECKING:  # the parser is loaded where there is HTML to read
    from justhtml.dom import Node as Element

_PLAIN = frozenset({Str, Space, SoftBreak, Span})
_IN_CODE = frozenset({"span", *tags.CODE, *tags.MARKED})


def _around(held: list[Node], wrap: Callable[[Run], Inline]) -> list[Node]:
    """What an element in a line makes of what it holds; where that is blocks, of each text in them."""
    if not any(map(is_block, held)):
        return [wrap(cast(Run, held))] if held else []
    return [*tree.rewrite(blocks_of(held), lambda _, run: [wrap(run)] if run else run)]


def _held(elements: Elements, element: Element) -> list[Node]:
    """What an element in a line holds; comments among words say nothing."""
    held = elements.all(element)
    words = [node for node in held if not is_comment(node)]
    return held if any(map(is_block, words)) else words


def marked(elements: Elements, element: Element) -> list[Node]:
    """Emphasis and the like."""
    kind, attr = tags.MARKED[element.name], elements.attr(element)
    made = _around(_held(elements, element), kind)
    if attr != Attr() and not any(map(is_block, made)):
        return [Span.of(elements.placed(element, attr), cast(Run, made))] if made else []
    if attr != Attr():
        made = _around(made, lambda run: Span.of(attr, run))
    return _placed(elements, element, made)


def quoted(elements: Elements, element: Element) -> list[Node]:
    """Words in quotation marks."""
    made = _around(_held(elements, element), lambda run: Quoted.of(Choice("DoubleQuote"), run))
    return _placed(elements, element, made)


def _placed(elements: Elements, element: Element, made: list[Node]) -> list[Node]:
    """What was made of an element with where it stands, if that is words."""
    if any(map(is_block, made)):
        what = f"<{element.name}> is around whole paragraphs, which no translation can take the place of"
        elements.say(what, element, f"put <{element.name}> around the words in each of them")
        return made
    return elements.wrapped(element, cast(Run, made)) if made else []


def span(elements: Elements, element: Element, tag: str = "") -> list[Node]:
    """Words with attributes."""
    attr = elements.attr(element, tag)
    held = _held(elements, element)
    if any(map(is_block, held)):
        return [Div.of(attr, blocks_of(held))] if attr != Attr() else held
    if attr == Attr():
        return elements.wrapped(element, cast(Run, held)) if held else []
    return [Span.of(elements.placed(element, attr), cast(Run, held))]


def kept(elements: Elements, element: Element) -> list[Node]:
    """Words with the name of their element."""
    return span(elements, element, element.name)


def code(elements: Elements, element: Element) -> list[Node]:
    """Code, or words with the name of their element where they are more than text."""
    parts: list[str] = []
    holes: list[Element] = []
    if not _read_code(elements, element, parts, holes):
        return kept(elements, element)
    for hole in holes:
        elements.fill(hole)
    text = " ".join("".join(parts).split())
    return [Code.of(elements.placed(element, elements.attr(element)), text)] if text else []


def _read_code(elements: Elements, element: Element, parts: list[str], holes: list[Element]) -> bool:
    """Add an element's text; False where there is more in it."""
    for child in element.children or ():
        if child.name == "#text":
            parts.append(cast(str, child.data))
        elif child.name == "br":
            parts.append("\n")
        elif elements.is_hole(child):
            run: Any = elements.stream.holes[child.origin_offset or 0]
            if not _PLAIN.issuperset(map(type, tree.find(run))):
                return False
            holes.append(child)
            parts.append(tree.plain(run))
        elif child.name in _IN_CODE:
            if not _read_code(elements, child, parts, holes):
                return False
        elif child.name not in ("wbr", "#comment"):
            return False
    return True


def link(elements: Elements, element: Element) -> list[Node]:
    """A link, or a place that links lead to."""
    given = element.attrs or {}
    address = given.get("href")
    if address is None:
        return span(elements, element)
    address = re.sub(r"[\t\n\r]", "", address).strip()
    if tags.is_harmful(address):
        what = f"the address of the link, '{address[:40]}', is left out; its text is shown"
        elements.say(what, element, "link to a web address or a chapter")
        return elements.all(element)
    attr = elements.placed(element, elements.attr(element))
    target = Target(address, given.get("title") or "")
    return _around(_held(elements, element), lambda run: Link.of(attr, without_links(run), target))


def image(elements: Elements, element: Element) -> list[Node]:
    """A picture."""
    given = element.attrs or {}
    described = elements.value(element, "alt")
    source = (given.get("src") or "").strip()
    if not source or tags.is_harmful(source):
        what = "the picture has no address that can be shown; its words stand in its place"
        elements.say(what, element, "put the file into figures/")
        return [*described]
    attr = elements.placed(element, elements.attr(element))
    sizes = ("width", "height")
    attr.pairs = [pair for pair in attr.pairs if pair[0] not in sizes or tags.is_length(pair[1])]
    if not described and "alt" in given:
        attr.pairs.append(("alt", ""))
    return [Image.of(attr, described, Target(source, given.get("title") or ""))]


def line_break(elements: Elements, element: Element) -> list[Node]:
    """A hard break."""
    return [LineBreak()]


def may_break(elements: Elements, element: Element) -> list[Node]:
    """A place where a long word may break."""
    return [Str("\u200b")]


def control(elements: Elements, element: Element) -> list[Node]:
    """The box of a task, as Markdown has it; no edition has any other control."""
    given = element.attrs or {}
    if (given.get("type") or "").lower() != "checkbox":
        return dropped(elements, element)
    return [Str("[x]")] if "checked" in given else [Str("["), Space(), Str("]")]


def passed(elements: Elements, element: Element) -> list[Node]:
    """What an element holds that is nothing by itself."""
    return elements.all(element)


def font(elements: Elements, element: Element) -> list[Node]:
    """Words without the look that they were to have."""
    if look := ", ".join(element.attrs or ()):
        what = f"the {look[:60]} of <font> is left out; its text is shown"
        elements.say(what, element, "say it in words, or in the book's theme")
    return elements.all(element)


def silent(elements: Elements, element: Element) -> list[Node]:
    """What Markdown made within an element that browsers do not show."""
    known = len(elements.filled)
    held = elements.all(element)
    return held if len(elements.filled) > known else []


def dropped(elements: Elements, element: Element) -> list[Node]:
    """What stands for an element that no edition shows: a link where it has an address on the web."""
    name = element.name
    known = len(elements.filled)
    held = elements.without_report(element)
    if len(elements.filled) > known:  # what Markdown made is shown
        elements.say(f"<{name}> is left out; what is in it is shown", element, "leave the tags out")
        return held
    address = _address(element)
    if address.startswith(("https://", "http://")):
        what = f"<{name}> is shown by no edition; a link to {address[:80]} stands in its place"
        elements.say(what, element, "say in the text what it shows")
        return [Link.of(Attr(), [Str(address)], Target(address))]
    hint = tags.DROPPED[name] or "say in the text what a reader needs of it"
    elements.say(f"<{name}> is shown by no edition, and is left out with all that is in it", element, hint)
    return []


def _address(element: Element) -> str:
    """The address of a film, a sound or a page; empty for what has none."""
    if element.name not in tags.MEDIA:
        return ""
    given = element.attrs or {}
    own = given.get("src") or given.get("data") or ""
    return own.strip() or next(filter(None, map(_address, element.children or ())), "")
