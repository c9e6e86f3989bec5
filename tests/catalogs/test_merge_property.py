"""Whatever authors and translators do to a book, one after the other: what an update keeps."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import polib
from babel.messages.pofile import read_po
from conftest import NOW, update_catalogs
from hypothesis import given, settings
from hypothesis import strategies as st
from test_locales import PATH, SETTINGS, nothing

from polybook.catalogs import locales as catalogs
from polybook.catalogs import merge as merging
from polybook.catalogs import po
from polybook.catalogs.merge import place
from polybook.model.catalog import Message

WORDS = st.sampled_from(
    [
        "a queue",
        "`code`",
        "**strong**",
        "日本語の文",
        '"quoted"',
        "back\\slash",
        "tab\there",
        "é",
        "that waits for",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
CONTEXTS = st.sampled_from(["", "", "", "verb", "noun"])
MESSAGES = st.builds(
    lambda text, context, note: Message(text, "paragraph", "source/01-a.md", 1, ("A",), note, context),
    TEXTS, CONTEXTS, st.sampled_from(["", "", "A note."]),
)  # fmt: skip
PLACES = st.integers(0, 40)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), PLACES, MESSAGES),
        st.tuples(st.just("drop"), PLACES, st.none()),
        st.tuples(st.just("move"), PLACES, PLACES),
        st.tuples(st.just("change"), PLACES, MESSAGES),
        st.tuples(st.just("return"), PLACES, PLACES),
        st.tuples(st.just("translate"), PLACES, st.booleans()),
    ),
    min_size=1,
    max_size=12,
)


@dataclass
class Life:
    """A book's messages and its catalog, as they change."""

    root: Path
    messages: list[Message]
    gone: list[Message] = field(default_factory=list)
    number: int = 0

    @property
    def path(self) -> Path:
        return self.root / PATH

    def entries(self) -> tuple[po.Entry, ...]:
        return po.read(self.path.read_text("utf-8")).entries

    def do(self, what: str, place: int, value: object) -> None:
        """One step of an author or a translator."""
        place %= len(self.messages) + (what == "add")
        match what, value:
            case "add", Message():
                self.messages.insert(place, value)
            case "drop", _ if len(self.messages) > 1:
                self.gone.append(self.messages.pop(place))
            case "move", int():
                self.messages.insert(value % len(self.messages), self.messages.pop(place))
            case "change", Message():
                self.gone.append(self.messages[place])
                self.messages[place] = value
            case "return", int() if self.gone:
                self.messages.insert(place, self.gone[value % len(self.gone)])
            case "translate", bool():
                self.translate(self.messages[place], fuzzy=value)

    def translate(self, message: Message, *, fuzzy: bool) -> None:
        """A translator works on one message, with polib, and a text that was never there before."""
        self.number += 1
        catalog = polib.pofile(str(self.path))
        for entry in catalog:
            if (entry.msgid, entry.msgctxt or "") == (message.text, message.context) and not entry.obsolete:
                entry.msgstr = f"訳 {self.number}: {message.text}"
                entry.flags = ["fuzzy"] if fuzzy else []
        catalog.save()


def translations(entries: tuple[po.Entry, ...]) -> set[str]:
    return {entry.translation for entry in entries if entry.translated}


@settings(max_examples=120)
@given(st.lists(MESSAGES, min_size=1, max_size=8), STEPS)
def test_an_update_keeps_what_it_should(
    messages: list[Message], steps: list[tuple[str, int, object]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        life = Life(Path(name), list(messages))
        catalogs.start(life.root, SETTINGS, map(place, life.messages), "ja", NOW)
        for step in steps:
            life.do(*step)
            before = life.entries()
            assert_sifted_as_read(life)
            (merge,) = update_catalogs(life.root, SETTINGS, map(place, life.messages), nothing).merges
            after = life.entries()

            # No translation is lost, be it obsolete or fuzzy, but what a settled one replaced.
            lost = [one for one in before if one.translated and one.translation not in translations(after)]
            assert all(one.obsolete and "# polybook: replaced by " in one.written for one in lost)
            assert translations(after) <= translations(before)
            # What is still there is what it was, and what is back too.
            wanted = list(dict.fromkeys(message.key for message in life.messages))
            old = {entry.key: entry for entry in before}
            new = {entry.key: entry for entry in after if not entry.obsolete}
            for key in wanted:
                if key in old:
                    assert (new[key].translation, new[key].fuzzy) == (old[key].translation, old[key].fuzzy)
                else:
                    assert new[key].fuzzy == new[key].translated  # nobody vouched for it
            # The order is the source's, each message is there once, and the sums are right.
            assert [entry.key for entry in after if not entry.obsolete] == wanted
            assert len({entry.key for entry in after}) == len(after)
            assert merge.kept + merge.carried + merge.fuzzy + merge.added == len(wanted)
            # What was made for another text says so, and nothing else does.
            assert all(entry.previous is None or entry.fuzzy for entry in after)

            content = life.path.read_bytes()
            update_catalogs(life.root, SETTINGS, map(place, life.messages), nothing)
            assert life.path.read_bytes() == content

        read_by_others(life, after)


def assert_sifted_as_read(life: Life) -> None:
    """An update gives the same where it reads every entry as where it leaves out those that stand."""
    text, wanted = life.path.read_text("utf-8"), merging.by_key(map(place, life.messages))
    sifted = merging.merge("", text, list, wanted, nothing)
    with patch.object(po, "sift", lambda text, expected: ([], po.read(text))):
        assert merging.merge("", text, list, wanted, nothing) == sifted


def read_by_others(life: Life, ours: tuple[po.Entry, ...]) -> None:
    theirs = polib.pofile(str(life.path))
    assert {(one.msgctxt or "", one.msgid, one.msgstr, one.fuzzy, bool(one.obsolete)) for one in theirs} == {
        (one.context, one.text, one.translation, one.fuzzy, one.obsolete) for one in ours
    }
    # Babel knows no "#~|", and says so where it meets one.
    text = "".join(
        line + "\n" for line in life.path.read_text("utf-8").split("\n") if not line.startswith("#~|")
    )
    babel = read_po(StringIO(text), abort_invalid=True)
    found = {(one.context or "", one.id, one.string, one.fuzzy) for one in babel if one.id}
    assert found == {(one.context, one.text, one.translation, one.fuzzy) for one in ours if not one.obsolete}
