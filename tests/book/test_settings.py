"""Settings of any type and size: a Settings value, or one clear error with the file's name."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polybook.book.settings import NUMBERS, read
from polybook.commands import up_to_date
from polybook.model.book import Settings

GOOD = {
    "name": "book",
    "title": "Book",
    "language": "en",
    "identifier": "urn:uuid:6c2a2a1e-3a55-4f0e-9a54-1f2f0c3f7f10",
}
KEYS = [
    *GOOD,
    *NUMBERS,
    "subtitle",
    "description",
    "authors",
    "rights",
    "date",
    "paper",
    "print",
    "base-url",
    "fonts",
    "heading-anchors",
    "unchecked-links",
]

scalars = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.booleans(),
)
values = st.recursive(scalars, lambda below: st.lists(below, max_size=3), max_leaves=5)


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def toml(value: object) -> str:
    if isinstance(value, float):
        return str(value)
    return json.dumps(value, ensure_ascii=True).replace("\\ud8", "\\uD8")


def outcome(root: Path, content: str | bytes) -> Settings | str:
    """The settings that a file holds, or what is wrong with it."""
    (root / "pyproject.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    up_to_date._inputs(root, None)  # asked before anything is checked
    file = read(root)
    for finding in file.findings:
        assert finding.path == "pyproject.toml"
        assert len(str(finding).splitlines()) == 1
    return "\n".join(map(str, file.findings)) or file.settings


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), values, max_size=4))
@example({"date": "2026-02-30"})
@example({"fonts": ["a\0b"]})
@example({"subtitle": "x" * 20_000})
def test_any_table_is_settings_or_an_error(root: Path, table: dict[str, object]) -> None:
    try:
        lines = [f"{json.dumps(key)} = {toml(value)}" for key, value in {**GOOD, **table}.items()]
        content = "\n".join(["[tool.polybook]", *lines]).encode()
    except UnicodeEncodeError:
        return
    found = outcome(root, content)
    if isinstance(found, Settings):
        assert found.name == {**GOOD, **table}["name"]
        limits = [getattr(found.limits, key.replace("-", "_"), 1) for key in NUMBERS]
        assert all(one >= 1 for one in limits)


@settings(max_examples=150)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_file_is_settings_or_an_error(root: Path, content: str | bytes) -> None:
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    assert outcome(root, content)


WRONG = {
    'date = "2026-02-30"': "there is no day '2026-02-30'. Hint: write it like 2026-05-01",
    'date = "２０２６-01-01"': "'２０２６-01-01' is not a valid date. Hint:",
    'rights = "a\\u0000b"': "'rights' holds a character that no text has, '\\x00'",
    'rights = "a\\u001b[31m"': "'rights' holds a character that no text has, '\\x1b'",
    'authors = ["A", "\\uFFFE"]': "'authors' holds a character that no text has, '\\ufffe'",
    f'subtitle = "{"x" * 20_000}"': "'subtitle' is longer than 10000 characters",
    '"sub\\n\\u202etitle" = ""': "unknown setting 'sub\\n\\u202etitle'. Hint: did you mean 'subtitle'?",
    'print = "yes"': "'print' must be true or false. Hint: write print = true",
    'number = "all"': "'all' is not a valid number. Hint: write it like chapters or sections or none",
    'python-needs-programs = "yes"': "'python-needs-programs' must be true or false. Hint: write",
    "papers = 1": "unknown setting 'papers'. Hint: did you mean 'paper'?",
    "example-second = 1": "unknown setting 'example-second'. Hint: did you mean 'example-seconds'?",
    f"x = {'[' * 5000}{']' * 5000}": "lists or tables are nested too deep",
    f"x = {'9' * 10_000}": "Exceeds the limit (4300 digits) for integer string conversion",
    "[project.optional-dependencies]\nexamples = 3": "the extra 'examples' must be a list of strings. Hint:",
}


@pytest.mark.parametrize("line", WRONG, ids=lambda line: line[:20])
def test_what_is_wrong_is_said(root: Path, line: str) -> None:
    lines = [f"{key} = {json.dumps(value)}" for key, value in GOOD.items()]
    found = outcome(root, "\n".join(["[tool.polybook]", *lines, line]))
    assert isinstance(found, str)
    assert WRONG[line] in found


def test_all_that_is_wrong_is_said_and_the_rest_is_read(root: Path) -> None:
    (root / "pyproject.toml").write_text(
        '[tool.polybook]\nname = "A Book"\ntitle = "Sums"\nlanguage = "fr"\ndate = 3\ncolour = "red"\n'
        '[project]\noptional-dependencies = {examples = "flask"}\n'
    )
    file = read(root)
    assert [(one.line, one.text) for one in file.findings] == [
        (2, "'A Book' is not a valid name"),
        (5, "'date' must be a string"),
        (6, "unknown setting 'colour'"),
        (1, "the setting 'identifier' is missing"),
        (0, "the extra 'examples' must be a list of strings"),
    ]
    assert (file.settings.title, file.settings.language) == ("Sums", "fr")


@pytest.mark.parametrize("content", ["tool = 1", "[tool]\npolybook = 1", "[[tool]]", "", "\ufeff"])
def test_a_file_without_the_table_says_so(root: Path, content: str) -> None:
    assert "there is no [tool.polybook]. Hint:" in outcome(root, content)


def test_a_file_that_begins_with_a_mark_of_its_encoding_is_read(root: Path) -> None:
    lines = [f"{key} = {json.dumps(value)}" for key, value in GOOD.items()]
    assert isinstance(outcome(root, "\ufeff[tool.polybook]\n" + "\n".join(lines)), Settings)
