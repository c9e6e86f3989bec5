"""Pictures by language: ``menu.ja.png`` stands in the place of ``menu.png`` in the Japanese edition."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from polybook.model import layout
from polybook.model.book import Book
from polybook.model.findings import Finding

_NAMED = re.compile(r"(?P<stem>.*[^/])\.(?P<tag>[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8}){0,3})(?P<ending>\.\w+)")

Forms = Mapping[str, Mapping[str, bytes]]
"""Pictures in a language, by the path of the one that each stands in the place of and by its language."""


class Parted(NamedTuple):
    """A book's pictures, told apart."""

    figures: dict[str, bytes]
    """Those that chapters show, by path."""

    forms: Forms
    findings: list[Finding]


def parted(figures: Mapping[str, bytes], named: Collection[str], locales: Sequence[str]) -> Parted:
    """Tell pictures from the forms that they have in languages.

    ``named`` are the paths of those that a chapter names itself, ``locales`` the languages of the book.
    """
    forms: dict[str, dict[str, bytes]] = {}
    findings = []
    plain = dict(figures)
    for path, content in figures.items():
        base, tag = split(path)
        if not tag:
            continue
        is_used = any(tag in _tags(locale) for locale in locales)
        if base not in figures:
            if is_used and path not in named:
                what = f"there is no '{layout.figure(base)}' in whose place this stands in another language"
                hint = "put that beside it, with the same ending"
                findings.append(Finding("figure", what, layout.figure(path), 0, hint, "warning"))
            continue
        if path not in named:
            del plain[path]
            if not is_used:
                what = f"the book has no edition in '{tag}', in which this would stand for '{base}'"
                hint = "name it by a language of the book: menu.ja.png, menu.pt-BR.png"
                findings.append(Finding("figure", what, layout.figure(path), 0, hint, "warning"))
        if is_used:
            forms.setdefault(base, {})[tag] = content
    return Parted(plain, forms, findings)


def of(book: Book, locale: str) -> dict[str, bytes]:
    """Return the pictures that have a form in a language, or in one that it is a kind of, in that form."""
    tags = list(_tags(locale))
    return {
        path: next(forms[tag] for tag in tags if tag in forms)
        for path, forms in book.forms.items()
        if not forms.keys().isdisjoint(tags)
    }


def lacking(book: Book, locale: str) -> int:
    """How many pictures have a form in another language and none in this one."""
    return len(book.forms) - len(of(book, locale))


def split(path: str) -> tuple[str, str]:
    """Return the path of the picture that one stands in the place of, and its language; the same path and an
    empty one where it stands for itself.
    """
    match = _NAMED.fullmatch(path)
    tag = _tag(match["tag"]) if match else ""
    return (f"{match['stem']}{match['ending']}", tag) if match and _is_known(tag) else (path, "")


def _tag(code: str) -> str:
    return code.replace("_", "-").lower()


def _tags(locale: str) -> Iterator[str]:
    """A locale's language, and the languages that it is a kind of: ``pt-br``, ``pt``."""
    parts = _tag(locale.partition("@")[0]).split("-")
    return ("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def _is_known(tag: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True
