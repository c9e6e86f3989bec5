"""SVG figures for each format: of a size, with names of their own, and in the fonts that the theme says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

# In XML no bracket is open in a tag, not even in an attribute.
_TAG_END = r"""(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>"""
_ROOT = re.compile(
    rf"(?:\ufeff|\s|(?><\?.*?\?>)|(?><!--.*?-->)|<!DOCTYPE{_TAG_END})*+(?P<tag><svg\b{_TAG_END})", re.DOTALL
)
_TAG = re.compile(rf"<[A-Za-z]{_TAG_END}")
_ATTRIBUTE = re.compile(r"""(\s)([\w:.-]+)(\s*=\s*)("[^"]*"|'[^']*')""")
_CODE = re.compile(r'(<text\b[^<>]*?)(\sclass="code")')
_LENGTH = re.compile(
    r"\s*+\+?((?:\d++(?:\.\d++)?|\.\d++)(?:e[+-]?\d+)?)\s*+(px|pt|pc|in|cm|mm|q|em|ex|)\s*+", re.IGNORECASE
)
_PIXELS = {
    "": 1,
    "px": 1,
    "pt": 4 / 3,
    "pc": 16,
    "in": 96,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
    "em": 16,
    "ex": 8,
}
_NAMING = frozenset({"href", "xlink:href"})
_LISTING = frozenset({"aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"})
_TIMING = frozenset({"begin", "end"})


def size(content: bytes) -> tuple[float, float] | None:
    """Return a figure's width and height in CSS pixels; None where it does not say.

    What it says of its ``viewBox`` counts where its ``width`` or ``height`` says nothing.
    """
    root = _ROOT.match(content.decode("utf-8"))
    given = _attributes(root["tag"]) if root else {}
    width, height = (_pixels(given.get(key, "")) for key in ("width", "height"))
    box = [float(one) for one in re.findall(r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?", given.get("viewBox", ""))]
    if width and height:
        return width, height
    if len(box) != 4 or min(box[2:]) <= 0:
        return None
    if width:
        return width, width * box[3] / box[2]
    if height:
        return height * box[2] / box[3], height
    return box[2], box[3]


def is_styled(content: bytes) -> bool:
    """Whether a figure has rules of style of its own, which in a page would be rules for all of it."""
    return re.search(rb"<style\b", content) is not None


def is_for_paper(content: bytes) -> bool:
    """Whether a figure is drawn for white ground: neither in the theme's ink nor in colours that follow."""
    return re.search(rb"#1f2937|currentcolor|var\(|prefers-color-scheme", content, re.IGNORECASE) is None


def inline(content: bytes, alt: str, prefix: str, style: str = "", classes: str = "") -> str:
    """Return a figure as markup to stand in a page, named by its alternative text.

    ``prefix`` is put before the identifiers in it, so that no two figures of a page share one. ``style`` and
    ``classes`` are for the figure as a whole.
    """
    text = finished(content).decode("utf-8")
    start = _ROOT.match(text)
    if not start:
        return f'<span role="img" aria-label="{escape(alt)}"></span>' if alt else ""
    own = _attributes(start["tag"])
    classes = f"{own.get('class', '')} {classes}".strip()
    styles = filter(None, (own.get("style", "").rstrip("; "), style))
    named = {"role": "img" if alt else "", "aria-label": alt, "aria-hidden": "" if alt else "true"}
    opening = _with(start["tag"], {**named, "class": classes, "style": "; ".join(styles)})
    return _prefixed(opening + text[start.end() :].strip(), prefix)


def with_fonts(content: bytes, words: str, code: str) -> bytes:
    """Return a figure whose words are set in one font family and whose code in another."""
    text = _with_root(content, lambda tag: tag.replace("<svg", f'<svg font-family="{escape(words)}"', 1))
    return _CODE.sub(rf'\1\2 font-family="{escape(code)}"', text.decode("utf-8")).encode()


def finished(content: bytes) -> bytes:
    """Return a figure that states its size, and the ``viewBox`` without which it would be cropped, and that
    has each identifier once, where it is first.

    Without a size, some readers of EPUBs show a picture 300 pixels wide, or as high as the page.
    """
    content = _with_names_once(content)
    found = size(content)
    if found is None:
        return content
    width, height = (f"{one:.6g}" for one in found)

    def sized(tag: str) -> str:
        box = _attributes(tag).get("viewBox") or f"0 0 {width} {height}"
        return _with(tag, {"width": width, "height": height, "viewBox": box})

    return _with_root(content, sized)


# ---- tags ------------------------------------------------------------------------------------


def _with_root(content: bytes, change: Callable[[str], str]) -> bytes:
    """The figure with its first tag changed."""
    text = content.decode("utf-8")
    root = _ROOT.match(text)
    if not root:
        return content
    return (text[: root.start("tag")] + change(root["tag"]) + text[root.end() :]).encode()


def _attributes(tag: str) -> dict[str, str]:
    return {key: unescape(value[1:-1]) for _, key, _, value in _ATTRIBUTE.findall(tag)}


def _with(tag: str, attributes: Mapping[str, str]) -> str:
    """A tag with these attributes, first, in place of its own; without those that are empty."""
    kept = _ATTRIBUTE.sub(lambda found: "" if found[2] in attributes else found[0], tag)
    given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
    return kept.replace("<svg", f"<svg{given}", 1)


def _pixels(length: str) -> float:
    """A length in CSS pixels; 0 for what is none, such as a share."""
    found = _LENGTH.fullmatch(length)
    return float(found[1]) * _PIXELS[found[2].lower()] if found else 0


def _prefixed(text: str, prefix: str) -> str:
    """A figure with ``prefix`` before its identifiers, and wherever it refers to them."""
    tags = _TAG.findall(text)
    known = {identifier for tag in tags if (identifier := _attributes(tag).get("id"))}
    if not known:
        return text

    def name(given: str) -> str:
        return prefix + given if given in known else given

    def attribute(found: re.Match[str]) -> str:
        key, mark, value = found[2], found[4][0], found[4][1:-1]
        if key == "id" or key in _LISTING:
            value = " ".join(map(name, value.split()))
        elif key in _NAMING and value.startswith("#"):
            value = "#" + name(value[1:])
        elif key in _TIMING:
            value = re.sub(r"(?<![\w-])[\w-]++(?=\.[a-z])", lambda one: name(one[0]), value)
        else:
            value = re.sub(r"(url\(\s*(?:[\"']|&quot;|&apos;)?#)([^)\"'&\s]+)", _renamed(name), value)
        return f"{found[1]}{key}{found[3]}{mark}{value}{mark}"

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), text)


def _with_names_once(content: bytes) -> bytes:
    text = content.decode("utf-8")
    named = [identifier for tag in _TAG.findall(text) if (identifier := _attributes(tag).get("id"))]
    if len(named) == len(set(named)):
        return content
    known: set[str] = set()

    def attribute(found: re.Match[str]) -> str:
        if found[2] != "id":
            return found[0]
        is_new = found[4][1:-1] not in known
        known.add(found[4][1:-1])
        return found[0] if is_new else ""

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), text).encode()


def _renamed(name: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    return lambda found: found[1] + name(found[2])
