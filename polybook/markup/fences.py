"""What stands beside the fence of a listing: its language, title and caption, however people write them.

pandoc keeps the first word, and attributes in braces. What other tools have there (``rust,editable``,
``{r, echo=FALSE}``, ``js {1,3} title="x"``) is read from the source's line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from html import unescape
from typing import NamedTuple

from polybook.markup import positions
from polybook.markup.tree import find
from polybook.model.nodes import CodeBlock, Tree

TITLE, CAPTION, INFO = "title", "caption", "info"
"""Attributes of a listing: what stands above it; what it shows, in words, which gives it a number; and all
that its author wrote beside its fence, where the tree has not all of it."""

PLAIN = frozenset(
    {
        "text", "code", "plain", "txt", "plaintext", "output", "none", "null", "raw", "ascii",
        "nohighlight", "csv", "tsv",
    }
)  # fmt: skip
"""What people write for code in no language, or in one without colours."""

DIAGRAMS = frozenset(
    {
        "actdiag", "blockdiag", "bob", "bytefield", "chart", "d2", "ditaa", "dot", "erd", "excalidraw",
        "flow", "flowchart", "graphviz", "kroki", "markmap", "math", "mermaid", "nomnoml", "nwdiag",
        "pikchr", "plantuml", "puml", "seqdiag", "sequence", "smiles", "structurizr", "svgbob", "tikz",
        "uml", "vega", "vega-lite", "wavedrom",
    }
)  # fmt: skip
"""Languages that other tools draw."""

# What people call languages that Pygments calls otherwise.
_ALSO = {
    **dict.fromkeys(("astro", "svelte"), "html"),
    **dict.fromkeys(("assembly", "asm"), "nasm"),
    **dict.fromkeys(("ipython", "ipython3"), "python"),
    **dict.fromkeys(("plsql", "sqlite"), "sql"),
    "armasm": "gas",
    "fs": "fsharp",
    "golang": "go",
    "jinja2": "jinja",
    "jsonc": "json",
    "mdx": "markdown",
    "node": "javascript",
    "pm": "perl",
    "rcpp": "cpp",
    "terminal": "console",
}
# Classes that other tools have beside the language.
_MARKS = frozenset(("numberLines", "number-lines", "line-numbers", "lineAnchors", "lines", "variables"))

_FENCE = re.compile(r"(?:`{3,}|~{3,})(.*)", re.DOTALL)
_INFO = re.compile(r"(?<![`~])(?:`{3,}+|~{3,}+)[ \t]*+([^\s`][^`\n]*+)$", re.MULTILINE)
# A word, maybe with attributes, of which pandoc has all and nobody else reads any. (It puts classes first.)
_AS_READ = re.compile(
    r"([\w+#-]+)(?:\s*+\{(?:\s*+(?!filename|lst-cap)(?:\.transcript|[\w-]++=(?:\"[^\"]*\"|[\w./-]++)))++\s*+\})?"
)
_VALUE = r"\s*[=:]\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s,}\"']+))"
_TITLED = re.compile(rf"(?:^|[\s,{{:])(?:title|filename){_VALUE}")
_CAPTIONED = re.compile(rf"(?:^|[\s,{{:])(?:caption|lst-cap){_VALUE}")
_ALSO_CALLED = {"filename": TITLE, "lst-cap": CAPTION}
_IN_BRACKETS = re.compile(r"\[([^][]+)\]\s*$")
_KEY = re.compile(r"\{.*?\blang(?:uage)?\s*[:=]\s*[\"']?([^\s,\"'}]+)")
_DIRECTIVE = re.compile(r"\{(?:code|code-block|code-cell|sourcecode|highlight)\}\s*(\S*)")
# Lines that other tools hide: of which languages, what is said of one, and what to do.
_HIDDEN = (
    (
        re.compile(r"\s*#(?: .*)?"),
        frozenset(("rust", "rs")),
        "the line '{}', which rustdoc hides, is shown",
        "take it out, or show a region of a program in examples/ instead",
    ),
    (
        re.compile(r"\s*(?:#|//|--|%%)\| *[\w.-]+ *:.*"),
        None,
        "the option '{}' is shown as code",
        "take it out: Polybook runs no cells",
    ),
)
_WORD = re.compile(r"[\s{.]*([^\s,:;{}()\[\]=]+)(?::([^\s,{}]+))?")


def settle(blocks: Tree, text: str) -> None:
    """Give each listing its language as its first class, its title and its caption, in place.

    ``blocks`` are those of ``text``, with positions. What its author wrote beside a fence and the tree has
    not is kept as it is.
    """
    if all(_is_settled(info.rstrip(" \t")) for info in _INFO.findall(text)):  # as in most chapters
        return
    lines = text.split("\n")
    for node in find(blocks, CodeBlock):
        if "transcript" not in node.attr.classes:
            _settle(node, lines)


def _is_settled(info: str) -> bool:
    word = _AS_READ.fullmatch(info)
    return word is not None and (word[1] == known(word[1]) or word[1] == "text")


def _settle(node: CodeBlock, lines: Sequence[str]) -> None:
    attr = node.attr
    own = {key: value for key, value in attr.pairs if key not in positions.OURS}
    if own or attr.identifier or len(attr.classes) > 1:  # pandoc has read all of it
        name = next(filter(known, attr.classes), "")
        title = caption = ""
        attr.pairs = [
            (also if (also := _ALSO_CALLED.get(key)) and also not in own else key, value)
            for key, value in attr.pairs
        ]
        others = [other for other in attr.classes if other != name]
    else:
        info = _info(node, lines)
        if not info or attr.classes == [info] == [known(info)]:
            return
        name, title = _read(info)
        caption = _given(_CAPTIONED.search(info))
        others = [] if name else attr.classes
        if info != name:
            attr.pairs.append((INFO, info))
    if name:
        attr.classes = [known(name) or name, *others]
    attr.pairs += [(key, value) for key, value in ((TITLE, title), (CAPTION, caption)) if value]


def _info(node: CodeBlock, lines: Sequence[str]) -> str:
    """What stands beside a listing's fence; empty for one that is indented."""
    begin = next(iter(positions.segments(node, lines)), None)
    fence = begin and _FENCE.match(lines[begin.line - 1], begin.start)
    if fence and fence[0].rstrip() == node.text.partition("\n")[0].rstrip():
        return ""  # an indented one that shows a fence
    return unescape(fence[1].strip()) if fence else ""


def _read(info: str) -> tuple[str, str]:
    """The language that is named beside a fence, else the word in its place, and the title."""
    title = _given(_TITLED.search(info) or _IN_BRACKETS.search(info))
    if found := _DIRECTIVE.match(info) or _KEY.match(info):
        return found[1], title
    word = _WORD.match(info)
    if not word:
        return "", title
    if word[2] and "." in word[2]:  # ``python:app.py``
        title = title or word[2]
    name, first = word[1], word[1].partition("-")[0]
    return (name if known(name) or not known(first) else first), title


def _given(found: re.Match[str] | None) -> str:
    """The value that a pattern found, in one form or another; empty where it found none."""
    return next(filter(None, found.groups()), "") if found else ""


def escaped(value: str) -> str:
    """A value as it can stand between the quotation marks of a fence's attribute.

    pandoc undoes escapes twice: those of CommonMark, and those in attributes.
    """
    value = value.replace("\\", "\\\\").replace("&", "&amp;amp;").replace('"', "&amp;quot;")
    return value.replace("`", "&#96;")


def is_name(title: str) -> bool:
    """Whether a listing's title is a file's name rather than words."""
    return bool(title) and not any(character.isspace() for character in title)


@cache
def known(name: str) -> str:
    """What Pygments calls a language, by any name of its own or by a file's ending; empty for others."""
    from pygments.lexers import find_lexer_class_by_name, find_lexer_class_for_filename
    from pygments.util import ClassNotFound

    for alias in (name, _ALSO.get(name.lower(), "")):
        try:
            find_lexer_class_by_name(alias)
        except ClassNotFound:
            continue
        return alias
    if not re.fullmatch(r"\w+", name):
        return ""
    lexer = find_lexer_class_for_filename(f"code.{name.lower()}")
    return str(lexer.aliases[0]) if lexer and lexer.aliases else ""


# ---- what an author is told --------------------------------------------------------------------


class Doubt(NamedTuple):
    """What a reader of a listing may not expect."""

    code: str
    what: str
    hint: str
    line: int = 0
    """Which of the block's lines it is about, its fence being 0."""


def doubts(node: CodeBlock) -> Iterator[Doubt]:
    """Yield what there is to say of a listing that is settled."""
    name = node.attr.classes[0] if node.attr.classes else ""
    if "transcript" in node.attr.classes or not name:
        return
    if name.lower() in DIAGRAMS:
        hint = "draw it as an SVG below source/figures/ and show that: ![what it shows](figures/name.svg)"
        if name.lower() == "math":
            hint = "write a formula as $$...$$"
        yield Doubt("diagram", f"'{name}' is shown as its code", hint)
    elif not known(name) and name.lower() not in PLAIN and name not in _MARKS:
        near = get_close_matches(name.lower(), _names(), 1, 0.75)
        hint = f"did you mean '{near[0]}'?" if near else "write text for code in no language"
        yield Doubt("language", f"nobody knows the language '{name[:40]}', so it is plain text", hint)
    for pattern, languages, what, hint in _HIDDEN:
        if languages is None or known(name) in languages:
            for number, line in enumerate(node.text.split("\n"), 1):
                if pattern.fullmatch(line):
                    yield Doubt("hidden-line", what.format(line.strip()[:40]), hint, number)
                    break


@cache
def _names() -> tuple[str, ...]:
    from pygments.lexers import get_all_lexers

    return tuple(alias for _, aliases, *_ in get_all_lexers() for alias in aliases)
