"""What a build does again, and why; and that it makes the same as a build from nothing."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import BOOKS, ROOT, TRANSLATION, BookFolder


class Build:
    """A book that is built again and again, and beside it each time from nothing."""

    def __init__(self, folder: BookFolder) -> None:
        self.folder = folder
        self.package = ROOT
        self.more: list[Path] = []

    def run(self, root: Path, *arguments: str) -> str:
        paths = os.pathsep.join(map(str, [*self.more, self.package]))
        done = subprocess.run(
            [sys.executable, "-m", "polybook", "build", *arguments],
            cwd=root,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def again(self) -> set[str]:
        """Build; return the steps that were done, as ``translate ja source/01-start.md``, without reasons.

        What was made must be what a build from nothing makes.
        """
        said = self.run(self.folder.root, "--explain")
        fresh = self.folder.root.with_name("fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(self.folder.root, fresh, ignore=shutil.ignore_patterns("output", ".cache"))
        self.run(fresh)
        assert contents(self.folder.root / "output") == contents(fresh / "output")
        self.reasons = dict(re.findall(r"^(\w+ (?!done)[^:]+): (.+)$", said, re.MULTILINE))
        return set(self.reasons)


def contents(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items()}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root = tmp_path_factory.mktemp("incremental") / "small"
    shutil.copytree(BOOKS / "small", root, ignore=shutil.ignore_patterns("output", ".cache"))
    made = Build(BookFolder(root).translate("ja", TRANSLATION))
    assert {"read source/01-start.md", "pdf en", "pdf ja", "epub ja", "search ja"} <= made.again()
    return made


@pytest.mark.slow
class TestEachKindOfInput:
    """Each changes one thing, and names all that has to be done for it. They run in this order."""

    def test_nothing(self, build: Build) -> None:
        assert build.again() == set()

    def test_only_times(self, build: Build) -> None:
        for path in [*build.folder.root.rglob("*")]:
            os.utime(path, (time.time() + 1000, time.time() + 1000))
        assert build.again() == set()

    def test_a_message_in_a_catalog(self, build: Build) -> None:
        build.folder.replace("locales/ja/LC_MESSAGES/book.po", "ほかには何も出力しません。", "それだけです。")
        assert build.again() == chapter("ja", "start") | edition("ja") | {"glyphs ja"}
        assert build.reasons["translate ja source/01-start.md"] == "changed: translations"

    def test_a_message_that_breaks_its_contract(self, build: Build) -> None:
        build.folder.replace("locales/ja/LC_MESSAGES/book.po", "それだけです。", "それ`だけ`です。")
        assert build.again() == chapter("ja", "start") | edition("ja") | {"glyphs ja"}

    def test_a_translation_of_what_is_in_no_chapter(self, build: Build) -> None:
        build.folder.replace("locales/ja/LC_MESSAGES/book.po", "小さな本", "小さい本")
        assert build.again() == {*covers("ja"), "glyphs ja", *edition("ja")} - {"search ja"}

    def test_a_paragraph(self, build: Build) -> None:
        build.folder.replace("source/02-end.md", "# The end\n", "# The end\n\nOne more paragraph.\n")
        done = build.again()
        own = chapter("en", "end") | chapter("ja", "end") | {f"{one} source/02-end.md" for one in READING}
        assert done == own | edition("en") | edition("ja")
        assert build.reasons["read source/02-end.md"] == "changed: text"

    def test_an_anchor_that_other_chapters_may_link_to(self, build: Build) -> None:
        build.folder.replace("source/02-end.md", "One more paragraph.", "## One more section")
        done = build.again()
        own = chapter("en", "end") | chapter("ja", "end") | {f"{one} source/02-end.md" for one in READING}
        # The other chapter links to this one's file: that is looked up again, and leads where it led.
        asked = {"edition en source/01-start.md", "translate ja source/01-start.md"}
        assert done == own | asked | edition("en") | edition("ja"), "no page is written but those of its own"

    def test_a_figure(self, build: Build) -> None:
        build.folder.replace("source/figures/box.svg", 'fill="#dbeafe"', 'fill="#dbeaff"')
        done = build.again()
        assert {"pdf en", "pdf ja", "epub en", "epub ja", "html en start"} <= done
        assert not {one for one in done if one.startswith(("read", "translate", "typst"))}
        assert "html en end" not in done

    def test_a_setting(self, build: Build) -> None:
        build.folder.replace("pyproject.toml", 'title = "A Small Book"', 'title = "A Smaller Book"')
        done = build.again()
        own = {*covers("en"), *covers("ja"), "glyphs ja", *edition("en"), *edition("ja")}
        assert done == own - {"search en", "search ja"}
        assert build.reasons["cover en"] == "changed: settings"

    def test_a_program(self, build: Build) -> None:
        build.folder.replace("examples/first/hello.py", "print(", "print('And', end=' ');print(")
        done = build.again()
        own = (
            chapter("en", "start") | chapter("ja", "start") | {f"{one} source/01-start.md" for one in READING}
        )
        assert own <= done
        assert not {one for one in done if one.startswith(("read", "html", "typst")) and "end" in one.split()}

    def test_the_theme_of_pages(self, build: Build, tmp_path: Path) -> None:
        build.package = tmp_path
        shutil.copytree(
            ROOT / "polybook", tmp_path / "polybook", ignore=shutil.ignore_patterns("__pycache__")
        )
        style = tmp_path / "polybook/render/theme/html/style.css"
        style.write_text(style.read_text("utf-8") + "\nbody { color: green }\n", "utf-8")
        assert build.again() == pages("en") | pages("ja")
        assert build.reasons["page en end.html"] == "changed: theme"

    def test_the_theme_of_the_pdf(self, build: Build, tmp_path: Path) -> None:
        build.package = tmp_path
        shutil.copytree(
            ROOT / "polybook", tmp_path / "polybook", ignore=shutil.ignore_patterns("__pycache__")
        )
        template = tmp_path / "polybook/render/theme/pdf/book.typ"
        template.write_text(template.read_text("utf-8") + "\n// a remark\n", "utf-8")
        assert build.again() - pages("en") - pages("ja") == {"pdf en", "pdf ja"}

    def test_the_version_of_a_tool(self, build: Build, tmp_path: Path) -> None:
        build.package = ROOT
        build.again()
        (tmp_path / "typst-99.0.dist-info").mkdir()
        build.more = [tmp_path]
        # Which formulas and letters it can show is asked again too.
        asked = {"glyphs ja", *(f"typst {one} {name}" for one in ("en", "ja") for name in ("start", "end"))}
        assert build.again() == {"pdf en", "pdf ja", *covers("en"), *covers("ja"), *asked}
        assert build.reasons["pdf ja"] == "changed: tools"

    def test_an_entry_that_is_torn(self, build: Build) -> None:
        for path in (build.folder.root / ".cache").glob("??/*"):
            path.write_bytes(path.read_bytes()[:-1])
        shutil.rmtree(build.folder.root / "output")
        done = build.again()
        assert chapter("ja", "start") | edition("ja") <= done
        assert set(build.reasons.values()) == {"its result is damaged"}, build.reasons

    def test_a_file_of_the_output(self, build: Build) -> None:
        (build.folder.root / "output/ja/html/end.html").write_text("somebody was here", "utf-8")
        assert build.again() == set()


@pytest.mark.slow
def test_a_title_is_made_again_only_where_it_is_shown(tmp_path: Path) -> None:
    """That of a section to which other chapters refer by a link without words, or with some."""
    root = tmp_path / "numbers"
    shutil.copytree(BOOKS / "numbers", root, ignore=shutil.ignore_patterns("output", ".cache", "locales"))
    book = Build(BookFolder(root))
    more = "See [the columns](02-tables.md#columns).\n\nSee [](#minus).\n"
    book.folder.write("source/03-signs.md", book.folder.read("source/03-signs.md") + more)
    book.again()
    book.folder.replace("source/02-tables.md", "## Columns {#columns}", "## All columns {#columns}")
    done = book.again()
    formats = ("html", "xhtml", "markdown")
    own = {f"{one} en tables" for one in ("outline", "write", "typst", *formats)}
    showing = {f"{one} en {name}" for one in formats for name in ("preface", "adding")}
    # Where links lead is looked up again; it is the same.
    linking = {f"edition en source/0{one}.md" for one in ("0-preface", "1-adding", "2-tables", "3-signs")}
    sites = {f"page en {one}.html" for one in ("index", "preface", "adding", "tables", "signs", "more")}
    whole = {"epub en", "pdf en", "search en"}
    assert done == {"read source/02-tables.md"} | own | showing | linking | sites | whole
    assert book.reasons["html en adding"] == "changed: labels"


READING = {"read", "prove"}
TRANSLATING = {"edition", "translate"}
WRITING = {"outline", "write", "html", "xhtml", "typst", "markdown"}
PUTTING_TOGETHER = {"page", "search", "cover", "epub", "pdf", "glyphs"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("cli/verbs.py", set()),
        ("commands/build.py", set()),
        ("release/manifest.py", set()),
        ("preview/server.py", set()),
        ("catalogs/po.py", set()),
        ("render/svg.py", WRITING | PUTTING_TOGETHER),
        ("translation/contract.py", TRANSLATING),
        ("chapters/messages.py", READING | TRANSLATING),
        ("examples/cog.py", set()),
        ("markup/tree.py", READING | TRANSLATING | WRITING),
        ("book/lock.py", set()),
        ("system/files.py", set()),
        ("model/nodes.py", READING | TRANSLATING | WRITING),
    ],
)
def test_a_module_of_ours_redoes_the_steps_of_its_package(
    built_once: Build, tmp_path: Path, module: str, expected: set[str]
) -> None:
    """A remark changes no result, so what is made of the same result is not made again."""
    package = tmp_path / "polybook"
    shutil.copytree(ROOT / "polybook", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / module).write_text((package / module).read_text("utf-8") + "\n# a remark\n", "utf-8")
    root = shutil.copytree(built_once.folder.root, tmp_path / "book")
    built_once.package = tmp_path
    said = built_once.run(root, "--explain")
    assert {line.split()[0] for line in re.findall(r"^(\w+ .+: changed: polybook)$", said, re.M)} == expected


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Build:
    root = tmp_path_factory.mktemp("once") / "small"
    shutil.copytree(BOOKS / "small", root, ignore=shutil.ignore_patterns("output", ".cache"))
    made = Build(BookFolder(root).translate("ja", TRANSLATION))
    made.run(root)
    return made


def chapter(locale: str, name: str) -> set[str]:
    """What is done for one chapter of an edition."""
    source = {"start": "source/01-start.md", "end": "source/02-end.md"}[name]
    made = "edition" if locale == "en" else "translate"
    steps = ("outline", "write", "html", "xhtml", "typst", "markdown")
    return {f"{made} {locale} {source}", *(f"{step} {locale} {name}" for step in steps)}


def covers(locale: str) -> set[str]:
    """The covers of an edition: that of the EPUB, and the drawing that the PDF begins with."""
    return {f"cover {locale}", f"cover {locale} drawing"}


def pages(locale: str) -> set[str]:
    return {f"page {locale} {name}.html" for name in ("index", "start", "end")}


def edition(locale: str) -> set[str]:
    """What is done for an edition of which a chapter changed."""
    return {f"epub {locale}", f"pdf {locale}", f"search {locale}", *pages(locale)}


# ---- interruptions -------------------------------------------------------------------------


@pytest.mark.slow
def test_a_build_that_is_killed_leaves_whole_files_and_the_next_one_succeeds(build: Build) -> None:
    """At fifty moments, in two states of the book: each file is one state's or the other's."""
    chance = random.Random(7)
    root = build.folder.root
    po = "locales/ja/LC_MESSAGES/book.po"
    texts = ["あいさつするプログラムです。", "挨拶をするプログラム。"]
    whole: list[dict[str, bytes]] = []
    begun = time.monotonic()
    for text in reversed(texts):
        build.folder.write(po, re.sub("|".join(texts), text, build.folder.read(po)))
        begun = time.monotonic()
        build.run(root)
        whole.append(contents(root / "output"))
    seconds = time.monotonic() - begun
    for number in range(50):
        if chance.random() < 0.5:
            shutil.rmtree(root / ".cache", ignore_errors=True)
        build.folder.write(po, re.sub("|".join(texts), texts[number % 2], build.folder.read(po)))
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "polybook"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        process = subprocess.Popen(command, cwd=root, env=env, **quiet)
        time.sleep(chance.uniform(0.05, 2 * seconds))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for name, content in contents(root / "output").items():
            if not name.endswith(".part"):
                assert any(content == state.get(name) for state in whole), (number, name)
    build.run(root)
    assert contents(root / "output") in whole, "nothing that was begun is left either"


def test_one_interrupt_ends_a_build_and_leaves_no_process(build: Build) -> None:
    root = build.folder.root
    shutil.rmtree(root / ".cache", ignore_errors=True)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "POLYBOOK_TEST_MARK": str(root)}
    command = [sys.executable, "-m", "polybook"]
    for wait in (0.3, 0.8, 1.3):
        process = subprocess.Popen(
            command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        time.sleep(wait)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode in (0, 130), said
        assert "Traceback" not in said
        assert not marked(str(root)), "a child of the build is still there"


def marked(mark: str) -> list[int]:
    """The processes of a build, by what stands in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"POLYBOOK_TEST_MARK={mark}".encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:
            continue
    return found
