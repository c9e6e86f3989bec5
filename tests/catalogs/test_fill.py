"""Translations are put into the empty entries of a catalog, and into no others."""

from __future__ import annotations

from polybook.catalogs import po
from polybook.catalogs.fill import Filling, fill

BEFORE = """\
# A catalog.
msgid ""
msgstr "Language: de\\n"

#. Chapter, paragraph
#: source/01-one.md
msgid "One"
msgstr ""

# Mine.
#: source/01-one.md
#, no-wrap
msgid "Two"
msgstr ""

#: source/01-one.md
msgid "Three"
msgstr "Drei"

#: source/01-one.md
msgctxt "there"
msgid "Four"
msgstr ""

#~ msgid "Five"
#~ msgstr ""
"""

AFTER = """\
# A catalog.
msgid ""
msgstr "Language: de\\n"

#. Chapter, paragraph
#: source/01-one.md
msgid "One"
msgstr "Eins"

# from: old.po:3
# Mine.
#: source/01-one.md
#, fuzzy, no-wrap
#| msgid "Two things"
msgid "Two"
msgstr "Zwei Dinge"

#: source/01-one.md
msgid "Three"
msgstr "Drei"

#: source/01-one.md
msgctxt "there"
msgid "Four"
msgstr "Vier"

#~ msgid "Five"
#~ msgstr ""
"""


def test_empty_entries_are_filled_and_nothing_else_is_touched() -> None:
    given = {
        "One": Filling("Eins"),
        "Two": Filling("Zwei Dinge", "from: old.po:3", "Two things"),
        "Three": Filling("III"),
        "there\x04Four": Filling("Vier"),
        "Five": Filling("Fünf"),
    }
    assert fill(BEFORE, given) == (AFTER, 3)
    assert fill(AFTER, given) == (AFTER, 0)
    assert [entry.fuzzy for entry in po.read(AFTER).entries] == [False, True, False, False, False]


def test_a_long_translation_is_wrapped_as_the_catalog_is() -> None:
    long = " ".join(["Wort"] * 30)
    after, _ = fill('msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "One"\nmsgstr ""\n', {"One": Filling(long)})
    assert po.read(after).entries[0].translation == long
    assert max(map(len, after.split("\n"))) <= 80
