"""Sphinx with MyST: ``toctree`` directives in Markdown, from ``index.md`` on. conf.py is never run."""

from __future__ import annotations

import ast
import fnmatch
import posixpath
import re
from collections.abc import Iterator

from polybook.importers.drafts import Origin
from polybook.importers.order import tables
from polybook.importers.plan import About, Entry, Lost, Plan
from polybook.importers.source import Shelf
from polybook.model.findings import Finding, UsageError

_TOCTREE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*\{(?:toctree|tableofcontents)\}[^\n]*\n"
    r"(?P<held>.*?)^(?P=indent)(?P=fence)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_TITLED = re.compile(r"(?P<title>.+?)\s*<(?P<path>[^<>]+)>$")


def read(shelf: Shelf, config: str) -> Plan:
    """Return the order of the documents with this ``conf.py``; raises UsageError for reStructuredText."""
    home = posixpath.dirname(config)
    said = _settings(shelf.text(config))
    root = said.get("root_doc") or said.get("master_doc") or "index"
    begin = posixpath.join(home, root if isinstance(root, str) else "index")
    start = shelf.first(f"{begin}.md", posixpath.join(home, "index.md"), posixpath.join(home, "README.md"))
    if not start:
        what = "the documents are reStructuredText, which is another language than Markdown"
        raise UsageError(
            Finding("import", what, f"{begin}.rst", hint="rst-to-myst turns them into Markdown: rst2myst")
        )
    lost: list[Lost] = []
    seen = {start}
    entries = [Entry("chapter", "", start, 0, listed=False)]
    entries += tables.limited(_tree(shelf, home, start, 0, lost, seen), start)
    authors = said.get("author")
    bibliography = said.get("bibtex_bibfiles")
    substitutions = said.get("myst_substitutions")
    about = About(
        title=tables.words(said.get("project") or said.get("html_title")),
        authors=tables.names(authors if isinstance(authors, str) else ""),
        language=tables.language(said.get("language")),
    )
    return Plan(
        "sphinx", home, tuple(entries), about, config,
        variables={
            key: value
            for key, value in (substitutions if isinstance(substitutions, dict) else {}).items()
            if isinstance(value, str) and value
        },
        bibliography=tuple(
            shelf.near(config, one)
            for one in (bibliography if isinstance(bibliography, list) else [])
            if isinstance(one, str)
        ),
        lost=tuple(lost),
    )  # fmt: skip


def _settings(text: str) -> dict[str, object]:
    """What a conf.py sets to a literal at its top level; it is read, not run."""
    found: dict[str, object] = {}
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                continue
    return found


def _tree(
    shelf: Shelf, home: str, file: str, level: int, lost: list[Lost], seen: set[str]
) -> Iterator[Entry]:
    text = shelf.text(file)
    for match in _TOCTREE.finditer(text):
        first = text.count("\n", 0, match.start("held")) + 1
        options, lines = _parts(match["held"], first)
        caption = options.get("caption", "")
        if caption:
            yield Entry("part", caption) if level == 0 else Entry("draft", caption, "", level)
        for number, line in lines:
            titled = _TITLED.match(line)
            title, name = (titled["title"], titled["path"]) if titled else ("", line)
            for path in _files(shelf, home, file, name, "glob" in options):
                if path.endswith((".rst", ".ipynb")):
                    what = f"'{name}' is {'a notebook' if path.endswith('.ipynb') else 'reStructuredText'}"
                    lost.append(Lost(Origin(file, number), f"{what}, which cannot be taken along"))
                elif not path:
                    said = "is on the web" if "://" in name else "has no file"
                    lost.append(Lost(Origin(file, number), f"the chapter '{name}' {said}"))
                elif path not in seen:
                    seen.add(path)
                    yield Entry("chapter", title, path, level)
                    yield from _tree(shelf, home, path, level + 1, lost, seen)


def _parts(held: str, first: int) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """A directive's options, and its other lines with their numbers."""
    options: dict[str, str] = {}
    rest: list[tuple[int, str]] = []
    in_yaml = False
    for number, line in enumerate(held.split("\n"), first):
        bare = line.strip()
        if bare == "---" and not rest:
            in_yaml = not in_yaml
        elif in_yaml and (match := re.match(r"([\w-]+):\s*(.*)", bare)):
            options[match[1]] = match[2].strip("\"'")
        elif match := re.match(r":([\w-]+):\s*(.*)", bare):
            options[match[1]] = match[2]
        elif bare:
            rest.append((number, bare))
    return options, rest


def _files(shelf: Shelf, home: str, file: str, name: str, glob: bool) -> list[str]:
    if name == "self" or "://" in name:
        return [""] if name != "self" else []
    base = home if name.startswith("/") else posixpath.dirname(file)
    path = posixpath.normpath(posixpath.join(base, name.lstrip("/")))
    if glob and any(sign in name for sign in "*?["):
        wanted = [f"{path}.md", path if path.endswith(".md") else f"{path}.md"]
        return [one for one in shelf.below("") if any(fnmatch.fnmatchcase(one, each) for each in wanted)]
    return [shelf.first(f"{path}.md", path, f"{path}.rst", f"{path}.ipynb")]
