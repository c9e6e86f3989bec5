"""Two days of a book's people with their tools: an author, two translators, git, gettext, polib.

One translator saves with gettext's own tools, as Poedit does in the end; the other with polib. They work in
clones of their own, merge, rebase, pick commits, and run into a conflict.
"""

from __future__ import annotations

import os
import subprocess
import sys
from difflib import unified_diff
from pathlib import Path

import polib
import pytest
from conftest import ROOT, TRANSLATION, BookFolder

CHAPTER = "source/01-start.md"
CATALOG = "locales/ja/LC_MESSAGES/book.po"
FIRST = "Nothing else is printed."
SECOND = "Nothing else is ever printed."
THIRD = "Nothing else is ever printed here."
WHO = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
DRIVER = f"{sys.executable} -m polybook merge-driver %O %A %B %P"


class Person(BookFolder):
    """Somebody's clone."""

    def git(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            env={**os.environ, **WHO, "PYTHONPATH": str(ROOT), "GIT_CONFIG_GLOBAL": os.devnull},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def write_text(self, old: str, new: str) -> None:
        """The author changes a sentence; the catalogs get it in a commit of their own."""
        self.replace(CHAPTER, old, new)
        self.git("commit", "-qam", f"Write: {new}")
        self.run("update", "--commit", env=WHO).succeeds()

    def save(self, text: str, translation: str) -> list[str]:
        """Settle a translation with polib, save again with msgcat, commit; return the lines that changed."""
        path = self.root / CATALOG
        before = path.read_text("utf-8")
        catalog = polib.pofile(str(path), wrapwidth=0)
        entry = catalog.find(text)
        assert entry, text
        entry.msgstr, entry.flags, entry.previous_msgid = translation, [], None
        catalog.save()
        subprocess.run(["msgcat", "-o", str(path), str(path)], check=True)
        self.git("commit", "-qam", f"Translate: {translation}")
        lines = unified_diff(before.split("\n"), path.read_text("utf-8").split("\n"), n=0, lineterm="")
        return [line for line in lines if not line.startswith(("---", "+++", "@@"))]

    @property
    def shown(self) -> dict[str, str]:
        """What readers see."""
        found = polib.pofile(str(self.root / CATALOG))
        return {one.msgid: one.msgstr for one in found if one.msgstr and not one.fuzzy and not one.obsolete}

    @property
    def all_there_is(self) -> str:
        return self.read(CATALOG)


@pytest.fixture
def people(book, tmp_path: Path) -> tuple[Person, Person, Person]:
    book("small").translate("ja", TRANSLATION)
    author = Person(tmp_path / "small")
    author.write(".gitignore", ".cache/\noutput/\n").write(
        ".gitattributes", "locales/**/*.po* merge=polybook\n"
    )
    author.run("update").succeeds()
    subprocess.run(["msgcat", "-o", str(author.root / CATALOG), str(author.root / CATALOG)], check=True)
    author.run("update", "--check").succeeds()  # gettext's save is none of an update's business
    author.git("init", "-q", "-b", "main")
    author.git("add", "-A")
    author.git("commit", "-qm", "Begin")
    others = []
    for name in ("anna", "bruno"):
        author.git("clone", "-q", str(author.root), str(tmp_path / name))
        others.append(Person(tmp_path / name))
    for one in (author, *others):
        one.git("config", "merge.polybook.driver", DRIVER)
        one.git("checkout", "-qB", "main" if one is author else one.root.name)
    return author, *others


@pytest.mark.gettext
@pytest.mark.slow
def test_two_days(people: tuple[Person, Person, Person]) -> None:
    author, anna, bruno = people

    # In the morning the author makes a sentence clearer; Anna settles it, Bruno betters another.
    author.write_text(FIRST, SECOND)
    assert SECOND not in author.shown
    anna.git("pull", "-q", "--no-rebase", "origin", "main")
    changed = anna.save(SECOND, "ほかには決して何も出力しません。")
    assert [line for line in changed if line.startswith("+")] == [
        '+msgstr "ほかには決して何も出力しません。"'
    ]
    assert bruno.save("The very end", "本当の終わり") == ['-msgstr "最後"', '+msgstr "本当の終わり"']

    # Meanwhile the author writes it once more, and merges what both did.
    author.write_text(SECOND, THIRD)
    for one in (anna, bruno):
        author.git("fetch", "-q", str(one.root), one.root.name)
        author.git("merge", "-q", "-m", "Merge", "FETCH_HEAD")
    assert THIRD not in author.shown  # Anna answers for the sentence before
    assert "ほかには決して何も出力しません。" in author.all_there_is
    assert author.shown["The very end"] == "本当の終わり"
    author.run("update", "--commit", env=WHO).succeeds()

    # The author takes the last change back: Anna's translation is whole again.
    author.write_text(THIRD, SECOND)
    assert author.shown[SECOND] == "ほかには決して何も出力しません。"

    # On the second day both translate one message: a conflict, and git says so.
    anna.git("pull", "-q", "--rebase", str(author.root), "main")
    bruno.git("pull", "-q", "--no-rebase", str(author.root), "main")
    assert anna.all_there_is == author.all_there_is == bruno.all_there_is
    anna.save("The end", "終わり")
    bruno.save("The end", "おしまい")
    bruno.save("The name comes last.", "名前が最後です。")
    said = anna.git("pull", "-q", "--no-rebase", str(bruno.root), "bruno", code=1)
    assert "both sides translated this message" in said
    assert "The end" not in anna.shown
    assert "# theirs: おしまい" in anna.all_there_is
    anna.save("The end", "おしまい")
    assert anna.git("status", "--porcelain") == ""

    # Bruno goes on; the author picks one commit of his, and then takes all there is.
    bruno.save("A program", "プログラムの例")
    author.git("fetch", "-q", str(bruno.root), "bruno")
    author.git("cherry-pick", "FETCH_HEAD")
    assert author.shown["A program"] == "プログラムの例"
    author.git("pull", "-q", "--no-rebase", str(anna.root), "anna")
    author.git("pull", "-q", "--no-rebase", str(bruno.root), "bruno")
    kept = {text: said for text, said in TRANSLATION.items() if text != FIRST}
    assert author.shown == kept | {
        SECOND: "ほかには決して何も出力しません。",
        "The very end": "本当の終わり",
        "The end": "おしまい",
        "The name comes last.": "名前が最後です。",
        "A program": "プログラムの例",
    }
    author.run("update", "--check").succeeds()
    found = author.run("check").succeeds().out
    assert "[merge]" not in found
    assert "[outdated]" not in found
