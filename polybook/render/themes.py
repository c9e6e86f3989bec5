"""The theme's files and templates: a book's own first, then ours.

Below ``polybook/`` a book's own files find ours as they came, to build on:
``{% extends "polybook/page.html" %}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from typing import Any

from polybook.model import layout
from polybook.model.book import Theme
from polybook.model.findings import BookError, Finding, PolybookError
from polybook.system import fingerprints
from polybook.system.cache import digest, digest_of

OURS = Path(__file__).with_name("theme")

_BOOKS = f"{layout.THEME}/"
"""Before the names of a book's own files, as people are told them."""


def read(theme: Theme, name: str) -> bytes:
    """Return the theme's file ``name``, such as ``epub/style.css``."""
    return theme.find(name) if theme.has(name) else (OURS / name).read_bytes()


def text(theme: Theme, *names: str) -> str:
    """Return the text of files of the theme, one after the other. Raises BookError for what is not UTF-8."""
    return "".join(_decode(read(theme, name), name) for name in names)


def folder(theme: Theme, name: str) -> dict[str, bytes]:
    """Return all files of one of the theme's folders, by their path in it: ours, and the book's over them."""
    ours = {
        path.relative_to(OURS / name).as_posix(): path.read_bytes()
        for path in sorted((OURS / name).rglob("*"))
        if path.is_file()
    }
    own = {
        path.removeprefix(f"{name}/"): content for path, content in theme.files if path.startswith(f"{name}/")
    }
    return {**{f"polybook/{path}": content for path, content in ours.items()}, **ours, **own}


def stamp(theme: Theme, *names: str) -> str:
    """Return the digest of all files of the theme's folders ``names``, ours and the book's."""
    own = [(path, digest(content)) for path, content in theme.files if path.split("/")[0] in names]
    return digest(fingerprints.below(*(f"render/theme/{name}" for name in names)), digest_of(own))


def fill(theme: Theme, name: str, template: str, **values: object) -> str:
    """Return what a template in the theme's folder ``name`` makes of ``values``; everything in them is
    escaped unless marked as markup.

    Raises BookError naming file and line for a mistake in a book's own template.
    """
    try:
        return str(_templates(theme, name).get_template(template).render(**values))
    except PolybookError:
        raise
    except Exception as error:
        from jinja2.exceptions import SecurityError

        # What a template calls can fail in any way; it is the book's mistake where its own template calls.
        for path, line in _places(error):
            what = str(error) or type(error).__name__
            hint = "polybook/ before a template's name finds the one it stands in place of"
            if isinstance(error, SecurityError):
                hint = "a template fills in what it is given, and reaches nothing else"
            raise BookError(Finding("theme", f"the template fails: {what}", path, line, hint)) from None
        raise


def forget() -> None:
    """Read our files anew when they are next used."""
    _templates.cache_clear()
    fingerprints.forget()


@lru_cache(maxsize=16)
def _templates(theme: Theme, name: str) -> Any:
    from jinja2 import (
        ChoiceLoader,
        FileSystemLoader,
        FunctionLoader,
        PrefixLoader,
        StrictUndefined,
    )
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def own(template: str) -> tuple[str, str, None] | None:
        path = f"{name}/{template}"
        return (_decode(theme.find(path), path), _BOOKS + path, None) if theme.has(path) else None

    ours = FileSystemLoader(OURS / name)
    # A template writes text: it reaches nothing of Python's, and changes nothing of what it is given.
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FunctionLoader(own), ours, PrefixLoader({"polybook": ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _places(error: Exception) -> Iterator[tuple[str, int]]:
    """Where in a book's own templates an error arose, innermost first."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        frames = [(error.filename or "", error.lineno)]
    else:  # Jinja2 puts templates and their lines into tracebacks
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    yield from (place for place in reversed(frames) if place[0].startswith(_BOOKS))


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BookError(
            Finding("encoding", "the line is not UTF-8", _BOOKS + name, line, "save the file as UTF-8")
        ) from None
