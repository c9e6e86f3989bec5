"""Citations, ``[@key, p. 3]`` and ``@key``: links into a chapter of references, as citeproc writes both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, Origin
from polybook.importers.plan import Lost
from polybook.importers.source import Unreadable
from polybook.markup import pandoc
from polybook.model.findings import BookError
from polybook.system import temporary

REFERENCES = "references.md"
"""The chapter, below ``source/``."""

_KEY = r"[\w](?:[\w:.#$%&+?<>~/-]*[\w/])?"
_GROUP = re.compile(
    rf"(?<![\w\\!\]])\[(?P<held>(?:[^\[\]@\n]|\n(?!\n))*?-?@(?:\{{[^{{}}\n]+\}}|{_KEY})(?:[^\[\]]"
    rf"|\n(?!\n))*?)\](?![(\[:{{])"
)
_BARE = re.compile(rf"(?<![\w@\\./\[-])-?@(?P<key>{_KEY})(?P<place>[ ]\[[^\[\]\n]+\](?!\())?")
_KEYS = re.compile(rf"@(?:\{{([^{{}}\n]+)\}}|({_KEY}))")
_ENTRY = re.compile(r"^\s*@\w+\s*[{(]\s*([^,\s]+)\s*,", re.MULTILINE)
_IDS = re.compile(r"\"id\"\s*:\s*\"([^\"]+)\"|^\s*-?\s*id:\s*[\"']?([^\s\"']+)", re.MULTILINE)
_NOTE_STYLE = re.compile(r"<style[^>]*\bclass=[\"']note")
_LINK = re.compile(r"\]\(#ref-([^()\s]+)\)")
_CROSS = re.compile(r"^(?:fig|tbl|sec|eq|lst|thm|lem|cor|prp|cnj|def|exm|exr)-", re.IGNORECASE)


class Cited(NamedTuple):
    """What citeproc made of a book's citations."""

    words: Mapping[str, str]
    """Of each citation as it stands in the text."""

    references: str
    """The list of references, as Markdown; empty for none."""

    keys: set[str]
    """What the bibliographies know."""

    lost: tuple[Lost, ...]


def keys_of(text: str) -> set[str]:
    """The keys that a bibliography has: BibTeX's, or CSL's as JSON or YAML."""
    return set(_ENTRY.findall(text)) | {one or other for one, other in _IDS.findall(text)}


def found(draft: Draft, known: set[str]) -> Iterator[tuple[int, int, str]]:
    """Yield where each citation stands, and what it is; without brackets, what a bibliography knows."""
    shown = draft.prose
    if "@" not in shown:
        return
    ends = -1
    spans = []
    for match in _GROUP.finditer(shown):
        keys = [one or other for one, other in _KEYS.findall(match["held"])]
        if all(_CROSS.match(key) for key in keys):
            continue
        spans.append(match.span())
    for match in _BARE.finditer(shown):
        if match["key"] in known and not any(start <= match.start() < end for start, end in spans):
            spans.append(match.span())
    for start, end in sorted(spans):
        if start >= ends:
            yield start, end, " ".join(draft.text[start:end].split())
            ends = end


def cited(drafts: Sequence[Draft], around: Around) -> Cited:
    """Return what a book's citations become; nothing is fetched."""
    files, lost = [], []
    known: set[str] = set()
    for path in around.plan.bibliography or _listed(around):
        try:
            text = around.shelf.text(path)
        except Unreadable as error:
            lost.append(
                Lost(
                    Origin(around.plan.config or path, 0),
                    f"the bibliography '{path}' cannot be read: {error}",
                )
            )
            continue
        known |= keys_of(text)
        files.append((path, text))
    if not files:
        return Cited({}, "", known, tuple(lost))
    wanted = dict.fromkeys(said for draft in drafts for _, _, said in found(draft, known))
    if not wanted:
        return Cited({}, "", known, tuple(lost))
    try:
        made = _asked(list(wanted), files, _style(around), around.language)
    except BookError as error:
        what = f"the citations cannot be set: {error.findings[0].text}".split("\n")[0]
        return Cited({}, "", known, (*lost, Lost(Origin(files[0][0], 0), what)))
    parts = made.split("\n\n<!-- next -->\n\n")
    words = {said: part.strip() for said, part in zip(wanted, parts, strict=False)}
    return Cited(words, parts[-1].strip() if len(parts) > len(wanted) else "", known, tuple(lost))


def title(language: str) -> str:
    """What the chapter of references is called."""
    known = {"de": "Literatur", "fr": "Références", "es": "Referencias", "it": "Riferimenti bibliografici",
             "pt": "Referências", "ja": "参考文献", "zh": "参考文献", "ko": "참고문헌",
             "ru": "Список литературы",
             "nl": "Referenties", "pl": "Bibliografia", "ar": "المراجع", "he": "מקורות"}  # fmt: skip
    return known.get(language.partition("-")[0], "References")


def _listed(around: Around) -> list[str]:
    """Bibliographies that no setting names: of lineages that cite, the ones that are there."""
    if not around.plan.captions and around.plan.lineage not in {
        "sphinx",
        "jupyter-book",
        "myst",
        "mdbook",
        "mkdocs",
    }:
        return []
    return [path for path in around.shelf.paths if path.endswith(".bib")] if not around.shelf.only else []


def _style(around: Around) -> str:
    """The text of the book's citation style; empty where it has none, or one that makes footnotes."""
    try:
        text = around.shelf.text(around.plan.style) if around.plan.style else ""
    except Unreadable:
        return ""
    return "" if _NOTE_STYLE.search(text) else text


def _asked(wanted: list[str], files: list[tuple[str, str]], style: str, language: str) -> str:
    """What pandoc makes of citations, one a paragraph, and of the list of references behind them."""
    head = f"---\nlink-citations: true\nlang: {language}\n---\n\n"
    text = head + "".join(f"{said}\n\n<!-- next -->\n\n" for said in wanted) + "::: {#refs}\n:::\n"
    with temporary.folder() as folder:
        arguments = ["--sandbox", "-f", "markdown", "-t", "commonmark_x", "--wrap=none", "--citeproc"]
        for number, (path, held) in enumerate(files):
            file = folder / f"{number}.{path.rpartition('.')[2]}"
            file.write_text(held, "utf-8")
            arguments.append(f"--bibliography={file}")
        if style:
            file = folder / "style.csl"
            file.write_text(style, "utf-8")
            arguments.append(f"--csl={file}")
        return pandoc.once(arguments, text.encode()).decode("utf-8")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each citation."""
    if (
        around.plan.lineage in {"mdbook", "gitbook", "vuepress", "vitepress", "docsify", "leanpub", "folders"}
        and not around.cited
    ):
        return
    known = around.cited_keys
    own = around.homes[draft.path]
    up = "../" * own.count("/")
    for start, end, said in found(draft, known):
        words = around.cited.get(said)
        keys = [one or other for one, other in _KEYS.findall(said)]
        missing = [key for key in keys if key not in known]
        if not words or (missing and len(missing) == len(keys)):
            why = f"no bibliography has '{', '.join(missing or keys)}'"
            yield Edit(start, start, "", "citations without a source", why)
            continue
        lost = f"no bibliography has '{', '.join(missing)}'" if missing else ""
        yield Edit(start, end, _LINK.sub(rf"]({up}{REFERENCES}#ref-\1)", words), "citations", lost)
