"""Variables of a book, from its settings to its editions and catalogs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import BOOKS

from polybook.book import settings

TABLE = '\n[tool.polybook.variables]\nversion = "1.10"\nother = "o"\n'
TEXT = """\
# More of {{ version }}

It is {{ version }}, not \\{{ version }}.

![A box.](figures/box.svg "Of {{ version }}")

```sh {.variables}
a {{ version }} # in {{ version }}
```
"""


@pytest.fixture
def folder(book):
    made = book("small").write("source/03-more.md", TEXT)
    made.write("pyproject.toml", made.read("pyproject.toml") + TABLE)
    made.run("update").succeeds()
    return made


def page(folder, locale: str) -> str:
    folder.run("--no-refresh", "--lang", locale, "-f", "html").succeeds()
    main = re.search(r"<main.*</main>", folder.read(f"output/{locale}/html/more.html"), re.DOTALL)
    assert main
    return " ".join(re.sub("<[^>]*>", " ", main[0]).split())


def test_a_changed_value_changes_no_message_and_makes_only_what_shows_it_anew(folder) -> None:
    folder.run("--no-refresh", "-f", "html").succeeds()
    catalog = folder.read("locales/ja/LC_MESSAGES/book.po")
    assert 'msgid "It is {{ version }}, not \\\\{{ version }}."' in catalog
    folder.replace("pyproject.toml", '"1.10"', '"2.0"').run("update").succeeds()
    assert folder.read("locales/ja/LC_MESSAGES/book.po") == catalog
    said = folder.run("--no-refresh", "-f", "html", "--explain").succeeds().out
    made = set(re.findall(r"^(edition|translate|html) (\S+ \S+):", said, re.MULTILINE))
    assert made == {
        ("edition", "en source/03-more.md"), ("translate", "ja source/03-more.md"),
        ("html", "en more"), ("html", "ja more"),
    }  # fmt: skip
    folder.replace("pyproject.toml", 'other = "o"', 'other = "p"')
    said = folder.run("--no-refresh", "-f", "html", "--explain").succeeds().out
    assert "steps done" not in said


def test_editions_have_its_values(folder) -> None:
    folder.translate(
        "ja",
        {
            "More of {{ version }}": "{{version}}の詳細",
            "It is {{ version }}, not \\{{ version }}.": "\\{{ version }}ではなく{{ version }}です。",
            "Of {{ version }}": "{{ version }}の図",
            "in {{ version }}": "{{ version }}で",
        },
    )
    folder.run("check").succeeds()
    shown = page(folder, "ja")
    for text in ("1.10の詳細", "{{ version }}ではなく1.10です。", "1.10の図", "# 1.10で"):
        assert text in shown


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        ("It is {{ version }}, not \\{{ version }}.", "{{ version }}と{{ version }}"),
        ("Of {{ version }}", "{{ other }}の図"),
    ],
)
def test_a_translation_names_the_same_variables(folder, message: str, translation: str) -> None:
    folder.translate("ja", {message: translation})
    path = "locales/ja/LC_MESSAGES/book.po"
    text = folder.read(path)
    line = text.count("\n", 0, text.rindex("\nmsgid", 0, text.index(f'msgstr "{translation}"'))) + 2
    folder.run("allow", "ja", str(line), "variable").fails(2, "'variable' protects the reader")
    for _ in range(2):  # what another finding hides
        if "[placeholder]" in folder.run("check").out:
            folder.run("allow", "ja", str(line), "placeholder", "--by", "Ada").succeeds()
    folder.run("check").fails(5, "the variable '", "[variable]")
    assert translation not in page(folder, "ja")


def test_an_undefined_one_is_an_error_with_its_line(folder) -> None:
    folder.replace("source/03-more.md", "not \\{{", "not {{versio}} \\{{")
    folder.run("check").fails(5, "source/03-more.md:3: there is no variable 'versio'. Hint: write 'version'")
    folder.replace("pyproject.toml", TABLE, "")
    assert "It is {{ version }}, not {{versio}} {{ version }}." in page(folder, "en")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("version = 1.10", "the variable 'version' must be a string. Hint: write version = \"1.1\""),
        ('version = ""', "the variable 'version' is not one line of 1 to 500 characters"),
        ('version = "a\\nb"', "the variable 'version' is not one line"),
        ('version = " a"', "the variable 'version' is not one line"),
        ('version = "\\u0007"', "the variable 'version' holds a character that no text has"),
        (f'version = "{"x" * 501}"', "the variable 'version' is not one line"),
        ('"a b" = "c"', "'a b' is no name of a variable"),
        ('version.a = "b"', "the variable 'version' must be a string"),
    ],
)
def test_a_value_is_a_line_of_text(line: str, said: str, tmp_path: Path) -> None:
    good = BOOKS.joinpath("small/pyproject.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text(f"{good}\n[tool.polybook.variables]\n{line}\n", "utf-8")
    (finding,) = settings.read(tmp_path).findings
    assert said in str(finding)
    assert finding.line == good.count("\n") + 3


def test_what_a_value_says_is_text_in_every_format(folder) -> None:
    folder.replace("pyproject.toml", '"1.10"', "'*a* <b>c</b> &amp; \\n $x$ #raw \"d\" {{ other }}'")
    folder.run("check", "--deep").succeeds()
    assert 'It is *a* &lt;b&gt;c&lt;/b&gt; &amp;amp; \\n $x$ #raw "d" {{ other }}, not' in page(folder, "en")
