"""`check` tells all that can be known of a book with mistakes at once, in every form."""

from __future__ import annotations

import json

import pytest
from conftest import BookFolder

CATALOG = "locales/ja/LC_MESSAGES/book.po"

MISTAKEN = {
    "source/03-bytes.md": b"# Bytes\n\n\xff\n",
    "source/04-links.md": (
        "# Links\n\n[on](03-bytes.md#anywhere), [off](09-never.md), [there](02-end.md#nowhere)\n\n"
        "![A box.](figures/missing.svg)\n\n[x]{dir=up}\n"
    ),
    "source/05-deep.md": "# Deep\n\n" + ">" * 60 + " x\n",
    "source/06 Name.md": "# Name\n",
    "source/07-formula.md": "# Formula\n\nA *bold* claim\n\n$\\frac{a}$\n\n[deep](05-deep.md#x)\n",
    "source/08-unshown.md": "# Unshown\n\n<!-- notranslate begin -->\n\n```python\nx = 1\n```\n",
    "source/figures/cut.png": b"GIF89a",
    "theme/stray.txt": b"x",
}
"""Files with mistakes of many kinds."""

EXPECTED = [
    (CATALOG, 3, "catalog"),
    ("pyproject.toml", 2, "settings"),
    ("pyproject.toml", 10, "settings"),
    ("source/03-bytes.md", 3, "encoding"),
    ("source/04-links.md", 3, "link"),
    ("source/04-links.md", 3, "link"),
    ("source/04-links.md", 5, "figure"),
    ("source/04-links.md", 7, "attribute"),
    ("source/05-deep.md", 0, "limit"),
    ("source/06 Name.md", 0, "chapters"),
    ("source/07-formula.md", 5, "formula"),
    ("source/08-unshown.md", 3, "notranslate"),
    ("source/08-unshown.md", 5, "orphan"),
    ("source/figures/cut.png", 0, "figure"),
    ("theme/stray.txt", 0, "theme"),
]


@pytest.fixture
def mistaken(book) -> BookFolder:
    folder: BookFolder = book("small")
    for path, content in MISTAKEN.items():
        folder.write(path, content)
    folder.replace("pyproject.toml", 'name = "', 'name = "No ')
    folder.replace("pyproject.toml", '"2026-01-02"', '"yesterday"')
    return folder.write(CATALOG, '\nmsgid ""\nmsgstr \n')


def errors(report: str) -> list[tuple[str, int, str]]:
    return sorted(
        (one["path"], one["line"], one["code"]) for one in json.loads(report) if one["severity"] == "error"
    )


def test_all_mistakes_are_told_at_once(mistaken: BookFolder) -> None:
    outcome = mistaken.run("check", "--format", "json")
    assert (outcome.code, outcome.err) == (5, "")
    assert errors(outcome.out) == EXPECTED
    text = mistaken.run("check").fails(5, f"errors: {len(EXPECTED)}, ").out
    annotated = mistaken.run("check", "-f", "github")
    assert annotated.code == 5
    for path, line, code in EXPECTED:
        assert f"error: {path}:{line}: " in text or (line == 0 and f"error: {path}: " in text)
        assert f"::error file={path},line={line or 1},title={code}::" in annotated.out


def test_a_build_tells_them_too(mistaken: BookFolder) -> None:
    outcome = mistaken.run("-f", "md").fails(1)
    of_the_book = [(path, line) for path, line, code in EXPECTED if code not in ("catalog", "orphan")]
    assert len(outcome.err.splitlines()) == len(of_the_book)
    for path, line in of_the_book:
        assert f"error: {path}:{line}: " in outcome.err or (line == 0 and f"error: {path}: " in outcome.err)
    assert not (mistaken.root / "output").exists()


def test_a_failed_example_and_a_dead_link_are_told_together(book) -> None:
    folder = book("small").replace("examples/first/hello.py", "print(", "fail(\nprint(")
    folder.replace("source/01-start.md", "#the-very-end", "#the-first-end")
    outcome = folder.run("-f", "md").fails(3, "example: source/01-start.md:")
    assert "error: source/01-start.md:3: the link leads to '02-end.md#the-first-end'" in outcome.err
    outcome = folder.run("--no-refresh", "-f", "md").fails(5, "the listing of first/hello.py is stale")
    assert "error: source/01-start.md:3: the link leads to '02-end.md#the-first-end'" in outcome.err


@pytest.mark.parametrize("form", ["json", "github"])
@pytest.mark.parametrize(
    ("spoil", "arguments", "code", "said"),
    [
        (lambda book: (book.root / "pyproject.toml").unlink(), (), 1, "so this folder holds no book"),
        (lambda book: book.write("pyproject.toml", "= ="), (), 5, "Invalid statement"),
        (lambda book: book, ("-l", "xx"), 2, "unknown language 'xx'"),
    ],
)
def test_a_report_has_its_form_whatever_is_wrong(book, spoil, arguments, code, said, form) -> None:
    folder = book("small")
    spoil(folder)
    outcome = folder.run("check", "--format", form, *arguments)
    assert (outcome.code, outcome.err) == (code, "")
    if form == "json":
        assert said in json.loads(outcome.out)[0]["text"]
    else:
        assert outcome.out.startswith("::error ")
        assert said in outcome.out


def test_the_status_of_a_broken_book_is_json_too(book) -> None:
    folder = book("small").replace("source/01-start.md", "02-end.md", "09-nowhere.md")
    outcome = folder.run("status", "--json")
    assert outcome.code == 1
    assert json.loads(outcome.out) == [
        one for one in json.loads(folder.run("check", "--format", "json").out) if one["severity"] == "error"
    ]


def test_what_only_an_unread_chapter_shows_is_no_orphan(book) -> None:
    folder = book("small").write("source/01-start.md", b"# The start\n\n\xff\n")
    found = json.loads(folder.run("check", "--format", "json").out)
    assert [one["path"] for one in found] == ["source/01-start.md"]
