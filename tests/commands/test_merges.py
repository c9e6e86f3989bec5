"""Clones of a book with real git: its merge driver, and what merges without it leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import NOW as CLOCK
from conftest import ROOT, update_catalogs

from polybook.catalogs import locales as catalogs
from polybook.catalogs import po, wrapping
from polybook.catalogs.merge import place
from polybook.commands import merge_commits
from polybook.commands.new import TEMPLATES
from polybook.model import layout
from polybook.model.book import Settings
from polybook.model.catalog import Message
from polybook.model.findings import Finding

PATH = layout.catalog("ja")
SETTINGS = Settings("a-book", "A Book", "en", "urn:x:a")
# A long text stands on lines of its own, so that a merge of lines sees no conflict.
OLD = (
    "The workers wait for the queue, and the queue waits for them, until both have been told "
    "that all is done."
)
NEW = OLD.replace("all is done", "there is nothing left to do")
NEWER = NEW.replace("The workers wait", "All workers wait")
TEXTS = ["A title", OLD, "The end"]
DRIVER = f"{sys.executable} -m polybook merge-driver %O %A %B %P"


class Clone:
    """A clone of a book's repository, and the person who works in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            **{
                f"GIT_{who}_{what}": "x@example.org"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        command = ["git", "-C", str(self.root), *arguments]
        return subprocess.run(command, env=environment, check=check, capture_output=True, text=True)

    def commit(self, what: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", what)

    def author(self, *texts: str) -> None:
        """Write other texts, update, commit."""
        messages = [Message(text, "paragraph", "source/01-a.md", 1, ("A title",)) for text in texts]
        update_catalogs(self.root, SETTINGS, map(place, messages), lambda gone, fresh: {})
        self.commit("Write")

    def translate(self, text: str, translation: str, day: int) -> None:
        """Settle a message's translation, in a save of its own, and commit."""
        path = self.root / PATH
        before = path.read_text("utf-8")
        (entry,) = (one for one in po.read(before).entries if one.text == text and not one.obsolete)
        lines = [line for line in entry.lines if not line.startswith(("#,", "#|"))]
        kept = lines[: next(number for number, line in enumerate(lines) if line.startswith("msgstr"))]
        after = "\n".join([*kept, *wrapping.field("msgstr", translation)])
        header, _, rest = before.replace(entry.written, after).partition("\n\n")
        dated = [
            f'"PO-Revision-Date: 2026-11-{day:02} 10:00+0000\\n"' if "PO-Revision-Date" in line else line
            for line in header.split("\n")
        ]
        path.write_text("\n".join(dated) + "\n\n" + rest, "utf-8")
        self.commit("Translate")

    @property
    def entries(self) -> dict[str, po.Entry]:
        return {entry.text: entry for entry in po.read((self.root / PATH).read_text("utf-8")).entries}

    def found(self) -> list[Finding]:
        return merge_commits.check(self.root, [catalogs.read(self.root, "ja")])


@pytest.fixture
def clones(tmp_path: Path) -> Sequence[Clone]:
    """The author's and a translator's clone of a translated book."""
    author = Clone(tmp_path / "author")
    author.root.mkdir()
    author.git("init", "-q", "-b", "main")
    (author.root / layout.SETTINGS).write_text("")
    (author.root / ".gitattributes").write_bytes((TEMPLATES / "dot-gitattributes.in").read_bytes())
    messages = [Message(text, "paragraph", "source/01-a.md", 1, ("A title",)) for text in TEXTS]
    catalogs.start(author.root, SETTINGS, map(place, messages), "ja", CLOCK)
    author.author(*TEXTS)
    for text in TEXTS:
        author.translate(text, JAPANESE[text], 1)
    author.git("clone", "-q", str(author.root), str(tmp_path / "translator"))
    translator = Clone(tmp_path / "translator")
    translator.git("checkout", "-qb", "ja")
    for clone in (author, translator):
        clone.git("config", "merge.polybook.driver", DRIVER)
    return author, translator


JAPANESE = {
    "A title": "題",
    OLD: (
        "作業者は待ち行列を待ち、待ち行列は作業者を待ちます。"
        "すべてが終わったと両方が知らされるまで、互いに待ち続けるのです。"
    ),
    "The end": "おわり",
}
BETTER = JAPANESE[OLD].replace("すべてが終わった", "もうすることがない")


def test_saves_of_two_translators(clones: Sequence[Clone]) -> None:
    author, translator = clones
    author.translate("A title", "題名", 2)
    translator.translate("The end", "終わり", 3)
    translator.git("pull", "-q", "--no-rebase", "origin", "main")
    assert {text: entry.translation for text, entry in translator.entries.items()} == {
        **JAPANESE,
        "A title": "題名",
        "The end": "終わり",
    }
    assert "PO-Revision-Date: 2026-11-03" in (translator.root / PATH).read_text("utf-8")


def test_a_rebase_of_several_saves(clones: Sequence[Clone]) -> None:
    author, translator = clones
    author.translate("A title", "題名", 2)
    for day, translation in enumerate(("終わり", "終", "おしまい"), 3):
        translator.translate("The end", translation, day)
    translator.git("pull", "-q", "--rebase", "origin", "main")
    assert translator.entries["The end"].translation == "おしまい"
    assert translator.entries["A title"].translation == "題名"


def test_two_translations_of_one_message_are_a_conflict(clones: Sequence[Clone]) -> None:
    author, translator = clones
    author.translate("The end", "終わり", 2)
    translator.translate("The end", "おしまい", 3)
    done = translator.git("pull", "-q", "--no-rebase", "origin", "main", check=False)
    assert done.returncode == 1
    line = (translator.root / PATH).read_text("utf-8").split("\n").index('msgid "The end"') + 1
    assert f"error: {PATH}:{line}: both sides translated this message" in done.stderr
    entry = translator.entries["The end"]
    assert (entry.translation, entry.fuzzy) == ("おしまい", True)
    assert "# theirs: 終わり" in entry.remarks
    translator.translate("The end", "おしまい", 4)
    assert "The end" not in [finding.text for finding in translator.found()]


def test_a_cherry_pick(clones: Sequence[Clone]) -> None:
    author, translator = clones
    translator.translate("The end", "おしまい", 3)
    author.author(TEXTS[0], NEW, TEXTS[2])
    author.git("fetch", "-q", str(translator.root), "ja")
    author.git("cherry-pick", "FETCH_HEAD")
    assert author.entries["The end"].translation == "おしまい"
    assert author.entries[NEW].fuzzy


def stale(clones: Sequence[Clone]) -> Clone:
    """What a translator settled meets a later text, in a merge of the author's."""
    author, translator = clones
    author.author(TEXTS[0], NEW, TEXTS[2])
    translator.git("pull", "-q", "origin", "main")
    translator.translate(NEW, BETTER, 3)
    author.author(TEXTS[0], NEWER, TEXTS[2])
    author.git("fetch", "-q", str(translator.root), "ja")
    return author


def test_what_was_settled_for_an_earlier_text_stays_fuzzy(clones: Sequence[Clone]) -> None:
    author = stale(clones)
    author.git("merge", "-q", "FETCH_HEAD")
    entry = author.entries[NEWER]
    assert (entry.fuzzy, entry.translation, entry.previous) == (True, BETTER, ("", NEW))
    assert author.found() == []


def by_line(clone: Clone) -> None:
    """Merge as a host does, which knows no driver."""
    clone.git("config", "--unset", "merge.polybook.driver")
    clone.git("merge", "-q", "FETCH_HEAD")


def test_a_host_that_merges_by_line_is_found_out(clones: Sequence[Clone]) -> None:
    author = stale(clones)
    by_line(author)
    entry = author.entries[NEWER]
    assert not entry.fuzzy  # git found no conflict, and made a stale translation current
    commit = author.git("rev-parse", "--short=10", "HEAD").stdout.strip()
    (finding,) = author.found()
    assert (finding.code, finding.severity, finding.path) == ("merge", "warning", PATH)
    assert (author.root / PATH).read_text("utf-8").split("\n")[finding.line - 1] == 'msgstr ""'
    assert f"the merge {commit} made this translation" in finding.text


def test_what_was_looked_at_since_is_no_concern(clones: Sequence[Clone]) -> None:
    author = stale(clones)
    by_line(author)
    author.translate(NEWER, BETTER.replace("作業者", "すべての作業者", 1), 5)
    assert author.found() == []


def test_a_release_ends_it(clones: Sequence[Clone]) -> None:
    author = stale(clones)
    by_line(author)
    author.git("tag", "v1")
    assert author.found() == []


def test_what_a_merge_lost_is_told(clones: Sequence[Clone]) -> None:
    author, translator = clones
    author.author(*TEXTS, "An addition")
    translator.git("pull", "-q", "origin", "main")
    translator.translate("An addition", "追加", 3)
    author.translate("The end", "終わり", 4)
    author.git("fetch", "-q", str(translator.root), "ja")
    author.git("merge", "-q", "-s", "ours", "FETCH_HEAD")
    (finding,) = author.found()
    assert "lost a translation of this message: 追加" in finding.text


def test_a_merge_by_hand_that_is_right_is_left_alone(clones: Sequence[Clone]) -> None:
    author, translator = clones
    author.translate("The end", "終わり", 2)
    translator.translate("The end", "おしまい", 3)
    author.git("fetch", "-q", str(translator.root), "ja")
    author.git("config", "--unset", "merge.polybook.driver")
    assert author.git("merge", "-q", "FETCH_HEAD", check=False).returncode == 1
    text = (author.root / PATH).read_text("utf-8")
    (author.root / PATH).write_text(text, "utf-8")
    author.git("checkout", "-q", "--ours", PATH)
    author.translate("The end", "終わり、おしまい", 4)
    assert author.found() == []


def test_without_git_there_is_nothing_to_say(tmp_path: Path) -> None:
    messages = [Message("Text", "paragraph", "source/01-a.md", 1)]
    catalogs.start(tmp_path, SETTINGS, map(place, messages), "ja", CLOCK)
    assert merge_commits.check(tmp_path, [catalogs.read(tmp_path, "ja")]) == []


def test_a_catalog_that_is_none_is_merged_by_line(clones: Sequence[Clone]) -> None:
    author, translator = clones
    (translator.root / PATH).write_text("no catalog\n")
    translator.commit("Break")
    author.translate("The end", "終わり", 2)
    done = translator.git("pull", "-q", "--no-rebase", "origin", "main", check=False)
    assert done.returncode == 1
    assert f"error: {PATH}:1: in our side: the line is no part of a catalog" in done.stderr
    assert "<<<<<<<" in (translator.root / PATH).read_text("utf-8")
