"""Other tools' catalogs come in: what is sound is translated, the rest waits, and a report names it."""

from __future__ import annotations

from polybook.catalogs import po

CHAPTER = """\
# Queues

A [queue](https://e.org/q) holds **items**, `put` first.

```python
q = 1  # the first item
```

Wait until it is empty.
"""
FOREIGN = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

#: src/queues.md:1
msgid "Queues"
msgstr "Code"

#: src/queues.md:3
msgid "A [queue](https://e.org/q) holds _items_, `put` first."
msgstr "Eine [Schlange](https://e.org/q) enthält _Dinge_, `put` zuerst."

#: src/queues.md:6
msgid "# the first item\\n"
msgstr "# das erste Ding\\n"

#: src/queues.md:9
msgid "Wait until it's empty."
msgstr "Warte, bis sie leer ist."

msgid "\\"text\\""
msgstr "\\"Text\\""
"""


def brought(book, foreign: str = FOREIGN, *others: str):
    folder = book("small").write("source/09-queues.md", CHAPTER).write("their/de.po", foreign)
    return folder, folder.run("import-translations", "de", "their", *others)


def entries(folder) -> dict[str, po.Entry]:
    return {one.text: one for one in po.read(folder.read("locales/de/LC_MESSAGES/book.po")).entries}


def test_another_tools_catalog_comes_in(book) -> None:
    folder, outcome = brought(book)
    outcome.succeeds()
    assert "3 messages translated, 1 fuzzy; 2 translations not used" in outcome.out
    found = entries(folder)
    text = found["A [queue](https://e.org/q) holds **items**, `put` first."]
    assert text.translation == "Eine [Schlange](https://e.org/q) enthält _Dinge_, `put` zuerst."
    assert not text.fuzzy
    assert found["the first item"].translation == "das erste Ding"
    near = found["Wait until it is empty."]
    assert near.fuzzy
    assert near.previous == ("", "Wait until it's empty.")
    assert near.remarks == ("# from: de.po:18",)
    report = folder.read("import-translations-de.md")
    assert "a string of a program: code is no message here" in report
    folder.run("build", "-f", "md", "-l", "de").succeeds()
    page = folder.read("output/de/small-book-de.md")
    assert "enthält *Dinge*" in page
    assert "Wait until it is empty." in page  # no reader sees a guess


def test_what_breaks_the_contract_waits_for_a_look(book) -> None:
    folder, outcome = brought(book, FOREIGN.replace("`put` zuerst", "put zuerst"))
    outcome.succeeds()
    text = entries(folder)["A [queue](https://e.org/q) holds **items**, `put` first."]
    assert text.fuzzy
    assert "the translation lacks the code 'put'" in folder.read("import-translations-de.md")


def test_nothing_that_is_there_is_replaced(book) -> None:
    folder, _ = brought(book)
    catalog = "locales/de/LC_MESSAGES/book.po"
    folder.replace(catalog, 'msgstr "Code"', 'msgstr "Warteschlangen"')
    before = folder.read(catalog)
    folder.run("import-translations", "de", "their/de.po").succeeds()
    assert folder.read(catalog) == before


def test_where_it_came_from_goes_when_somebody_has_looked(book) -> None:
    folder, _ = brought(book)
    catalog = "locales/de/LC_MESSAGES/book.po"
    assert "# from: de.po:18" in folder.read(catalog)
    folder.replace(catalog, '#, fuzzy\n#| msgid "Wait until it\'s empty."\n', "")
    folder.run("update").succeeds()
    assert "# from:" not in folder.read(catalog)
    assert entries(folder)["Wait until it is empty."].translation == "Warte, bis sie leer ist."


def test_what_is_no_catalog_is_named(book) -> None:
    folder, outcome = brought(book, "msgid oops\n")
    outcome.fails(1, "de.po:1: the line is no part of a catalog")
    folder.run("import-translations", "de", "examples").fails(2, "examples: there is no catalog (.po) here")
    folder.run("import-translations", "xx", "source").fails(2, "'xx' is not a locale")


TREE = """\
# Schlangen

Eine [Schlange](https://e.org/q) enthält **Dinge**, `put` zuerst.

```python
q = 1  # das erste Ding
```

Warte, bis sie leer ist.
"""


def test_translated_chapters_come_in(book) -> None:
    folder = book("small").write("source/09-queues.md", CHAPTER).write("their/09-queues.md", TREE)
    outcome = folder.run("import-translations", "de", "their").succeeds()
    assert "messages translated" in outcome.out
    found = entries(folder)
    assert found["Wait until it is empty."].translation == "Warte, bis sie leer ist."
    assert not found["Wait until it is empty."].fuzzy
    assert found["the first item"].translation == "das erste Ding"
    assert not found["A footnote."].translation


def test_what_changed_since_is_fuzzy(book) -> None:
    folder = book("small").write("source/09-queues.md", CHAPTER).write("their/09-queues.md", TREE)
    folder.write("old/09-queues.md", CHAPTER.replace("Wait until it is empty", "Wait until it's empty"))
    folder.run("import-translations", "de", "their", "--source", "old").succeeds()
    found = entries(folder)
    assert not found["Queues"].fuzzy
    assert found["Wait until it is empty."].fuzzy
    assert found["Wait until it is empty."].previous == ("", "Wait until it's empty.")
