"""Catalogs as the tools of translators write them: makes tests/cases/catalogs/ anew.

    python tests/make_catalogs.py

Needs gettext, Poedit, xdotool and Xvfb (Debian: gettext poedit xdotool xvfb) and the packages polib and
translate-toolkit, which is what Weblate writes catalogs with. The tests need only the files.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import polib
from conftest import NOW, update_catalogs

from polybook.catalogs import locales as catalogs
from polybook.catalogs import po, wrapping
from polybook.catalogs.merge import place
from polybook.model import layout
from polybook.model.book import Settings
from polybook.model.catalog import Message

FOLDER = Path(__file__).parent / "cases/catalogs"
LOCALES = ("it", "ja")
SETTINGS = Settings("a-book", 'A "Book"', "en", "urn:x:a")
CHAPTER, OTHER = "source/01-a.md", "source/02-another-chapter.md"
NOTE = "Queues > A section whose heading is long enough to be wrapped by whatever wraps comments,"
LONG = (
    "A paragraph that is long enough to be wrapped by each tool that wraps lines, which most of them do "
    "at seventy-nine columns or so, with `code`, [a link](https://example.org/a-rather-long/path/to/it.html) "
    "and **words** that stand out."
)
CHANGED = "This sentence was changed by its author, after it had been translated already."
LAST = "The last one is changed in the tests."

MESSAGES = [
    Message("A title", "chapter title", CHAPTER, 1),
    Message(LONG, "paragraph", CHAPTER, 3, (), f"Note that the\nauthor   has something to say. {NOTE}"),
    Message('With "quotes", a \\ and a\ttab', "list item", CHAPTER, 9, (), NOTE),
    Message(
        "one line\\\nand another, after a break that the author wants", "paragraph", CHAPTER, 11, (), NOTE
    ),
    Message("Open", "table cell", CHAPTER, 15, (), NOTE),
    Message("Open", "table cell", CHAPTER, 16, (), f"What a person does. {NOTE}", "verb"),
    Message("Open", "table cell", OTHER, 16, (), NOTE),
    Message(CHANGED, "paragraph", CHAPTER, 20, (), NOTE, context="in a context"),
    Message("Not translated yet", "paragraph", OTHER, 3),
    Message(LAST, "paragraph", OTHER, 5),
]
BEFORE = [
    *(one for one in MESSAGES if one.text != CHANGED),
    Message(
        CHANGED.replace("changed", "altered"), "paragraph", CHAPTER, 20, (), NOTE, context="in a context"
    ),
    Message("This one is gone from the book, and nothing is like it.", "paragraph", OTHER, 7),
    Message("Gone", "paragraph", OTHER, 7, context="as well"),
]
WORDS = {
    "it": "«La traduzione italiana» di questo testo, abbastanza lunga perché vada a capo anche lei: ",
    "ja": "改行される程度に長い日本語の訳文です。半角のcodeも、「全角」の記号も入っています。原文：",
}


def base(root: Path, locale: str) -> Path:
    """A catalog as Polybook itself writes it: with translations, one fuzzy, two obsolete, and a comment."""
    path = root / layout.catalog(locale)
    catalogs.start(root, SETTINGS, map(place, BEFORE), locale, NOW)
    text = path.read_text("utf-8")
    for entry in po.read(text).entries:
        if entry.text != "Not translated yet":
            lines = "\n".join(wrapping.field("msgstr", WORDS[locale] + entry.text))
            old = "\n".join(entry.lines)
            text = text.replace(old, old.replace('msgstr ""', lines))
    text = text.replace("#. Queues >", "# A translator's own comment.\n#. Queues >", 1)
    path.write_text(text.replace(catalog_date(text), "2026-11-01 10:00+0000"), "utf-8")
    update_catalogs(root, SETTINGS, map(place, MESSAGES), lambda gone, fresh: {})
    return path


def catalog_date(text: str) -> str:
    return text.split("PO-Revision-Date: ", 1)[1].split("\\n", 1)[0]


def gettext(*command: str) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        template = [str(path.parents[2] / "book.pot")] if command[0] == "msgmerge" else []
        done = subprocess.run([*command, str(path), *template], check=True, capture_output=True)
        path.write_bytes(done.stdout)

    return save


def by_polib(width: int) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        polib.pofile(str(path), wrapwidth=width).save()

    return save


def by_translate_toolkit(width: int) -> Callable[[Path], None]:
    """As Weblate does it, for each of its settings for line wrapping."""

    def save(path: Path) -> None:
        from translate.storage import pypo  # needed here only, and no package that the tests ask for

        store = pypo.pofile(width=width)
        store.parse(path.read_bytes())
        for unit in store.units:
            if not unit.isheader() and not unit.isobsolete():
                unit.source, unit.target = unit.source, unit.target
        store.updateheader(add=True, X_Generator="Weblate 5.10", PO_Revision_Date="2026-11-02 10:00+0000")
        path.write_bytes(bytes(store))

    return save


def by_poedit(path: Path) -> None:
    """Open it on a screen that nobody sees, and save."""
    script = f"poedit {path} & sleep 8; xdotool key ctrl+s; sleep 4; kill $!"
    environment = {**os.environ, "HOME": str(path.parent)}
    subprocess.run(["xvfb-run", "-a", "bash", "-c", script], env=environment, capture_output=True)
    assert b"X-Generator: Poedit" in path.read_bytes()


TOOLS: dict[str, Callable[[Path], None]] = {
    "polybook": lambda path: None,
    "msgmerge": gettext("msgmerge", "--previous"),
    "msgmerge-no-wrap": gettext("msgmerge", "--previous", "--no-wrap"),
    "msgmerge-60": gettext("msgmerge", "--previous", "--width=60"),
    "msgcat": gettext("msgcat"),
    "msgcat-no-wrap": gettext("msgcat", "--no-wrap"),
    "msgcat-120": gettext("msgcat", "--width=120"),
    "msgattrib": gettext("msgattrib", "--clear-previous"),
    "polib": by_polib(78),
    "polib-no-wrap": by_polib(0),
    "polib-50": by_polib(50),
    "weblate": by_translate_toolkit(77),
    "weblate-no-wrap": by_translate_toolkit(-1),
    "poedit": by_poedit,
}


def main() -> None:
    """Write every tool's catalog in every language."""
    for name, save in TOOLS.items():
        for locale in LOCALES:
            with tempfile.TemporaryDirectory() as folder:
                path = base(Path(folder), locale)
                save(path)
                FOLDER.mkdir(exist_ok=True)
                (FOLDER / f"{name}.{locale}.po").write_bytes(path.read_bytes())


if __name__ == "__main__":
    main()
