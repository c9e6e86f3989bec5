"""Changes that an author takes back: the old pair is whole again, and nobody's work is lost or mistaken."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polib
import pytest
from make_catalogs import LAST, MESSAGES
from test_locales import (
    PATH,
    TEXTS,
    entry_of,
    every_file,
    messages,
    msgfmt,
    root,
    root_of,
    saved,
    text_of,
    update,
)

from polybook.catalogs import po

__all__ = ["root", "saved"]  # the fixtures

OLD, NEW, NEWER = (
    "Wait for the queue to be empty.",
    "Wait for a queue to be empty.",
    "Wait for queues to be empty.",
)


def write(root: Path, *texts: str) -> None:
    update(root, messages([*TEXTS, *texts]))


def translate(root: Path, text: str, translation: str, *, fuzzy: bool = False, tool: str = "polib") -> None:
    """A translator's save; most editors drop the previous text of what they settle."""
    catalog = polib.pofile(str(root / PATH))
    entry = next(one for one in catalog if one.msgid == text and not one.obsolete)
    entry.msgstr, entry.flags = translation, ["fuzzy"] if fuzzy else []
    if not fuzzy:
        entry.previous_msgid = None
    catalog.save()


@pytest.fixture
def book(root: Path) -> Path:
    """A book with one sentence more, which is translated."""
    write(root, OLD)
    translate(root, OLD, "空になるまで待ちます。")
    write(root, OLD)
    return root


def obsolete(root: Path) -> Mapping[str, po.Entry]:
    return {entry.key: entry for entry in po.read(text_of(root)).entries if entry.obsolete}


def test_a_change_that_is_taken_back_leaves_no_trace(book: Path) -> None:
    before = text_of(book)
    write(book, NEW)
    assert entry_of(book, NEW).previous == ("", OLD)
    assert obsolete(book).keys() == {OLD}
    write(book, OLD)
    assert text_of(book) == before


@every_file
def test_it_leaves_no_trace_in_any_tools_file(saved: Path) -> None:
    before = saved.read_bytes()
    update(root_of(saved), [*MESSAGES[:-1], MESSAGES[-1]._replace(text=LAST.replace("is", "was", 1))])
    assert saved.read_bytes() != before
    update(root_of(saved), MESSAGES)
    assert saved.read_bytes() == before


def test_a_way_back_over_several_changes(book: Path) -> None:
    before = text_of(book)
    write(book, NEW)
    then = text_of(book)
    write(book, NEWER)
    assert entry_of(book, NEWER).previous == ("", OLD)
    write(book, NEW)
    assert text_of(book) == then
    write(book, NEWER)
    write(book, OLD)
    assert text_of(book) == before


@pytest.mark.parametrize("previous", ["", '#| msgid "Wait."\n'], ids=["alone", "with what it was made for"])
def test_a_change_of_what_was_fuzzy_before(book: Path, previous: str) -> None:
    """Catalogs that other tools merged have fuzzy entries that nothing else is known of."""
    before = text_of(book).replace(f'msgid "{OLD}"', f'#, fuzzy\n{previous}msgid "{OLD}"')
    (book / PATH).write_text(before, "utf-8")
    write(book, NEW)
    then = text_of(book)
    write(book, NEWER)
    write(book, NEW)
    assert text_of(book) == then
    write(book, OLD)
    assert text_of(book) == before


def test_what_a_translator_wrote_meanwhile_is_neither_lost_nor_taken_for_the_old_text(book: Path) -> None:
    write(book, NEW)
    translate(book, NEW, "待ちます。", fuzzy=True)
    then = text_of(book)
    write(book, OLD)
    assert (entry_of(book, OLD).translation, entry_of(book, OLD).fuzzy) == ("空になるまで待ちます。", False)
    kept = obsolete(book)[NEW]
    assert (kept.translation, kept.fuzzy, kept.previous) == ("待ちます。", True, ("", OLD))
    write(book, NEW)
    assert text_of(book) == then


def test_what_was_settled_meanwhile_is_not_taken_for_the_old_text(book: Path) -> None:
    write(book, NEW)
    translate(book, NEW, "どれかが空になるまで待ちます。")
    write(book, OLD)
    assert (entry_of(book, OLD).translation, entry_of(book, OLD).fuzzy) == ("空になるまで待ちます。", False)
    assert (obsolete(book)[NEW].translation, obsolete(book)[NEW].fuzzy) == (
        "どれかが空になるまで待ちます。",
        False,
    )


def test_the_replaced_text_goes_when_its_successor_is_settled(book: Path) -> None:
    write(book, NEW)
    translate(book, NEW, "どれかが空になるまで待ちます。", fuzzy=True)
    write(book, NEW)
    assert OLD in obsolete(book)
    translate(book, NEW, "どれかが空になるまで待ちます。")
    write(book, NEW)
    assert not obsolete(book)
    write(book, OLD)
    assert (entry_of(book, OLD).fuzzy, entry_of(book, OLD).previous) == (True, ("", NEW))


def test_a_successor_that_is_emptied_takes_nothing_along(book: Path) -> None:
    write(book, NEW)
    translate(book, NEW, "")
    write(book, NEW)
    assert OLD in obsolete(book)
    write(book, OLD)
    assert entry_of(book, OLD).translation == "空になるまで待ちます。"


def test_a_text_that_went_by_itself_stays_when_what_is_like_it_is_settled(book: Path) -> None:
    """It was not replaced: the other text was there before."""
    write(book, NEW)
    write(book, NEW, OLD)
    write(book, NEW)
    translate(book, NEW, "どれかが空になるまで待ちます。")
    write(book, NEW)
    assert OLD in obsolete(book)


def test_a_fuzzy_text_that_is_back_does_not_say_that_it_was_made_for_itself(book: Path) -> None:
    """Catalogs that other tools merged have no old pair."""
    write(book, NEW)
    kept = next(iter(obsolete(book).values())).written
    (book / PATH).write_text(text_of(book).replace("\n" + kept + "\n", ""), "utf-8")
    write(book, OLD)
    assert (entry_of(book, OLD).fuzzy, entry_of(book, OLD).previous) == (True, None)


@pytest.mark.gettext
@every_file
def test_what_waits_is_valid(saved: Path) -> None:
    update(root_of(saved), [one._replace(text=one.text.replace("a", "an", 1)) for one in MESSAGES])
    msgfmt(saved)
