"""Random days of an author and two translators: edits, changes taken back, work, merges in any order.

Three promises hold at each step: no translation is lost, none looks current that is not, and no line
changes that nobody meant. A search takes longer: ``python tests/catalogs/test_days.py FIRST_SEED COUNT``.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field, replace

import pytest

from polybook.catalogs import merge as merging
from polybook.catalogs import po, replaced, three_way, wrapping
from polybook.catalogs.merge import place
from polybook.model.catalog import Message

STEPS = 100
SEEDS = 100
HEADER = ['msgid ""', *wrapping.field("msgstr", "Language: ja\nContent-Type: text/plain; charset=UTF-8\n")]
PARTS = [
    ["The worker", "A worker", "Each greenlet", "The hub"],
    ["waits for the queue", "waits for a queue", "starts well-known `tasks`", "never sleeps"],
    [
        "until all is done.",
        "until everything is done.",
        "and then ends (as it must).",
        "for a long, long time.",
    ],
]


@dataclass(frozen=True)
class Clone:
    """What somebody's clone holds: the book's texts, and the catalog."""

    texts: tuple[str, ...]
    catalog: str

    @property
    def entries(self) -> tuple[po.Entry, ...]:
        return po.read(self.catalog).entries

    @property
    def settled(self) -> dict[str, str]:
        """The translations that readers see."""
        return {
            one.text: one.translation
            for one in self.entries
            if one.translated and not one.fuzzy and not one.obsolete
        }


@dataclass
class Days:
    """What happens, step by step. Two clones came of ``base``; in ``clones[0]`` the author works too."""

    chance: random.Random
    clones: list[Clone] = field(default_factory=list)
    base: Clone = Clone((), "")
    vouched: set[tuple[str, str]] = field(default_factory=set)
    """The pairs of text and translation for which somebody answers."""
    past: list[str] = field(default_factory=list)
    number: int = 0

    def begin(self) -> None:
        texts = tuple(dict.fromkeys(self.sentence() for _ in range(6)))
        self.base = updated(Clone(texts, "\n".join(HEADER) + "\n"))
        self.clones = [self.base, self.base]

    def sentence(self) -> str:
        return " ".join(self.chance.choice(part) for part in PARTS)

    def step(self) -> None:
        what = self.chance.choices(
            [self.edit, self.take_back, self.translate, self.draft, self.merge], [3, 2, 5, 2, 2]
        )[0]
        what()

    def edit(self) -> None:
        """The author changes, adds, removes or moves a text."""
        texts = list(self.clones[0].texts)
        where = self.chance.randrange(len(texts))
        self.past.append(texts[where])
        what = self.chance.random()
        if what < 0.6:
            words = texts[where].split(" ")
            part = self.chance.randrange(len(words))
            words[part] = self.chance.choice(["a", "the", "some", "any", words[part]])
            texts[where] = " ".join(words)
        elif what < 0.8:
            texts.insert(where, self.sentence())
        elif len(texts) > 3:
            texts.insert(self.chance.randrange(len(texts)), texts.pop(where))
            if what > 0.9:
                del texts[where]
        self.write(texts)

    def take_back(self) -> None:
        if self.past:
            texts = list(self.clones[0].texts)
            texts[self.chance.randrange(len(texts))] = self.chance.choice(self.past)
            self.write(texts)

    def write(self, texts: list[str]) -> None:
        before = self.clones[0]
        after = updated(replace(before, texts=tuple(dict.fromkeys(texts))))
        self.clones[0] = after
        check_update(before, after)
        self.check(after)

    def translate(self) -> None:
        self.work(is_settled=True)

    def draft(self) -> None:
        self.work(is_settled=False)

    def work(self, *, is_settled: bool) -> None:
        """A translator saves one entry, as editors do: what is settled loses its former text."""
        who = self.chance.randrange(2)
        clone = self.clones[who]
        entries = [one for one in clone.entries if not one.obsolete and (is_settled or one.fuzzy)]
        if not entries:
            return
        entry = self.chance.choice(entries)
        self.number += 1
        translation = f"訳{self.number}：" + "文" * self.chance.choice([3, 60])
        lines = [
            line for line in entry.lines if not (is_settled and line.startswith(("#,", "#|", "# theirs:")))
        ]
        start = next(number for number, line in enumerate(lines) if line.startswith("msgstr"))
        written = "\n".join([*lines[:start], *wrapping.field("msgstr", translation)])
        self.clones[who] = replace(clone, catalog=clone.catalog.replace(entry.written, written, 1))
        if is_settled:
            self.vouched.add((entry.text, translation))
        self.check(self.clones[who])

    def merge(self) -> None:
        """One of the two merges the other's state, and mostly the other takes the result."""
        who = self.chance.randrange(2)
        ours, theirs = self.clones[who], self.clones[1 - who]
        merged = three_way.merge(self.base.catalog, ours.catalog, theirs.catalog)
        result = Clone(self.clones[0].texts, merged.text)
        check_merge(self.base, ours, theirs, result)
        self.check(result)
        settled = updated(result)
        check_update(result, settled)
        self.check(settled)
        self.base = settled
        self.clones = [settled, settled]

    def check(self, clone: Clone) -> None:
        """No translation looks current that is not."""
        wrong = {pair for pair in clone.settled.items() if pair not in self.vouched}
        assert not wrong, wrong


def updated(clone: Clone) -> Clone:
    wanted = merging.by_key(place(Message(text, "paragraph", "source/01-a.md", 1)) for text in clone.texts)
    text, _ = merging.merge("", clone.catalog, lambda: HEADER, wanted, lambda gone, fresh: {})
    return replace(clone, catalog=text)


def check_update(before: Clone, after: Clone) -> None:
    """An update loses nothing but what a settled translation replaced, and leaves alone what it can."""
    there = {one.translation for one in after.entries}
    settled = {mark for text in after.settled for mark in [replaced.mark_of(text)]}
    for one in before.entries:
        if one.translated and one.translation not in there:
            assert one.obsolete, one
            assert settled & set(one.remarks), one
    now = {one.text: one for one in after.entries}
    for one in before.entries:
        kept = now.get(one.text)
        if (
            kept
            and kept.obsolete == one.obsolete
            and one.text in after.texts
            and not (one.previous and not one.fuzzy)
        ):
            assert kept.written == one.written
    assert updated(after) == after


def check_merge(base: Clone, ours: Clone, theirs: Clone, merged: Clone) -> None:
    """What somebody wrote since is there; what nobody touched is as it was; both ways give the same."""
    old = {one.translation for one in base.entries}
    for side in (ours, theirs):
        for one in side.entries:
            if one.translated and one.translation not in old:
                assert one.translation in "".join(
                    [entry.translation + "".join(entry.remarks) for entry in merged.entries]
                ), one
    written = {one.written for one in merged.entries}
    entries = [{one.written: one for one in side.entries} for side in (base, ours, theirs)]
    for one in set.intersection(*map(set, entries)):
        # But a guess follows the translation that it was made from.
        assert one in written or entries[0][one].previous
    other = three_way.merge(base.catalog, theirs.catalog, ours.catalog)
    assert Clone((), other.text).settled == merged.settled


def live(seed: int, steps: int = STEPS) -> None:
    days = Days(random.Random(seed))
    days.begin()
    for _ in range(steps):
        days.step()


@pytest.mark.parametrize("seeds", range(10))
def test_the_promises_hold_for_ten_thousand_steps(seeds: int) -> None:
    for seed in range(seeds * SEEDS // 10, (seeds + 1) * SEEDS // 10):
        live(seed)


if __name__ == "__main__":
    for number in range(int(sys.argv[1]), int(sys.argv[1]) + int(sys.argv[2])):
        live(number)
        print(number, end=" ", flush=True)
