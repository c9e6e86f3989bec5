"""What stands above a chapter's text is told from the text, and read as it is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook.book import front_matter
from polybook.model.book import NO_FRONT_MATTER, FrontMatter

READ = {
    "YAML": (
        "---\nx: a\ntitle: Queues\nauthor: A. L.\ndescription: >\n  All of\n  it.\ndate: 2026-03-01\n---\n",
        FrontMatter("Queues", 3, "All of it.", 5, ("A. L.",), "2026-03-01"),
    ),
    "YAML that ends with dots": ("---\ntitle: 'A: b'\n...\n", FrontMatter("A: b", 2)),
    "what looks like no text": (
        "---\ntitle: 1.10\ndescription: no\ndate: 2026\n---\n",
        FrontMatter("1.10", 2, "no", 3, (), "2026"),
    ),
    "several authors": (
        "---\nauthors:\n  - Ada\n  - name: Bob B.\n    url: https://example.org/\ntitle: 日本語\n---\n",
        FrontMatter("日本語", 6, authors=("Ada", "Bob B.")),
    ),
    "nothing that is shown": ("---\ntags: [a, b]\nweight: 3\n---\n", FrontMatter()),
    "an empty value": ("---\ntitle:\ndescription: ''\n---\n", FrontMatter(title_line=2, description_line=3)),
    "empty": ("---\n---\n", FrontMatter()),
    "a remark first": ("---\n# on it\n\ntitle: T\n---\n", FrontMatter("T", 4)),
    "TOML": (
        '+++\ntitle = "Queues"\nauthors = ["Ada", "Bob"]\ndate = 2026-03-01\n[extra]\ntitle = 3\n+++\n',
        FrontMatter("Queues", 2, authors=("Ada", "Bob"), date="2026-03-01"),
    ),
    "former addresses": (
        "---\naliases:\n  - old.html\n  - /guide/start/\n  - guide/first.htm\n  - ./v1.0\n---\n",
        FrontMatter(
            aliases=("old.html", "guide/start/index.html", "guide/first.html", "v1.0.html"), aliases_line=2
        ),
    ),
    "a former address in TOML": (
        '+++\naliases = ["/old"]\n+++\n',
        FrontMatter(aliases=("old.html",), aliases_line=2),
    ),
    "TOML of tables": ('+++\n[author]\nname = "Ada"\n+++\n', FrontMatter(authors=("Ada",))),
}
BODY = "# T\n\n---\ntitle: a rule and a heading\n---\n"


@pytest.mark.parametrize("name", READ)
def test_front_matter_is_read_and_its_lines_stay_empty(name: str) -> None:
    head, expected = READ[name]
    found, text, findings = front_matter.cut("a.md", head + BODY)
    assert (found, findings) == (expected, [])
    assert text == "\n" * head.count("\n") + BODY
    assert front_matter.blanked(head + BODY) == text


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "",
        "---\n",
        "---\n\nkey: value\n\n---\n",
        "---\nJust words.\n---\n",
        "---\nSome words: and more.\n---\n",
        "----\ntitle: T\n----\n",
        "* * *\ntitle: T\n---\n",
        " ---\ntitle: T\n---\n",
        "+++ a\nb = 1\n+++\n",
    ],
)
def test_rules_are_no_front_matter(text: str) -> None:
    assert front_matter.cut("a.md", text) == (NO_FRONT_MATTER, text, [])


@pytest.mark.parametrize(
    ("text", "severity", "line", "said"),
    [
        ("---\ntitle: T\nx: [1, 2\ny: 3\n---\n", "error", 4, "the front matter is no YAML: "),
        (
            "---\ntitle: a: b\n---\n",
            "error",
            2,
            "the front matter is no YAML: mapping values are not allowed",
        ),
        ("---\ntitle: T\nx: *a\n---\n", "error", 3, "the front matter is no YAML: found undefined alias"),
        ("---\ntitle: T\nx: \x07\n---\n", "error", 3, "the front matter is no YAML: "),
        ("---\ntitle: T\nWords.\n---\n", "error", 4, "the front matter is no YAML: "),
        (f"---\nx: {'[' * 9000}\n---\n", "error", 1, "the front matter is nested too deep"),
        ('+++\ntitle = "T"\nx = y\n+++\n', "error", 3, "the front matter is no TOML: Invalid value"),
        ("---\ntitle: [a, b]\n---\n", "warning", 2, "'title' is no text, so it is not shown"),
        (
            "---\nx: 1\ndescription: {a: b}\n---\n",
            "warning",
            3,
            "'description' is no text, so it is not shown",
        ),
        (
            '---\ntitle: "a\\0b"\n---\n',
            "warning",
            2,
            "'title' holds a character that no text has, '\\x00', so",
        ),
        (f"---\naliases: a/{'x' * 201}/\n---\n", "warning", 2, "'a/xxx"),
        ("---\ntitle: T\n\n# T\n", "warning", 1, "this looks like front matter that has no end"),
        ('+++\ntitle = "T"\n', "warning", 1, "this looks like front matter that has no end"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, severity: str, line: int, said: str) -> None:
    found, _, (finding,) = front_matter.cut("a.md", text)
    assert (finding.severity, finding.path, finding.line) == (severity, "a.md", line)
    assert finding.text.startswith(said)
    assert found.title == found.description == ""


pieces = st.sampled_from(
    ["---\n", "+++\n", "title: ", "a\n", "b = 1\n", "- x\n", "[", "&a ", "*a", "\n", "\t", "'", "\0"]
)


@settings(max_examples=200)
@given(
    st.lists(pieces, max_size=12).map(lambda some: "---\n" + "".join(some) + "\n---\n") | st.text(max_size=60)
)
def test_any_text_keeps_its_lines(text: str) -> None:
    _, body, findings = front_matter.cut("a.md", text)
    assert body.count("\n") == text.count("\n")
    assert text.endswith(body.lstrip("\n"))
    assert all(1 <= one.line <= text.count("\n") + 1 for one in findings)
