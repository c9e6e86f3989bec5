"""The comments and docstrings of listings: what of a program is for people to read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple, TypeGuard

from polybook.markup.code import tokens


class Piece(NamedTuple):
    """A token of a listing, or a whole comment or docstring, of however many tokens."""

    start: int
    text: str
    kind: Any
    """What Pygments calls it; None for a comment or docstring."""


class _Block(NamedTuple):
    """A kind of comment that a sign of its own ends."""

    opens: str
    closes: str
    inner: str
    """What would end the comment, or begin another in it."""

    leads: str = r"(?!)"
    """What stands before the words of a further line."""


_STAR = r"\s*\*+(?!\S)"
_BLOCKS = (
    *(_Block(rf"[rRuU]*{quotes}", quotes, quotes) for quotes in ('"""', "'''")),
    *(_Block(rf"[rRuU]*{quote}(?=[^{quote}]*{quote}\s*\Z)", quote, quote) for quote in "\"'"),
    _Block(r"/\*+[!<]?", r"(?<!\*)\*+/", r"/\*|\*/", _STAR),
    _Block(r"\*(?=[^;]*;\s*\Z)", r";", r";"),
    _Block(r"/\++", r"(?<!\+)\++/", r"/\+|\+/", r"\s*\++(?!\S)"),
    _Block(r"/-+!?", r"(?<!-)-+/", r"/-|-/"),
    _Block(r"\(\*+", r"(?<!\*)\*+\)", r"\(\*|\*\)|\{\w*\||\|\w*\}", _STAR),
    _Block(r"\(;", r";\)", r"\(;|;\)"),
    _Block(r"\((?=\s)", r"\)", r"[()]"),
    _Block(r"\{-+(?: ?[|^](?!\S))?", r"(?<!-)-+\}", r"\{-|-\}"),
    _Block(r"\{#-?", r"-?#\}", r"#\}"),
    _Block(r"\{\{!(?:--)?", r"(?:--)?\}\}", r"--|\}\}"),
    _Block(r"\{\*?", r"\*?\}", r"[{}]"),
    _Block(r"<!--+", r"(?<!-)--+>", r"--|<!"),
    _Block(r"<#(?:--)?", r"(?:--)?#?>", r"<#|#>|--"),
    _Block(r"<%--", r"--%>", r"--|%>"),
    _Block(r"--\[=*\[", r"\]=*\]", r"\[=*\[|\]=*\]"),
    _Block(r"#\[=*\[", r"\]=*\]", r"\[=*\[|\]=*\]"),
    _Block(r"##?\[", r"\]##?", r"#\[|\]#"),
    _Block(r"#\|", r"\|#", r"#\||\|#"),
    _Block(r"#=", r"=#", r"#=|=#"),
    _Block(r"#\*+", r"(?<!\*)\*+#", r"#\*|\*#"),
    _Block(r"#`[(\[{<]+", r"(?<![)\]}>])[)\]}>]+", r"[][(){}<>]"),
    _Block(r"###", r"###", r"###"),
    _Block(r"%\{", r"%\}", r"%[{}]"),
    _Block(r"(?==[a-z])", r"(?<=\n)=[a-z].*", r"(?m:^=)"),
)
_OPENING = re.compile("|".join(rf"(\s*{block.opens})" for block in _BLOCKS))
_CLOSING = [re.compile(rf"{block.closes}\s*\Z") for block in _BLOCKS]
_INNER = [re.compile(block.inner) for block in _BLOCKS]
_LEADS = [re.compile(block.leads) for block in _BLOCKS]

# What a comment that ends with its line begins with: one sign, maybe several times, and what makes it one of
# documentation; words in the languages that have words for it.
_SIGN = re.compile(
    r"\s*(?:(?i:rem|dnl)\b|NB\.|\\\"|[Cc](?=\s)"
    r"|(?P<sign>[^\w\s(\[{<])(?P=sign)*(?:(?<=#):|[^\w\s()\[\]{}\"`]+(?!\S)|(?<=--) [|^](?= ))?)?"
)
# Code that is written as a comment: a pragma of Haskell's, an expression that Scheme leaves out; and a line
# that is an option of knitr or Quarto.
_CODE = re.compile(r"\s*(?:\{-#|#;)")
# What a program needs (PEP 723), and the C that Go reads before it. A line is read whole or not at all: up to
# Python 3.11.4 a group that is repeated without a step back is read wrongly where there are such steps in it.
_CODE_IN_COMMENTS = re.compile(
    r"^\# ///\ [\w-]+\n(?:\#(?!\ ///)(?:\ [^\n]*+|(?=\n))\n)*\# ///$"
    r"|^(?://.*\n)++(?P<other>(?!import[ \t]+\"C\"))?"
    r"|^/\*(?:[^*/]|\*(?!/)|/(?!\*))*+\*/[ \t]*\n(?=import[ \t]+\"C\")",
    re.MULTILINE,
)
_OPTION = re.compile(r"\s*(?:#|//|--|%%)\|(?!\|)")
# What has words in Perl's documentation: what is not indented, headings and items.
_POD = re.compile(r"(?:=(?:head\d|item)\s+)?(?![=\s])")
# What rustdoc does not show of an example.
_HIDDEN_IN_RUST = re.compile(r"\s*#(?: .*)?")

# Comments for tools, not for people.
_PRAGMA = re.compile(
    r"noqa|type: |pragma:|pylint:|fmt:(?!:)|ruff:|isort:|mypy:|pyright:|nosec\b|vim?:|ex:|-\*-|coding[:=]"
    r"|eslint-|[jt]slint:|jshint |prettier-ignore|@ts-|@flow\b|istanbul ignore|biome-ignore|@formatter:"
    r"|go:[a-z]|\+build |nolint\b|clang-(?:format|tidy) |cppcheck-|shellcheck |hadolint |yamllint "
    r"|yaml-language-server:|rubocop:|typed: |encoding:|frozen[_-]string[_-]literal:|warn[_-]indent:"
    r"|swiftlint:|ktlint-|scalafmt:|phpcs:"
    r"|@?phpstan-|@?psalm-|\$(?:omp|acc)\b|dir\$|(?:syntax|escape|check)\s*="
    r"|cloud-config\b|/// |@jsx|@refresh\b|<(?:reference|amd-)|#(?:include|exec|config|echo|set) "
    r"|local variables:|cspell:|spell-?checker:",
    re.IGNORECASE,
)


def is_pragma(text: str) -> bool:
    """Whether a comment's text is for a tool."""
    return bool(_PRAGMA.match(text))


def comments(classes: Sequence[str], code: str) -> Iterator[tuple[int, int, str]]:
    """Yield the lines of comments and docstrings in ``code``: line and column from 0, and the text.

    They are those of the language that the first of ``classes`` names; a transcript has none. The signs that
    make a comment of a text are no part of it.
    """
    if not classes or "transcript" in classes or classes[0] == "text":
        return
    of_tools = [found.span() for found in _CODE_IN_COMMENTS.finditer(code) if found["other"] is None]
    for piece in pieces(classes[0], code):
        if any(begin <= piece.start < end for begin, end in of_tools):
            continue
        for place, text in _texts(piece.text) if piece.kind is None else ():
            at = piece.start + place
            begin = code.rfind("\n", 0, at) + 1
            line = code[begin:].partition("\n")[0]
            if not (classes[0] in ("rust", "rs") and _HIDDEN_IN_RUST.fullmatch(line)):
                yield code.count("\n", 0, at), at - begin, text


def _texts(comment: str) -> Iterator[tuple[int, str]]:
    """The lines of a comment that say something, each with its place in it."""
    if _CODE.match(comment):
        return
    kind, begin, end = _block(comment)
    is_pod = comment.startswith("=")
    for line in re.finditer(r"[^\n]+", comment[begin:end]):
        start = 0
        if is_pod:
            lead = _POD.match(line[0])
            if not lead:
                continue
            start = lead.end()
        elif kind is None:
            if _OPTION.match(line[0]):
                continue
            lead = _SIGN.match(line[0])
            start = lead.end() if lead else 0
        elif line.start():
            lead = _LEADS[kind].match(line[0])
            start = lead.end() if lead else 0
        text = line[0][start:].strip()
        if line.end() < end - begin:
            text = text.removesuffix("\\").rstrip()  # the comment goes on in the next line
        if any(character.isalpha() for character in text) and not is_pragma(text):
            yield begin + line.start() + line[0].index(text, start), text


def _block(comment: str) -> tuple[int | None, int, int]:
    """Which of the blocks a comment is, and from where to where its text goes; None and all of it where no
    sign of its own ends it.
    """
    if (opening := _OPENING.match(comment)) and opening.lastindex:
        kind = opening.lastindex - 1
        if closing := _CLOSING[kind].search(comment, opening.end()):
            return kind, opening.end(), closing.start()
    return None, 0, len(comment)


_MAKE = frozenset({"make", "makefile", "mf", "bsdmake", "basemake"})


def is_same_beside(language: str, code: str, changed: str) -> bool:
    """Whether two listings differ in comments and docstrings only, each of which ends where it did."""
    ours, theirs = (list(pieces(language, text)) for text in (code, changed))
    if [_beside(piece) for piece in ours] != [_beside(piece) for piece in theirs]:
        return False
    return not any(
        piece.kind is None and _is_riskier(language, piece.text, other.text)
        for piece, other in zip(ours, theirs, strict=True)
    )


def _beside(piece: Piece) -> tuple[Any, str]:
    return piece.kind, "" if piece.kind is None else piece.text


def _is_riskier(language: str, comment: str, changed: str) -> bool:
    """Whether a comment has signs that it had not before. A lexer may not see them; a compiler does."""
    if language in _MAKE and changed.count("$") > comment.count("$"):
        return True  # in a recipe make fills in, and runs, what stands in comments too
    kind, begin, end = _block(comment)
    their_kind, their_begin, their_end = _block(changed)
    if kind != their_kind:
        return True
    if kind is None:
        return False
    inner, their_inner = comment[begin:end], changed[their_begin:their_end]
    if len(_INNER[kind].findall(their_inner)) > len(_INNER[kind].findall(inner)):
        return True
    # In OCaml a string may stand in a comment, and has to end there.
    return _BLOCKS[kind].opens == r"\(\*+" and (inner.count('"') - their_inner.count('"')) % 2 == 1


# ---- where comments stand --------------------------------------------------------------------


def pieces(language: str, code: str) -> Iterator[Piece]:
    """Yield a listing's tokens, but each comment and docstring whole."""
    from pygments.token import Comment, String

    of_tools = Comment.Preproc, Comment.PreprocFile, Comment.Hashbang, Comment.Special
    docstrings = _docstrings(code) if language in PYTHON else None
    start, parts = 0, list[str]()
    for place, kind, text in tokens(language, code):
        if kind in Comment:
            is_comment = not any(kind in other for other in of_tools)
        elif docstrings is None:
            is_comment = kind in String.Doc
        else:
            is_comment = kind in String and any(begin <= place < end for begin, end in docstrings)
        if parts and not (is_comment and (text[0] != parts[0][0] or _goes_on(parts))):
            yield Piece(start, "".join(parts), None)
            parts = []
        if not is_comment:
            yield Piece(place, text, kind)
            continue
        if not parts:
            start = place
        parts.append(text)
    if parts:
        yield Piece(start, "".join(parts), None)


PYTHON = frozenset({"python", "py", "python3", "py3", "sage"})
"""Names of the language whose docstrings Python itself finds."""


def _goes_on(parts: Sequence[str]) -> bool:
    """Whether a comment of these tokens has not ended, though the next token begins with the same sign."""
    comment = "".join(parts)
    kind, begin, end = _block(comment)
    if kind is None:
        return bool(_OPENING.match(comment)) or not comment.endswith("\n")
    signs = (_BLOCKS[kind].opens, comment[:end]), (_BLOCKS[kind].closes, comment[begin:])
    opened, closed = (len(re.findall(*sign)) for sign in signs)
    return opened > closed


@lru_cache(maxsize=256)
def _docstrings(code: str) -> tuple[tuple[int, int], ...] | None:
    """Where those docstrings of a Python program stand that are one string; None for what is no program."""
    if not _QUOTE_FIRST.search(code):
        return ()
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    # Python's columns are bytes, and its lines end at nothing but a line's end.
    lines = code.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))

    def place(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    found = []
    for node in _statements(tree):
        if is_docstring(node):
            begin = place(node.lineno, node.col_offset)
            end = place(node.end_lineno or 0, node.end_col_offset or 0)
            kind, opened, closed = _block(code[begin:end])
            if kind is not None and not _INNER[kind].search(code, begin + opened, begin + closed):
                found.append((begin, end))
    return tuple(sorted(found))


_QUOTE_FIRST = re.compile(r"^[ \t]*[rRuU]?[\"']", re.MULTILINE)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements in one of Python's, and in those."""
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(node, part, ()):
            yield inner
            yield from _statements(inner)


def is_docstring(node: ast.AST) -> TypeGuard[ast.Expr]:
    """Whether a statement of Python's does nothing but hold a text."""
    return (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and type(node.value.value) is str
    )
