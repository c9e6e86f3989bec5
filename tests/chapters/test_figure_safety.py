"""Figures that are no harmless pictures are refused with their line; harmless ones are not."""

from __future__ import annotations

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook.chapters import figure_safety, figure_texts
from polybook.model.findings import BookError

NS = 'xmlns="http://www.w3.org/2000/svg"'
PNG = b"\x89PNG\r\n\x1a\n"
BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "aaaaaaaaaa"}">' for n in range(9))


def svg(inside: str, root: str = "") -> str:
    return f'<svg {NS} viewBox="0 0 9 9"{root}>\n{inside}\n</svg>'


HARMFUL = {
    "a script": (svg("<script>alert(1)</script>"), 2, "the SVG holds a script"),
    "a script by another prefix": (
        svg('<s:script xmlns:s="http://www.w3.org/2000/svg"/>'),
        2,
        "the SVG holds a script",
    ),
    "a handler": (svg("", ' onload="alert(1)"'), 1, "the SVG runs something (onload)"),
    "a handler in capitals": (svg('<g ONCLICK="x"/>'), 2, "the SVG runs something (ONCLICK)"),
    "an address that runs": (svg('<a href=" JavaScript:x"/>'), 2, "the SVG runs something (href)"),
    "an animation of an address": (
        svg('<set attributeName="href" to="javascript:x"/>'),
        2,
        "the SVG runs something (to)",
    ),
    "a thousand million letters": (
        f"<!DOCTYPE svg [{BOMB}]>" + svg("&a8;"),
        1,
        "the SVG declares an entity, 'a0'",
    ),
    "a file by an entity": (
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("&x;"),
        1,
        "the SVG declares an entity, 'x'",
    ),
    "a picture from the web": (
        svg('<image href="http://example.org/x.png"/>'),
        2,
        "the SVG needs another file, 'http://example.org/x.png'",
    ),
    "a file": (svg('<image xlink:href="/etc/passwd"/>'), 2, "the SVG needs another file, '/etc/passwd'"),
    "a page": (
        svg('<foreignObject><iframe src="x.html"/></foreignObject>'),
        2,
        "the SVG needs another file, 'x.html'",
    ),
    "an SVG in a data address": (
        svg('<use href="data:text/html,x"/>'),
        2,
        "the SVG needs another file, 'data:text/html,x'",
    ),
    "a style from elsewhere": (
        svg("<style>@import 'x.css';</style>"),
        2,
        "the SVG needs another file (url or",
    ),
    "a fill from elsewhere": (svg('<g fill="url( x.svg#a)"/>'), 2, "the SVG needs another file (url or"),
    "a style sheet": (
        '<?xml-stylesheet href="x.css"?>' + svg(""),
        1,
        "the SVG needs another file (xml-styles",
    ),
    "Latin-1": (svg("<text>caf\u00e9</text>").encode("latin-1"), 2, "the line is not UTF-8"),
    "UTF-16": (svg("").encode("utf-16"), 1, "the line is not UTF-8"),
    "an unknown encoding": (
        '<?xml version="1.0" encoding="klingon"?>' + svg(""),
        1,
        "the SVG names an encoding that nobody knows",
    ),
    "another encoding": (
        '<?xml version="1.0" encoding="shift_jis"?>' + svg(""),
        1,
        "the SVG names an encoding that it has not",
    ),
    "a NUL": (svg("\0"), 2, "the line holds a NUL character"),
    "nothing": ("", 1, "the SVG is not well-formed: no element found"),
    "half of it": (svg("")[:-6], 3, "the SVG is not well-formed: no element found"),
    "a page as a picture": ("<html/>", 1, "this is no SVG picture"),
    "no namespace": ("<svg/>", 1, "this is no SVG picture"),
    "HTML hidden in CDATA": (
        svg("<title><![CDATA[</svg><script>alert(1)</script>]]></title>"),
        2,
        "there is a CDATA section",
    ),
    "HTML hidden in a comment": (svg("<!--> <script>alert(1)</script> -->"), 2, "the comment ends earlier"),
}

HARMLESS = {
    "a document type": '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">' + svg(""),
    "a declaration": '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a comment -->' + svg(""),
    "a mark of its encoding": "\ufeff" + svg(""),
    "a reference within": svg('<g id="a"/><use href="#a"/><g fill="url(#a)" style="mask: url(\'#a\')"/>'),
    "a picture within": svg('<image href="data:image/png;base64,AAAA"/>'),
    "a link": svg('<a href="https://example.org/"><text>see</text></a>'),
    "a style within": svg("<style><![CDATA[ text { fill: red } ]]></style>"),
    "a word that begins with on": svg('<g one="1"/>').replace("one=", "id="),
    "a loop": svg('<g id="a"><use href="#a"/></g>'),
    "very deep": svg("<g>" * 20_000 + "</g>" * 20_000),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_figure_is_refused_with_its_line(name: str) -> None:
    content, line, said = HARMFUL[name]
    encoded = content if isinstance(content, bytes) else content.encode()
    (finding,) = figure_safety.check({"figures/a.svg": encoded})
    assert (finding.path, finding.line) == ("source/figures/a.svg", line)
    assert finding.text.startswith(said), finding


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_figure_is_a_figure(name: str) -> None:
    assert figure_safety.check({"a.svg": HARMLESS[name].encode()}) == []


@pytest.mark.parametrize(
    ("attributes", "count"),
    [("", 1), ('width="9"', 1), ('width="100%" height="100%"', 1), ('width="9" height="9"', 0)],
)
def test_a_figure_that_says_no_size_is_a_warning(attributes: str, count: int) -> None:
    found = figure_safety.check({"a.svg": f"<svg {NS} {attributes}/>".encode()})
    assert [finding.severity for finding in found] == ["warning"] * count


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        ("a.png", b"\xff\xd8\xff", "let its name end with .jpg"),
        ("a.JPEG", b"RIFF0000WEBP", "let its name end with .webp"),
        ("a.avif", b"text", ""),
    ],
)
def test_a_file_that_is_not_what_its_name_says(name: str, content: bytes, hint: str) -> None:
    (finding,) = figure_safety.check({name: content})
    assert finding.text.startswith("this is no ")
    assert finding.hint == hint


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.webp", b"RIFF0000WEBPVP8 "), ("a.avif", b"\0\0\0 ftypavif"), ("a.jpeg", b"\xff\xd8\xff\xe0")],
)
def test_pictures_of_pixels_are_known_by_their_beginnings(name: str, content: bytes) -> None:
    assert figure_safety.check({name: content}) == []


def test_our_own_figures_are_harmless() -> None:
    found = {path.name: path.read_bytes() for path in (ROOT / "source").rglob("*.svg")}
    assert found
    assert figure_safety.check(found) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.png", PNG, ""),
        ("a.PNG", b"", "this is no PNG file"),
        ("a.jpg", PNG, "this is no JPG file"),
        ("a.jpeg", b"\xff\xd8\xff", ""),
        ("a.gif", b"GIF89a", ""),
        ("a.gif", b"<svg/>", "this is no GIF file"),
    ],
)
def test_a_picture_is_of_its_kind(name: str, content: bytes, said: str) -> None:
    assert [finding.text for finding in figure_safety.check({name: content})] == ([said] if said else [])


def test_a_build_stops_at_a_harmful_figure(book) -> None:
    folder = book("small").write("source/figures/box.svg", svg("<script/>"))
    folder.run("-f", "md").fails(
        1, "error: source/figures/box.svg:2: the SVG holds a script. Hint: a figure is"
    )


pieces = st.sampled_from(
    [
        "<g>",
        "</g>",
        "<text>",
        "</text>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE svg>",
        "&amp;",
        "&x;",
        "&#0;",
        "<title>",
        "</title>",
        f"<svg {NS}>",
        "</svg>",
        "<?x ?>",
        '<a href="#"/>',
        "\ufeff",
        "\0",
        "\ud7ff",
        " ",
        "word",
    ]
)


@settings(max_examples=300)
@given(st.binary(max_size=40) | st.lists(pieces, max_size=12).map(lambda some: svg("".join(some)).encode()))
def test_any_file_is_a_picture_or_a_finding(content: bytes) -> None:
    """What is let through can be read for its texts."""
    if not figure_safety.check({"a.svg": content}):
        try:
            figure_texts.messages({"a.svg": content})
        except BookError as error:
            pytest.fail(str(error))
