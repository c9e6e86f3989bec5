"""What Polybook made, and nothing else, is removed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from polybook.commands import clean
from polybook.system import files
from polybook.system.made import RECORD, Made


def held(root: Path) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def record(root: Path, names: object) -> None:
    (root / "output").mkdir(exist_ok=True)
    (root / "output" / RECORD).write_text(json.dumps(names))


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def test_what_is_replaced_goes_and_what_others_put_there_stays(tmp_path: Path) -> None:
    made = Made(tmp_path, "output")
    made.replace("en/html", {"a.html": b"a", "old/b.html": b"b"})
    made.replace("en/htm", {"c.html": b"c"})
    write(tmp_path, "output/en/html/CNAME", "output/mine/notes.txt")
    made.replace("en/html", {"a.html": b"new"})
    assert (tmp_path / "output/en/html/a.html").read_text() == "new"
    assert not (tmp_path / "output/en/html/old").exists()
    assert made.contents() == ["en/htm/c.html", "en/html/CNAME", "en/html/a.html", "mine/notes.txt"]
    assert made.strangers() == ["en/html/CNAME", "mine/notes.txt"]
    made.remove(["en/htm/c.html", "mine/notes.txt", "gone"])
    assert made.contents() == ["en/html/CNAME", "en/html/a.html", "mine/notes.txt"]
    made.clear()
    assert held(tmp_path) == {"output/en/html/CNAME", "output/mine/notes.txt"}


def test_a_folder_that_holds_nothing_else_goes(tmp_path: Path) -> None:
    made = Made(tmp_path, "output")
    made.write({"a/b/c.txt": b"c", "d.txt": b"d"})
    made.clear()
    assert not (tmp_path / "output").exists()
    made.clear()


@pytest.mark.parametrize(
    "name",
    [
        "../source/a.md",
        "en/../../source/a.md",
        "/source/a.md",
        "{root}/source/a.md",
        "./../source/a.md",
        "",
        ".",
        "..",
        "en//a.md",
        "en/linked/a.md",
        "en/linked.md",
        "en",
        "a\0b",
        "\ud800",
        7,
        None,
        ["en/kept.md"],
        {"en/kept.md": 1},
    ],
)
def test_a_record_that_came_with_a_clone_names_nothing_else(tmp_path: Path, name: object) -> None:
    write(tmp_path, "source/a.md", "output/en/kept.md", "output/en/made.md")
    (tmp_path / "output/en/linked").symlink_to("../../source")
    (tmp_path / "output/en/linked.md").symlink_to("../../source/a.md")
    if isinstance(name, str):
        name = name.replace("{root}", str(tmp_path))
    record(tmp_path, [name, "en/made.md"])
    made = Made(tmp_path, "output")
    made.sweep()
    made.remove([name] if isinstance(name, str) else [])
    made.replace("en", {})
    made.clear()
    assert held(tmp_path) == {
        "source/a.md", "output/en/kept.md", "output/en/linked", "output/en/linked.md"
    }  # fmt: skip


@pytest.mark.parametrize("content", ["", "{}", "[[", "7", '"en/a.md"', "[" * 100_000, "\0"])
def test_a_record_that_is_none_names_nothing(tmp_path: Path, content: str) -> None:
    write(tmp_path, "output/en/a.md")
    (tmp_path / "output" / RECORD).write_text(content)
    Made(tmp_path, "output").clear()
    assert held(tmp_path) == {"output/en/a.md"}


@pytest.mark.parametrize("linked", ["output", "output/en", f"output/{RECORD}"])
def test_nothing_is_removed_through_a_link(tmp_path: Path, linked: str) -> None:
    write(tmp_path, "source/en/a.md", "source/a.md")
    (tmp_path / "source" / RECORD).write_text('["en/a.md", "a.md"]')
    if linked != "output":
        record(tmp_path, ["en/a.md", "a.md"])
    (tmp_path / linked).unlink(missing_ok=True)
    target = {"output": "source", "output/en": "../source"}.get(linked, f"../source/{RECORD}")
    (tmp_path / linked).symlink_to(target)
    Made(tmp_path, "output").clear()
    assert {"source/en/a.md", "source/a.md", f"source/{RECORD}"} <= held(tmp_path)


def test_the_record_is_there_before_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    write_file = files.write
    monkeypatch.setattr(
        files, "write", lambda path, content: written.append(path.name) or write_file(path, content)
    )
    made = Made(tmp_path, "output")
    made.write({"a.txt": b"a", "b.txt": b"b"})
    made.write({"a.txt": b"new"})
    assert written == [RECORD, "a.txt", "b.txt", "a.txt"]


def test_only_what_a_record_knows_is_swept(tmp_path: Path) -> None:
    """Half of a file that was to be made goes when its process has ended; what only looks like one stays."""
    made = Made(tmp_path, "output")
    made.write({"en/a.txt": b"a"})
    begun = f".999999999-{files._named('a.txt')}-00000000.part"
    ours = f".{os.getpid()}-{files._named('a.txt')}-00000000.part"
    other = f".999999999-{files._named('b.txt')}-00000000.part"
    write(tmp_path, *(f"output/en/{name}" for name in (begun, ours, other)), f"output/{begun}")
    made.sweep()
    assert held(tmp_path) == {
        "output/en/a.txt", f"output/{RECORD}", f"output/en/{ours}", f"output/en/{other}", f"output/{begun}"
    }  # fmt: skip


def test_a_clean_removes_what_commands_made_and_names_the_rest(book) -> None:
    folder = book("small").write("output/mine.txt", "m").write(".cache/mine/notes.txt", "n")
    folder.run("-f", "html", "-l", "en").succeeds()
    folder.write(".cache/ab/mine", "").write(".cache/builds/mine", "")
    said = folder.run("clean").succeeds()
    assert said.out == "nothing to remove\n"
    for name in ("output/mine.txt", ".cache/ab/mine", ".cache/builds/mine", ".cache/mine/notes.txt"):
        assert f"warning: {name}: no build made this, so it stays." in said.err
        (folder.root / name).unlink()
    (folder.root / ".cache/mine").rmdir()
    assert held(folder.root / "output") == held(folder.root / ".cache") == set()
    folder.run("-f", "md", "-l", "en").succeeds()
    assert folder.run("clean").succeeds().out == "removed: output/\nremoved: .cache/\n"
    assert clean.clean(folder.root) == clean.Cleaned((), ())


def test_what_a_killed_command_had_begun_to_write_goes_when_it_is_written(book) -> None:
    folder = book("small").replace("examples/first/hello.py", 'greet("world")', 'greet("moon")')
    folder.replace("source/02-end.md", "Its definition.", "Its very definition.")
    for path in (
        "source/01-start.md",
        "source/other.md",
        "locales/ja/LC_MESSAGES/book.po",
        "locales/book.pot",
    ):
        where, name = path.rsplit("/", 1)
        folder.write(f"{where}/.999999999-{files._named(name)}-00000000.part", "half")
    folder.run("refresh").succeeds()
    folder.run("update").succeeds()
    left = [path.name for path in folder.root.rglob("*.part")]
    assert left == [f".999999999-{files._named('other.md')}-00000000.part"]
