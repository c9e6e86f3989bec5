"""The theme's own words in the reader's language: contents, next, download and the like."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

_LOCALES = Path(__file__).with_name("theme") / "locales"


@dataclass(frozen=True)
class Words:
    """What a page says in one language beside the book's own text."""

    locale: str
    language: str
    """The language tag for ``lang`` attributes (BCP 47): ``pt-BR``, ``zh-Hans``."""

    direction: str
    """``ltr`` or ``rtl``."""

    name: str
    """The language's name in that language."""

    singular: dict[str, str]
    plural: dict[str, tuple[str, ...]]
    choose: Callable[[int], int]

    @property
    def is_cjk(self) -> bool:
        """Whether the language is written in Chinese characters, kana or hangul."""
        return self.language.split("-")[0] in ("ja", "ko", "zh")

    def __call__(self, text: str, **values: object) -> str:
        """The word or sentence ``text`` (English) in this language, its ``{name}`` places filled."""
        return self.singular.get(text, text).format(**values)

    def date(self, date: str) -> str:
        """A date (``YYYY-MM-DD``) as readers of the language write it; empty for an empty one."""
        if not date:
            return ""
        from babel.dates import format_date

        return format_date(datetime.fromisoformat(date), "long", locale=self.locale.replace("-", "_"))

    def size(self, size: int) -> str:
        """A file's size in bytes, as readers of the language write it."""
        from babel.numbers import format_decimal

        unit, value = ("MB", size / 1_000_000) if size >= 950_000 else ("KB", max(size / 1000, 1))
        pattern = "#,##0.0" if unit == "MB" else "#,##0"
        return f"{format_decimal(value, pattern, locale=self.locale.replace('-', '_'))} {unit}"

    def count(self, one: str, many: str, number: int) -> str:
        """The form of a sentence that fits ``number``, which fills its ``{number}``."""
        forms = self.plural.get(one)
        text = forms[self.choose(number)] if forms else one if number == 1 else many
        return text.format(number=number)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _english(number: int) -> int:
    return int(number != 1)


@cache
def words(locale: str) -> Words:
    """Return the theme's words for a locale; where the theme has no catalog for it they are English."""
    from babel import Locale

    known = Locale.parse(locale.replace("-", "_"))
    singular: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    choose: Callable[[int], int] = _english
    for code in (str(known), known.language):
        path = _LOCALES / code / "LC_MESSAGES" / "theme.po"
        if not path.is_file():
            continue
        import gettext

        from babel.messages.pofile import read_po

        catalog = read_po(io.StringIO(path.read_text("utf-8")), abort_invalid=True)
        choose = gettext.c2py(catalog.plural_expr)
        for message in catalog:
            if isinstance(message.id, tuple) and isinstance(message.string, tuple) and all(message.string):
                plural[message.id[0]] = message.string
            elif message.id and message.string:
                singular[str(message.id)] = str(message.string)
        break
    return Words(
        locale,
        str(known).replace("_", "-"),
        known.text_direction,
        _capital(known.get_display_name() or locale),
        singular,
        plural,
        choose,
    )
