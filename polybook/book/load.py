"""Read a book from disk: settings, chapters, figures, programs, theme. Nothing is changed, nothing is run."""

from __future__ import annotations

import re
from pathlib import Path

from polybook.book import confine, text_limits
from polybook.book.settings import decode, read
from polybook.model import layout
from polybook.model.book import Book, Chapter, Limits, Theme
from polybook.model.findings import BookError, Finding

CHAPTER_NAME = re.compile(r"\d+-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
RESERVED = {"index", "con", "prn", "aux", "nul"}
"""Names that no chapter's page can have."""
FIGURE_ENDINGS = {".svg", ".png", ".jpg", ".jpeg", ".gif"}
THEME_FOLDERS = ("cover", "epub", "html", "locales", "pdf")


def load(root: Path) -> Book:
    """Return the book in the folder ``root``.

    Raises BookError naming file and line: settings that are missing or wrong, a chapter that is not
    UTF-8, too large, or not named ``NN-name.md``, a book without a chapter, a link that leads out of it.
    """
    file = read(root)
    settings = file.settings
    confine.check(root, settings.fonts)
    source = root / layout.SOURCE
    paths = [path for path in sorted(source.glob("*.md")) if not path.name.startswith(".")]
    chapters = tuple(chapter(root, path.relative_to(root).as_posix(), settings.limits) for path in paths)
    if not chapters:
        raise BookError(
            Finding(
                "chapters", "the book has no chapter", layout.SOURCE, hint="write source/01-introduction.md"
            )
        )
    names: dict[str, Chapter] = {}
    for one in chapters:
        if one.name in names:
            raise BookError(
                Finding(
                    "chapters",
                    f"{names[one.name].path} has the same name '{one.name}'",
                    one.path,
                    hint="the part after the number names the page, so no two chapters share it",
                )
            )
        names[one.name] = one
    found = programs(root)
    return Book(
        settings,
        chapters,
        _figures(source),
        theme(root),
        found,
        file.requirements if found else (),
    )


def programs(root: Path) -> dict[str, bytes]:
    """Return the files of ``examples/`` by their path in it; empty for a book without programs."""
    folder = root / layout.EXAMPLES
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def theme(root: Path) -> Theme:
    """Return what the book in ``root`` changes of the theme; hidden files are none of it.

    Raises BookError for a file that no part of the theme would look at.
    """
    folder = root / layout.THEME
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if name.split("/")[0] not in THEME_FOLDERS or "/" not in name:
            raise BookError(
                Finding(
                    "theme",
                    "no part of the theme has this file",
                    f"{layout.THEME}/{name}",
                    hint=f"a theme's folders are {', '.join(THEME_FOLDERS)}",
                )
            )
        found.append((name, path.read_bytes()))
    return Theme(tuple(found))


def chapter(root: Path, relative: str, limits: Limits) -> Chapter:
    """Return the chapter in the file ``relative``; raises BookError as `load` does."""
    path = root / relative
    match = CHAPTER_NAME.fullmatch(path.name)
    if not match:
        raise BookError(
            Finding("chapters", "a chapter's file is named NN-name.md", relative, hint="e.g. 04-pools.md")
        )
    if match[1] in RESERVED:
        what = f"'{match[1]}' is a name that pages of other kinds have, or that no file can have on Windows"
        raise BookError(Finding("chapters", what, relative, hint=f"e.g. {path.stem}-chapter.md"))
    if not path.is_file():
        raise BookError(Finding("chapters", "a chapter is a file, and this is none", relative))
    if path.stat().st_size > limits.chapter_size * 1024:
        what = f"the chapter is larger than {limits.chapter_size} KB"
        hint = "make several of it; the setting chapter-size allows more"
        raise BookError(Finding("limit", what, relative, hint=hint))
    # Lines end in \n from here on, whatever the file has; cog keeps the file's own when it rewrites.
    text = decode(path.read_bytes(), relative).replace("\r\n", "\n").replace("\r", "\n")
    if found := text_limits.check(relative, text):
        raise BookError(*found)
    return Chapter(relative, match[1], text)


def _figures(source: Path) -> dict[str, bytes]:
    """Every picture below ``source``, by relative path; links out of it are not followed."""
    home = source.resolve()
    return {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.suffix.lower() in FIGURE_ENDINGS and path.is_file() and path.resolve().is_relative_to(home)
    }
