"""What a text defines for all of it is written again as it was."""

from __future__ import annotations

import pytest

from polybook.markup import definitions, parse, tree
from polybook.model.nodes import Link, Target

TARGETS = [
    Target("a.md"),
    Target("", "A title"),
    Target("a.md#b", 'It\'s "so" \\ <here> &amp; &copy; {there}'),
    Target("https://a.example/x_(y)?a=1&copy=2", "(in brackets)"),
    Target("a\\b<c>", "two\nlines"),
    Target("%20%3C\u00fc", "\u00fc \u6f22"),
]


def test_a_definition_says_what_the_link_said() -> None:
    texts = [f"[words][A label]\n\n{definitions.written('a Label', target)}" for target in TARGETS]
    links = [tree.find(blocks, Link)[0] for blocks in parse.parse(texts)]
    wanted = [(target.url, target.title.replace("\n", " ")) for target in TARGETS]
    assert [(unescaped(link.target.url), link.target.title) for link in links] == [
        (unescaped(url), title) for url, title in wanted
    ]


def unescaped(address: str) -> str:
    """An address as it is compared: pandoc writes some characters by their numbers."""
    from urllib.parse import unquote

    return unquote(address)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('[it]: a.md "Its title"', "Its title"),
        ("> - [It]: <a b>\n>   'Its\n>   title'\n", "Its\n>   title"),
        ("[it]: a.md (Its title)\n[other]: b.md", "Its title"),
        ('[it]: a.md "An \\"odd\\" one"', 'An \\"odd\\" one'),
        ("[it]: a.md", None),
        ('[it]: a.md "No title" more', None),
        ('[other]: a.md "Its title"', None),
    ],
)
def test_where_a_title_stands(text: str, title: str | None) -> None:
    place = definitions.title_of("it", text)
    assert (text[slice(*place)] if place else None) == title
