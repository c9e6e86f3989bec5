"""The catalogs of a book: read one, start one, merge new messages into all.

Only this module writes ``locales/``. What a catalog's file looks like is for `po` to know, what a merge
changes in it for `merge`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from polybook.book.confine import is_inside
from polybook.book.waivers import of
from polybook.catalogs import fill as filling
from polybook.catalogs import merge as merging
from polybook.catalogs import po, three_way, wrapping
from polybook.catalogs.fill import Filling
from polybook.catalogs.merge import Carry, Merge, Place
from polybook.catalogs.three_way import Difference
from polybook.model import layout
from polybook.model.book import Settings
from polybook.model.catalog import Catalog, Translation, Waiver
from polybook.model.findings import BookError, Finding, UsageError
from polybook.system import files

if TYPE_CHECKING:  # Babel is imported where it is used: it takes longer than all that is here
    from babel import Locale

_ASKED = re.compile(r"#\s*+polybook:\s*+allow\s++(.+)")
_LOCALE = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*+(?:@[A-Za-z0-9]+)?")
# The header: what stands before the second message, in strings that may go on in further lines.
_HEADER = re.compile(
    rb'(?:[ \t]*(?:#.*)?\n)*+[ \t]*msgid[ \t]+""[ \t]*\n((?:(?![ \t]*msg(?:id|ctxt)\b).*\n?)*)'
)
_CHARSET = re.compile(rb"charset=([^\s\"\\;]+)")
# What text has none of, and what comes of reading text in another charset than it was written in.
_CONTROL = re.compile(r"[\x80-\x84\x86-\x9f]")
_SIGNS = "".join(map(chr, range(32, 127))).replace("\\", "") + "\n\\n\\u0041"
_READABLE = 'every line is a keyword and a string in quotation marks; write \\" for one inside'

_MERGE = "settle it; git merges catalogs by message where it is told to (polybook merge-driver --help)"
_EMPTY = "take it from git again, or delete it and start anew: python build.py init"


def locales(root: Path) -> list[str]:
    """The locales that the book in ``root`` has a catalog for, sorted; none whose file is elsewhere."""
    found = root.glob(layout.catalog("*"))
    return sorted(path.parts[-3] for path in found if path.is_file() and is_inside(root, path))


def parse_locale(code: str) -> Locale:
    """Return what Babel knows of a locale such as ``ja`` or ``pt_BR``; raises UsageError for no locale."""
    from babel import Locale, UnknownLocaleError

    # What a name goes on with after its modifier's sign, Babel takes as it is.
    if _LOCALE.fullmatch(code):
        with suppress(ValueError, UnknownLocaleError):
            return Locale.parse(code.replace("-", "_"))
    raise UsageError(Finding("locale", f"'{code}' is not a locale", hint="write it like ja, it or pt_BR"))


def read(root: Path, locale: str, waivers: Iterable[Waiver] = ()) -> Catalog:
    """Return the usable translations of a locale, with what ``waivers`` allow, and what is odd in it.

    Of several for one message the first that is usable counts. Raises UsageError for a locale without a
    catalog, BookError with the line where the file cannot be read.
    """
    path = layout.catalog(locale)
    if not (root / path).is_file():
        known = ", ".join(locales(root)) or "none yet"
        raise UsageError(
            Finding("locale", f"the book has no catalog for '{locale}'", hint=f"known languages: {known}")
        )
    try:
        parse_locale(locale)
    except UsageError as error:
        raise BookError(replace(error.findings[0], path=f"{layout.LOCALES}/{locale}")) from None
    own = tuple(waiver for waiver in waivers if waiver.language == locale)
    return _usable(locale, path, files.read(root, path), own)


@lru_cache(maxsize=4)  # a program that stays asks again where a chapter changed, and no catalog
def _usable(locale: str, path: str, content: bytes, waivers: tuple[Waiver, ...]) -> Catalog:
    """What `read` returns, of a catalog's content."""
    try:
        file = po.read(_text(content))
    except po.UnreadableError as error:
        raise BookError(_unreadable(path, error)) from None
    found: dict[str, tuple[po.Entry, int]] = {}
    several: dict[str, list[tuple[po.Entry, int]]] = {}
    for placed in zip(file.entries, file.lines, strict=True):
        key = placed[0].key
        if not placed[0].obsolete and (first := found.setdefault(key, placed)) is not placed:
            several.setdefault(key, [first]).append(placed)
    findings = []
    for key, entries in several.items():
        best = merging.best([entry for entry, _ in entries])
        found[key] = next(placed for placed in entries if placed[0] is best)
        for line in (line for _, line in entries if line != found[key][1]):
            what = f"the message stands in line {found[key][1]} too, which counts"
            findings.append(Finding("duplicate", what, path, line, "keep one of the two", "warning"))
    usable: dict[str, Translation] = {}
    fuzzy: dict[str, Translation] = {}
    empty: dict[str, Translation] = {}
    for key, (entry, line) in found.items():
        those = empty if not entry.translated else fuzzy if entry.fuzzy else usable
        those[key] = merging.translation_of(entry, line)
        asked = "".join(f" {found[1]}" for found in map(_ASKED.fullmatch, entry.remarks) if found)
        for code in dict.fromkeys(asked.replace(",", " ").split()):
            what = f"a comment asks to allow '{code[:40]}', and nothing follows it"
            at = those[key].line
            hint = f"if you agree: polybook allow {locale} {at} {code[:40]}"
            findings.append(Finding("proposal", what, path, at, hint, "warning"))
    for waiver in waivers:
        one = usable.get(waiver.key)
        if one and of(one.text) == waiver.digest:
            usable[waiver.key] = one._replace(waived=one.waived | {waiver.finding})
    return Catalog(locale, path, usable, fuzzy, empty, tuple(findings), waivers)


@dataclass(frozen=True)
class Merged:
    """What an update would write, and what it has to say."""

    contents: Mapping[str, bytes]
    """The message template and every catalog that can be read, by their paths."""

    merges: tuple[Merge, ...]
    unreadable: tuple[Finding, ...]
    """What is wrong with the other catalogs."""


def merged(root: Path, settings: Settings, places: Iterable[Place], carry: Carry, now: datetime) -> Merged:
    """Merge the book's messages, given where they stand, into every catalog; write nothing.

    ``now`` is for a catalog that has no header.
    """
    wanted = merging.by_key(places)
    contents = {layout.TEMPLATE: merging.new_file(_header(settings, None, now), wanted).encode()}
    merges, findings = [], []
    for locale in locales(root):
        path = layout.catalog(locale)
        try:
            content = files.read(root, path)
            before = _text(content)
            after, merge = merging.merge(path, before, partial(_header, settings, locale, now), wanted, carry)
        except po.UnreadableError as error:
            findings.append(_unreadable(path, error))
            continue
        except BookError as error:
            findings += error.findings
            continue
        merges.append(merge)
        contents[path] = content if after == before else _encode(after, content)
    return Merged(contents, tuple(merges), tuple(findings))


def save(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write the template and catalogs; a file whose content stays the same is not touched."""
    for path, content in contents.items():
        file = (root / path).resolve()  # a link stays one
        files.sweep(file.parent, [file.name])
        files.write(file, content)


def merged_by_message(path: str, base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, list[Finding]]:
    """Merge ``theirs`` into ``ours``, two states of a catalog that came of ``base``, which may be empty.

    Returns the content of the catalog, and a finding for each message that both sides translated. Raises
    BookError where one of the three cannot be read.
    """
    texts = []
    for side, content in {"the common state": base, "our side": ours, "their side": theirs}.items():
        try:
            texts.append(_decode(content))
            po.read(texts[-1])
        except po.UnreadableError as error:
            finding = _unreadable(path, error)
            raise BookError(replace(finding, text=f"in {side}: {finding.text}")) from None
    merged = three_way.merge(*texts)
    file = po.read(merged.text)
    lines = {entry.key: line for entry, line in zip(file.entries, file.lines, strict=True)}
    what = "both sides translated this message: ours is fuzzy now, and theirs is in a comment"
    hint = "choose one, or write a third; then git add"
    findings = [Finding("conflict", what, path, lines[key], hint) for key in merged.conflicts]
    return _encode(merged.text, ours), findings


def merge_differences(
    base: bytes, ours: bytes, theirs: bytes, made: bytes, by_line: bytes
) -> list[Difference]:
    """Return where a merge of two states of a catalog, ``made``, is not what `merged_by_message` gives.

    ``by_line`` is the merge of their lines. Of what cannot be read nothing is said.
    """
    try:
        return three_way.differences(*map(_decode, (base, ours, theirs, made, by_line)))
    except po.UnreadableError:
        return []


def fill(root: Path, locale: str, given: Mapping[str, Filling]) -> int:
    """Put translations into the empty entries of a locale's catalog, by their messages' keys; return how many
    had room. Raises BookError where the file cannot be read.
    """
    path = layout.catalog(locale)
    content = files.read(root, path)
    try:
        after, count = filling.fill(_decode(content), given)
    except po.UnreadableError as error:
        raise BookError(_unreadable(path, error)) from None
    if count:
        save(root, {path: _encode(after, content)})
    return count


def foreign(path: Path) -> po.File:
    """Return the entries of any catalog; raises BookError where it cannot be read."""
    try:
        return po.read(_decode(path.read_bytes()))
    except po.UnreadableError as error:
        raise BookError(_unreadable(path.as_posix(), error)) from None
    except OSError as error:
        what = f"the catalog cannot be read: {error.strerror or error}"
        raise BookError(Finding("catalog", what, path.as_posix())) from None


def start(root: Path, settings: Settings, places: Iterable[Place], code: str, now: datetime) -> str:
    """Write an empty catalog for the locale ``code`` and return its path.

    Raises UsageError for an unknown locale, for the one that the book is written in, and for one that has
    a catalog already.
    """
    locale = str(parse_locale(code))
    path = layout.catalog(locale)
    if locale == str(parse_locale(settings.language)):
        raise UsageError(
            Finding(
                "locale", f"the book is written in '{locale}'", hint="name a language to translate it into"
            )
        )
    if (root / path).exists():
        raise UsageError(
            Finding(
                "locale", "this catalog is there already", path, hint="update merges new messages into it"
            )
        )
    files.write(
        root / path, merging.new_file(_header(settings, locale, now), merging.by_key(places)).encode()
    )
    return path


def _text(content: bytes) -> str:
    """The text of a catalog that holds something; raises po.UnreadableError."""
    text = _decode(content)
    if "msgid" not in text:
        po.read(text)  # what is wrong with other text comes first
        raise po.EmptyError(1, "the catalog is empty")
    return text


def _decode(content: bytes) -> str:
    """The text of a catalog, with lines that end in ``\\n``; raises po.UnreadableError."""
    charset = _charset(content)
    # UTF-8 is tried above the template's own placeholder too, and above what nobody knows.
    known = _holds_catalogs(charset) and charset.lower().replace("-", "") != "utf8"
    try:
        text = content.decode(charset if known else "utf-8-sig")
    except UnicodeError as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise po.UnreadableError(
            line, f"the line is not in the charset that the header names, {charset[:40]}"
        ) from None
    if known and not content.isascii() and _is_utf8(content):
        what = f"the header names the charset {charset[:40]}, and the text is UTF-8"
        raise po.UnreadableError(_line_of(content, b"charset="), what)
    if known:
        # Some charsets can write halves of characters, which nothing else can.
        text = text.encode("utf-8", "replace").decode()
        if odd := _CONTROL.search(text):
            what = f"the line has a control character in the charset that the header names, {charset[:40]}"
            raise po.UnreadableError(text.count("\n", 0, odd.start()) + 1, what)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _charset(content: bytes) -> str:
    """The charset that a catalog's header names; UTF-8 where it names none. Titles and comments say none."""
    lines = content[:100_000].removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    header = _HEADER.match(lines)
    text = header[1].replace(b'"\n"', b"") if header else b""
    start = text.lower().find(b"content-type:")
    named = _CHARSET.search(text[start:].partition(b"\\n")[0]) if start >= 0 else None
    return named[1].decode("ascii", "replace") if named else "utf-8"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line_of(content: bytes, text: bytes) -> int:
    return content.count(b"\n", 0, max(content.find(text), 0)) + 1


def _encode(text: str, before: bytes) -> bytes:
    """A catalog's content, with the line ends that it had before."""
    windows = b"\r" in before and before.count(b"\r\n") * 2 > before.count(b"\n")
    return (text.replace("\n", "\r\n") if windows else text).encode()


def _holds_catalogs(charset: str) -> bool:
    """Whether Python knows the charset, and a catalog's own signs are in it what they are in ASCII."""
    try:
        return _SIGNS.encode("ascii").decode(charset) == _SIGNS
    except (LookupError, ValueError):  # a name may hold what no name can, such as NUL
        return False


def _unreadable(path: str, error: po.UnreadableError) -> Finding:
    if isinstance(error, po.ConflictError):
        return Finding("conflict", str(error), path, error.line, _MERGE)
    if isinstance(error, po.EmptyError):
        return Finding("catalog", str(error), path, error.line, _EMPTY)
    return Finding("catalog", str(error), path, error.line, _READABLE)


def _header(settings: Settings, locale: str | None, now: datetime) -> list[str]:
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
        fields["PO-Revision-Date"] = f"{now:%Y-%m-%d %H:%M%z}"
        fields["Last-Translator"] = f"The {settings.name} translators"
        fields["Language-Team"] = parse_locale(locale).get_display_name("en") or locale
        fields["Plural-Forms"] = babel.plural_forms
    string = wrapping.field("msgstr", "".join(f"{key}: {value}\n" for key, value in fields.items()))
    fuzzy = [] if locale else ["#, fuzzy"]
    return [f'# Messages of "{" ".join(settings.title.split())}".', *fuzzy, 'msgid ""', *string]
