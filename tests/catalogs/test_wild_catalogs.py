"""Catalogs from the wild: what loads and merges, and what is said of those that do not."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path

import polib
import pytest
from babel.messages.pofile import read_po
from conftest import CATALOGS, update_catalogs
from hypothesis import given
from hypothesis import strategies as st
from test_locales import LONG, PATH, SETTINGS, TEXTS, messages, msgfmt, nothing, root, text_of, update

from polybook.catalogs import locales as catalogs
from polybook.catalogs import po
from polybook.catalogs.locales import Merged
from polybook.catalogs.merge import place
from polybook.model.findings import BookError

__all__ = ["root"]  # the fixture

Change = Callable[[bytes], bytes]


def header(old: str, new: str) -> Change:
    """Put ``new`` in place of the line of the header that begins with ``old``."""

    def change(content: bytes) -> bytes:
        lines = content.split(b"\n")
        (line,) = (line for line in lines if line.startswith(b'"' + old.encode()))
        return content.replace(line, new.encode())

    return change


def after(end: bytes) -> Change:
    return lambda content: content + end


def above(old: str, new: str) -> Change:
    def change(content: bytes) -> bytes:
        assert content.count(old.encode()) == 1
        return content.replace(old.encode(), new.encode() + old.encode())

    return change


LAST = 'msgid "Last"\nmsgstr "訳: Last"'

WILD: dict[str, Change] = {
    "an ISO date": header("PO-Revision-Date", '"PO-Revision-Date: 2026-01-02T03:04:05Z\\n"'),
    "an empty date": header("PO-Revision-Date", '"PO-Revision-Date: \\n"'),
    "no date": header("PO-Revision-Date", '"X-Date: none\\n"'),
    "no such date": header("PO-Revision-Date", '"PO-Revision-Date: 2026-13-45 99:99+9999\\n"'),
    "an ISO date of creation": header(
        "Language: ", '"POT-Creation-Date: 2026-01-02T03:04Z\\n"\n"Language: ja\\n"'
    ),
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda content: b"\xef\xbb\xbf" + content,
    "no final newline": lambda content: content.rstrip(b"\n"),
    "many final newlines": after(b"\n\n\n"),
    "no empty lines": lambda content: content.replace(b"\n\n", b"\n"),
    "many empty lines": lambda content: content.replace(b"\n\n", b"\n\n\n"),
    "lines with spaces only": lambda content: content.replace(b"\n\n", b"\n \t\n"),
    "no header": lambda content: content[content.index(b"\n\n") + 2 :],
    "a fuzzy header": above('msgid ""\nmsgstr ""\n"Proj', "#, fuzzy\n"),
    "two headers": lambda content: content + b"\n" + content[: content.index(b"\n\n")] + b"\n",
    "plural forms of another language": header(
        "Plural-Forms", '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"'
    ),
    "plural forms that are none": header(
        "Plural-Forms", '"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"'
    ),
    "plural forms gone wild": header("Plural-Forms", '"Plural-Forms: nplurals=x; plural=__import__;\\n"'),
    "another language": header("Language: ", '"Language: tlh_QQ@x\\n"'),
    "no placeholder filled in": header("Content-Type", '"Content-Type: text/plain; charset=CHARSET\\n"'),
    "an unknown charset": header("Content-Type", '"Content-Type: text/plain; charset=klingon-8\\n"'),
    "a charset that is none": header("Content-Type", '"Content-Type: text/plain; charset=unicode_escape\\n"'),
    "no charset": header("Content-Type", '"Content-Type: text/plain\\n"'),
    "EUC-JP": lambda content: content.decode().replace("UTF-8", "EUC-JP").encode("euc_jp"),
    "Shift_JIS": lambda content: content.decode().replace("UTF-8", "Shift_JIS").encode("shift_jis"),
    "a duplicate": after('\n#: x\nmsgid "Last"\nmsgstr "別"\n'.encode()),
    "a duplicate that is fuzzy": above(LAST, '#, fuzzy\nmsgid "Last"\nmsgstr "別"\n\n'),
    "a duplicate that is empty": above(LAST, 'msgid "Last"\nmsgstr ""\n\n'),
    "a duplicate that is obsolete": after('\n#~ msgid "Last"\n#~ msgstr "別"\n'.encode()),
    "an entry with plural forms": after(b'\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n'),
    "plural forms in a message": lambda content: content.replace(
        b'msgid "Last"\nmsgstr ', b'msgid "Last"\nmsgid_plural "Lasts"\nmsgstr[0] '
    ),
    "obsolete plural forms": after(
        b'\n#~ msgid "a"\n#~ msgid_plural "b"\n#~ msgstr[0] "c"\n#~ msgstr[1] "d"\n'
    ),
    "an obsolete previous text": after(b'\n#, fuzzy\n#~| msgid "a"\n#~ msgid "aa"\n#~ msgstr "c"\n'),
    "an obsolete header": after(b'\n#~ msgid ""\n#~ msgstr "x"\n'),
    "comments at the end": after(b"\n# one\n\n#. two\n#: three\n"),
    "comments between its lines": lambda content: content.replace(
        b'msgid "Last"\nmsgstr', b'msgid "Last"\n# why\n\n#. here\nmsgstr'
    ),
    "comments in a string": lambda content: content.replace(
        b'msgid "Last"', b'msgid ""\n"La"\n# between\n"st"'
    ),
    "comments of no kind": above(LAST, "#\n#no space\n#! what\n#=flag\n#,\n#~ what was this\n#| and this\n"),
    "tabs and spaces": lambda content: content.replace(b'msgid "Last"\n', b' \tmsgid\t"Last"  \n'),
    "no space at all": lambda content: content.replace(b'msgid "Last"\n', b'msgid"Last"\n'),
    "one string in many": lambda content: content.replace(b'msgid "Last"', b'msgid "L" \n""\n"a"\n\n"st"'),
    "a line with two fields": lambda content: content.replace(b'msgid "Last"\n', b'msgid "Last" '),
    "a line with two entries": lambda content: content.replace(
        b'msgid "Last"\n', b'msgctxt "x" msgid "Last" msgstr "y" msgid "Last"\n'
    ),
    "a comment behind a string": lambda content: content.replace(
        '"訳: A title"'.encode(), '"訳: A title" # why'.encode()
    ),
    "keywords alone": lambda content: content.replace(b'msgid "Last"\nmsgstr ', b'msgid\n"Last"\nmsgstr\n'),
    "strings side by side": lambda content: content.replace(b'msgid "Last"', b'msgid "La" "" "st"'),
    "an indented comment": above(LAST, "  # mine\n\t#. theirs\n"),
    "a domain": above(LAST, 'domain "messages"\n'),
    "escapes": lambda content: content.replace(b'msgid "Last"', b'msgid "\\x4c\\141st"'),
}  # fmt: skip


def translations(root: Path) -> dict[str, str]:
    return {text: one.text for text, one in catalogs.read(root, "ja").translations.items() if text in TEXTS}


# What an update has to mend, or to move to the obsolete entries.
MENDED = (
    "a dup", "no header", "two headers", "an entry with", "an obsolete header", "comments between",
    "a line with", "a comment behind", "keywords alone", "strings side", "an indented",
)  # fmt: skip


@pytest.mark.parametrize("name", WILD)
def test_it_loads_and_merges(root: Path, name: str) -> None:
    content = WILD[name]((root / PATH).read_bytes())
    (root / PATH).write_bytes(content)
    wanted = {text: "訳: " + text for text in TEXTS}
    assert translations(root) == wanted
    update(root, messages(TEXTS))
    assert translations(root) == wanted
    settled = (root / PATH).read_bytes()
    assert (settled == content) == (not name.startswith(MENDED))
    update(root, messages(TEXTS))
    assert (root / PATH).read_bytes() == settled
    update(root, messages([*TEXTS, "One more"]))
    assert translations(root) == wanted
    lines = (root / PATH).read_bytes()
    assert lines.count(b"\r\n") == (lines.count(b"\n") if name == "CRLF" else 0)


# What gettext itself rejects, and no update has a reason to touch.
NOT_OURS = (
    "plural forms gone", "plural forms that", "plural forms in", "another language", "no charset", "no date",
    "comments in a string", "comments of no kind", "a domain",
)  # fmt: skip


@pytest.mark.gettext
@pytest.mark.parametrize("name", [name for name in WILD if not name.startswith(NOT_OURS)])
def test_what_an_update_writes_is_valid(root: Path, name: str) -> None:
    (root / PATH).write_bytes(WILD[name]((root / PATH).read_bytes()))
    update(root, messages([*TEXTS, "One more"]))
    msgfmt(root / PATH)


def test_nobodys_work_is_lost_in_a_duplicate(root: Path) -> None:
    (root / PATH).write_bytes(WILD["a duplicate"]((root / PATH).read_bytes()))
    (finding,) = catalogs.read(root, "ja").findings
    lines = text_of(root).splitlines()
    assert [number for number, line in enumerate(lines, 1) if line == 'msgid "Last"'][1] == finding.line
    update(root, messages(TEXTS))
    assert "# Also translated: 別\n#. paragraph\n" in text_of(root)
    assert catalogs.read(root, "ja").findings == ()


BROKEN = {
    "an unclosed string": ('msgid "A title"', 'msgid "A title', 0, "the line is no part of a catalog"),
    "a stray word": ('msgid "A title"', 'msgstuff "A title"', 0, "the line is no part of a catalog"),
    "a quotation mark inside": ('msgid "A title"', 'msgid "A "title"', 0, "the line is no part of a catalog"),
    "a conflict": ('msgid "A title"', '<<<<<<< HEAD\nmsgid "A title"', 0, "a merge conflict stands here"),
    "no msgstr": ('msgstr "訳: A title"\n', "", 3, "the entry before it has no msgstr"),
    "no msgstr at the end": ('msgstr "訳: Last"', "", -1, "the entry has no msgstr"),
    "no msgid": ('msgid "A title"\n', "", 0, "the entry has no msgid"),
    "a second msgstr": ('msgstr "訳: Last"', 'msgstr "a"\nmsgstr "b"', 1, "the entry has a second msgstr"),
    "a late context": ('msgid "Last"', 'msgid "Last"\nmsgctxt "x"', 1, "the msgctxt comes after its msgid"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_names_its_line(root: Path, name: str) -> None:
    old, new, offset, what = BROKEN[name]
    text = text_of(root)
    assert text.count(old) == 1
    line = text[: text.index(old)].count("\n") + 1 + offset
    (root / PATH).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(BookError) as error:
        catalogs.read(root, "ja")
    (finding,) = error.value.findings
    assert str(finding).startswith(f"{PATH}:{line}: {what}. Hint: ")
    merged = update_catalogs(root, SETTINGS, map(place, messages(TEXTS)), nothing)
    assert (merged.merges, merged.unreadable) == ((), (finding,))
    assert text_of(root) == text.replace(old, new)


ENCODED = {
    "UTF-8": ("UTF-8", "latin-1"),
    "ASCII": ("ASCII", "utf-8"),
    "an unknown one": ("klingon-8", "latin-1"),
    "none that has a catalog's signs": ("utf-16", "latin-1"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_what_is_not_in_its_charset_names_its_line(root: Path, name: str) -> None:
    says, is_in = ENCODED[name]
    text = text_of(root).replace("UTF-8", says).replace("訳", "é")
    (root / PATH).write_bytes(text.encode(is_in))
    line = text[: text.index("é")].count("\n") + 1
    with pytest.raises(BookError, match=rf"book\.po:{line}: the line is not in the charset that .* {says}"):
        catalogs.read(root, "ja")


def test_a_file_that_is_no_text(root: Path) -> None:
    (root / PATH).write_bytes(bytes(range(256)))
    with pytest.raises(BookError, match=r"book\.po:"):
        catalogs.read(root, "ja")


@pytest.mark.parametrize("content", ["", "\n\n", "# A comment.\n"], ids=repr)
def test_a_file_without_an_entry(root: Path, content: str) -> None:
    """A save that was cut off leaves one: it is no catalog to fill with new entries."""
    (root / PATH).write_text(content)
    with pytest.raises(
        BookError, match=r"book\.po:1: the catalog is empty\. Hint: take it from git again, or "
    ):
        catalogs.read(root, "ja")
    merged = update_catalogs(root, SETTINGS, map(place, messages(TEXTS)), nothing)
    assert [finding.text for finding in merged.unreadable] == ["the catalog is empty"]
    assert (root / PATH).read_text() == content


PARTS = [
    'msgid "a"', 'msgid "b"', 'msgid ""', 'msgstr "c"', 'msgctxt "d"', '"e"', "", "# f", "#, fuzzy", "#. g",
    "#: h", '#~ msgid "i"', '#~ msgstr "j"', 'msgid_plural "k"', 'msgstr[0] "l"', "m", '#| msgid "n"',
    '#~| msgid "o"', 'msgid "p"\nmsgstr "q"', '# r\nmsgid "s"\nmsgstr "t"', 'msgid "p"\nmsgstr "u"\n',
    '#, fuzzy\nmsgid "v"\nmsgstr "w"', '#~ msgid "x"\n#~ msgstr "y"',
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=30), st.booleans())
def test_any_lines_are_read_without_loss_or_found_fault_with(parts: list[str], newline: bool) -> None:
    text = "\n".join(parts) + "\n" * newline
    try:
        file = po.read(text)
    except po.UnreadableError as error:
        fault = error.line
        assert 1 <= fault <= text.count("\n") + 1
        return
    headers = text.split("\n").count('msgid ""')
    entries = [*([file.header] if file.header else []), *file.entries]
    if headers <= 1:
        assert sorted(po.join(entries, file.rest).split("\n")) == sorted(text.split("\n"))


# What polib or Babel cannot read, or takes for something else.
NOT_THEIRS = (
    "an ISO", "an empty date", "no such date", "plural forms", "an entry with plural", "obsolete plural",
    "another language", "an obsolete previous",
    "comments", "tabs", "no space", "escapes", "a line with", "a comment behind", "keywords alone",
    "strings side", "a domain",
)  # fmt: skip


@pytest.mark.parametrize("name", [name for name in WILD if not name.startswith(NOT_THEIRS)])
def test_other_readers_find_the_same(root: Path, name: str) -> None:
    (root / PATH).write_bytes(WILD[name]((root / PATH).read_bytes()))
    update(root, messages([*TEXTS, LONG + " Again."]))
    ours = {entry.key: entry.translation for entry in po.read(text_of(root)).entries if not entry.obsolete}
    theirs = polib.pofile(str(root / PATH), encoding="utf-8")
    found = {one.msgid: one.msgstr or one.msgstr_plural.get(0, "") for one in theirs if not one.obsolete}
    assert found == ours
    with (root / PATH).open("rb") as file:
        babel = read_po(file, abort_invalid=True)
    assert {message.id: message.string for message in babel if message.id} == ours


SAVED = sorted(CATALOGS.glob("*.po"))


@pytest.mark.parametrize("saved", SAVED, ids=lambda path: path.name)
def test_the_short_way_reads_what_the_long_one_reads(saved: Path) -> None:
    """All tools write catalogs for the short way."""
    text = saved.read_text("utf-8")
    assert po._plainly(text) == po._carefully(text)


@pytest.mark.parametrize("name", WILD)
def test_the_short_way_reads_that_or_leaves_it(root: Path, name: str) -> None:
    changed = catalogs._decode(WILD[name]((root / PATH).read_bytes()))
    plainly = po._plainly(changed)
    assert plainly is None or plainly == po._carefully(changed)


def test_an_indented_flag_is_one(root: Path) -> None:
    """For gettext it is, so what it stands above is fuzzy."""
    (root / PATH).write_bytes(above(LAST, "  #, fuzzy\n")((root / PATH).read_bytes()))
    assert catalogs.read(root, "ja").fuzzy.keys() == {"Last"}
    update(root, messages(TEXTS))
    assert "\n#, fuzzy\n" + LAST in text_of(root)


def test_a_line_is_named_as_it_stands_in_the_file(root: Path) -> None:
    content = (root / PATH).read_bytes().replace(b'msgid "A title"\n', b'msgid "A title" ')
    (root / PATH).write_bytes(content)
    line = content[: content.index(b'msgid "Last"')].count(b"\n") + 1
    assert po.read(text_of(root)).lines[-1] == line
    (root / PATH).write_bytes(content.replace(b'msgid "Last"', b'msgstuff "Last"'))
    with pytest.raises(BookError, match=rf"book\.po:{line}: the line is no part of a catalog"):
        catalogs.read(root, "ja")


# What Python's module, which reads what msgfmt made, has no charset for.
NOT_PYTHONS = (
    "no header", "no placeholder", "an unknown charset", "a charset that is none", "no charset",
    "plural forms that", "plural forms gone",
)  # fmt: skip


@pytest.mark.gettext
@pytest.mark.parametrize("name", [name for name in WILD if not name.startswith(NOT_PYTHONS)])
def test_gettext_reads_the_same(root: Path, tmp_path: Path, name: str) -> None:
    (root / PATH).write_bytes(WILD[name]((root / PATH).read_bytes()))
    compiled = tmp_path / "book.mo"
    done = subprocess.run(["msgfmt", "-o", str(compiled), str(root / PATH)], capture_output=True, text=True)
    if done.returncode:
        return  # then nobody has to
    with compiled.open("rb") as file:
        theirs = GNUTranslations(file)
    for key, translation in translations(root).items():
        # Python 3.11.2 gives the first of several forms to who asks with a number alone.
        assert translation in (theirs.gettext(key), theirs.ngettext(key, key, 1))


# ---- charsets ------------------------------------------------------------------------------


def updated(root: Path) -> Merged:
    return update_catalogs(root, SETTINGS, map(place, messages(TEXTS)), nothing)


def test_the_header_alone_says_the_charset(root: Path) -> None:
    text = (root / PATH).read_text("utf-8")
    told = '# Of "a book with charset=koi8-r".\n' + text
    (root / PATH).write_text(told, "utf-8")
    before = catalogs.read(root, "ja").translations
    assert before
    updated(root)
    assert (root / PATH).read_text("utf-8").startswith('# Of "a book with charset=koi8-r".\n')
    assert catalogs.read(root, "ja").translations == before


@pytest.mark.parametrize("charset", ["ISO-8859-1", "windows-1252", "KOI8-R", "Shift_JIS"])
def test_what_is_utf_8_under_another_name_is_not_saved(root: Path, charset: str) -> None:
    content = (root / PATH).read_text("utf-8").replace("charset=UTF-8", f"charset={charset}")
    (root / PATH).write_text(content, "utf-8")
    with pytest.raises(BookError, match=f"the header names the charset {charset}, and the text is UTF-8"):
        catalogs.read(root, "ja")
    assert updated(root).unreadable
    assert (root / PATH).read_text("utf-8") == content


def test_what_has_controls_in_its_charset_is_not_saved(root: Path) -> None:
    text = (root / PATH).read_text("utf-8").replace("charset=UTF-8", "charset=ISO-8859-1")
    content = re.sub(r"[^\x00-\x7f]+", "\u201cx\u201d\xe9", text).encode("cp1252")
    (root / PATH).write_bytes(content)
    assert updated(root).unreadable
    assert (root / PATH).read_bytes() == content


@pytest.mark.parametrize(
    "charset", ["utf-7", "raw_unicode_escape", "idna", "hz", "undefined", "rot13", "a\0b"]
)
def test_a_charset_in_which_signs_are_not_themselves_is_none(root: Path, charset: str) -> None:
    text = (root / PATH).read_text("utf-8")
    (root / PATH).write_text(text.replace("charset=UTF-8", f"charset={charset}"), "utf-8")
    with contextlib.suppress(BookError):
        assert catalogs.read(root, "ja").translations
