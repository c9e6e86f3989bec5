"""The files of a book that has come in: chapters, contents, settings, pictures."""

from __future__ import annotations

import json
import posixpath
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence

from polybook import __version__
from polybook.importers.constructs.links import place_of
from polybook.importers.convert import Converted
from polybook.importers.drafts import Draft, Edit, Origin
from polybook.importers.order import front, summary, tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import Unreadable
from polybook.model import layout
from polybook.model.book import LIMITS

_SPACE = uuid.UUID("0b0c3c3e-9d0a-5f51-8d0e-6a5b0f1c7a11")
"""Of the identifiers that are made of a title and authors."""

_SETTEXT = re.compile(r"(?P<title>[^\n]+)\n=+[ \t]*(?:\n|\Z)")
_HEADING = re.compile(
    r"^ {0,3}#{1,6}[ \t]+(?P<title>[^\n]*?)[ \t]*#*[ \t]*$|^(?P<set>[^\s#>`|<-][^\n]*)\n(?:=+|-{2,})[ \t]*$",
    re.MULTILINE,
)
_BRACES = re.compile(r"[ \t]*\{[^{}\n]*\}[ \t]*$")


def title_of(draft: Draft) -> str:
    """What a chapter is called: the words of its first heading, else what its front matter says."""
    shown = draft.prose
    head = front.HEAD.match(draft.text)
    match = _HEADING.search(shown, head.end() if head else 0)
    if match:
        name = "title" if match["title"] is not None else "set"
        return _BRACES.sub("", draft.text[slice(*match.span(name))]).strip()
    return tables.words(front.table(draft.text).get("title"))


def about(converted: Converted, language: str, name: str) -> tuple[About, tuple[str, ...]]:
    """Return what the book says of itself, completed; and what was taken for granted, as sentences.

    ``name`` is what the folder or file is called.
    """
    plan = converted.around.plan
    said, told = plan.about, []
    title = said.title
    if not title:
        found = _root_title(converted)
        title = _plain(found) or re.sub(r"[-_\s]+", " ", name).strip().title() or "Book"
        told.append(f"the title is '{title}': " + ("that of the opening" if found else "the folder's name"))
    tongue = language or said.language
    if not tongue:
        tongue = "en"
        told.append("the language is 'en': the book names none; --language says another")
    return said._replace(title=title, language=tongue), tuple(told)


def _root_title(converted: Converted) -> str:
    """What the opening of the book is called: its README, or the first chapter where that is one."""
    around = converted.around
    first = converted.drafts[0] if converted.drafts else None
    stem = posixpath.basename(first.path).partition(".")[0].lower() if first else ""
    if first and stem in {"readme", "index", "title-page", "_index", "home"}:
        return title_of(first)
    for path in ("README.md", posixpath.join(around.plan.home, "README.md")):
        if path in around.shelf and not around.shelf.only:
            try:
                title = title_of(Draft(path, around.shelf.text(path)))
            except Unreadable:
                continue
            if "://" not in title:
                return title
    return ""


def _plain(title: str) -> str:
    return re.sub(r"[*_`\\]|<[^<>]*>|!?\[|\]\([^()]*\)", "", title).strip()


_COUNTED = re.compile(
    r"(?:chapter|part|lesson|section|kapitel|chapitre|cap[ií]tulo|capitolo|глава)\s+(?:\d+|[ivxlc]+\b)|"
    r"第\s*[\d〇一二三四五六七八九十百]+\s*[章节回話部編课課]|\d+(?:\.\d+)*(?:[.:)]|\s|&nbsp;|$)",
    re.IGNORECASE,
)


def is_counted(titles: Sequence[str]) -> bool:
    """Whether most chapters have their numbers in their titles."""
    return bool(titles) and 2 * sum(bool(_COUNTED.match(title)) for title in titles) > len(titles)


def numbers(plan: Plan, titles: Sequence[str]) -> str:
    """What has numbers in a book, as the setting has it; empty for Polybook's own way."""
    if is_counted(titles):
        return "none"
    return "sections" if plan.lineage in {"bookdown", "quarto"} else ""


def settings(said: About, largest: int, numbered: str) -> str:
    """The book's pyproject.toml; ``largest`` is how many bytes its largest chapter has."""
    lines = [
        "# The book's settings. docs/settings.md of Polybook has them all.",
        "[tool.polybook]",
        f"name = {_toml(_name(said.title))}",
        f"title = {_toml(said.title)}",
        *([f"subtitle = {_toml(said.subtitle)}"] if said.subtitle else []),
        *([f"description = {_toml(said.description)}"] if said.description else []),
        f"authors = [{', '.join(map(_toml, said.authors))}]",
        f"language = {_toml(said.language)}",
        f"identifier = {_toml(identifier(said))}",
        *([f"rights = {_toml(said.rights)}"] if said.rights else []),
        *([f"date = {_toml(said.date)}"] if said.date else []),
        *([f'number = "{numbered}"'] if numbered else []),
        *([f"chapter-size = {largest // 1000}"] if largest > LIMITS.chapter_size * 1000 else []),
    ]
    lines += [
        "",
        "[project]",
        f"name = {_toml(_name(said.title))}",
        'version = "0"',
        'requires-python = ">=3.11"',
        f'dependencies = ["polybook~={__version__}"]',
        "",
        "[build-system]",
        'requires = ["setuptools>=77"]',
        'build-backend = "setuptools.build_meta"',
        "",
        "[tool.setuptools]",
        "py-modules = []",
    ]
    return "\n".join(lines) + "\n"


def identifier(said: About) -> str:
    """The same for the same title and authors."""
    return uuid.uuid5(_SPACE, "\n".join((said.title, *said.authors))).urn


def _toml(text: str) -> str:
    clean = "".join(one for one in text if one.isprintable())[:9_000]
    return json.dumps(clean, ensure_ascii=False)


def _name(title: str) -> str:
    import unicodedata

    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")[:60].strip("-") or "book"


def chapters(converted: Converted) -> Iterator[tuple[str, Draft]]:
    """The chapters by their paths in the book, each with a title."""
    plan = converted.around.plan
    titles = {entry.path: entry.title for entry in plan.entries if entry.kind == "chapter" and entry.title}
    for draft in converted.drafts:
        path = layout.figure(converted.around.homes[draft.path])
        if title_of(draft):
            yield path, _ended(draft)
            continue
        title = titles.get(draft.path) or _from_name(draft.path)
        if len(converted.drafts) == 1:
            title = plan.about.title or title
        head = front.HEAD.match(draft.text)
        begin = head.end() if head else 0
        named, made = draft.edited([Edit(begin, begin, f"# {title}\n\n", "titles from the contents")])
        converted.log.note(draft, made)
        yield path, _ended(named)


def _ended(draft: Draft) -> Draft:
    """A chapter that ends in one line feed, without more than two empty lines that constructs left."""
    place = len(draft.text.rstrip("\n"))
    edits = [Edit(place, len(draft.text), "\n")] if draft.text[place:] != "\n" else []
    return draft.edited(edits)[0] if edits else draft


def _from_name(path: str) -> str:
    stem = posixpath.basename(path).rpartition(".")[0]
    if stem.lower() in {"readme", "index", "_index"}:
        stem = posixpath.basename(posixpath.dirname(path)) or stem
    words = re.sub(r"[-_\s]+", " ", re.sub(r"^\d+[-_. ]*", "", stem) or stem).strip()
    return words[:1].upper() + words[1:] or "Chapter"


def contents(converted: Converted) -> str:
    """The book's SUMMARY.md: the one that it has, where Polybook reads it, else one that says the same."""
    plan = converted.around.plan
    if plan.kept in converted.around.shelf:
        return _kept(converted)
    titles = {draft.path: title_of(draft) for draft in converted.drafts}
    lines = ["# Summary"]
    in_list = False
    base = 0
    for entry in _filled(plan.entries, converted.around.homes):
        title = _entitled(entry, titles)
        if entry.kind == "part":
            lines += ["", f"# {title}", ""]
            in_list = False
        elif entry.kind == "rule":
            lines += ["", "---", ""]
            in_list = False
        else:
            place = converted.around.homes[entry.path] if entry.kind == "chapter" else ""
            link = f"[{title}](<{place}>)" if re.search(r"[\s()]", place) else f"[{title}]({place})"
            if entry.listed:
                base = entry.level if not in_list else min(base, entry.level)
                lines += [] if in_list or not lines[-1] else [""]
                lines.append(f"{'  ' * (entry.level - base)}- {link}")
                in_list = True
            else:
                lines += ["", link]
                in_list = False
    return "\n".join(lines) + "\n"


def _filled(entries: Sequence[Entry], homes: Mapping[str, str]) -> Iterator[Entry]:
    """The entries, without chapters that could not be read, and parts in which nothing is left."""
    left = [one for one in entries if one.kind != "chapter" or one.path in homes]
    for number, entry in enumerate(left):
        following = left[number + 1].kind if number + 1 < len(left) else "part"
        if entry.kind != "part" or following not in {"part", "rule"}:
            yield entry


def _entitled(entry: Entry, titles: Mapping[str, str]) -> str:
    title = entry.title or titles.get(entry.path) or (_from_name(entry.path) if entry.path else "")
    title = " ".join(title.split())
    return re.sub(r"(?<!\\)([\[\]])", r"\\\1", title) if title.count("[") != title.count("]") else title


def _kept(converted: Converted) -> str:
    """The contents as they were, with the names that files have now; a chapter without a file is a draft."""
    around = converted.around
    file = around.plan.kept
    text = around.shelf.text(file)
    pieces: list[str] = []
    at = 0
    for line in summary.lines(text):
        if line.entry.kind != "chapter":
            continue
        path = around.shelf.near(file, line.entry.path.partition("#")[0])
        place = around.homes.get(path, "")
        if posixpath.normpath(line.entry.path) == place:
            continue
        link = text[line.start : line.end]
        begin = link.rindex("](") + 2
        pieces += [text[at : line.start + begin], place]
        at = line.end - 1
    pieces.append(text[at:])
    return "".join(pieces)


def pictures(converted: Converted) -> Iterator[tuple[str, bytes]]:
    """The pictures and other files that chapters show or lead to."""
    around = converted.around
    for path in converted.files:
        try:
            yield layout.figure(place_of(around, path)), around.shelf.held(path)
        except Unreadable as error:
            converted.log.lost[Lost(Origin(path, 0), f"the file cannot be read: {error}")] = None
