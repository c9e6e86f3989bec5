"""Which kind a book is, what its files say of its order, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from polybook.importers import find, result
from polybook.importers.order import literals, tables
from polybook.importers.plan import Plan
from polybook.importers.source import Shelf
from polybook.model.findings import PolybookError, UsageError


def plan(folder: Path, files: dict[str, str], asked: str = "", language: str = "") -> Plan:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return find.plan(Shelf(folder), asked, language)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("export default { a: 'x', b: [1, {c: true}], }", {"a": "x", "b": ["1", {"c": True}]}),
        ("module.exports = { a: f(1, 2), b: `t`, c: x ? 1 : 2 }", {"a": "1", "b": "t", "c": None}),
        ("const s = ['/a']\nexport default defineConfig({ sidebar: s, ...more, t: () => {}, u: 'v' })",
         {"sidebar": ["/a"], "t": None, "u": "v"}),
        ("export default [ '/a', ...['/b'] ]", {"default": ["/a", "/b"]}),
        ("export const sidebar = 1", {}),
        ("function f(): T[] { return ['/a'] }\nexport default { s: f(), u: 'v' }", {"s": ["/a"], "u": "v"}),
        ("const a = a\nexport default { a }", {"a": None}),
        ("export default {" * 500, None),
        ("", {}),
    ],
)  # fmt: skip
def test_literals_of_javascript_are_read_and_nothing_is_run(text: str, expected: object) -> None:
    found = literals.read(text)
    assert found == expected or expected is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ann A, Bob B and Cy C", ("Ann A", "Bob B", "Cy C")),
        ([{"name": "Ann"}, "Bob"], ("Ann", "Bob")),
        ([{"name": {"given": "Ann", "family": "A"}}], ("Ann A",)),
        (None, ()),
        (3, ("3",)),
    ],
)
def test_names_are_read_as_people_write_them(value: object, expected: tuple[str, ...]) -> None:
    assert tables.names(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("en_us", "en-US"),
        ("zh-hans", "zh-Hans"),
        ("pt-BR", "pt-BR"),
        ("English", ""),
        (None, ""),
        ("../x", ""),
    ],
)
def test_languages_become_tags(value: object, expected: str) -> None:
    assert tables.language(value) == expected


def test_the_language_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    files = {
        "LANGS.md": "* [English](en/)\n* [日本語](ja/)\n",
        "en/README.md": "# E\n",
        "ja/README.md": "# J\n",
    }
    assert plan(tmp_path, files, language="ja").chapters == ("ja/README.md",)
    assert plan(tmp_path, {}).chapters == ("en/README.md",)


def test_files_that_bookignore_names_are_no_chapters(tmp_path: Path) -> None:
    files = {
        "book.json": "{}",
        ".bookignore": "draft*\n/old/\n",
        "README.md": "# A",
        "draft.md": "# B",
        "old/c.md": "# C",
    }
    assert plan(tmp_path, files).chapters == ("README.md",)


def test_from_says_otherwise(tmp_path: Path) -> None:
    files = {"mkdocs.yml": "site_name: X\ndocs_dir: .\n", "a.md": "# A\n", "b.md": "# B\n"}
    assert plan(tmp_path, files).lineage == "mkdocs"
    assert plan(tmp_path, {}, "folders").lineage == "folders"
    with pytest.raises(UsageError, match="no book of quarto"):
        plan(tmp_path, {}, "quarto")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.rst", "reStructuredText"),
        ("a.ipynb", "notebook"),
        ("a.adoc", "AsciiDoc"),
        ("a.exe", "no Markdown"),
    ],
)
def test_what_is_no_markdown_is_refused_with_the_reason(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(UsageError, match=said):
        find.plan(Shelf(tmp_path / name), "", "")


def test_an_empty_folder_holds_no_book(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no chapter in Markdown"):
        find.plan(Shelf(tmp_path), "", "")


HOSTILE = {
    "no YAML": {"mkdocs.yml": "nav: [\n", "docs/a.md": "# A"},
    "a tag that would run": {
        "mkdocs.yml": "nav: !!python/object/apply:os.system ['x']\n",
        "docs/a.md": "# A",
    },
    "aliases that grow": {
        "mkdocs.yml": "a: &a [x.md, x.md]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))
        + "nav: [{X: *u}]\n",
        "docs/x.md": "# X",
    },
    "an alias of itself": {"_toc.yml": "root: a\nchapters: &x\n- file: a\n  sections: *x\n", "a.md": "# A"},
    "deep JSON": {"book.json": "[" * 100_000, "README.md": "# A"},
    "a table in place of a text": {
        "book.toml": "book = 3\n",
        "src/SUMMARY.md": "- [a](a.md)\n",
        "src/a.md": "# A",
    },
    "lists in place of tables": {"_quarto.yml": "book: [1]\nwebsite: 3\n", "a.qmd": "# A"},
    "an order that leads out": {"mkdocs.yml": "nav: [../../etc/passwd, a.md]\n", "docs/a.md": "# A"},
    "numbers as titles": {
        "_toc.yml": "root: 3\nparts: [3, {caption: 4, chapters: [5, {file: a}]}]\n",
        "a.md": "# A",
    },
}


@pytest.mark.parametrize("files", HOSTILE.values(), ids=HOSTILE)
def test_hostile_orders_are_read_or_refused(files: dict[str, str], tmp_path: Path) -> None:
    try:
        found = plan(tmp_path, files)
    except PolybookError:
        return
    assert all(".." not in path for path in found.chapters)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n")
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n")
    (folder / "b.md").symlink_to(tmp_path / "secret.md")
    (folder / "c").symlink_to(tmp_path)
    assert find.plan(Shelf(folder), "folders", "").chapters == ("a.md",)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["CHAPTER 1. Loomings", "Chapter II", "End"], True),
        (["第 1 章 はじめに", "第2回"], True),
        (["1.1 Arrays", "2 Lists"], True),
        (["Introduction", "2001: a year"], False),
        (["Two", "Three"], False),
        ([], False),
    ],
)
def test_chapters_that_have_numbers_in_their_titles_get_no_others(titles: list[str], expected: bool) -> None:
    assert result.is_counted(titles) is expected
