"""VuePress, VitePress and docsify: sidebars, as far as they can be read without running code; else files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from polybook.importers.drafts import Origin
from polybook.importers.order import folders, literals, summary, tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import Shelf


def read(shelf: Shelf, config: str, language: str = "") -> Plan:
    """Return the order of the site with this file: the config of VuePress or VitePress."""
    lineage = "vitepress" if ".vitepress" in config else "vuepress"
    base = posixpath.dirname(posixpath.dirname(config))
    said = literals.read(shelf.text(config))
    source = tables.words(said.get("srcDir")) if lineage == "vitepress" else ""
    home = posixpath.normpath(posixpath.join(base, source)) if source else base
    home = "" if home == "." else home
    place, about = _tongue(said, language)
    sidebar = _sidebar_of(shelf, config, said, place)
    lost: list[Lost] = []
    begin = posixpath.join(home, place.strip("/")) if place.strip("/") else home
    entries: list[Entry] = []
    opening = shelf.first(posixpath.join(begin, "index.md"), posixpath.join(begin, "README.md"))
    if sidebar:
        walk = _entries(shelf, home, sidebar, "", 0, lost, config)
        entries = _once(tables.limited(walk, config))
    if not any(entry.kind == "chapter" for entry in entries):
        lost.append(
            Lost(Origin(config, 0), "the sidebar cannot be read without running it; files by their names")
        )
        known = [path for path in shelf.below(begin) if path.startswith(posixpath.join(begin, "."))]
        entries = folders.entries(shelf, begin, without=known)
    if opening and all(entry.path != opening for entry in entries):
        entries.insert(0, Entry("chapter", "", opening, 0, listed=False))
    dollars = bool(re.search(r"katex|mathjax|\bmath\b|\btex\b", shelf.text(config)))
    return Plan(lineage, home, tuple(entries), about, config, dollars=dollars, lost=tuple(lost))


def _tongue(said: dict[str, Any], language: str) -> tuple[str, About]:
    """The locale that is asked for, else the site's own: its path in the site, and what it says."""
    theme = said.get("themeConfig")
    found = said.get("locales") or tables.at(theme, "locales")
    locales = found if isinstance(found, dict) else {}
    place = ""
    for key, one in locales.items():
        tongue = tables.language(tables.at(one, "lang")) or tables.language(key.strip("/"))
        if language and tongue.partition("-")[0] == language.partition("-")[0]:
            place = "" if key in {"root", "/"} else key.strip("/")
            own = one
            break
    else:
        own = locales.get("root") or locales.get("/")
    own = own if isinstance(own, dict) else {}
    description = own.get("description") or said.get("description")
    return place, About(
        title=tables.words(own.get("title") or said.get("title")),
        description=tables.words(description),
        language=tables.language(own.get("lang") or said.get("lang")),
        authors=tables.names(said.get("author")),
    )


def _sidebar_of(shelf: Shelf, config: str, said: dict[str, Any], place: str) -> Any:
    """The sidebar of the theme, of a locale, or of a file beside the config that is named for it."""
    theme = said.get("theme") if isinstance(said.get("theme"), dict) else said.get("themeConfig")
    key = f"/{place}/" if place else "/"
    for holder in (
        tables.at(theme, "locales", key), tables.at(said, "locales", place or "root", "themeConfig"), theme,
        said,
    ):  # fmt: skip
        found = tables.at(holder, "sidebar")
        if isinstance(found, list | dict) and found:
            return found
    folder = posixpath.dirname(config)
    for path in shelf.paths:
        if path.startswith(f"{folder}/") and re.search(r"sidebar[^/]*\.(?:[cm]?[jt]s|json)$", path):
            found = literals.read(shelf.text(path))
            inner = found.get("sidebar") or found.get("default") or found
            if isinstance(inner, list | dict) and inner:
                return inner
    return None


def _entries(
    shelf: Shelf, home: str, given: Any, base: str, level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    if isinstance(given, dict) and not _is_item(given):
        for key, value in given.items():  # several sidebars, by their path
            inside = value.get("items") if isinstance(value, dict) and not _is_item(value) else value
            own = tables.words(value.get("base")) if isinstance(value, dict) else ""
            yield from _entries(shelf, home, inside, own or key, level, lost, config)
        return
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, list) and one:  # VuePress: [path, title]
            title = tables.words(one[1]) if len(one) > 1 else ""
            yield from _page(shelf, home, base, title, one[0], level, lost, config)
        elif isinstance(one, str):
            yield from _page(shelf, home, base, "", one, level, lost, config)
        elif isinstance(one, dict):
            yield from _item(shelf, home, one, base, level, lost, config)


def _is_item(given: dict[str, Any]) -> bool:
    return any(key in given for key in ("text", "title", "children", "link", "items"))


def _item(
    shelf: Shelf, home: str, one: dict[str, Any], base: str, level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    title = tables.words(one.get("text") or one.get("title"))
    link = one.get("link") or one.get("path")
    base = tables.words(one.get("base") or one.get("prefix")) or base
    inside = one.get("items") or one.get("children")
    pages = list(_page(shelf, home, base, title, link, level, lost, config)) if isinstance(link, str) else []
    if inside == "structure":  # of vuepress-theme-hope: the files of the folder
        folder = posixpath.normpath(posixpath.join(home, base.strip("/")))
        yield Entry("part", title) if level == 0 else Entry("draft", title, "", level)
        for entry in folders.entries(shelf, folder):
            yield entry._replace(level=entry.level + level + (level > 0))
    elif isinstance(inside, list) and inside:
        if level == 0:
            yield Entry("part", title)
            yield from pages
            yield from _entries(shelf, home, inside, base, 1, lost, config)
        else:
            yield from pages or [Entry("draft", title, "", level)]
            yield from _entries(shelf, home, inside, base, level + 1, lost, config)
    else:
        yield from pages


def _page(
    shelf: Shelf, home: str, base: str, title: str, link: Any, level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    if not isinstance(link, str):
        return
    where = Origin(config, tables.line_of(shelf.text(config), link))
    if re.match(r"[a-z][a-z0-9+.-]*:|//", link):
        lost.append(Lost(where, f"the contents led to '{link}' on the web"))
        return
    bare = link.partition("#")[0]
    for begin in dict.fromkeys(("" if bare.startswith("/") else base, "", base)):
        path = posixpath.normpath(posixpath.join(home, begin.strip("/"), bare.strip("/")))
        path = re.sub(r"\.(?:html|md)$", "", "" if path == "." else path)
        found = shelf.first(
            f"{path}.md", posixpath.join(path, "index.md"), posixpath.join(path, "README.md"),
            posixpath.join(path, "readme.md"),
        )  # fmt: skip
        if found:
            yield Entry("chapter", title, found, level)
            return
    lost.append(Lost(where, f"the page '{link}' has no file"))


def _once(entries: list[Entry]) -> list[Entry]:
    """The entries without those of chapters that were there before; levels begin at 0 after a part."""
    seen: set[str] = set()
    found: list[Entry] = []
    for entry in entries:
        if entry.kind == "chapter" and entry.path in seen:
            continue
        seen.add(entry.path)
        found.append(entry)
    return found


def docsify(shelf: Shelf, config: str) -> Plan:
    """Return the order of the site with this ``_sidebar.md``, or ``index.html`` where it has none."""
    home = posixpath.dirname(config)
    file = posixpath.join(home, "_sidebar.md")
    page = posixpath.join(home, "index.html")
    text = shelf.text(page) if page in shelf else ""
    name = re.search(r"\bname\s*:\s*(\"[^\"\n]*\"|'[^'\n]*')", text)
    tongue = re.search(r"<html[^<>]*\blang=[\"']?([\w-]+)", text)
    about = About(
        title=re.sub(r"<[^<>]*>", "", name[1][1:-1]).strip() if name else "",
        language=tables.language(tongue[1] if tongue else ""),
    )
    lost: list[Lost] = []
    entries: list[Entry] = []
    seen: set[str] = set()
    if file in shelf:
        for line in summary.lines(shelf.text(file)):
            entry = line.entry
            if entry.kind == "chapter":
                link = re.sub(r"^/?#/", "/", entry.path).partition("?")[0]
                pages = list(_page(shelf, home, "", entry.title, link or "/", entry.level, lost, file))
                entries += [page for page in pages if page.path not in seen]
                seen |= {page.path for page in pages}
            elif entry.kind == "draft" and entry.level == 0:
                entries.append(Entry("part", entry.title))
            elif entry.kind in {"draft", "part"}:
                entries.append(entry)
    else:
        entries = folders.entries(shelf, home)
    opening = shelf.first(posixpath.join(home, "README.md"))
    if opening and all(entry.path != opening for entry in entries):
        entries.insert(0, Entry("chapter", "", opening, 0, listed=False))
    dollars = bool(re.search("katex|mathjax|latex", text))
    return Plan("docsify", home, tuple(entries), about, config, dollars=dollars, lost=tuple(lost))
