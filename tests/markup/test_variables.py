"""Variables in trees: what is one, what is text, and what is shown in its place."""

from __future__ import annotations

import pytest

from polybook.markup import alone, parse, positions, variables
from polybook.markup.html import native
from polybook.markup.tree import find, plain, runs
from polybook.model.book import LIMITS
from polybook.model.nodes import Code, CodeBlock, Header, Image, Link, Str, Tree, written

VALUES = {"version": "3.2", "lamp-name": 'Lamp *2* "x" <b> {{ version }}', "host": "a b.e.org"}


def read(text: str) -> Tree:
    (blocks,) = parse.parse([text], positions=True)
    return positions.without(native.blocks(text, blocks, "")[0])


def shown(text: str, values: dict[str, str] | None) -> str:
    blocks = variables.filled(read(text + "\n"), values, may_hold="{{" in text)
    assert "\u2060" not in written(blocks).decode()
    return " / ".join(map(plain, runs(blocks)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Since {{ version }}.", "Since 3.2."),
        ("({{version}})", "(3.2)"),
        ("{{\nversion }}", "3.2"),
        ("*{{ version }}*{{ version }}", "3.23.2"),
        ("{{ lamp-name }}", 'Lamp *2* "x" <b> {{ version }}'),
        ("{{{ version }}}", "{3.2}"),
        ("`{{ version }}`", "3.2"),
        (r"`\{{ version }}` `\{{`", "{{ version }} {{"),
        (r"\{{ version }} \{{version}} \{\{ version }}", "{{ version }} {{version}} 3.2"),
        (r"\\{{ version }} \\\{{ version }}", r"\3.2 \{{ version }}"),
        ("{{ nothing }} {{ }} {{", "{{ nothing }} {{ }} {{"),
        ("{{ *version* }}", "{{ version }}"),
        ("| a |\n|---|\n| {{ version }} |", "a / 3.2"),
        ("a[^n]\n\n[^n]: b", "a"),
        ("<p>In {{ version }}, \\{{ version }}</p>", "In 3.2, {{ version }}"),
        ("# Of {{ version }}", "Of 3.2"),
    ],
)
def test_in_text_and_code(text: str, expected: str) -> None:
    assert shown(text, VALUES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ version }} `{{ version }}`", "{{ version }} {{ version }}"),
        (r"\{{ version }} `\{{ version }}`", r"{{ version }} \{{ version }}"),
    ],
)
def test_without_variables_braces_are_text(text: str, expected: str) -> None:
    assert shown(text, None) == expected


def test_a_value_is_words_and_spaces() -> None:
    blocks = variables.filled(read("a{{ host }}c\n"), VALUES, may_hold=True)
    assert [node.text for node in find(blocks, Str)] == ["aa", "b.e.orgc"]


def test_listings_say_that_they_have_variables() -> None:
    text = (
        '```sh {.variables title="v {{ version }}"}\npip install lamp=={{ version }} \\{{ version }}\n```\n\n'
        "```sh\n{{ version }}\n```\n\n```{.variables}\n{{version}}\n```\n\n    {{ version }}\n"
    )
    for values, expected in (
        (VALUES, ["pip install lamp==3.2 {{ version }}", "{{ version }}", "3.2", "{{ version }}"]),
        (
            None,
            [
                "pip install lamp=={{ version }} \\{{ version }}",
                *["{{ version }}", "{{version}}"],
                "{{ version }}",
            ],
        ),
    ):
        listings = find(variables.filled(read(text), values, may_hold=True), CodeBlock)
        assert [one.text for one in listings] == expected
        assert all("variables" not in one.attr.classes for one in listings)
    assert listings[0].attr.classes == ["sh"]


def test_in_titles_and_addresses_on_the_web() -> None:
    text = (
        '![a {{ version }}](b{{version}}.png "c {{ version }} \\{{ version }}") '
        '[d](https://e.org/{{host}}/?q={{version}} "{{ version }}") [f](g{{version}}.md)\n'
    )
    blocks = variables.filled(read(text), VALUES, may_hold=True)
    (image,) = find(blocks, Image)
    assert (plain(image.inlines), image.target.url, image.target.title) == (
        "a 3.2", "b{{version}}.png", "c 3.2 {{ version }}",
    )  # fmt: skip
    first, second = find(blocks, Link)
    assert (first.target.url, first.target.title) == ("https://e.org/a%20b.e.org/?q=3.2", "3.2")
    assert second.target.url == "g{{version}}.md"


def test_a_message_read_alone_names_what_it_names_in_its_chapter() -> None:
    text = r"A {{ b }} and \{{ c }} `{{ d }}` [e](u 'f {{ g }}')."
    ((run,),) = alone.read([alone.Group(((text,),))], LIMITS)
    assert run == runs(read(text + "\n"))[0]
    assert variables.named(run) == {"b": 1, "d": 1, "g": 1}


def test_what_cog_wrote_names_nothing() -> None:
    text = (
        "{{ version }}\n\n<!-- [[[cog example() ]]] -->\n{{ version }} `{{ version }}` [a](https://e.org/{{version}})\n\n"
        "```sh {.variables}\n{{ version }}\n```\n<!-- [[[end]]] (sum: x) -->\n\n{{ version }}\n"
    )
    (blocks,) = parse.parse([text], positions=True)
    variables.keep_printed(blocks)
    blocks = variables.filled(positions.without(blocks), VALUES, may_hold=True)
    assert [plain(run) for run in runs(blocks)] == ["3.2", "{{ version }} {{ version }} a", "3.2"]
    assert [one.text for one in find(blocks, Code, CodeBlock)] == ["{{ version }}", "{{ version }}"]


def test_headings_are_named_by_what_is_written() -> None:
    (header,) = find(read("# Of {{ version }}\n"), Header)
    assert "version" in header.attr.identifier


def test_the_digest_is_of_the_values_that_are_used() -> None:
    of = variables.digest
    assert of(VALUES, "a {{ version }}") == of({"version": "3.2"}, "{{version}}", "")
    assert (
        len({of(values, "{{ version }}") for values in ({}, None, {"version": "1"}, {"version": "2"})}) == 4
    )
    assert of(VALUES, "a") == of(None, "b") == ""
