"""Releases: what they hold, that anyone can verify them, and what keeps a book from being released."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import polib
import pytest
from conftest import BOOKS, ROOT, BookFolder, Outcome
from lxml import etree
from PIL import Image

from polybook.commands import release_plan
from polybook.model.book import Settings
from polybook.model.edition import Edition
from polybook.model.findings import BookError, CheckError
from polybook.release import changes, opds, validation
from polybook.release.git import State, at, state
from polybook.system.cache import _sum
from polybook.system.made import RECORD

ATOM = "{http://www.w3.org/2005/Atom}"
TERMS = "{http://purl.org/dc/terms/}"
BASE = "https://example.org/small/"


def git(root: Path, *arguments: str, at: str = "2026-03-04T05:06:07+09:00") -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-C", str(root), *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at},
    )
    return done.stdout.strip()


def commit(folder: BookFolder, *tags: str) -> None:
    git(folder.root, "add", "-A")
    git(folder.root, "commit", "-q", "-m", "An edition")
    for tag in tags:
        git(folder.root, "tag", tag)


def committed(root: Path) -> BookFolder:
    """A copy of the small book in a repository, its first edition tagged: Japanese is hardly begun."""
    shutil.copytree(BOOKS / "small", root, ignore=shutil.ignore_patterns("output", ".cache"))
    folder = BookFolder(root).write(".gitignore", "output/\n.cache/\n")
    git(root, "init", "-q", "-b", "main")
    folder.run("update").succeeds()
    folder.translate("ja", {"The start": "開始", "The end": "おわり", "Two chapters.": "二章。"})
    commit(folder, "v1")
    return folder


def translate_all(folder: BookFolder, locale: str) -> None:
    """Give every message that has none a translation that keeps its marks."""
    path = folder.root / f"locales/{locale}/LC_MESSAGES/book.po"
    catalog = polib.pofile(str(path))
    for entry in catalog.untranslated_entries():
        entry.msgstr = f"{entry.msgid} （訳）"
    catalog.save(str(path))


def second_edition(folder: BookFolder) -> BookFolder:
    folder.replace("source/02-end.md", "Its definition.", "Its very definition.")
    folder.write("source/03-more.md", "# More\n\nA new paragraph.\n")
    folder.run("update").succeeds()
    folder.translate("ja", {"The start": "はじめに"})
    translate_all(folder, "ja")
    folder.run("init", "it").succeeds()
    commit(folder, "v2")
    return folder


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    """The small book's second edition, released in English and Japanese; Italian is not begun."""
    folder = second_edition(committed(tmp_path_factory.mktemp("release") / "small"))
    outcome = folder.run("release").succeeds()
    folder.write("output.txt", outcome.out).write("said.txt", outcome.err)
    return folder


def sums(folder: BookFolder) -> dict[str, str]:
    lines = folder.read("output/SHA256SUMS").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != RECORD
    }


# ---- what a release holds ------------------------------------------------------------------


def test_sums_are_of_all_files_and_sha256sum_agrees(edition: BookFolder) -> None:
    found = tree(edition.root / "output")
    assert set(sums(edition)) == set(found) - {"SHA256SUMS"}
    assert list(sums(edition)) == sorted(sums(edition))
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"],
        cwd=edition.root / "output",
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_manifest_says_what_is_there_and_what_made_it(edition: BookFolder) -> None:
    manifest = json.loads(edition.read("output/manifest.json"))
    assert manifest["source"] == {
        "revision": git(edition.root, "rev-parse", "HEAD"),
        "previous": "v1",
        "date": "2026-03-03T20:06:07Z",
    }
    assert {"polybook", "python", "typst", "pypandoc_binary", "noto-cjk-sans-jp-regular"} <= set(
        manifest["tools"]
    )
    messages = manifest["editions"][0]["messages"]
    assert [(one["language"], one["translated"], one["percent"]) for one in manifest["editions"]] == [
        ("en", messages, 100),
        ("ja", messages, 100),
    ]
    assert [(one["language"], one["format"]) for one in manifest["artifacts"]] == [
        *((locale, kind) for locale in ("en", "ja") for kind in ("html", "epub", "pdf", "md")),
        (None, "zip"),
    ]
    for artifact in manifest["artifacts"]:
        path = edition.root / "output" / artifact["path"]
        if artifact["format"] == "html":
            lines = "".join(
                f"{digest}  {name}\n"
                for name, digest in sums(edition).items()
                if name.startswith(artifact["path"] + "/")
            )
            assert artifact["sha256"] == hashlib.sha256(lines.encode()).hexdigest()
            assert artifact["files"] == len(lines.splitlines()) == len(tree(path))
            assert artifact["size"] == sum(map(len, tree(path).values()))
        else:
            assert artifact["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
            assert artifact["size"] == path.stat().st_size


def test_what_is_printed_is_what_to_publish_and_what_was_left_out(edition: BookFolder) -> None:
    printed = edition.read("output.txt").splitlines()
    assert {"output/manifest.json", "output/SHA256SUMS", "output/ja/small-book-ja.epub"} <= set(printed)
    assert all((edition.root / path).is_file() for path in printed)
    assert "warning: locales/it/LC_MESSAGES/book.po: 0 % is translated and 80 % is needed" in edition.read(
        "said.txt"
    )
    assert not (edition.root / "output/it").exists()


def test_the_notes_say_what_changed_since_the_tag_before(edition: BookFolder) -> None:
    notes = edition.read("output/release-notes.md")
    assert notes.startswith("# A Small Book, edition of 2026-01-02\n\nChanges since v1.\n")
    assert "| The end | 0 | 1 | 0 |\n| More | 2 | 0 | 0 |\n" in notes
    japanese = notes.partition("## 日本語 (ja)\n")[2].partition("##")[0]
    assert "- 25 of 25 messages are translated (100 %)\n" in japanese
    assert "- Revised: 1 (The start: 1)\n" in japanese
    fresh = re.search(r"- Newly translated: (\d+) \((.*)\)\n", japanese)
    assert fresh
    assert fresh[1] == "22"
    assert {"Title page: 4", "The end: 7", "More: 2"} <= set(fresh[2].split("; "))
    assert "- Italiano (it): 0 of 25 messages are translated (0 %)\n" in notes
    assert git(edition.root, "rev-parse", "HEAD") in notes


def test_epubs_and_their_dates_are_of_the_commit(edition: BookFolder) -> None:
    with zipfile.ZipFile(edition.root / "output/ja/small-book-ja.epub") as archive:
        package = archive.read("EPUB/package.opf").decode()
    assert '<meta property="dcterms:modified">2026-03-03T20:06:07Z</meta>' in package
    assert "<dc:date>2026-01-02</dc:date>" in package


# ---- the catalogs for reading apps ---------------------------------------------------------


def local(edition: BookFolder, address: str) -> Path:
    assert address.startswith(BASE), address
    path = edition.root / "output" / address.removeprefix(BASE).partition("#")[0]
    return path / "index.html" if address.endswith("/") else path


def test_opds_1_is_an_acquisition_feed(edition: BookFolder) -> None:
    feed = etree.parse(edition.root / "output/opds.xml").getroot()
    assert feed.tag == f"{ATOM}feed"
    kind = "application/atom+xml;profile=opds-catalog;kind=acquisition"
    links = {link.get("rel"): link for link in feed.findall(f"{ATOM}link")}
    for rel in ("self", "start"):
        assert (links[rel].get("href"), links[rel].get("type")) == (f"{BASE}opds.xml", kind)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{TERMS}language") for entry in entries] == ["en", "ja"]
    identifiers = [one.findtext(f"{ATOM}id") for one in (feed, *entries)]
    assert len(set(identifiers)) == 3
    for one in (feed, *entries):
        # What Atom (RFC 4287) and OPDS ask of each: one id, one title, one time, an author.
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
        assert one.findtext(f"{ATOM}updated") == "2026-03-03T20:06:07Z"
        assert [author.findtext(f"{ATOM}name") for author in one.findall(f"{ATOM}author")]
        assert urlsplit(one.findtext(f"{ATOM}id")).scheme
    for entry in entries:
        assert entry.findtext(f"{TERMS}identifier") != entry.findtext(f"{ATOM}id")
        assert entry.find(f"{ATOM}summary").get("type") == "text"
        offered = [link for link in entry.findall(f"{ATOM}link") if "/acquisition" in link.get("rel")]
        assert [link.get("type") for link in offered] == ["application/epub+zip", "application/pdf"]
        for link in offered:
            assert local(edition, link.get("href")).stat().st_size == int(link.get("length"))
    assert entries[1].findtext(f"{ATOM}summary") == "二章。"


def test_opds_2_is_a_feed_of_publications(edition: BookFolder) -> None:
    feed = json.loads(edition.read("output/opds.json"))
    assert feed["metadata"]["title"] == "A Small Book"
    assert {"rel": "self", "href": f"{BASE}opds.json", "type": "application/opds+json"} in feed["links"]
    for one, locale in zip(feed["publications"], ("en", "ja"), strict=True):
        assert one == json.loads(edition.read(f"output/{locale}/publication.json"))
        metadata = one["metadata"]
        assert {"@type", "title", "identifier", "language", "modified", "author"} <= set(metadata)
        assert all(metadata.values())
        assert metadata["language"] == locale
        links = {link["rel"]: link for link in one["links"]}
        assert links["self"]["type"] == "application/opds-publication+json"
        assert links["self"]["href"] == f"{BASE}{locale}/publication.json"
        offered = [link for link in one["links"] if link["rel"].endswith("/acquisition/open-access")]
        assert [link["type"] for link in offered] == ["application/epub+zip", "application/pdf"]
        for link in (*one["links"], *one["images"]):
            assert local(edition, link["href"]).is_file()


def test_entries_with_one_title_say_their_languages() -> None:
    def titles(**named: str) -> tuple[list[str], list[str]]:
        shared = [
            opds.Publication(
                Edition(locale, Settings("a", title, "en", "urn:a", base_url=BASE), (), {}, 1, 1),
                (), "", "", 1, ""
            )
            for locale, title in named.items()
        ]  # fmt: skip
        feed = etree.fromstring(opds.atom(shared[0].edition.settings, shared, "2026-01-01T00:00:00Z"))
        other = json.loads(
            opds.opds2(shared[0].edition.settings, shared, "2026-01-01T00:00:00Z")["opds.json"]
        )
        return (
            [one.findtext(f"{ATOM}title") for one in feed.findall(f"{ATOM}entry")],
            [one["metadata"]["title"] for one in other["publications"]],
        )

    apart = ["A book", "Un libro"]
    assert titles(en="A book", it="Un libro") == (apart, apart)
    together = ["A book (English)", "A book (Italiano)", "一冊"]
    assert titles(en="A book", it="A book", ja="一冊") == (together, together)


def test_covers_are_pictures_of_the_size_they_say(edition: BookFolder) -> None:
    feed = json.loads(edition.read("output/opds.json"))
    for one in feed["publications"]:
        for image in one["images"]:
            with Image.open(io.BytesIO(local(edition, image["href"]).read_bytes())) as picture:
                assert picture.format == "PNG"
                assert picture.size == (image["width"], image["height"])


def test_the_page_above_leads_to_the_catalog(edition: BookFolder) -> None:
    page = edition.read("output/index.html")
    assert '<link rel="alternate" type="application/atom+xml;profile=opds-catalog;kind=acquisition"' in page
    assert '<a href="opds.xml">Catalog for reading apps (OPDS)</a>' in page


# ---- the same bytes ------------------------------------------------------------------------


@pytest.mark.slow
def test_another_person_elsewhere_gets_the_same_bytes(edition: BookFolder, tmp_path: Path) -> None:
    """On another day, in another folder, home, time zone, locale and umask, and before the tag was made."""
    clone = tmp_path / "a folder" / "clone"
    git(tmp_path, "clone", "-q", str(edition.root), str(clone))
    git(clone, "tag", "-d", "v2")
    (tmp_path / "home").mkdir()
    for path in clone.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, (86400, 86400))
    done = subprocess.run(
        ["bash", "-c", 'umask 077 && exec "$0" -m polybook release --jobs 1', sys.executable],
        cwd=clone,
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(tmp_path / "home"),
            "TZ": "Pacific/Apia",
            "LANG": "tr_TR.UTF-8",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "7",
        },
    )
    assert done.returncode == 0, done.stderr
    mine, theirs = tree(edition.root / "output"), tree(clone / "output")
    assert set(mine) == set(theirs)
    assert [name for name in mine if mine[name] != theirs[name]] == []


@pytest.mark.slow
def test_parts_of_several_machines_make_the_same_release(edition: BookFolder, tmp_path: Path) -> None:
    locales = json.loads(edition.run("matrix", "--json").succeeds().out)
    assert locales == ["en", "ja"]
    assert edition.run("matrix").succeeds().out == "en\nja\n"
    whole = BookFolder(tmp_path / "whole")
    git(tmp_path, "clone", "-q", str(edition.root), str(whole.root))
    for locale in locales:
        machine = BookFolder(tmp_path / locale)
        git(tmp_path, "clone", "-q", "--depth=1", f"file://{edition.root}", str(machine.root))
        machine.run("release", "--lang", locale).succeeds()
        hidden = shutil.ignore_patterns(".*")  # as GitHub's upload-artifact leaves them out
        shutil.copytree(machine.root / "output", whole.root / "output", dirs_exist_ok=True, ignore=hidden)
    whole.run("release", "--assemble").succeeds()
    mine, theirs = tree(edition.root / "output"), tree(whole.root / "output")
    assert set(mine) == set(theirs)
    assert [name for name in mine if mine[name] != theirs[name]] == []


def test_the_downloads_are_the_same_bytes_twice(edition: BookFolder, tmp_path: Path) -> None:
    def packed(name: str, umask: str) -> dict[str, bytes]:
        root = tmp_path / name
        shutil.copytree(edition.root / "output", root / "output")
        (root / ".ci").mkdir()
        shutil.copy(ROOT / ".ci/package", root / ".ci")
        subprocess.run(["bash", "-c", f"umask {umask} && bash .ci/package dist"], cwd=root, check=True)
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=root / "dist", check=True)
        return tree(root / "dist")

    first, second = packed("one", "022"), packed("two", "077")
    assert first == second
    assert set(first) == {
        *(f"small-book-{locale}.{kind}" for locale in ("en", "ja") for kind in ("epub", "pdf", "md")),
        "examples.zip", "manifest.json", "release-notes.md", "small-book-site.tar.gz", "SHA256SUMS",
    }  # fmt: skip


def forge(cache: Path, old: bytes, new: bytes) -> int:
    """Put other text into finished steps, sums and all; return into how many."""
    forged = 0
    for path in cache.glob("[0-9a-f][0-9a-f]/*"):
        kind, held = path.read_bytes()[32:33], path.read_bytes()[33:]
        held = zlib.decompress(held) if kind in b"jp" else held
        if old in held and kind != b"f":
            held = held.replace(old, new)
            content = kind + (zlib.compress(held, 1) if kind in b"jp" else held)
            path.write_bytes(_sum(path.parent.name + path.name, content) + content)
            forged += 1
    return forged


@pytest.mark.slow
def test_a_release_takes_nothing_from_a_cache_that_came_with_the_clone(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    folder.run("-l", "en", "-f", "html", "-f", "md").succeeds()
    assert forge(folder.root / ".cache", b"Its definition.", b"<b>Forged</b>.") > 3
    folder.write("theme/html/book.css", "").run("-l", "en", "-f", "html").succeeds()
    assert "<b>Forged</b>" in folder.read("output/en/html/end.html")  # whoever builds a clone trusts it
    (folder.root / "theme/html/book.css").unlink()
    outcome = folder.run("release").succeeds()
    assert "nothing was taken from .cache/" in outcome.err
    assert not [name for name, held in tree(folder.root / "output").items() if b"Forged" in held]


# ---- what keeps a book from being released -------------------------------------------------


def test_all_that_has_to_be_mended_is_told_at_once(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    folder.write("output/mine.txt", "stays")
    folder.replace("examples/first/hello.py", '"world"', '"moon"')
    folder.write("source/03-more.md", "# More\n")
    outcome = folder.run("release").fails(
        5,
        "error: output/mine.txt: no build made this, and a release would hold it. Hint: move it out of",
        "error: examples/first/hello.py: the file is not as it was committed. Hint: commit it, or take",
        "error: source/03-more.md: the file is not as it was committed",
        "error: locales/book.pot: the message template is behind the text (",
        "error: locales/ja/LC_MESSAGES/book.po: the catalog is behind the text (new: 1",
        "error: source/01-start.md:9: the listing of first/hello.py is stale. Hint: python build.py refresh",
    )
    assert outcome.out == ""
    assert folder.read("output/mine.txt") == "stays"
    assert not (folder.root / "output/manifest.json").exists()


def test_a_broken_translation_counts_where_it_would_be_released(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    folder.translate("ja", {"The end": "# おわり"})
    translate_all(folder, "ja")
    commit(folder)
    folder.run("release").fails(5, "locales/ja/LC_MESSAGES/book.po:", "brings a heading's marks")


def test_a_catalog_that_cannot_be_read_leaves_nobody_out_silently(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    folder.write("locales/ja/LC_MESSAGES/book.po", "nonsense\n")
    commit(folder)
    folder.run("release").fails(
        5, "error: locales/ja/LC_MESSAGES/book.po:1: the line is no part of a catalog"
    )


def test_a_program_that_fails_is_told_as_by_refresh(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    folder.write("examples/first/hello.py", f"open({str(tmp_path / 'needed')!r})\n")
    (tmp_path / "needed").touch()
    folder.run("refresh").succeeds()
    folder.run("update").succeeds()
    commit(folder)
    (tmp_path / "needed").unlink()
    folder.run("release").fails(3, "example: ")


def test_no_program_runs_where_something_else_is_wrong(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    folder.write("examples/first/hello.py", f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    folder.run("refresh").succeeds()
    folder.run("update").succeeds()
    commit(folder)
    (tmp_path / "ran").unlink()
    folder.write("source/02-end.md", folder.read("source/02-end.md") + "\nMore.\n")
    folder.run("release").fails(5, "error: source/02-end.md: the file is not as it was committed")
    assert not (tmp_path / "ran").exists()


def test_what_editors_leave_is_none_of_the_book(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    for path in ("locales/ja/LC_MESSAGES/book.mo", "locales/ja/LC_MESSAGES/book.po~", "source/02-end.md~"):
        folder.write(path, "x")
    release_plan.check(release_plan.plan(folder.root, None), None, lambda *_: None)
    folder.write("locales/fr/LC_MESSAGES/book.po", 'msgid ""\nmsgstr ""\n').write("theme/html/book.css~", "x")
    with pytest.raises(CheckError) as said:
        release_plan.check(release_plan.plan(folder.root, None), None, lambda *_: None)
    changed = {one.path for one in said.value.findings if one.code == "uncommitted"}
    assert changed == {"locales/fr/LC_MESSAGES/book.po", "theme/html/book.css~"}


def test_a_shallow_clone_does_not_know_the_last_edition(edition: BookFolder, tmp_path: Path) -> None:
    clone = BookFolder(tmp_path / "clone")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{edition.root}", str(clone.root))
    clone.run("release").fails(5, "the clone has not all commits", "git fetch --unshallow --tags")


def test_a_theme_that_is_not_committed_is_none_of_the_release(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small").write("theme/html/book.css", "h1 { color: teal }\n")
    said = "error: theme/html/book.css: the file is not as it was committed"
    folder.run("release").fails(5, said)


def test_a_book_with_fonts_and_a_catalog_is_released(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    folder.write("fonts/README", "No font yet.\n").replace(
        "pyproject.toml", "date =", "fonts = ['fonts']\ndate ="
    )
    commit(folder, "v2")
    release_plan.check(release_plan.plan(folder.root, None), None, lambda *_: None)


@pytest.mark.slow
def test_without_git_or_an_address_a_release_says_what_it_lacks(tmp_path: Path) -> None:
    folder = committed(tmp_path / "small")
    shutil.rmtree(folder.root / ".git")
    folder.replace("pyproject.toml", f'base-url = "{BASE}"\n', "")
    said = folder.run("release").succeeds().err
    assert "warning: no git knows this book" in said
    assert "warning: pyproject.toml: there is no catalog for reading apps (OPDS)" in said
    manifest = json.loads(folder.read("output/manifest.json"))
    assert manifest["source"] == {"revision": None, "previous": None, "date": "2026-01-02T00:00:00Z"}
    assert not list((folder.root / "output").rglob("opds*"))
    assert "opds" not in folder.read("output/index.html")


def test_a_time_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    folder = committed(tmp_path / "small")
    folder.run("release").fails(2, "SOURCE_DATE_EPOCH is 'yesterday', which is no time")


@pytest.mark.slow
def test_a_first_edition_at_a_given_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = committed(tmp_path / "small")
    folder.translate("ja", {"The end": "# おわり"})  # broken, but not far enough to be released
    git(folder.root, "commit", "-q", "--amend", "--all", "--no-edit")
    git(folder.root, "tag", "-f", "v1")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    folder.run("release").succeeds()
    assert json.loads(folder.read("output/manifest.json"))["source"]["date"] == "2023-11-14T22:13:20Z"
    with pikepdf.open(folder.root / "output/en/small-book-en.pdf") as pdf:
        assert "20260102" in str(pdf.docinfo["/CreationDate"])  # the edition's date is the edition's
    assert "This is the first edition.\n" in folder.read("output/release-notes.md")
    assert "- 日本語 (ja): " in folder.read("output/release-notes.md")


def test_parts_that_do_not_fit_are_refused(edition: BookFolder, tmp_path: Path) -> None:
    edition.run("release", "--lang", "it").fails(2, "'it' is no language of this release", "en, ja")
    edition.run("release", "--lang", "ja", "--assemble").fails(2)
    clone = BookFolder(tmp_path / "clone")
    git(tmp_path, "clone", "-q", str(edition.root), str(clone.root))
    shutil.copytree(edition.root / "output/en", clone.root / "output/en")
    clone.write("output/xx/html/index.html", "<p>stale</p>").write("output/en/more.js", "").write(
        "output/n", ""
    )
    clone.run("release", "--assemble").fails(
        5,
        "error: output/ja/html: the part is missing. Hint: python build.py release --lang ja",
        "error: output/ja/small-book-ja.epub: the part is missing",
        "error: output/xx: the folder is no part of this release",
        "error: output/en/more.js: the file is no part of this release",
        "error: output/n: the file is no part of this release. Hint: remove it",
    )


def test_a_book_may_lie_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    folder = BookFolder(tmp_path / "books/mine")
    folder.write("pyproject.toml", "").write("source/01-a.md", "# A\n").write("notes.txt", "")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(folder, "v1")
    clean = state(folder.root, ["source", "examples"])
    assert clean == State(git(tmp_path, "rev-parse", "HEAD"), 1772568367, "", False, ())
    folder.write("source/01-a.md", "# B\n").write("source/02-é.md", "# C\n").write("notes.txt", "mine")
    changed = state(folder.root, ["source", "examples"])
    assert changed
    assert changed.changed == ("source/01-a.md", "source/02-é.md")
    commit(folder, "v2")
    now = state(folder.root, ["source"])
    assert now
    assert now.previous == "v1"
    assert at(folder.root, "v1", "source/01-a.md") == b"# A\n"
    assert at(folder.root, "v1", "source/02-é.md") is None
    other = BookFolder(tmp_path / "unknown").write("pyproject.toml", "")
    assert state(other.root, ["source"]) is None
    git(tmp_path, "config", "core.repositoryformatversion", "99")
    with pytest.raises(BookError, match=r"git ls-files failed: .*version"):
        state(folder.root, ["source"])


def test_a_folder_that_only_looks_like_a_repository_runs_nothing(tmp_path: Path) -> None:
    """A clone brings such a folder as files of its own, settings and all."""
    git(tmp_path, "init", "-q")
    folder = BookFolder(tmp_path / "books/mine").write("pyproject.toml", "").write("source/01-a.md", "# A\n")
    git(folder.root, "init", "-q", "--bare", "bare")
    for name in ("HEAD", "objects", "refs"):
        (folder.root / "bare" / name).rename(folder.root / name)
    shutil.rmtree(folder.root / "bare")
    ran = tmp_path / "ran"
    folder.write("config", f'[core]\n\tbare = false\n\tworktree = .\n\tfsmonitor = "touch {ran}; false"\n')
    with pytest.raises(BookError, match="git ls-files failed: fatal: cannot use bare repository"):
        state(folder.root, ["source"])
    assert not ran.exists()


# ---- what looks at artifacts ---------------------------------------------------------------


@pytest.mark.java
def test_epubcheck_is_asked_and_heard(edition: BookFolder, tmp_path: Path) -> None:
    command = validation.epubcheck()
    assert command
    good = edition.root / "output/en/small-book-en.epub"
    (tmp_path / "good.epub").write_bytes(good.read_bytes())
    (tmp_path / "bad.epub").write_bytes(b"no archive")
    found = validation.epubs(tmp_path, ["good.epub", "bad.epub"], command)
    assert {finding.path for finding in found} == {"bad.epub"}
    assert "PKG-" in found[0].text
    assert str(tmp_path) not in str(found)


def without_java(edition: BookFolder, folder: Path) -> Callable[[], Outcome]:
    """Copy the released edition, and return what assembles it again where there is no Java."""
    tools = folder / "bin"
    tools.mkdir()
    (tools / "git").symlink_to(shutil.which("git") or "")
    git(folder, "clone", "-q", str(edition.root), str(folder / "clone"))
    shutil.copytree(edition.root / "output", folder / "clone/output")

    def assemble() -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "polybook", "release", "--assemble"],
            cwd=folder / "clone",
            capture_output=True,
            text=True,
            env={"PATH": str(tools), "PYTHONPATH": str(ROOT), "HOME": str(folder)},
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return assemble


def test_without_java_a_release_says_so_and_goes_on(edition: BookFolder, tmp_path: Path) -> None:
    said = without_java(edition, tmp_path)().succeeds().err
    assert "warning: EPUBCheck is not here, so nothing checked the EPUBs. Hint: install a Java" in said
    # What was looked at is no part of what was made.
    assert tree(tmp_path / "clone/output") == tree(edition.root / "output")


def test_what_has_a_fault_is_not_said_to_be_a_release(edition: BookFolder, tmp_path: Path) -> None:
    assemble = without_java(edition, tmp_path)
    clone = BookFolder(tmp_path / "clone")
    clone.replace("output/ja/html/end.html", 'href="start.html"', 'href="begin.html"')
    assemble().fails(
        5, "error: output/ja/html/end.html:", "the link leads to 'begin.html', which is not there"
    )
    assert not [name for name in ("manifest.json", "SHA256SUMS") if (clone.root / "output" / name).exists()]


def test_links_inside_the_site_lead_somewhere(tmp_path: Path) -> None:
    pages = {
        "index.html": '<a href="en/a.html#here">',
        "en/a.html": '<p id="here"><a href="../index.html"><a href="b.html"><a href="#gone">'
        '<img src="x.png">\n'
        f'<a href="{BASE}">\n<a href="{BASE}en/c.html">\n<a href="https://elsewhere.example/x">'
        '<a href="mailto:a@example.org"><img src="data:image/png;base64,x">'
        '<a href="a%20b.txt"><a href="#top">',
        "en/a b.txt": "",
    }
    for name, text in pages.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = [(one.path, one.line, one.text) for one in validation.links(tmp_path, pages, BASE)]
    assert found == [
        ("en/a.html", 1, "the link leads to 'b.html', which is not there"),
        ("en/a.html", 1, "the link leads to '#gone', a place that is not there"),
        ("en/a.html", 1, "the link leads to 'x.png', which is not there"),
        ("en/a.html", 3, f"the link leads to '{BASE}en/c.html', which is not there"),
    ]


# ---- what changed --------------------------------------------------------------------------


def held(*entries: tuple[str, str, str]) -> changes.Held:
    text = 'msgid ""\nmsgstr ""\n'
    for path, message, translation in entries:
        flag = "#, fuzzy\n" if translation.startswith("?") else ""
        text += f'\n#: {path}\n{flag}msgid "{message}"\nmsgstr "{translation.lstrip("?")}"\n'
    return changes.read(text.encode())


def test_changes_of_text_tell_new_from_changed() -> None:
    then = held(
        ("a.md", "One sentence about queues.", ""), ("a.md", "Gone for good.", ""), ("b.md", "Kept", "")
    )
    now = held(
        ("a.md", "A sentence about queues.", ""), ("b.md", "Kept", ""), ("b.md", "Quite new here.", "")
    )
    found = changes.of_text(then, now)
    assert (found.added, found.changed, found.gone) == ({"b.md": 1}, {"a.md": 1}, {"a.md": 1})


def test_changes_of_a_translation_tell_new_from_revised() -> None:
    then = held(("a.md", "one", "uno"), ("a.md", "two", ""), ("b.md", "three", "?tre"), ("b.md", "four", "x"))
    now = held(
        ("a.md", "one", "uno"), ("a.md", "two", "due"), ("b.md", "three", "tre"), ("b.md", "four", "y")
    )
    found = changes.of_translation(then, now)
    assert (found.fresh, found.revised) == ({"a.md": 1, "b.md": 1}, {"b.md": 1})


def test_an_old_edition_without_a_catalog_held_nothing() -> None:
    assert changes.read(None) == changes.read(b"nonsense") == changes.NOTHING
