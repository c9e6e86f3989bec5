"""The theme's words, in every language that it has a catalog for."""

import ast
import re
from pathlib import Path

import polib
import pytest
from conftest import ROOT

from polybook.render.words import words

RENDER = ROOT / "polybook/render"
CATALOGS = sorted((RENDER / "theme/locales").glob("*/LC_MESSAGES/theme.po"))


def said() -> set[str]:
    """Every word that templates and renderers ask for."""
    found = set()
    for template in (*RENDER.rglob("*.html"), *RENDER.rglob("*.xhtml")):
        text = template.read_text("utf-8")
        found |= set(re.findall(r"(?:say|\.words)\('([^']+)'", text))
    for module in RENDER.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "") or getattr(
                getattr(node, "func", None), "attr", ""
            )
            if isinstance(node, ast.Call) and name in ("say", "_say", "words") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
            elif (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "count"
                and len(node.args) == 3
            ):
                found.add(node.args[0].value)
    from polybook.render.blocks import BOXES
    from polybook.render.labels import APPENDIX, APPENDIX_IN_PASSING, IN_PASSING, LISTS, NAMES

    chapters = (APPENDIX, APPENDIX_IN_PASSING, IN_PASSING)
    return found.union(BOXES.values(), NAMES.values(), LISTS.values(), chapters)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_word_is_translated_and_none_is_left_over(path: Path) -> None:
    catalog = polib.pofile(str(path))
    assert {entry.msgid for entry in catalog} == said()
    for entry in catalog:
        assert entry.msgstr or all(entry.msgstr_plural.values()), entry.msgid
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            if text:
                assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", entry.msgid))


def test_forms_follow_the_number() -> None:
    one, many = (
        "{number} passage of this chapter is not translated yet and is shown in the original language.",
        "x",
    )
    assert words("it").count(one, many, 1).startswith("1 passaggio ")
    assert words("it").count(one, many, 2).startswith("2 passaggi ")
    assert "3か所" in words("ja").count(one, many, 3)
    assert words("en").count("{number} day", "{number} days", 1) == "1 day"


def test_a_language_without_a_catalog_is_served_in_english() -> None:
    assert words("de")("Contents") == "Contents"
    assert (words("de").name, words("de").direction) == ("Deutsch", "ltr")
    assert (words("ar").direction, words("pt_BR").language) == ("rtl", "pt-BR")


def test_dates_are_written_as_in_the_language() -> None:
    assert words("en").date("2026-01-02") == "January 2, 2026"
    assert words("it").date("2026-01-02") == "2 gennaio 2026"
    assert words("ja").date("2026-01-02") == "2026年1月2日"
    assert words("ja").date("") == ""


def test_sizes_are_written_as_in_the_language() -> None:
    assert words("en").size(1_234_567) == "1.2 MB"
    assert words("it").size(1_234_567) == "1,2 MB"
    assert words("ja").size(900) == "1 KB"
