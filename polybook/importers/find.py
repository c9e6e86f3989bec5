"""Which kind of book a folder holds, and its order: found by the files that each lineage has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from polybook.importers.order import (
    bookdown,
    folders,
    gitbook,
    jupyter,
    leanpub,
    mdbook,
    mkdocs,
    one_file,
    quarto,
    sidebar,
    sphinx,
    tables,
)
from polybook.importers.plan import Plan
from polybook.importers.source import MARKDOWN, Shelf, Unreadable, ending
from polybook.model.findings import BookError, Finding, UsageError

DEEPEST = 3
"""How many folders deep a book's own folder is looked for in a repository."""


class Lineage(NamedTuple):
    """A kind of book."""

    markers: tuple[str, ...]
    """The files that tell it, by the ends of their paths."""

    read: Callable[[Shelf, str, str], Plan]
    """Takes the files, the marker that was found, and the language that is asked for."""


LINEAGES: dict[str, Lineage] = {
    "mdbook": Lineage(("book.toml", "src/SUMMARY.md"), lambda shelf, file, _: mdbook.read(shelf, file)),
    "quarto": Lineage(("_quarto.yml", "_quarto.yaml"), lambda shelf, file, _: quarto.read(shelf, file)),
    "bookdown": Lineage(
        ("_bookdown.yml", "_bookdown.yaml"), lambda shelf, file, _: bookdown.read(shelf, file)
    ),
    "myst": Lineage(("myst.yml",), lambda shelf, file, _: jupyter.read(shelf, file)),
    "jupyter-book": Lineage(("_toc.yml", "_toc.yaml"), lambda shelf, file, _: jupyter.read(shelf, file)),
    "mkdocs": Lineage(("mkdocs.yml", "mkdocs.yaml"), lambda shelf, file, _: mkdocs.read(shelf, file)),
    "vitepress": Lineage(
        (*(f".vitepress/config.{end}" for end in ("ts", "mts", "js", "mjs")), ".vitepress/config/index.ts"),
        sidebar.read,
    ),
    "vuepress": Lineage(tuple(f".vuepress/config.{end}" for end in ("ts", "js", "mjs", "cjs")), sidebar.read),
    "leanpub": Lineage(("manuscript/Book.txt", "Book.txt"), lambda shelf, file, _: leanpub.read(shelf, file)),
    "gitbook": Lineage(("book.json", ".gitbook.yaml", "LANGS.md", "SUMMARY.md"), gitbook.read),
    "docsify": Lineage(("_sidebar.md",), lambda shelf, file, _: sidebar.docsify(shelf, file)),
    "sphinx": Lineage(("conf.py",), lambda shelf, file, _: sphinx.read(shelf, file)),
    "folders": Lineage((), lambda shelf, _, language: folders.read(shelf, language)),
    "file": Lineage((), lambda shelf, file, _: one_file.read(shelf, file)),
}
"""By the name that ``--from`` takes; those that are told by less come later."""


def plan(shelf: Shelf, asked: str, language: str) -> Plan:
    """Return the order of the book that a shelf holds: of the kind that is ``asked`` for, or as it is found.

    Raises UsageError where it holds no book that can be read, BookError where its order cannot.
    """
    try:
        found = _plan(shelf, asked, language)
    except Unreadable as error:
        raise BookError(Finding("import", f"the order cannot be read: {error}", str(shelf.root))) from None
    if not found.chapters:
        what, hint = (
            "there is no chapter in Markdown",
            f"the kinds are {', '.join(LINEAGES)}; name one with --from",
        )
        raise UsageError(Finding("import", what, str(shelf.root), hint=hint))
    return found


def _plan(shelf: Shelf, asked: str, language: str) -> Plan:
    if shelf.only:
        _refuse_others(shelf.only)
        return one_file.read(shelf, shelf.only)
    names = [asked] if asked else list(LINEAGES)
    for name, file in _found(shelf, names, language):
        plan = LINEAGES[name].read(shelf, file, language)
        if plan.chapters or asked:
            return plan
    if asked and asked not in {"folders", "file"}:
        wanted = " or ".join(LINEAGES[asked].markers[:3])
        raise UsageError(
            Finding("import", f"this is no book of {asked}: there is no {wanted}", str(shelf.root))
        )
    chapters = [path for path in shelf.below("") if "/" not in path]
    if (asked == "file" or len(shelf.below("")) == 1) and shelf.below(""):
        return one_file.read(shelf, (chapters or shelf.below(""))[0])
    others = [path for path in shelf.paths if "/" not in path and ending(path) == ".txt"]
    if not asked and not shelf.below("") and len(others) == 1:
        return one_file.read(shelf, others[0])
    if not shelf.below(""):
        _refuse_others(next((path for path in shelf.paths if ending(path) in _OTHERS), ""))
    others = [path for path in chapters if not path.lower().startswith("readme.")]
    if not asked and len(others) == 1 and len(shelf.below("")) == 2 and len(chapters) == 2:
        return one_file.read(shelf, others[0])
    return folders.read(shelf, language)


def _found(shelf: Shelf, names: Sequence[str], language: str) -> list[tuple[str, str]]:
    """The lineages whose files are there, and which: the least deep first, then by their order above."""
    found = []
    for number, name in enumerate(names):
        for marker in LINEAGES[name].markers:
            for path in shelf.paths:
                if path != marker and not path.endswith(f"/{marker}"):
                    continue
                folder = path[: -len(marker)].strip("/")
                depth = folder.count("/") + 1 if folder else 0
                if depth <= DEEPEST and _is(name, shelf, path):
                    tongue = tables.language(posixpath.basename(folder))
                    other = bool(tongue) and tongue.partition("-")[0] != (language or "en").partition("-")[0]
                    found.append((depth, other, number, LINEAGES[name].markers.index(marker), name, path))
    if "docsify" in names and "index.html" in shelf and "$docsify" in shelf.text("index.html"):
        found.append((0, False, len(names), 0, "docsify", "index.html"))
    if "bookdown" in names:
        index = shelf.first("index.Rmd", "index.rmd")
        if index and re.search(r"^site:\s*bookdown", shelf.text(index), re.MULTILINE):
            found.append((0, False, names.index("bookdown"), 9, "bookdown", index))
    return [(name, path) for *_, name, path in sorted(found)]


def _is(name: str, shelf: Shelf, path: str) -> bool:
    """Whether a marker is what it looks like."""
    folder = posixpath.dirname(path)
    if path.endswith("conf.py"):
        beside = [posixpath.join(folder, f"index.{end}") for end in ("md", "rst")]
        return bool(shelf.first(*beside, posixpath.join(folder, "README.md")))
    if path.endswith("book.json"):
        return bool(shelf.below(folder))
    if name == "jupyter-book":
        return posixpath.join(folder, "myst.yml") not in shelf
    return True


_OTHERS = {
    ".rst": ("reStructuredText", "rst2myst, of rst-to-myst, turns it into Markdown that can come in"),
    ".ipynb": ("a notebook", "jupytext --to myst turns it into Markdown that can come in"),
    ".adoc": ("AsciiDoc", "downdoc turns it into Markdown that can come in"),
    ".asciidoc": ("AsciiDoc", "downdoc turns it into Markdown that can come in"),
    ".tex": ("LaTeX", "pandoc -t commonmark_x turns it into Markdown that can come in"),
    ".org": ("Org", "pandoc -t commonmark_x turns it into Markdown that can come in"),
    ".docx": ("Word's", "pandoc -t commonmark_x turns it into Markdown that can come in"),
    ".epub": ("an EPUB", "pandoc -t commonmark_x turns it into Markdown that can come in"),
}


def _refuse_others(path: str) -> None:
    """Raise UsageError for a file in another language than Markdown."""
    if ending(path) in _OTHERS:
        what, hint = _OTHERS[ending(path)]
        raise UsageError(Finding("import", f"this is {what}, and no Markdown", path, hint=hint))
    if path and ending(path) not in {*MARKDOWN, ".txt", ".text", ""}:
        raise UsageError(Finding("import", "this is no Markdown", path, hint="name a file that ends in .md"))
