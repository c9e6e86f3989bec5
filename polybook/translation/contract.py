"""The contract between a message and its translation, and between an edition and its source.

Translators are not trusted: a catalog may come from a public web editor. So nothing here looks at
text with patterns to find what is dangerous; the trees that pandoc made of source and translation are
compared, and a translation may hold only what its message holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from polybook.book.text_limits import LONGEST_LINE
from polybook.chapters import index_entries
from polybook.markup import alone, comments, formulas, index_marks, tree, variables
from polybook.markup.code import parted
from polybook.markup.html.tags import TAG
from polybook.model.catalog import Message
from polybook.model.nodes import (
    HEADINGS,
    WITH_ATTR,
    Attr,
    Code,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    RawInline,
    Run,
    Span,
    Str,
)
from polybook.system.cache import digest
from polybook.translation import unseen

Problem = tuple[str, str]
"""A finding's code and text, before it is known where it stands."""

PROTECTED = frozenset(
    {
        "structure",
        "attribute",
        "raw",
        "link-scheme",
        "image",
        "math",
        "listing",
        "character",
        "length",
        "variable",
    }
)
"""Findings that protect the reader or the program shown: no waiver allows them."""

WAIVABLE = frozenset({"code-span", "link-target", "footnote", "hard-break", "placeholder", "heading-mark"})
"""Findings that the authors may allow a translation."""

LONGEST = 4, 2000
"""A translation has at most so many times its message's characters, and so many more."""

# What programs fill in: printf's %s and %(name)d, and the braces of format strings and templates.
_PLACEHOLDER = re.compile(
    r"%(?:\(\w+\))?[-+0#]*+\d*+(?:\.\d++)?[sdifgxr](?![^\W_])|\{\{ *+[\w.-]++ *+\}\}|\{\{?\w*\}?\}|\$\{\w+\}"
)
_CODE = re.compile(r"(?:(?<!`)|(?<=\\`))(`++).*?(?<!`)\1(?!`)", re.DOTALL)
_FORMULA = re.compile(r"\$\$.+?\$\$|(?<![\\$])\$(?=[^\s$])(?:[^$\\]|\\.)*(?<!\s)\$(?![\d$])", re.DOTALL)
_LABEL = re.compile(r"(?<!\\)\[\^([^\[\]\n]++)\]")
_TASK = re.compile(r"\[[ xX]\] ")
_HEADING_MARK = re.compile(r"^\s*#{1,6}(?:\s|$)|\s#+\s*$|\{[#.][^}]*\}\s*$")

Mark = tuple[str, ...]
"""Something in a run that a translation must keep: its kind first, then what it is."""

_NONE = Attr()
_DIRECTIONS = frozenset({(TAG, "bdi"), ("dir", "ltr"), ("dir", "rtl")})

_SAID = {
    "code-span": "the code {}",
    "link-target": "the link to {}",
    "image": "the image {}",
    "footnote": "a footnote",
    "attribute": "the attributes {}",
    "math": "the formula {}",
    "hard-break": "a line break",
}


def marks(inlines: Run) -> Counter[Mark]:
    """Count what a translation of this run must keep. Order and emphasis are the translator's."""
    found: Counter[Mark] = Counter()
    nodes = tree.beside_words(inlines)
    if not nodes:
        return found
    for node in nodes:
        match node:
            case Code():
                found["code-span", variables.bare(node.text)] += 1
            case Link():
                found["link-target", node.target.url] += 1
                found["attribute", "{title}"] += bool(node.target.title)
                # Some formats show a note's mark as a link, and a link in a link is none.
                found["structure", "a footnote in a link"] += len(tree.notes(node.inlines))
                found["structure", "a link without words"] += not _says_something(tree.plain(node.inlines))
            case Image():
                alt = node.inlines
                found["image", node.target.url] += 1
                found["attribute", "{title}"] += bool(node.target.title)
                found["structure", "more than words in a picture's text"] += sum(map(_is_no_word, alt))
                found["structure", "a picture without words"] += not _says_something(tree.plain(alt))
            case Note():
                found["footnote",] += 1
            case RawInline():
                found["raw", node.text] += 1
            case Math():
                found["math", formulas.without_words(alone.in_line(node)), node.kind.t] += 1
            case LineBreak():
                found["hard-break",] += 1
        if isinstance(node, WITH_ATTR) and node.attr != _NONE and not _is_direction(node):
            found["attribute", _written(node.attr)] += 1
    return +found


def _is_direction(node: Inline) -> bool:
    """Whether a node does no more than set its words apart from the direction of the others."""
    if not isinstance(node, Span) or node.attr.identifier or node.attr.classes:
        return False
    return _DIRECTIONS.issuperset(node.attr.pairs)


def _is_no_word(node: Inline) -> bool:
    return any(isinstance(one, Code | Link | Image | Note | RawInline | Math) for one in tree.within([node]))


def compare(source: Run, translated: Run, leads: Callable[[str], bool]) -> list[Problem]:
    """Return what the inlines of a translation have too little or too much of.

    ``leads`` says of a link's target whether a reader may be sent there: on the web or in this book.
    """
    alone = [[type(node) for node in run] == [Image] for run in (source, translated)]
    if alone[0] != alone[1]:
        what = "puts text beside the picture" if alone[0] else "leaves nothing but the picture"
        return [("structure", f"the translation {what}")]
    theirs = tree.plain(translated)
    if not _says_something(theirs) and _says_something(tree.plain(source)):
        return [("structure", _NOTHING)]
    if _TASK.match(theirs) and not _TASK.match(tree.plain(source)):
        return [("structure", "the translation makes a task of its message")]
    wanted, given = marks(source), marks(translated)
    problems = _unseen(_strings(translated), lambda: _strings(source))
    if wanted == given:
        return problems
    problems = [(mark[0], f"the translation lacks {_say(mark)}") for mark in (wanted - given)] + problems
    for mark in given - wanted:
        if mark[0] == "link-target" and not leads(mark[1]):
            what = f"the link to {_quoted(mark[1])} is neither a web address nor a place in the book"
            problems.append(("link-scheme", what))
        elif mark[0] == "raw":
            problems.append((mark[0], f"in the translation {mark[1]}"))
        else:
            problems.append((mark[0], f"the translation adds {_say(mark)}"))
    return problems


def compare_variables(wanted: Counter[str], given: Counter[str]) -> list[Problem]:
    """Return which variables a translation has too few or too many of: it may name no other."""
    lacking = [f"the translation lacks the variable {_quoted(name)}" for name in wanted - given]
    added = [f"the translation adds the variable {_quoted(name)}" for name in given - wanted]
    return [("variable", what) for what in lacking + added]


def check_text(message: Message, translated: str) -> list[Problem]:
    """Return what is wrong with a message's translation as plain text, whatever it is parsed to."""
    source = message.text
    if len(translated) > LONGEST[0] * len(source) + LONGEST[1]:
        return [("length", "the translation is far longer than its message")]
    if len(translated) > LONGEST_LINE and max(map(len, translated.split()), default=0) > LONGEST_LINE:
        return [("length", "the translation has a word that is longer than any format takes")]
    problems: list[Problem] = []
    if not _says_something(translated):
        problems.append(("structure", _NOTHING))
    # Before anything is parsed: notes that hold one another would never end.
    if referred := labels(translated):
        for label in Counter(referred) - Counter(labels(source)):
            problems.append(("structure", f"the translation refers to the footnote {_quoted(label)}"))
    wanted, given = _placeholders(source), _placeholders(translated)
    problems += [("placeholder", f"the translation lacks the placeholder '{one}'") for one in wanted - given]
    problems += [("placeholder", f"the translation adds the placeholder '{one}'") for one in given - wanted]
    if message.kind in HEADINGS and _HEADING_MARK.search(translated) and not _HEADING_MARK.search(source):
        problems.append(("heading-mark", "the translation brings a heading's marks, which the book has"))
    if message.kind == index_entries.KIND and not index_marks.parse(translated):
        what = "the translation is no entry of an index: words with '!' between them, and readings before '@'"
        problems.append(("structure", what))
    return problems + _unseen(re.sub(r"[\n\t]", " ", translated), lambda: source)


def labels(text: str) -> list[str]:
    """The footnotes that a text refers to; what looks like one in code is none."""
    return _LABEL.findall(_CODE.sub("", text)) if "[^" in text else []


def _placeholders(text: str) -> Counter[str]:
    """What programs fill in, but for code and formulas."""
    if "%" not in text and "{" not in text:
        return Counter()
    found = _PLACEHOLDER.findall(_FORMULA.sub("", _CODE.sub("", text)))
    return Counter(one.replace(" ", "") if one.startswith("{{") else one for one in found)


def _unseen(translated: str, source: Callable[[], str]) -> list[Problem]:
    """Characters of a translation that no reader sees, and that no format is sure to take; ``source`` is
    asked for where there are any. Isolates are among them where they would reach beyond the translation.
    """
    odd = unseen.unseen(translated)
    if not odd or not (odd := odd.difference(source())):
        return []
    codes = ", ".join(f"U+{ord(character):04X}" for character in sorted(odd))
    return [("character", f"the translation holds {codes}, which nobody can see here")]


def _strings(inlines: Run) -> str:
    """All that a run shows or says, but code and formulas; ``&#27;`` is the character it names."""
    parts: list[str] = []
    for node in tree.within(inlines):
        if isinstance(node, Str):
            parts.append(node.text)
        elif isinstance(node, Link | Image):
            parts += [node.target.url, node.target.title]
    return "".join(parts)


_NOTHING = "the translation says nothing"


def _says_something(text: str) -> bool:
    return any(unicodedata.category(one)[0] in "LNPS" and not unseen.is_unseen(one) for one in text)


def same_program(classes: Sequence[str], source: str, translated: str) -> bool:
    """Whether two listings differ in comments and docstrings only; lines may not move.

    By Python's own syntax tree where both have one and more than comments differ, by Pygments' tokens for
    every other language and for what Python cannot read.
    """
    if source == translated:
        return True
    if source.count("\n") != translated.count("\n"):
        return False
    if classes[0] in comments.PYTHON:
        ours, theirs = parted(source), parted(translated)
        if (ours.bare, ours.docs) == (theirs.bare, theirs.docs):
            return True
        if syntax := _syntax(source):
            return syntax == _syntax(translated)
    return comments.is_same_beside(classes[0], source, translated)


@lru_cache(maxsize=4096)
def _syntax(text: str) -> str | None:
    """What Python reads in a program beside comments and docstrings; None where it reads none."""
    import ast

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if comments.is_docstring(node):
            node.value = ast.Constant("")
    return digest(ast.dump(tree))


def _written(attr: Attr) -> str:
    if attr.get(TAG):
        parts = [attr.get(TAG)] + [f'{key}="{value}"' for key, value in attr.pairs if key != TAG]
        return f"<{' '.join(parts)}>"
    parts = [f"#{attr.identifier}"] if attr.identifier else []
    parts += [f".{name}" for name in attr.classes] + [f'{key}="{value}"' for key, value in attr.pairs]
    return "{" + " ".join(parts) + "}"


def _say(mark: Mark) -> str:
    what = mark[1] if len(mark) > 1 else ""
    return what if mark[0] == "structure" else _SAID[mark[0]].format(_quoted(what))


def _quoted(text: str) -> str:
    return f"'{text[:60]}{'...' if len(text) > 60 else ''}'"
