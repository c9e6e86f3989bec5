"""No regular expression of ours takes more time than its text is long: each is tried on what it likes least.

A pattern's own tree says what that is: the shortest text up to one of its repeats, and then what the repeat
takes, many thousand times, and nothing that would end it. Patterns that are put together as a program runs
are not seen here; `tests/translation/test_long_lines.py` has lines for them. Those of `importers` are left
out: an import reads a book once, for who asks for it.
"""

from __future__ import annotations

import ast
import importlib
import re
import re._constants as op  # what patterns consist of; there is no public name for it
import re._parser as parser
import signal
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import polybook

MANY = 20_000
SECONDS = 0.1
"""Of the processor's time. What is linear takes a few milliseconds, the square of so many ten times this."""

CHARACTERS = " \n\u00a0a0_.\u3042"
"""What is tried where a pattern takes many characters, beside those that stand in it."""

ANY = "".join(map(chr, range(128))) + "\u3042\u0085"
SEARCHING = {"search", "sub", "subn", "findall", "finditer", "split"}
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
OURS = Path(polybook.__file__).parent


class Tried(NamedTuple):
    """A pattern of ours, and what is done with it."""

    name: str
    pattern: re.Pattern[Any]
    uses: set[str]


class TooLongError(Exception):
    """The limit of time is reached."""


# ---- which patterns there are ----------------------------------------------------------------


@cache
def patterns() -> list[Tried]:
    paths = (
        path for path in sorted(OURS.rglob("[!_]*.py")) if path.relative_to(OURS).parts[0] != "importers"
    )
    return [one for path in paths for one in (*_written(path), *_named(path))]


def _written(path: Path) -> Iterator[Tried]:
    """The patterns that stand in calls such as ``re.sub(r"...")``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=name),
                args=[ast.Constant(value=str(text)), *rest],
            ) if name in SEARCHING | {"match", "fullmatch"}:
                flags = [*rest, *(keyword.value for keyword in node.keywords)]
                known = [getattr(re, one.attr, None) for one in flags if isinstance(one, ast.Attribute)]
                pattern = re.compile(text, sum(one for one in known if isinstance(one, re.RegexFlag)))
                yield Tried(f"{path.relative_to(OURS)}:{node.lineno}", pattern, {name})


def _named(path: Path) -> Iterator[Tried]:
    """The patterns that a module's names hold, in lists and tables too."""
    uses: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            of = node.value.value if isinstance(node.value, ast.Subscript) else node.value
            if isinstance(of, ast.Name):
                uses.setdefault(of.id, set()).add(node.attr)
    module = importlib.import_module(".".join(("polybook", *path.relative_to(OURS).with_suffix("").parts)))
    for name, value in vars(module).items():
        for number, pattern in enumerate(_in(value)):
            used = (
                uses.get(name, SEARCHING) if name != "_HIDDEN" else {"fullmatch"}
            )  # a table of several things
            yield Tried(f"{path.relative_to(OURS)} {name} {number}", pattern, used)


def _in(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, list | tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _in(one, depth - 1)


# ---- what they like least --------------------------------------------------------------------


def attacks(pattern: re.Pattern[Any]) -> set[str]:
    """Texts on which a pattern that backtracks would take long."""
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tried = CHARACTERS + re.sub(r"[\w\s]", "", text)
    found = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(pattern.pattern, flags)
    for before, body in _repeats(tree, ""):
        whole = _shortest(body)
        for piece in {*(one for one in tried if _begins(body, one)), whole} - {""}:
            for unit in (piece, before + piece):
                for start in (before, ""):
                    found |= {start + unit * (MANY // len(unit)) + end for end in ("", "\x00", "\n", ">")}
    return found


def _repeats(tree: Sequence[Any], before: str) -> Iterator[tuple[str, Any]]:
    """The repeats without an end, each with a text that leads up to it."""
    for kind, held in tree:
        if kind in REPEATS:
            if held[1] > 100:
                yield before, held[2]
            yield from _repeats(held[2], before)
        elif kind is op.BRANCH:
            for one in held[1]:
                yield from _repeats(one, before)
        elif kind in (op.SUBPATTERN, op.ATOMIC_GROUP, op.ASSERT, op.ASSERT_NOT):
            yield from _repeats(held if kind is op.ATOMIC_GROUP else held[-1], before)
        before += _shortest([(kind, held)])


def _shortest(tree: Sequence[Any], groups: Mapping[int, str] | None = None) -> str:
    """A short text that a part of a pattern takes."""
    groups = dict(groups or {})
    parts = []
    for kind, held in tree:
        text = ""
        if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            text = next((one for one in "a0 " + ANY if _begins([(kind, held)], one)), "")
            text = chr(held) if kind is op.LITERAL else text
        elif kind in REPEATS:
            text = _shortest(held[2], groups) * held[0]
        elif kind is op.SUBPATTERN:
            text = groups[held[0]] = _shortest(held[3], groups)
        elif kind is op.ATOMIC_GROUP:
            text = _shortest(held, groups)
        elif kind is op.BRANCH:
            text = _shortest(held[1][0], groups)
        elif kind is op.GROUPREF:
            text = groups.get(held, "")
        parts.append(text)
    return "".join(parts)


def _begins(tree: Sequence[Any], one: str) -> bool:
    """Whether what a part of a pattern takes can begin with a character."""
    for kind, held in tree:
        if kind in (op.LITERAL, op.NOT_LITERAL):
            return (chr(held) == one) == (kind is op.LITERAL)
        if kind is op.ANY:
            return one != "\n"
        if kind is op.IN:
            inside = any(_holds(what, which, one) for what, which in held if what is not op.NEGATE)
            return inside != (held[0][0] is op.NEGATE)
        if kind is op.BRANCH:
            return any(_begins(part, one) for part in held[1])
        if kind in (*REPEATS, op.SUBPATTERN, op.ATOMIC_GROUP):
            return _begins(held if kind is op.ATOMIC_GROUP else held[-1], one)
    return False


def _holds(kind: Any, held: Any, one: str) -> bool:
    if kind is op.LITERAL:
        return ord(one) == held
    if kind is op.RANGE:
        return held[0] <= ord(one) <= held[1]
    name = str(held).lower()
    is_in = {"digit": one.isdigit(), "space": one.isspace(), "word": one.isalnum() or one == "_"}
    return is_in[name.rpartition("_")[2]] != ("not" in name)


# ---- the test --------------------------------------------------------------------------------


def seconds_run_out(*_: object) -> None:
    raise TooLongError


def is_quick(tried: Tried, text: str) -> bool:
    pattern = tried.pattern
    given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    before = signal.signal(signal.SIGVTALRM, seconds_run_out)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        if tried.uses & SEARCHING:
            for _ in pattern.finditer(given):
                pass
        if "match" in tried.uses:
            pattern.match(given)
        if "fullmatch" in tried.uses:
            pattern.fullmatch(given)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TooLongError:
        return False
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return True


def test_there_are_patterns_to_try() -> None:
    assert len(patterns()) > 200


@pytest.mark.slow
def test_no_pattern_backtracks_more_than_its_text_is_long() -> None:
    slow = {}
    for tried in patterns():
        for text in attacks(tried.pattern):
            if not is_quick(tried, text):
                slow[tried.name] = text[:20], text[-20:]
                break
    assert not slow, "\n".join(f"{name}: {text}" for name, text in slow.items())


def test_it_finds_those_that_do() -> None:
    for pattern in (r"\s*#\s*\s*x", r"(a+)+b", r"\[\^([^\]]+)\]", r"x\w*\d+y"):
        tried = Tried("", re.compile(pattern), SEARCHING)
        assert not all(is_quick(tried, text) for text in attacks(tried.pattern)), pattern
