"""The theme's own words in the reader's language: contents, next, download and the like."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from string import Formatter

from polybook.model import layout
from polybook.model.book import Theme
from polybook.model.findings import BookError, Finding
from polybook.render import themes

_OURS = Theme()

_PLACE = re.compile(r"\{(\w+)\}")


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

    singular: Mapping[str, str]
    plural: Mapping[str, Callable[[int], str]]
    """For a sentence with a number (by its singular): what gives its form for one."""

    @property
    def is_cjk(self) -> bool:
        """Whether the language is written in Chinese characters, kana or hangul."""
        return self.language.split("-")[0] in ("ja", "ko", "zh")

    def __call__(self, text: str, **values: object) -> str:
        """The word or sentence ``text`` (English) in this language, its ``{name}`` places filled."""
        return _filled(self.singular.get(text, text), values)

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
        form = self.plural.get(one)
        text = form(number) if form else one if number == 1 else many
        return _filled(text, {"number": number})


def _filled(text: str, values: Mapping[str, object]) -> str:
    """A sentence with its places filled. A template may have written it, so a place is a name and no more."""
    return _PLACE.sub(lambda found: str(values[found[1]]), text)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=256)
def words(locale: str, theme: Theme = _OURS) -> Words:
    """Return the theme's words for a locale; where there is no catalog for it they are English.

    A book's own catalog goes over ours, word by word. Raises BookError naming a line of it that is wrong.
    """
    from babel import Locale

    known = Locale.parse(locale.replace("-", "_"))
    paths = [f"locales/{code}/LC_MESSAGES/theme.po" for code in (str(known), known.language)]
    ours = [(_OURS, path) for path in paths if (themes.OURS / path).is_file()]
    own = [(theme, path) for path in paths if theme.has(path)]
    singular: dict[str, str] = {}
    plural: dict[str, Callable[[int], str]] = {}
    for whose, path in (*ours[:1], *own[:1]):
        one, more = _read(themes.text(whose, path), f"{layout.THEME}/{path}")
        singular |= one
        plural |= more
    return Words(
        locale,
        str(known).replace("_", "-"),
        known.text_direction,
        _capital(known.get_display_name() or locale),
        singular,
        plural,
    )


def _read(text: str, path: str) -> tuple[dict[str, str], dict[str, Callable[[int], str]]]:
    """What a catalog says for the theme's words, and for its sentences with a number."""
    import gettext

    from babel.messages.pofile import PoFileError, read_po

    try:
        catalog = read_po(io.StringIO(text), abort_invalid=True)
        choose = gettext.c2py(catalog.plural_expr)
    except (PoFileError, ValueError) as error:
        raise BookError(Finding("theme", str(error), path, getattr(error, "lineno", 1) or 1)) from None
    singular: dict[str, str] = {}
    plural: dict[str, Callable[[int], str]] = {}
    for message in catalog:
        english, forms = _strings(message.id), _strings(message.string)
        if not all(english) or not all(forms) or message.fuzzy:
            continue
        if unknown := {place for form in forms for place in _places(form)} - set(_places(english[-1])):
            said = f"the translation has what its message has not: {', '.join(sorted(unknown))}"
            raise BookError(Finding("theme", said, path, message.lineno or 1))
        if len(english) > 1:
            plural[english[0]] = partial(_form, forms, choose)
        else:
            singular[english[0]] = forms[0]
    return singular, plural


def _strings(given: object) -> tuple[str, ...]:
    """The one string of a message, or the several of one with plural forms."""
    return tuple(map(str, given)) if isinstance(given, (tuple, list)) else (str(given or ""),)


def _form(forms: tuple[str, ...], choose: Callable[[int], int], number: int) -> str:
    return forms[min(choose(number), len(forms) - 1)]


def _places(text: str) -> Iterator[str]:
    """The places of a text that something is put into: ``{number}``; a brace that is none counts too."""
    try:
        for _, name, form, conversion in Formatter().parse(text):
            if name is not None:
                yield (
                    "{" + name + ("!" + conversion if conversion else "") + (":" + form if form else "") + "}"
                )
    except ValueError:
        yield "a single { or }"
