"""MkDocs: ``mkdocs.yml`` with its ``nav``, read without its plug-ins."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from polybook.importers.drafts import Origin
from polybook.importers.order import folders, tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import Shelf, ending


def read(shelf: Shelf, config: str) -> Plan:
    """Return the order of the site with this ``mkdocs.yml``; of one without a nav, that of its folders."""
    table = tables.read(shelf, config)
    if (parent := table.get("INHERIT")) and (file := shelf.near(config, str(parent))) in shelf:
        table = {**tables.read(shelf, file), **table}
    base = posixpath.dirname(config)
    home = posixpath.normpath(posixpath.join(base, tables.words(table.get("docs_dir")) or "docs"))
    home = "" if home == "." else home
    if not shelf.below(home):  # a folder that a program makes of this one
        home = posixpath.join(base, "docs")
    about = About(
        title=tables.words(table.get("site_name")),
        description=tables.words(table.get("site_description")),
        authors=tables.names(table.get("site_author")),
        language=tables.language(tables.at(table, "theme", "language")),
        rights=unescape(re.sub(r"<[^<>]*>", "", tables.words(table.get("copyright")))).strip(),
        url=tables.words(table.get("site_url")),
    )
    lost: list[Lost] = []
    nav = table.get("nav") or table.get("pages")
    if isinstance(nav, list):
        walk = _entries(shelf, home, nav, 0, lost, config)
        entries = tables.limited(walk, config)
    else:
        entries = folders.entries(shelf, _pages_home(shelf, home, about.language))
    extra = table.get("extra")
    variables = _variables(extra if isinstance(extra, dict) else {})
    variables |= {f"config.{key}": tables.words(table.get(key)) for key in ("site_name", "site_url")}
    return Plan(
        "mkdocs", home, tuple(entries), about, config, variables=variables,
        aliases=_redirects(table, home, shelf), lost=tuple(lost),
    )  # fmt: skip


def _pages_home(shelf: Shelf, home: str, language: str) -> str:
    """The folder of the pages in the site's language, where languages have folders."""
    inner = f"{home}/{language or 'en'}"
    return inner if shelf.first(f"{inner}/index.md", f"{inner}/README.md") else home


def _entries(
    shelf: Shelf, home: str, nav: list[Any], level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    for one in nav:
        for title, value in one.items() if isinstance(one, dict) else [("", one)]:
            if isinstance(value, list):
                yield from _section(shelf, home, tables.words(title), value, level, lost, config)
            elif isinstance(value, str):
                yield from _page(shelf, home, tables.words(title), value, level, lost, config)


def _section(
    shelf: Shelf, home: str, title: str, value: list[Any], level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    """A part at the top; below it a chapter, its index where it begins with one, else a title alone."""
    if level == 0:
        yield Entry("part", title)
        yield from _entries(shelf, home, value, 1, lost, config)
        return
    inside = tables.limited(_entries(shelf, home, value, level + 1, lost, config), config)
    opens = inside and inside[0].kind == "chapter" and not inside[0].title
    opens = opens and posixpath.basename(inside[0].path).lower() in {"index.md", "readme.md"}
    if opens:
        yield inside[0]._replace(level=level, title=title)
        yield from inside[1:]
    else:
        yield Entry("draft", title, "", level)
        yield from inside


def _page(
    shelf: Shelf, home: str, title: str, value: str, level: int, lost: list[Lost], config: str
) -> Iterator[Entry]:
    where = Origin(config, tables.line_of(shelf.text(config), value))
    if re.match(r"[a-z][a-z0-9+.-]*:|//", value):
        lost.append(Lost(where, f"the contents led to '{value}' on the web"))
        return
    bare = posixpath.normpath(posixpath.join(home, value.partition("#")[0].lstrip("/")))
    if "*" in value:  # mkdocs-awesome-pages, literate-nav: the files of a folder
        folder = bare.rstrip("*/.md")
        for entry in folders.entries(shelf, folder):
            yield entry._replace(level=entry.level + level)
    elif bare in shelf and ending(bare) == ".md":
        yield Entry("chapter", title, bare, level)
    elif shelf.below(bare):
        for entry in folders.entries(shelf, bare):
            yield entry._replace(level=entry.level + level)
    else:
        what = "is no Markdown" if bare in shelf else "has no file"
        lost.append(Lost(where, f"the page '{value}' {what}"))


def _variables(extra: dict[str, Any], begin: str = "") -> dict[str, str]:
    """What pages may write as ``{{ name }}``, with the plug-in macros."""
    found: dict[str, str] = {}
    for key, value in extra.items():
        if isinstance(value, dict) and begin.count(".") < 4:
            found |= _variables(value, f"{begin}{key}.")
        elif text := tables.words(value):
            found[f"{begin}{key}"] = text
    return found


def _redirects(table: Any, home: str, shelf: Shelf) -> dict[str, tuple[str, ...]]:
    """Former pages, as the plug-in redirects has them: old file to new file."""
    found: dict[str, tuple[str, ...]] = {}
    for plugin in table.get("plugins") if isinstance(table.get("plugins"), list) else []:
        maps = tables.at(plugin, "redirects", "redirect_maps")
        for old, new in (maps if isinstance(maps, dict) else {}).items():
            path = posixpath.normpath(posixpath.join(home, str(new).partition("#")[0]))
            if path in shelf and isinstance(old, str):
                found[path] = (*found.get(path, ()), re.sub(r"\.md$", ".html", old.lstrip("/")))
    return found
