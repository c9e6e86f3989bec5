"""gettext catalogs: read, start, merge new messages in. Only this module writes ``locales/``.

Babel reads. Writing keeps the text of every entry that did not change, letter by letter, because a
catalog belongs to its translators and their editors: a merge shows in a diff what changed and no more.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from polybook.files import write
from polybook.model import BookError, Catalog, Finding, Message, Settings, Translation, UsageError

if TYPE_CHECKING:  # Babel is imported where it is used: it takes longer than all that is here
    from babel import Locale
    from babel.messages.catalog import Catalog as BabelCatalog
    from babel.messages.catalog import Message as BabelMessage

NEAR = 70
"""How like an old message a new one must be, of 100 (RapidFuzz's ratio), to take its translation as fuzzy."""

WIDTH = 79
"""How wide gettext's tools write a line, in columns."""

# After a space, and between two characters of which each fills a square.
_BREAKS = re.compile(r"(?<=\s)(?=\S)|(?<=[\u3041-\u9fff])(?=[\u3041-\u9fff])")
_WAIVER = re.compile(r"polybook:\s*allow\s+(.+)")
_CHARSET = re.compile(rb"charset=([A-Za-z0-9_.:-]+)")
# Babel reads these two dates and raises on any form but gettext's own; nothing here needs them.
_DATE = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date):.*\\n"$', re.MULTILINE)
_STRING = re.compile(r'(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)?\s*"(?:[^"\\]|\\.)*"')
_STARTS_ENTRY = re.compile(r"#(?!~)|msgctxt|msgid |#~ msgid |#~ msgctxt|#~\||$")


@dataclass(frozen=True)
class Merge:
    """What merging the book's messages into one catalog did, in messages."""

    path: str
    added: int
    fuzzy: int
    removed: int
    kept: int


def path_of(locale: str) -> str:
    """The path of a locale's catalog, relative to the book's folder."""
    return f"locales/{locale}/LC_MESSAGES/book.po"


def locales(root: Path) -> list[str]:
    """The locales that the book in ``root`` has a catalog for, sorted."""
    return sorted(path.parts[-3] for path in root.glob("locales/*/LC_MESSAGES/book.po"))


def parse_locale(code: str) -> Locale:
    """Return what Babel knows of a locale such as ``ja`` or ``pt_BR``; raises UsageError for no locale."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        raise UsageError(
            Finding("locale", f"'{code}' is not a locale", hint="write it like ja, it or pt_BR")
        ) from None


def read(root: Path, locale: str) -> Catalog:
    """Return the usable translations of a locale.

    Raises UsageError for a locale without a catalog, BookError with the line where the file cannot be read.
    """
    path = path_of(locale)
    if not (root / path).is_file():
        known = ", ".join(locales(root)) or "none yet"
        raise UsageError(
            Finding("locale", f"the book has no catalog for '{locale}'", hint=f"known languages: {known}")
        )
    babel = _parse(_decode((root / path).read_bytes()), path)
    usable, fuzzy = {}, set()
    for message in babel:
        text, translation = message.id, message.string
        if (
            not text
            or not isinstance(text, str)
            or not isinstance(translation, str)
            or not translation.strip()
        ):
            continue
        if message.fuzzy:
            fuzzy.add(_key(message))
        else:
            usable[_key(message)] = Translation(translation, message.lineno or 0, _waived(message))
    return Catalog(locale, path, usable, frozenset(fuzzy))


def update(root: Path, settings: Settings, messages: Iterable[Message]) -> list[Merge]:
    """Write the message template and merge ``messages`` into every catalog; return what changed in each.

    A file whose content stays the same is not touched. Raises BookError where a catalog cannot be read;
    nothing is written then.
    """
    wanted = _by_key(messages)
    template = "\n".join([_header(settings, None), *map(_entry, wanted.values())])
    merged = [(path_of(locale), *_merge(root, path_of(locale), wanted)) for locale in locales(root)]
    write(root / "locales/book.pot", template.encode())
    for path, text, _ in merged:
        windows = b"\r\n" in (root / path).read_bytes()
        write(root / path, (text.replace("\n", "\r\n") if windows else text).encode())
    return [merge for _, _, merge in merged]


def start(root: Path, settings: Settings, messages: Iterable[Message], code: str) -> str:
    """Write an empty catalog for the locale ``code`` and return its path.

    Raises UsageError for an unknown locale, or one that has a catalog already.
    """
    locale = str(parse_locale(code))
    path = path_of(locale)
    if (root / path).exists():
        raise UsageError(
            Finding(
                "locale", "this catalog is there already", path, hint="update merges new messages into it"
            )
        )
    entries = map(_entry, _by_key(messages).values())
    write(root / path, "\n".join([_header(settings, locale), *entries]).encode())
    return path


# ---- reading -------------------------------------------------------------------------------


def _key(message: BabelMessage) -> str:
    """The key of the message that an entry translates."""
    return Message(str(message.id), "", "", 0, context=message.context or "").key


def _waived(message: BabelMessage) -> frozenset[str]:
    """The codes of findings that a reviewer allows this entry."""
    return frozenset(
        code
        for comment in message.user_comments
        if (match := _WAIVER.fullmatch(comment.strip()))
        for code in re.split(r"[\s,]+", match[1].strip())
    )


def _decode(content: bytes) -> str:
    match = _CHARSET.search(content[:4096])
    charset = match[1].decode() if match else "utf-8"
    if charset.lower().replace("-", "") in ("charset", "utf8"):
        charset = "utf-8-sig"
    try:
        text = content.decode(charset, errors="replace")
    except LookupError:
        text = content.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parse(text: str, path: str) -> BabelCatalog:
    from babel import UnknownLocaleError
    from babel.messages.pofile import PoFileError, read_po

    for number, line in enumerate(text.split("\n"), 1):
        # Babel takes a string that is not closed for one that is.
        if line.strip() and not line.startswith("#") and not _STRING.fullmatch(line.strip()):
            hint = 'every line is a keyword and a string in quotation marks; write \\" for one inside'
            raise BookError(Finding("catalog", "the line is no part of a catalog", path, number, hint))
    tame = _DATE.sub(r'"\1: 2000-01-01 00:00+0000\\n"', text)
    try:
        return read_po(io.StringIO(tame), abort_invalid=True)
    except PoFileError as error:
        where = (error.lineno or 0) + 1
        what = str(error).split(" on ")[0]
    except (ValueError, UnknownLocaleError, TypeError, KeyError, IndexError) as error:
        where, what = 1, str(error)
    raise BookError(
        Finding(
            "catalog", f"the catalog cannot be read: {what}", path, where, hint="msgfmt --check says more"
        )
    )


@dataclass(frozen=True)
class _Entry:
    """One entry of a catalog as it stands in the file."""

    lines: tuple[str, ...]
    key: str
    """Its message's key."""

    text: str
    """Its msgid."""

    translation: str
    fuzzy: bool
    obsolete: bool


def _entries(text: str, path: str) -> tuple[str, list[_Entry]]:
    """The header of a catalog as it stands, and its entries."""
    lines = text.split("\n")
    starts, in_translation = [0], False
    for number, line in enumerate(lines):
        if not line.strip() or (in_translation and _STARTS_ENTRY.match(line)):
            if line.strip() and starts[-1] != number:
                starts.append(number)
            elif not line.strip():
                starts.append(number + 1)
            in_translation = False
        if line.startswith(("msgstr", "#~ msgstr")):
            in_translation = True
    ends = [*starts[1:], len(lines)]
    babel = _parse(text, path)
    found, header = [], ""
    for message, obsolete in [*((m, False) for m in babel), *((m, True) for m in babel.obsolete.values())]:
        block = bisect_right(starts, max((message.lineno or 1) - 1, 0)) - 1
        raw = tuple(line for line in lines[starts[block] : ends[block]] if line.strip())
        if not message.id:
            header = "\n".join(raw) + "\n"
        elif isinstance(message.id, str):
            string = message.string if isinstance(message.string, str) else ""
            found.append(_Entry(raw, _key(message), message.id, string, message.fuzzy, obsolete))
    return header, found


# ---- merging -------------------------------------------------------------------------------


def _by_key(messages: Iterable[Message]) -> dict[str, list[Message]]:
    wanted: dict[str, list[Message]] = {}
    for message in messages:
        wanted.setdefault(message.key, []).append(message)
    return wanted


def _merge(root: Path, path: str, wanted: Mapping[str, list[Message]]) -> tuple[str, Merge]:
    header, entries = _entries(_decode((root / path).read_bytes()), path)
    old = {entry.key: entry for entry in entries}
    gone = {key: entry for key, entry in old.items() if key not in wanted}
    near = _near([key for key in wanted if key not in old], gone.values())
    new = []
    for key, places in wanted.items():
        if entry := old.get(key):
            new.append(_kept(entry, places))
        elif source := near.get(key):
            new.append(_entry(places, source.translation, previous=source))
        else:
            new.append(_entry(places))
    taken = {entry.key for entry in near.values()}
    for key, entry in gone.items():
        if entry.obsolete or (entry.translation.strip() and key not in taken):
            new.append(_obsolete(entry))
    removed = sum(not entry.obsolete for entry in gone.values())
    merge = Merge(
        path, sum(key not in old for key in wanted), len(near), removed, sum(key in old for key in wanted)
    )
    # What is written is UTF-8, whatever was read.
    return "\n".join([re.sub(r"(?<=charset=)[\w.:-]+", _utf8, header), *new]), merge


def _utf8(charset: re.Match[str]) -> str:
    return charset[0] if charset[0].lower() in ("utf-8", "utf8") else "UTF-8"


def _near(keys: list[str], gone: Iterable[_Entry]) -> dict[str, _Entry]:
    """For each new message the entry it most likely came of, each entry given away once."""
    from rapidfuzz import fuzz, process

    candidates = [entry for entry in gone if entry.translation.strip()]
    if not (keys and candidates):
        return {}
    ranked = sorted(
        (
            (-score, place, index)
            for place, key in enumerate(keys)
            for _, score, index in process.extract(
                key, [entry.key for entry in candidates], scorer=fuzz.ratio, score_cutoff=NEAR, limit=3
            )
        ),
    )
    found: dict[str, _Entry] = {}
    taken: set[int] = set()
    for _, place, index in ranked:
        if keys[place] not in found and index not in taken:
            found[keys[place]] = candidates[index]
            taken.add(index)
    return found


# ---- writing -------------------------------------------------------------------------------


def _comments(places: list[Message]) -> Iterator[str]:
    """What the translator is told above an entry: the author's notes, where it stands, in which files."""
    for note in dict.fromkeys(place.note for place in places if place.note):
        yield "#. " + " ".join(note.split())
    wheres = [", ".join(filter(None, (" > ".join(place.section), place.kind))) for place in places]
    for where in dict.fromkeys(wheres):
        yield "#. " + " ".join(where.split())
    for path in dict.fromkeys(place.path for place in places):
        # gettext's own way to write a file name with a space in it
        yield f"#: \u2068{path}\u2069" if " " in path else f"#: {path}"


def _entry(places: list[Message], translation: str = "", previous: _Entry | None = None) -> str:
    """A new entry for a message that stands in ``places``; with what it most likely came of it is fuzzy."""
    lines = list(_comments(places))
    if previous:
        context = previous.key.removesuffix(previous.text).rstrip("\x04")
        lines.append("#, fuzzy")
        lines += ["#| " + line for line in _identity(context, previous.text)]
    lines += [*_identity(places[0].context, places[0].text), *_field("msgstr", translation)]
    return "\n".join(lines) + "\n"


def _identity(context: str, text: str) -> list[str]:
    return [*(_field("msgctxt", context) if context else []), *_field("msgid", text)]


def _field(name: str, text: str) -> list[str]:
    """A keyword and its string as gettext's own tools write them, wrapped at `WIDTH`."""
    from babel.messages.pofile import escape

    whole = f"{name} {escape(text)}"
    if "\n" not in text and _width(whole) <= WIDTH:
        return [whole]
    lines = [f'{name} ""']
    for part in text.splitlines(keepends=True):
        line = ""
        for word in _BREAKS.split(part):
            if line and _width(escape(line + word)) > WIDTH:
                lines.append(escape(line))
                line = ""
            line += word
        lines.append(escape(line))
    return lines


def _width(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _kept(entry: _Entry, places: list[Message]) -> str:
    """An entry as it stands, with what it says of its places brought up to date."""
    lines = entry.lines
    if entry.obsolete:
        lines = tuple(re.sub(r"^#~ ?", "", line) for line in lines)
    said = tuple(line for line in lines if line.startswith(("#.", "#:")))
    wanted = tuple(_comments(places))
    if said != wanted:
        own = tuple(
            line for line in lines if line.startswith("#") and not line.startswith(("#.", "#:", "#,", "#|"))
        )
        rest = tuple(line for line in lines if line not in own and line not in said)
        lines = (*own, *wanted, *rest)
    return "\n".join(lines) + "\n"


def _obsolete(entry: _Entry) -> str:
    if entry.obsolete:
        return "\n".join(entry.lines) + "\n"
    kept = [line for line in entry.lines if not line.startswith(("#.", "#:"))]
    return "\n".join(line if line.startswith(("# ", "#,")) else "#~ " + line for line in kept) + "\n"


def _header(settings: Settings, locale: str | None) -> str:
    """The first entry of a catalog, or of the template where ``locale`` is None."""
    from babel.messages.catalog import Catalog as BabelCatalog

    babel = BabelCatalog(locale=locale)
    fields = {
        "Project-Id-Version": settings.name,
        "PO-Revision-Date": "YEAR-MO-DA HO:MI+ZONE",
        "Last-Translator": "FULL NAME <EMAIL@ADDRESS>",
        "Language-Team": "LANGUAGE <LL@li.org>",
        "Language": locale or "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if locale:
        fields["PO-Revision-Date"] = f"{datetime.now(UTC):%Y-%m-%d %H:%M%z}"
        fields["Last-Translator"] = f"The {settings.name} translators"
        fields["Language-Team"] = parse_locale(locale).get_display_name("en") or locale
        fields["Plural-Forms"] = babel.plural_forms
    lines = "".join(f'"{key}: {value}\\n"\n' for key, value in fields.items())
    fuzzy = "" if locale else "#, fuzzy\n"
    return f'# Messages of "{settings.title}".\n{fuzzy}msgid ""\nmsgstr ""\n{lines}'
