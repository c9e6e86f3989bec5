"""Figures are pictures: what else they hold is left out, and what is none is refused."""

from __future__ import annotations

import base64
import io
import struct

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from polybook.chapters import figure_safety, figure_texts
from polybook.model.findings import Finding

NS = 'xmlns="http://www.w3.org/2000/svg"'
BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "aaaaaaaaaa"}">' for n in range(9))


def svg(inside: str, root: str = "") -> str:
    return f'<svg {NS} viewBox="0 0 9 9"{root}>\n{inside}\n</svg>'


LEFT_OUT = {
    "a script": ("<script>alert(1)</script>", 2, "the SVG runs something, which is left out: <script>"),
    "a script by another prefix": (
        '<s:script xmlns:s="http://www.w3.org/2000/svg"/>',
        2,
        "the SVG runs something, which is left out: <script>",
    ),
    "a handler": ('<g onload="alert(1)"/>', 2, "the SVG runs something, which is left out: onload"),
    "a handler in capitals": ('<g ONCLICK="x"/>', 2, "the SVG runs something, which is left out: ONCLICK"),
    "an address that runs": (
        '<a href=" Java&#10;Script:alert(1)"/>',
        2,
        "the SVG runs something, which is left out: Java",
    ),
    "an animation of an address": (
        '<set attributeName="href" to="javascript:x"/>',
        2,
        "the SVG moves, which is left out: <set>",
    ),
    "a picture from the web": (
        '<image href="http://example.org/x.png"/>',
        2,
        "the SVG needs another file, which is left out: http://example.org/x.png",
    ),
    "a file": (
        '<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="/etc/passwd"/>',
        2,
        "the SVG needs another file, which is left out: /etc/passwd",
    ),
    "a filter's picture": (
        '<feImage href="x.png"/>',
        2,
        "the SVG needs another file, which is left out: <feIm",
    ),
    "a page": (
        '<foreignObject><iframe src="x.html"/></foreignObject>',
        2,
        "the SVG holds a piece of a page, which is left out: <foreignObject>",
    ),
    "HTML": (
        '<g>\n<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x" onerror="alert(1)"/></g>',
        3,
        "the SVG holds a piece of a page, which is left out: <img>",
    ),
    "a page in a data address": (
        '<use href="data:text/html,x"/>',
        2,
        "the SVG needs another file, which is left out: data:text/html,x",
    ),
    "an SVG in a data address": (
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        2,
        "the SVG needs another file, which is left out: data:image/svg",
    ),
    "a style from elsewhere": ("<style>@import 'x.css';</style>", 2, "the SVG needs another file"),
    "a style with an escape": (
        "<style>g { fill: \\75 rl(x.svg) }</style>",
        2,
        "the SVG needs another file, which is left out: x.svg",
    ),
    "a set of pictures": (
        "<style>g { background: image-set('x.png' 1x) }</style>",
        2,
        "the SVG needs another file, which is left out: x.png",
    ),
    "a fill from elsewhere": (
        '<g fill="url( x.svg#a)"/>',
        2,
        "the SVG needs another file, which is left out: x.svg#a",
    ),
    "a style of an element": ('<g style="mask:url(//e.org/x)"/>', 2, "the SVG needs another file"),
    "an element that nobody knows": ("<blink/>", 2, "the SVG holds what no drawing has, which is left out"),
}

REFUSED = {
    "a thousand million letters": (
        f"<!DOCTYPE svg [{BOMB}]>" + svg("&a8;"),
        "the SVG is not well-formed: Maximum entity amplification",
    ),
    "a file by an entity": (
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("&x;"),
        "the SVG is not well-formed: Entity 'x' not defined",
    ),
    "bytes of no encoding": (svg("<text>caf\u00e9</text>").encode("latin-1"), "the SVG is not well-formed: "),
    "an unknown encoding": (
        '<?xml version="1.0" encoding="klingon"?>' + svg(""),
        "the SVG is not well-formed: Unsupported encoding",
    ),
    "a NUL": (svg("\0"), "the SVG is not well-formed: "),
    "nothing": ("", "the SVG is not well-formed: Document is empty"),
    "half of it": (svg("")[:-6], "the SVG is not well-formed: "),
    "a page as a picture": ("<html/>", "this is no SVG picture"),
    "very deep": (svg("<g>" * 20_000 + "</g>" * 20_000), "the SVG is not well-formed: Excessive depth"),
    "what draws itself a million times": (
        svg(
            "".join(
                f'<g id="g{n}">'
                + "".join(f'<use href="#g{n - 1}"/>' if n else "<path/>" for _ in range(10))
                + "</g>"
                for n in range(7)
            )
        ),
        "the SVG draws more than 100,000 shapes",
    ),
    "a chain without end": (
        svg("".join(f'<g id="g{n}"><use href="#g{n + 1}"/></g>' for n in range(5000))),
        "the SVG draws again what draws again",
    ),
    "thousands of texts": (svg("<text>a</text>" * 2001), "the SVG has 2,001 texts"),
    "a size of miles": (
        f'<svg {NS} width="1e9" height="9"/>',
        "the SVG is larger than can be shown (its width)",
    ),
    "a size without end": (f'<svg {NS} viewBox="0 0 1e999 9"/>', "the SVG is larger than can be shown"),
}

KEPT = {
    "a reference within": '<g id="a"/><g fill="url(#a)" style="mask:url(#a)"/>',
    "a style within": "<style>text {fill: red}</style>",
    "a fallback of CSS": '<g style="fill:var(--ink,#fff)"/>',
    "code": '<text class="code" xml:space="preserve">a  b</text>',
    "letters with marks": "<text>caf\u00e9 &amp; &lt;</text>",
    "a loop": '<g id="a"/>',
}


def read(content: str | bytes) -> tuple[bytes, list[Finding]]:
    """The figure as it may be shown, and what is said of it."""
    safe, findings = figure_safety.read({"a.svg": content.encode() if isinstance(content, str) else content})
    return safe.get("a.svg", b""), findings


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_does_not_draw_is_left_out_and_said(name: str) -> None:
    inside, line, said = LEFT_OUT[name]
    content, (finding,) = read(svg(inside + '<path d="M0 0h9"/>'))
    assert (finding.path, finding.line, finding.severity) == ("source/a.svg", line, "warning")
    assert finding.text.startswith(said), finding
    assert b'<path d="M0 0h9"/>' in content
    bad = (
        b"script",
        b"alert",
        b"onload",
        b"onclick",
        b"etc/passwd",
        b"example.org",
        b"e.org",
        b"x.",
        b"iframe",
    )
    assert not [one for one in (*bad, b"<set", b"<blink", b"@import") if one in content.lower()]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_drawing_is_refused(name: str) -> None:
    content, said = REFUSED[name]
    shown, (finding,) = read(content)
    assert finding.severity == "error"
    assert finding.text.startswith(said), finding
    assert not shown


@pytest.mark.parametrize("name", KEPT)
def test_what_draws_is_kept(name: str) -> None:
    shown, findings = read(svg(KEPT[name]))
    assert not findings
    assert "".join(KEPT[name].split()) in "".join(shown.decode().split())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("\ufeff" + svg("<g/>"), "<g/>"),
        (
            ("<?xml version='1.0' encoding='iso-8859-1'?>" + svg("<text>caf\u00e9</text>")).encode("latin-1"),
            "caf\u00e9",
        ),
        (svg("<text>caf\u00e9</text>").encode("utf-16"), "caf\u00e9"),
        (
            f'<!DOCTYPE svg [<!ENTITY ns "{NS[7:-1]}">]>' + svg("<text>&ns;</text>"),
            "<text>http://www.w3.org/2000/svg<",
        ),
        ("<svg viewBox='0 0 9 9'><g/></svg>", f"<svg {NS}"),
        (
            f'<s:svg xmlns:s="{NS[7:-1]}" viewBox="0,0 9,9"><s:g/></s:svg>',
            f'<svg {NS} viewBox="0 0 9 9"><g/></svg>',
        ),
        (
            f'<svg {NS} xmlns:x="http://www.w3.org/1999/xlink"><use x:href="#a"/><use href="#a"/></svg>',
            '<use xlink:href="#a"/><use xlink:href="#a"/>',
        ),
        (
            svg("<title><![CDATA[</svg><script>alert(1)</script>]]></title>"),
            "<title>&lt;/svg&gt;&lt;script&gt;",
        ),
        (svg("a<!--> <script>alert(1)</script> -->b"), "ab"),
        (svg("<g class='menu'/><text class='code x'/>"), '<g/><text class="code"/>'),
        (svg("<style>.menu{fill:red}</style><g class='menu'/>"), '<g class="menu"/>'),
        (
            svg("<switch><foreignObject>x</foreignObject> <text>y</text></switch>"),
            "<switch> <text>y</text></switch>",
        ),
        (svg('<i:g xmlns:i="urn:inkscape">x</i:g><metadata>y</metadata>z'), "\nz\n"),
        (f'<svg {NS} viewBox="0 0 100% 100%"/>', f"<svg {NS}/>"),
        (f'<svg {NS} viewBox="0 0 9 9" style="position:fixed;max-width:9px"/>', 'style="max-width:9px"'),
    ],
)
def test_a_drawing_is_written_anew(given: str | bytes, kept: str) -> None:
    shown, _ = read(given)
    assert kept in shown.decode()


def test_a_picture_within_a_drawing_is_one() -> None:
    image = base64.b64encode(picture()).decode()
    shown, findings = read(svg(f'<image href="data:image/png;base64,{image}"/>'))
    assert (image in shown.decode(), findings) == (True, [])
    shown, (finding,) = read(svg('<image href="data:image/png;base64,AAAA"/>'))
    assert b"AAAA" not in shown
    assert finding.severity == "warning"


def picture(kind: str = "PNG", width: int = 3, height: int = 3) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("side", [9_000, 65_535])
def test_a_picture_says_no_size_that_nobody_can_show(side: int) -> None:
    """A small file may say that it is a picture of billions of pixels."""
    small = picture("GIF")
    safe, (finding,) = figure_safety.read({"a.gif": small[:6] + struct.pack("<HH", side, side) + small[10:]})
    assert not safe
    assert finding.text == f"the picture says that it has {side * side:,} pixels"
    assert finding.path == "source/a.gif"


@pytest.mark.parametrize(
    ("attributes", "count"),
    [("", 1), ('width="9"', 1), ('width="100%" height="100%"', 1), ('width="9" height="9"', 0)],
)
def test_a_figure_that_says_no_size_is_a_warning(attributes: str, count: int) -> None:
    _, found = read(f"<svg {NS} {attributes}/>")
    assert [finding.severity for finding in found] == ["warning"] * count


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        ("a.png", b"\xff\xd8\xff", "let its name end with .jpg"),
        ("a.JPEG", b"RIFF0000WEBP", "let its name end with .webp"),
        ("a.avif", b"text", ""),
        ("a.gif", b"<svg/>", ""),
        ("a.PNG", b"", ""),
    ],
)
def test_a_file_that_is_not_what_its_name_says(name: str, content: bytes, hint: str) -> None:
    _, (finding,) = figure_safety.read({name: content})
    assert finding.text.startswith("this is no ")
    assert finding.hint == hint


@pytest.mark.parametrize("name", ["a.webp", "a.avif", "a.jpeg", "a.JPG", "a.png", "a.gif"])
def test_pictures_of_pixels_are_of_their_kind(name: str) -> None:
    kind = name[2:].upper().replace("JPG", "JPEG")
    pictures = {name: picture(kind)}
    assert figure_safety.read(pictures) == (pictures, [])
    assert figure_safety.read({name: pictures[name][:15]})[1][0].text == "the picture cannot be read"


def test_our_own_figures_are_harmless() -> None:
    found = {path.name: path.read_bytes() for path in (ROOT / "source").rglob("*.svg")}
    assert found
    safe, findings = figure_safety.read(found)
    assert (safe.keys(), findings) == (found.keys(), [])


def test_a_build_says_what_it_left_out_of_a_figure(book) -> None:
    folder = book("small").write("source/figures/box.svg", svg("<script>alert(1)</script><text>Words</text>"))
    folder.write("source/09-box.md", "# Box\n\n![A box.](figures/box.svg)\n")
    told = folder.run("-f", "html").succeeds().err
    assert "warning: source/figures/box.svg:2: the SVG runs something, which is left out: <script>" in told
    page = folder.read("output/en/html/box.html")
    assert "Words</text>" in page
    assert "alert(1)" not in page
    folder.write("source/figures/box.svg", "<svg>")
    folder.run("-f", "md").fails(1, "error: source/figures/box.svg:1: the SVG is not well-formed")


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
    """What is let through can be read for its texts, and is let through again as it is."""
    safe, findings = figure_safety.read({"a.svg": content})
    assert safe or findings
    figure_texts.messages(safe)
    assert figure_safety.read(safe)[0] == safe
