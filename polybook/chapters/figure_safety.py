"""Whether a figure's file is what it says: a picture of a size, that runs nothing and fetches nothing.

Figures stand in pages, where a script of theirs would be the page's own, and in EPUBs and PDFs, where nothing
can be fetched. What is drawn is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from polybook.model import layout
from polybook.model.findings import Finding

_BEGINNINGS = {
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".gif": re.compile(rb"GIF8[79]a"),
    ".webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    ".avif": re.compile(rb"....ftyp(?:avif|avis|mif1|msf1)", re.DOTALL),
}
"""What a file of each kind begins with."""

_SVG = "http://www.w3.org/2000/svg"
_REFERENCES = ("href", "xlink:href", "src")
_WITHIN = re.compile(r"\s*(#|data:(image|font)/|$)")
_LINK = re.compile(r"\s*(https?:|mailto:|#)")
_FETCHING = re.compile(r"@import|url\(\s*[\"']?\s*(?!#|data:(image|font)/|[\"'\s])", re.IGNORECASE)
_AS_HTML = {"title", "desc", "foreignobject"}  # the HTML standard's "HTML integration points"
_RUNNING = re.compile(r"\s*javascript:", re.IGNORECASE)


def check(figures: Mapping[str, bytes]) -> list[Finding]:
    """Return what is wrong with pictures, given by their paths in ``source/``: the first of each."""
    return [finding for path, content in figures.items() for finding in _check(path, content)]


def _check(path: str, content: bytes) -> Iterator[Finding]:
    ending = path[path.rfind(".") :].lower()
    if ending == ".svg":
        reader = _Reader()
        if found := reader.read(content):
            line, what, hint = found
            yield Finding("figure", what, layout.figure(path), line, hint)
        elif not reader.is_sized:
            what = "the SVG does not say how large it is, so it is cropped at 300 by 150 pixels"
            hint = 'give it a viewBox="0 0 width height"'
            yield Finding("figure", what, layout.figure(path), 1, hint, "warning")
        return
    kind = ".jpg" if ending == ".jpeg" else ending
    if not _BEGINNINGS[kind].match(content):
        known = next((one for one, begins in _BEGINNINGS.items() if begins.match(content)), "")
        hint = f"let its name end with {known}" if known else ""
        yield Finding("figure", f"this is no {ending[1:].upper()} file", layout.figure(path), hint=hint)


class _Unfit(Exception):  # noqa: N818 (it never leaves this module)
    """What is wrong with an SVG, and what to do about it."""


class _Reader:
    """Reads one SVG, and stops where something is wrong."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._element
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._entity
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.EndElementHandler = lambda _: self._open.pop()
        self._parser.StartCdataSectionHandler = self._cdata
        self._parser.CommentHandler = self._comment
        self._open: list[str] = []
        self.is_sized = False

    def read(self, content: bytes) -> tuple[int, str, str] | None:
        """Return the line, what is wrong there and what to do about it; None where nothing is."""
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            return content.count(b"\n", 0, error.start) + 1, "the line is not UTF-8", "save the file as UTF-8"
        if b"\0" in content:
            return content[: content.index(b"\0")].count(b"\n") + 1, "the line holds a NUL character", ""
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            return error.lineno, f"the SVG is not well-formed: {expat.ErrorString(error.code)}", ""
        except LookupError:  # the encoding that it names
            return 1, "the SVG names an encoding that nobody knows", 'write encoding="utf-8"'
        except ValueError:
            return 1, "the SVG names an encoding that it has not", 'write encoding="utf-8"'
        except _Unfit as unfit:
            return self._parser.CurrentLineNumber, unfit.args[0], unfit.args[1]
        return None

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open and (name != "svg" or attributes.get("xmlns") != _SVG):
            raise _Unfit("this is no SVG picture", f'it begins with <svg xmlns="{_SVG}">')
        if not self._open:
            sizes = (attributes.get(key, "%").endswith("%") for key in ("width", "height"))
            self.is_sized = "viewBox" in attributes or not any(sizes)
        local = name.rpartition(":")[2].lower()
        self._open.append(local)
        if local == "script":
            raise _Unfit("the SVG holds a script", "a figure is a picture; take the script out")
        for key, value in attributes.items():
            if key.rpartition(":")[2].lower().startswith("on") or _RUNNING.match(value):
                raise _Unfit(f"the SVG runs something ({key})", "a figure is a picture; take the script out")
            if key.lower() in _REFERENCES and not (
                _WITHIN.match(value) or (local == "a" and _LINK.match(value))
            ):
                raise _Unfit(f"the SVG needs another file, '{value[:80]}'", "put it into the SVG")
            self._text(value)

    def _text(self, text: str) -> None:
        if _FETCHING.search(text):
            raise _Unfit("the SVG needs another file (url or @import)", "put it into the SVG")

    def _cdata(self) -> None:
        if not _AS_HTML.isdisjoint(self._open):
            raise _Unfit(
                "there is a CDATA section in what a page reads as HTML", "write &lt; and &amp; instead"
            )

    def _comment(self, text: str) -> None:
        if text.startswith((">", "->")) or "--!>" in text:
            raise _Unfit("the comment ends earlier in HTML than in SVG", "write another comment")

    def _entity(self, name: str, *_: object) -> None:
        raise _Unfit(f"the SVG declares an entity, '{name[:80]}'", "write what it stands for in its place")

    def _instruction(self, target: str, _: str) -> None:
        if target == "xml-stylesheet":
            raise _Unfit("the SVG needs another file (xml-stylesheet)", "put it into the SVG")
