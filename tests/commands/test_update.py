"""The command `update`, and what says that catalogs are behind the text."""

from __future__ import annotations

import subprocess

from conftest import TRANSLATION

PATH = "locales/ja/LC_MESSAGES/book.po"


def test_catalogs_that_are_behind_are_counted(book) -> None:
    folder = book("small").translate("ja", TRANSLATION)
    folder.run("update").succeeds()
    assert folder.run("update", "--check").succeeds().out == "the catalogs hold the text as it is\n"
    assert folder.run("check").succeeds().out.count("[outdated]") == 0
    folder.replace(
        "source/01-start.md", "Nothing else is printed.", "Nothing else is written.\n\nReally nothing."
    )
    before = folder.read(PATH)
    said = "the catalog is behind the text (new: 1, changed: 1). Hint: python build.py update"
    assert f"warning: {PATH}: {said} [outdated]\n" in folder.run("check").succeeds().out
    folder.run("update", "--check").fails(5, f"error: {PATH}: {said}", "the message template is behind")
    assert folder.read(PATH) == before
    folder.run("update").succeeds()
    folder.run("update", "--check").succeeds()


def test_a_heading_that_changes_is_no_new_message_elsewhere(book) -> None:
    folder = book("small").translate("ja", TRANSLATION)
    folder.run("update").succeeds()
    folder.write("locales/book.pot", "")
    folder.run("update", "--check").fails(5, "locales/book.pot: the message template is behind the text")
    assert "[outdated]" not in folder.run("check").succeeds().out


def test_a_book_that_cannot_be_read_is_not_said_to_be_ahead(book) -> None:
    folder = book("small").translate("ja", TRANSLATION)
    folder.run("update").succeeds()
    folder.write("source/03-broken.md", b"\xff")
    assert "[outdated]" not in folder.run("check").fails(5).out


def test_a_catalog_that_cannot_be_read_is_behind(book) -> None:
    folder = book("small").translate("ja", TRANSLATION)
    folder.write(PATH, "")
    folder.run("update", "--check").fails(5, f"{PATH}:1: the catalog is empty")


def git(folder, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments],
        cwd=folder.root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


ME = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def test_a_commit_of_an_update_holds_nothing_else(book) -> None:
    folder = book("small").translate("ja", TRANSLATION).write(".gitignore", ".cache/\n")
    folder.run("update", "--commit").fails(1, "no git knows this book")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Begin")
    folder.run("update", "--commit", env=ME).succeeds()
    folder.run("update", "--commit", env=ME).succeeds()
    assert git(folder, "show", "--format=%s", "--name-only", "HEAD").split() == [
        "Update",
        "catalogs",
        "locales/book.pot",
    ]
    folder.replace("source/01-start.md", "Nothing else is printed.", "Nothing else is written.")
    folder.run("update", "--commit", env=ME).succeeds()
    assert git(folder, "show", "--format=", "--name-only", "HEAD").split() == ["locales/book.pot", PATH]
    assert git(folder, "status", "--porcelain") == " M source/01-start.md\n"
    folder.write(PATH, folder.read(PATH) + "\n# work\n")
    folder.run("update", "--commit", env=ME).fails(2, f"{PATH}: the file is not as it was committed")
