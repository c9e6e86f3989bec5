"""SVG files as drawings: what draws is kept, all else is left out and said.

A figure stands in pages, where a script of its own would be the page's, and in EPUBs and PDFs, where nothing
can be fetched. So an author's bytes reach no reader: a file is parsed, and what it may consist of
(`drawing_names`) is written anew.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import tinycss2
from lxml import etree

from polybook.chapters.drawing_names import ATTRIBUTES, ELEMENTS, PROPERTIES, ROOT_PROPERTIES, UNSEEN

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_HREFS = ("href", f"{{{_XLINK}}}href")
_KEPT = {f"{{{_XML}}}space": "preserve", f"{{{_XML}}}lang": ""}
"""Attributes of XML's that say how text is read."""

MOST_ELEMENTS = 100_000
"""How many elements a figure may have, each counted as often as it is drawn again by ``use`` and its like."""

LARGEST = 1_000_000
"""How wide or high it may say that it is."""

MOST_TEXTS = 2_000
"""How many texts it may have: each is a message."""

_LINK = re.compile(r"\s*(https?:|mailto:|#)", re.IGNORECASE)
_OWN = re.compile(r"\s*#\S*\s*")
_DATA = re.compile(r"\s*data:(image/(?:png|jpe?g|gif|webp|avif));base64,(.*)", re.DOTALL | re.IGNORECASE)
_FONT = re.compile(r"\s*data:(font/|application/(x-)?font-|application/font-)", re.IGNORECASE)
_NUMBERS = re.compile(
    r"[\s,]*+(?:[-+]?(?:\d++(?:\.\d++)?|\.\d++)(?:e[-+]?\d{1,3})?+[\s,]*+){4}", re.IGNORECASE
)
_NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:e[-+]?\d{1,3})?", re.IGNORECASE)

IsPicture = Callable[[str, bytes], bool]
"""Whether bytes are the picture of pixels that an ending says, as ``.png``, and can be shown."""


class Unfit(Exception):  # noqa: N818 (`figure_safety` makes a finding of it)
    """A file that is no drawing: in which line, what is wrong, and what to do about it."""

    def __init__(self, line: int, what: str, hint: str = "") -> None:
        super().__init__(line, what, hint)
        self.line, self.what, self.hint = line, what, hint


@dataclass(frozen=True)
class Drawing:
    """An SVG file, read."""

    content: bytes
    """It, written anew, in UTF-8, under SVG's names."""

    left_out: dict[str, tuple[int, str]]
    """What it has besides what draws: by its kind, the first line and what stands there."""

    is_sized: bool
    """Whether it says how large it is."""


KINDS = {
    "runs": ("runs something", "a figure is a picture; take the script out"),
    "moves": ("moves", "draw it as it stands still"),
    "page": ("holds a piece of a page", "write its words as <text>; Mermaid does so with htmlLabels: false"),
    "fetches": ("needs another file", "put it into the SVG"),
    "unknown": ("holds what no drawing has", "draw it with SVG's shapes and <text>"),
}
"""What is said of each kind of thing that is left out, and what to do about it."""

_MOVING = frozenset(
    {"animate", "animateColor", "animateMotion", "animateTransform", "discard", "mpath", "set"}
)


def read(content: bytes, is_picture: IsPicture) -> Drawing:
    """Return the drawing in an SVG file; raises Unfit where it is none, or larger than can be shown."""
    root = _parsed(content)
    reader = _Reader(is_picture)
    new = reader.element(root)
    if new is None:
        raise Unfit(1, "this is no SVG picture", f'it begins with <svg xmlns="{_SVG}">')
    if new.find(f".//{{{_SVG}}}style") is None:
        _drop_classes(new)
    _check_size(new)
    sizes = [new.get(key, "%").endswith("%") for key in ("width", "height")]
    is_sized = "viewBox" in new.attrib or not any(sizes)
    etree.cleanup_namespaces(new, top_nsmap={None: _SVG, "xlink": _XLINK})
    return Drawing(etree.tostring(new, encoding="utf-8"), reader.left_out, is_sized)


def parsed(content: bytes) -> Any:
    """Return the tree of an SVG file, as lxml has it; raises Unfit for one that is not well-formed."""
    return _parsed(content)


def _parsed(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities="internal",  # none leads to another file
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,  # libxml2's limits hold: 256 deep, entities that do not multiply
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unfit(error.lineno or 1, f"the SVG is not well-formed: {_reason(error)}") from None
    except (ValueError, LookupError) as error:
        raise Unfit(1, f"the SVG cannot be read: {error}") from None


def _reason(error: etree.XMLSyntaxError) -> str:
    """libxml2's own words, without the place that it adds."""
    return re.sub(r", line \d+, column \d+.*", "", error.msg or "it is empty", flags=re.DOTALL)


@dataclass
class _Reader:
    """Writes a tree anew, and keeps what it leaves out."""

    is_picture: IsPicture
    left_out: dict[str, tuple[int, str]] = field(default_factory=dict)

    def element(self, old: Any) -> Any:
        """The element as it may be in a drawing, with what it holds; None where it may not be there."""
        namespace, name = _named(old)
        if namespace not in ("", _SVG):
            if namespace == "http://www.w3.org/1999/xhtml":
                self._leave("page", old, f"<{name}>")
            return None  # what an editor of drawings noted for itself
        if old.getparent() is None and name != "svg":
            return None
        if name not in ELEMENTS:
            self._refuse(old, name)
            return None
        new = etree.Element(f"{{{_SVG}}}{name}", nsmap={None: _SVG, "xlink": _XLINK})
        for key, value in old.attrib.items():
            self._attribute(old, name, new, key, value)
        if name == "style":
            new.text = self._sheet(old, "".join(old.itertext()))
            return new
        new.text = "".join(old.itertext()) if name in ("title", "desc") else old.text
        for child in () if name in ("title", "desc") else old:
            kept = self.element(child)
            if kept is not None:
                new.append(kept)
                kept.tail = child.tail
            elif child.tail:
                _append(new, child.tail)
        return new

    def _refuse(self, old: Any, name: str) -> None:
        if name in UNSEEN:
            return
        kind = "unknown"
        if name in ("script", "handler", "listener"):
            kind = "runs"
        elif name in _MOVING:
            kind = "moves"
        elif name == "foreignObject":
            kind = "page"
        elif name in ("feImage", "iframe", "audio", "video", "tref"):
            kind = "fetches"
        self._leave(kind, old, f"<{name}>")

    def _attribute(self, old: Any, name: str, new: Any, key: str, value: str) -> None:
        if key.lower().startswith("on"):
            self._leave("runs", old, key)
        elif key in _HREFS:
            # In the old spelling: all browsers read it, and some readers of EPUBs read no other.
            if (key == "href" or "href" not in old.attrib) and self._may_refer(old, name, value):
                new.set(_HREFS[1], value.strip())
        elif key == "style":
            if style := self._style(old, value, ROOT_PROPERTIES if old.getparent() is None else PROPERTIES):
                new.set(key, style)
        elif key == "viewBox":
            if _NUMBERS.fullmatch(value):
                new.set(key, " ".join(_NUMBER.findall(value)))
        elif key in ATTRIBUTES and not self._fetches(old, tinycss2.parse_component_value_list(value)):
            new.set(key, value)
        elif key in _KEPT:
            new.set(key, _KEPT[key] or value)

    def _may_refer(self, old: Any, name: str, value: str) -> bool:
        if name == "image":
            match = _DATA.fullmatch(value)
            if match and self._shows(match[1].lower(), match[2]):
                return True
            self._leave("fetches", old, value)
            return False
        if _OWN.fullmatch(value) or (name == "a" and _LINK.match(value)):
            return True
        runs = re.sub(r"[\x00-\x20]", "", value).lower().startswith(("javascript:", "vbscript:"))
        self._leave("runs" if runs else "fetches", old, value)
        return False

    def _shows(self, kind: str, written: str) -> bool:
        """Whether a picture within the drawing can be shown."""
        try:
            content = base64.b64decode(re.sub(r"\s+|%0A|%0D", "", written).replace("%2B", "+"), validate=True)
        except (binascii.Error, ValueError):
            return False
        return self.is_picture("." + kind.partition("/")[2].replace("jpeg", "jpg"), content)

    # ---- CSS ---------------------------------------------------------------------------------

    def _style(self, old: Any, value: str, allowed: frozenset[str]) -> str:
        found = tinycss2.parse_blocks_contents(value, skip_comments=True, skip_whitespace=True)
        return "; ".join(self._declarations(old, found, allowed))

    def _declarations(self, old: Any, nodes: Any, allowed: frozenset[str]) -> Iterator[str]:
        for node in nodes:
            if node.type != "declaration":
                continue
            is_known = node.lower_name in allowed or node.name.startswith("--")
            if is_known and not self._fetches(old, node.value):
                yield f"{node.name}:{tinycss2.serialize(node.value)}" + " !important" * node.important

    def _sheet(self, old: Any, text: str) -> str:
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        return "\n".join(self._rules(old, rules))

    def _rules(self, old: Any, rules: Any) -> Iterator[str]:
        for rule in rules:
            if rule.type == "qualified-rule":
                yield _rule("", rule, self._block(old, rule, ROOT_PROPERTIES))
            elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content:
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                yield _rule("@media ", rule, " ".join(self._rules(old, inner)))
            elif rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and rule.content:
                yield _rule("@font-face", rule, self._block(old, rule, _FACE))
            elif rule.type == "at-rule" and rule.lower_at_keyword == "import":
                self._leave("fetches", old, "@import")
            elif rule.type == "at-rule" and "keyframes" in rule.lower_at_keyword:
                self._leave("moves", old, f"@{rule.at_keyword}")

    def _block(self, old: Any, rule: Any, allowed: frozenset[str]) -> str:
        nodes = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        return "; ".join(self._declarations(old, nodes, allowed))

    def _fetches(self, old: Any, values: Any) -> bool:
        """Whether values of CSS have an address that leads out of the drawing and is no font in it."""
        for value in values:
            address = None
            if value.type == "url":
                address = value.value
            elif value.type == "function":
                if value.lower_name in ("url", "src", "image", "image-set", "-webkit-image-set", "element"):
                    address = "".join(one.value for one in value.arguments if one.type == "string")
                if value.lower_name == "expression":
                    self._leave("runs", old, "expression()")
                    return True
                if address is None and self._fetches(old, value.arguments):
                    return True
            elif value.type in ("() block", "[] block", "{} block"):
                if self._fetches(old, value.content):
                    return True
            elif value.type == "error":
                return True
            if address is not None and not (_OWN.fullmatch(address) or _FONT.match(address)):
                self._leave("fetches", old, address)
                return True
        return False

    def _leave(self, kind: str, old: Any, what: str) -> None:
        self.left_out.setdefault(kind, (old.sourceline or 1, what.strip()[:80]))


_FACE = frozenset({"font-family", "font-style", "font-weight", "font-stretch", "src", "unicode-range"})


def _named(element: Any) -> tuple[str, str]:
    if not isinstance(element.tag, str):  # an entity that stands for nothing here
        return "none", ""
    name = etree.QName(element)
    return name.namespace or "", name.localname


def _rule(keyword: str, rule: Any, block: str) -> str:
    return f"{keyword}{tinycss2.serialize(rule.prelude).strip()} {{{block}}}"


def _append(element: Any, text: str) -> None:
    """Put text behind what an element holds already."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _drop_classes(root: Any) -> None:
    """Without rules of its own a figure has classes for nothing, and in a page they would be the page's; but
    for ``code``, which says what is not translated.
    """
    for element in root.iter():
        if "class" in element.attrib:
            if "code" in element.get("class").split():
                element.set("class", "code")
            else:
                del element.attrib["class"]


# ---- size ------------------------------------------------------------------------------------


def _check_size(root: Any) -> None:
    for key in ("width", "height", "viewBox"):
        if any(abs(float(one)) > LARGEST for one in _NUMBER.findall(root.get(key, ""))):
            raise Unfit(1, f"the SVG is larger than can be shown (its {key})", f"draw it below {LARGEST:,}")
    texts = sum(1 for _ in root.iter(*(f"{{{_SVG}}}{one}" for one in ("text", "tspan", "title", "desc"))))
    if texts > MOST_TEXTS:
        raise Unfit(1, f"the SVG has {texts:,} texts; {MOST_TEXTS:,} are allowed", "make it a PNG")
    if _drawn(root) > MOST_ELEMENTS:
        what = f"the SVG draws more than {MOST_ELEMENTS:,} shapes, those counted that are drawn again"
        raise Unfit(1, what, "make it a PNG")


_DEEPEST = 400
"""How deep elements may lie in one another, those counted that are drawn again."""


def _drawn(root: Any) -> int:
    """How many elements are drawn, with what each refers to counted each time. A circle is followed once."""
    named = {element.get("id"): element for element in reversed([*root.iter()]) if element.get("id")}
    known: dict[Any, int] = {}
    open_: set[Any] = set()

    def count(element: Any) -> int:
        if element in known:
            return known[element]
        if element in open_:
            return 0
        if len(open_) > _DEEPEST:
            raise Unfit(element.sourceline or 1, "the SVG draws again what draws again, and so on for ever")
        open_.add(element)
        total = 1 + sum(map(count, element))
        for target in _targets(element):
            if target in named and total <= MOST_ELEMENTS:
                total += count(named[target])
        open_.remove(element)
        known[element] = total
        return total

    return count(root)


def _targets(element: Any) -> Iterator[str]:
    for key, value in element.attrib.items():
        if key in _HREFS and value.startswith("#"):
            yield value[1:]
        elif "url(" in value:
            yield from re.findall(r"url\(\s*[\"']?#([^)\"'\s]+)", value)
