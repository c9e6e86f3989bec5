"""What a person sees who makes a mistake: one line with a place and a hint, and nothing lost."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from conftest import ROOT
from PIL import Image

from polybook.commands import build
from polybook.model.findings import BookError

CHAPTER = "source/01-start.md"
SVG = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"'
CATALOG = "locales/ja/LC_MESSAGES/book.po"

MISTAKES = {
    "a chapter that is not UTF-8": (
        lambda book: book.write(CHAPTER, b"# The start\n\ncaf\xe9\n"),
        f"{CHAPTER}:3: the line is not UTF-8. Hint:",
    ),
    "a NUL in a chapter": (
        lambda book: book.write(CHAPTER, b"# The start\n\n\0\n"),
        f"{CHAPTER}:3: the line holds a NUL",
    ),
    "a wrong name of a chapter": (
        lambda book: book.write("source/03 Third.md", "# Third\n"),
        "source/03 Third.md: a chapter's file is named NN-name.md. Hint: write it like 04-pools.md",
    ),
    "an entry without a file": (
        lambda book: book.write("source/SUMMARY.md", "[](01-start.md)\n[](02-end.md)\n[](3-end.md)\n"),
        "source/SUMMARY.md:3: there is no file 'source/3-end.md'. Hint: did you mean '02-end.md'?",
    ),
    "a summary that is not UTF-8": (
        lambda book: book.write("source/SUMMARY.md", b"- [One](01-start.md)\n- [\xff](02-end.md)\n"),
        "source/SUMMARY.md:2: the line is not UTF-8. Hint:",
    ),
    "a dead link in a folder": (
        lambda book: book.write("source/03-more/01-a.md", "# A\n\n[x](../02-edn.md)\n"),
        "the link leads to '../02-edn.md', which is no chapter. Hint: did you mean '../02-end.md'?",
    ),
    "a picture that is not there in a folder": (
        lambda book: book.write("source/03-more/01-a.md", "# A\n\n![x](../figures/bos.svg)\n"),
        "there is no picture 'source/figures/bos.svg'. Hint: did you mean '../figures/box.svg'?",
    ),
    "a page at the address of a file": (
        lambda book: book.write("source/x.html", "x").write(
            "source/03-files/01-x.md", "# A\n\n[x](../x.html)\n"
        ),
        "source/03-files/01-x.md: its page has the address that the site gives to source/x.html",
    ),
    "two chapters of one name": (
        lambda book: book.write("source/03-end.md", "# Third\n"),
        "source/03-end.md: source/02-end.md has the same name 'end'. Hint:",
    ),
    "a chapter without a title": (
        lambda book: book.write("source/03-third.md", "text\n"),
        "source/03-third.md:1: the chapter has no heading, and so no title. Hint: begin the file with",
    ),
    "a heading of a picture": (
        lambda book: book.write(
            "source/02-end.md", "# The end\n\n## The very end\n\n## ![A box.](figures/box.svg)\n"
        ),
        "source/02-end.md:5: the heading has no words. Hint:",
    ),
    "a heading of a note": (
        lambda book: book.write("source/02-end.md", "# The end\n\n## The very end\n\n## [^a]\n\n[^a]: x\n"),
        "source/02-end.md:5: the heading has no words. Hint:",
    ),
    "a dead cross-reference": (
        lambda book: book.replace(CHAPTER, "#the-very-end", "#the-vary-end"),
        f"{CHAPTER}:3: the link leads to '02-end.md#the-vary-end', but 02-end.md has no place",
    ),
    "an address that readers do not know": (
        lambda book: book.replace(CHAPTER, "02-end.md#the-very-end", "htps://example.org"),
        "and readers know no address with 'htps:'. Hint: did you mean 'https:'?",
    ),
    "an address without a host": (
        lambda book: book.replace(CHAPTER, "02-end.md#the-very-end", "<http://a b/c>"),
        f"{CHAPTER}:3: the link's address, 'http://a b/c', names no host. Hint:",
    ),
    "an address from the root of nothing": (
        lambda book: book.replace(CHAPTER, "02-end.md#the-very-end", "/shop").replace(
            "pyproject.toml", 'base-url = "https://example.org/small/"', ""
        ),
        f"{CHAPTER}:3: the link leads to '/shop', from the root of a site that nobody knows. Hint:",
    ),
    "an address without end": (
        lambda book: book.replace(CHAPTER, "02-end.md#the-very-end", "https://example.org/" + "x" * 8000),
        f"{CHAPTER}:3: the link's address is longer than 8000 characters. Hint:",
    ),
    "a dead link to a chapter": (
        lambda book: book.replace(CHAPTER, "02-end.md#the-very-end", "02-ent.md"),
        f"{CHAPTER}:3: the link leads to '02-ent.md', which is no chapter. Hint: did you mean '02-end.md'?",
    ),
    "a missing figure": (
        lambda book: book.replace(CHAPTER, "figures/box.svg", "figures/bax.svg"),
        f"{CHAPTER}:33: there is no picture 'source/figures/bax.svg'. Hint: did you mean 'figures/box.svg'?",
    ),
    "a figure of a kind that is none": (
        lambda book: book.replace(CHAPTER, "figures/box.svg", "figures/box.tiff"),
        f"{CHAPTER}:33: 'figures/box.tiff' is of a kind that no format shows. Hint: save it as an SVG,",
    ),
    "a figure that is broken": (
        lambda book: book.write(
            "source/figures/box.svg", '<svg xmlns="http://www.w3.org/2000/svg">\n<text></svg>'
        ),
        "source/figures/box.svg:2: the SVG is not well-formed",
    ),
    "an unknown setting": (
        lambda book: book.replace("pyproject.toml", "subtitle =", "subtitel ="),
        "pyproject.toml:4: unknown setting 'subtitel'. Hint: did you mean 'subtitle'?",
    ),
    "a setting of the wrong kind": (
        lambda book: book.replace("pyproject.toml", 'date = "2026-01-02"', "date = 2026"),
        "pyproject.toml:10: 'date' must be a string. Hint:",
    ),
    "a setting with a wrong value": (
        lambda book: book.replace("pyproject.toml", '"2026-01-02"', '"January"'),
        "pyproject.toml:10: 'January' is not a valid date. Hint:",
    ),
    "a part of more than the whole": (
        lambda book: book.replace("pyproject.toml", "date =", "minimum-translated = 101\ndate ="),
        "pyproject.toml:10: 'minimum-translated' must be a whole number from 0 to 100. Hint:",
    ),
    "a limit that stops everything": (
        lambda book: book.replace("pyproject.toml", "date =", "example-seconds = 0\ndate ="),
        "pyproject.toml:10: 'example-seconds' must be a whole number from 1 to 3600. Hint: write",
    ),
    "a limit that is no number": (
        lambda book: book.replace("pyproject.toml", "date =", "pandoc-memory = true\ndate ="),
        "pyproject.toml:10: 'pandoc-memory' must be a whole number from 128 to 1000000. Hint: write",
    ),
    "a language that would break out of its attribute": (
        lambda book: book.replace("pyproject.toml", 'language = "en"', "language = 'en\" onload=\"x'"),
        "is not a valid language. Hint:",
    ),
    "a missing setting": (
        lambda book: book.replace("pyproject.toml", 'title = "A Small Book"\n', ""),
        "pyproject.toml:1: the setting 'title' is missing. Hint:",
    ),
    "settings that are no TOML": (
        lambda book: book.replace("pyproject.toml", 'language = "en"', "language = en"),
        "pyproject.toml:7:",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_leaves_the_earlier_output(book, name: str) -> None:
    folder = book("small")
    before = "the earlier output\n"
    folder.write("output/en/small-book-en.md", before)
    make, said = MISTAKES[name]
    make(folder)
    with pytest.raises(BookError) as caught:
        build.build(folder.root, formats=("md",))
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert folder.read("output/en/small-book-en.md") == before


@pytest.mark.parametrize(
    "name", ["a chapter that is not UTF-8", "a heading of a note", "a wrong name of a chapter"]
)
def test_a_command_ends_with_the_mistake(book, name: str) -> None:
    folder = book("small")
    make, said = MISTAKES[name]
    make(folder)
    outcome = folder.run("-f", "md").fails(1, f"error: {said}")
    assert len(outcome.err.splitlines()) == 1, outcome.err


def test_the_command_outside_a_book(book, tmp_path) -> None:
    folder = book("small")
    folder.run(cwd=tmp_path).fails(
        1, "pyproject.toml: there is no such file, so this folder holds no book. Hint:"
    )


def test_a_book_without_chapters(book) -> None:
    folder = book("small")
    for path in (folder.root / "source").glob("*.md"):
        path.unlink()
    folder.run().fails(1, "source: the book has no chapter. Hint:")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--lang", "xx"), "unknown language 'xx'. Hint: known languages: en, ja"),
        (("--format", "docx"), "unknown format 'docx'. Hint: known formats: html, epub, pdf, md"),
        (("status", "-l", "fr"), "unknown language 'fr'. Hint: known languages: ja"),
        (("init", "ja"), f"{CATALOG}: this catalog is there already. Hint:"),
        (("init", "nowhere"), "'nowhere' is not a locale. Hint:"),
        (("--jobs", "0"), "Invalid value for '--jobs'"),
        (("frobnicate",), "No such command 'frobnicate'"),
    ],
)
def test_wrong_usage(book, arguments: tuple[str, ...], said: str) -> None:
    book("small").run(*arguments).fails(2, said)


@pytest.mark.parametrize("given", ["abc", "-1", "1e9", "1_000", "99999999999999999999", "253402300800", " 5"])
def test_a_time_that_is_none_is_wrong_usage(book, given: str) -> None:
    outcome = book("small").run("-f", "md", env={"SOURCE_DATE_EPOCH": given})
    outcome.fails(2, f"error: SOURCE_DATE_EPOCH is '{given}', which is no time. Hint:")


MISSING = {
    "noto_cjk_sans_jp_regular": "error: the package noto_cjk_sans_jp_regular is missing. Hint: python -m pip",
    "typst": "error: the package 'typst' is missing. Hint: python -m pip install -e .",
    "pypandoc": "error: the package 'pypandoc' is missing. Hint: python -m pip install -e .",
    "click": "error: the package 'click' is missing. Hint: python -m pip install -e .",
}


@pytest.mark.parametrize("package", MISSING)
def test_a_missing_dependency(book, package: str) -> None:
    """As if the package were not installed."""
    code = (
        "import importlib.util as u, runpy, sys\n"
        "class Missing:\n"
        f"    def find_spec(self, name, *_):\n        if name == {package!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "find = u.find_spec\n"
        f"u.find_spec = lambda name, *a: None if name == {package!r} else find(name, *a)\n"
        "sys.argv = ['build.py', '-f', 'pdf', '-l', 'en']\n"
        f"runpy.run_path({str(ROOT / 'build.py')!r}, run_name='__main__')\n"
    )
    folder = book("small")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder.root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1
    assert MISSING[package] in done.stderr
    assert "Traceback" not in done.stderr


def test_a_picture_that_typst_cannot_read_is_named(book) -> None:
    out = io.BytesIO()
    Image.new("RGB", (90, 90)).save(out, "PNG")
    path, half = "figures/cut.png", out.getvalue()[:60]  # which says how large it is, and no more
    folder = book("small").write(f"source/{path}", half).replace(CHAPTER, "figures/box.svg", path)
    said = f"error: source/{path}: Typst cannot read the picture: failed to decode image"
    folder.run("-f", "pdf", "-l", "en").fails(1, said, "Hint: save the picture anew")
    assert not (folder.root / "output/en/small-book-en.pdf").exists()


def test_text_that_no_font_has(book) -> None:
    folder = book("small").replace(CHAPTER, "The first paragraph", "The first \U00012000 paragraph")
    lines = folder.read(CHAPTER).split("\n")
    (line,) = (number for number, text in enumerate(lines, 1) if "\U00012000" in text)
    told = f"warning: {CHAPTER}:{line}: no font has '\U00012000' (U+12000), and the PDF "
    assert told in folder.run("-f", "pdf", "-l", "en").succeeds().err


def test_an_output_that_cannot_be_written(book) -> None:
    folder = book("small").write("output", "a file is in the way")
    folder.run("-f", "md").fails(1, "output/.made.json: cannot be written: ", "Hint:")
    assert folder.read("output") == "a file is in the way"


def test_a_strict_build_wants_everything_and_writes_nothing(book) -> None:
    folder = book("small").translate("ja", {"The start": "はじめに"})
    folder.run("--strict", "-l", "ja").fails(4, f"{CATALOG}: ", "messages are not translated. Hint:")
    assert not (folder.root / "output").exists()
    folder.run("--strict", "-l", "en", "-f", "md").succeeds()


def test_a_broken_translation_is_told_and_left_out(book) -> None:
    broken = "Nothing else is printed."
    folder = book("small").translate("ja", {"The start": "はじめに", broken: "おわり `x`"})
    line = folder.read(CATALOG).splitlines().index('msgstr "おわり `x`"') + 1
    outcome = folder.run("-l", "ja", "-f", "md").succeeds()
    assert f"warning: {CATALOG}:{line}: the translation adds the code" in outcome.err
    text = folder.read("output/ja/small-book-ja.md")
    assert '# <a id="start"></a>第1章 はじめに' in text
    assert broken in text
    checked = folder.run("check", "-l", "ja")
    assert checked.code == 5
    assert f"error: {CATALOG}:{line}:" in checked.out
    folder.run("--strict", "-l", "ja", "-f", "md").fails(4, f"{CATALOG}:{line}:")


def test_one_unreadable_catalog_does_not_stop_the_other_languages(book) -> None:
    folder = book("small").translate("it", {"The start": "L'inizio"})
    line = folder.read(CATALOG).splitlines().index('msgid "The start"') + 1
    folder.replace(CATALOG, 'msgid "The start"', 'msgid The start"')
    broken = folder.read(CATALOG)
    said = f"error: {CATALOG}:{line}: the line is no part of a catalog. Hint: "
    folder.run("-l", "it", "-f", "md").succeeds()
    folder.run("-l", "ja", "-f", "html").fails(1, said)
    assert not (folder.root / "output/ja").exists()

    outcome = folder.run("-f", "html").fails(1, said)
    assert [row.split()[:2] for row in outcome.out.splitlines()[1:]] == [["en", "html"], ["it", "html"]]
    assert "ja/html" not in folder.read("output/en/html/index.html")  # no way to what is not there
    folder.run("--strict", "-f", "md").fails(4, said)

    folder.write("source/03-new.md", "# A new chapter\n")
    outcome = folder.run("update").fails(1, said)
    assert outcome.out.splitlines() == [
        "locales/it/LC_MESSAGES/book.po: 23 kept, 0 carried over, 1 new, 0 fuzzy, 0 gone"
    ]
    assert folder.read(CATALOG) == broken
    assert "A new chapter" in folder.read("locales/it/LC_MESSAGES/book.po")

    outcome = folder.run("status").fails(1, said)
    assert [row.split()[:2] for row in outcome.out.splitlines()[1:]] == [["it", "1"]]
    folder.replace("locales/it/LC_MESSAGES/book.po", "L'inizio", "# L'inizio {#x}")
    outcome = folder.run("check")
    assert outcome.code == 5
    assert said in outcome.out
    assert "error: locales/it/LC_MESSAGES/book.po:" in outcome.out
    assert said not in folder.run("check", "-l", "it").out


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("```mermaid\nA-->B\n```", "0: 'mermaid' is shown as its code. Hint: draw it as an SVG"),
        (
            "> - ```javscript\n>   a\n>   ```",
            "0: nobody knows the language 'javscript', so it is plain",
        ),
        (
            "```rust,editable\na();\n# b();\n```",
            "2: the line '# b();', which rustdoc hides, is shown.",
        ),
    ],
)
def test_a_listing_that_readers_may_not_understand(block: str, said: str, book) -> None:
    folder = book("small")
    text = folder.read("source/02-end.md")
    folder.write("source/02-end.md", f"{text}\n{block}\n")
    line = text.count("\n") + 2 + int(said[0])
    assert f"warning: source/02-end.md:{line}{said[1:]}" in folder.run("check").succeeds().out


def test_a_message_that_a_catalog_has_twice(book) -> None:
    folder = book("small").translate("ja", {"The start": "はじめに"})
    text = folder.read(CATALOG) + '\n#: x\nmsgid "The start"\nmsgstr "別の訳"\n'
    lines = text.splitlines()
    first, second = (number for number, line in enumerate(lines, 1) if line == 'msgid "The start"')
    folder.write(CATALOG, text)
    said = f"{CATALOG}:{second}: the message stands in line {first} too, which counts. Hint: "
    assert f"warning: {said}" in folder.run("check").succeeds().out
    folder.run("-l", "ja", "-f", "md").succeeds()
    assert "はじめに" in folder.read("output/ja/small-book-ja.md")
    folder.run("update").succeeds()
    assert "# Also translated: 別の訳\n" in folder.read(CATALOG)
    folder.run("check").succeeds()
