"""Which file a picture shows, and what its author is told of it."""

from __future__ import annotations

import pytest

from polybook.chapters import pictures
from polybook.model.book import Chapter
from polybook.model.nodes import Attr, Image, LineBreak, Link, Para, Space, Str, Target

CHAPTER = Chapter("source/01-a.md", "a", "")
FIGURES = {
    "figures/two words.png",
    "figures/a#b.png",
    "figures/50%.png",
    "figures/größe.png",
    "figures/x.svg",
}


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("figures/x.svg", "figures/x.svg"),
        ("./figures/x.svg", "figures/x.svg"),
        ("/figures/x.svg", "figures/x.svg"),
        ("other/../figures/x.svg", "figures/x.svg"),
        ("../../../figures/x.svg", "figures/x.svg"),
        ("figures/two%20words.png", "figures/two words.png"),
        ("figures/two words.png", "figures/two words.png"),
        ("figures/a%23b.png", "figures/a#b.png"),
        ("figures/a#b.png", "figures/a#b.png"),
        ("figures/50%25.png", "figures/50%.png"),
        ("figures/50%.png", "figures/50%.png"),
        ("figures/gr%C3%B6%C3%9Fe.png", "figures/größe.png"),
        ("figures/größe.png", "figures/größe.png"),
    ],
)
def test_a_picture_is_found_however_its_name_is_written(target: str, path: str) -> None:
    assert pictures.path(CHAPTER, target) == path
    assert not list(pictures.check(CHAPTER, target, 3, True, FIGURES))


@pytest.mark.parametrize(
    ("target", "severity", "what", "hint"),
    [
        (
            "figures/y.svg",
            "error",
            "there is no picture 'source/figures/y.svg'",
            "did you mean 'figures/x.svg'?",
        ),
        ("z", "error", "there is no picture 'source/z'", "put the file below source/figures/"),
        (
            "figures/x.bmp",
            "error",
            "'figures/x.bmp' is of a kind that no format shows",
            "save it as an SVG, PNG,",
        ),
        (
            "https://x.org/y.png",
            "warning",
            "the picture 'https://x.org/y.png' is on the web, and a link",
            "save",
        ),
        ("//x.org/y.png", "warning", "the picture '//x.org/y.png' is on the web, and a link", "save"),
    ],
)
def test_what_is_no_picture_of_the_book(target: str, severity: str, what: str, hint: str) -> None:
    (found,) = pictures.check(CHAPTER, target, 3, True, FIGURES)
    assert (found.path, found.line, found.severity) == ("source/01-a.md", 3, severity)
    assert found.text.startswith(what)
    assert found.hint.startswith(hint)


def test_a_picture_without_words_is_a_warning_unless_its_author_wants_it_so(book) -> None:
    folder = book("small")
    folder.write(
        "source/01-start.md",
        '# Start\n\n![](figures/box.svg)\n\n![](figures/box.svg){alt=""}\n\n'
        '<img src="figures/box.svg" alt="">\n\n<img src="figures/box.svg">\n\n'
        '![Words](figures/box.svg){alt="others" width=wide height=50%}\n',
    )
    folder.write("source/figures/box.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    outcome = folder.run("--lang", "en", "--format", "md").succeeds()
    said = outcome.out + outcome.err
    assert "01-start.md:3: the picture 'figures/box.svg' has no alternative text" in said
    assert "01-start.md:9: the picture 'figures/box.svg' has no alternative text" in said
    assert said.count("no alternative text") == 2
    assert "01-start.md:11: the words of alt= are not read" in said
    assert "01-start.md:11: the width 'wide' of the picture is left out" in said
    assert "01-start.md:11: the height '50%' of the picture is left out" in said


WEB = Target("https://x.org/y.png", "A caption")


def test_in_place_of_a_picture_on_the_web_stands_a_link() -> None:
    image = Image.of(Attr("", [], [("width", "50%")]), [Str("Words")], WEB)
    link = Link.of(Attr(), [Str("Words")], Target(WEB.url))
    assert pictures.settle(CHAPTER, [Para([image])]) == [
        Para([link, LineBreak(), Str("A"), Space(), Str("caption")])
    ]
    assert pictures.settle(CHAPTER, [Para([Str("a"), image])]) == [Para([Str("a"), link])]
    nameless = Image.of(Attr(), [], Target(WEB.url))
    assert pictures.settle(CHAPTER, [Para([nameless])]) == [
        Para([Link.of(Attr(), [Str(WEB.url)], Target(WEB.url))])
    ]


def test_in_a_link_a_picture_on_the_web_is_its_words() -> None:
    badge = Link.of(Attr(), [Image.of(Attr(), [Str("passing")], Target(WEB.url))], Target("https://x.org"))
    settled = Link.of(Attr(), [Str("passing")], Target("https://x.org"))
    assert pictures.settle(CHAPTER, [Para([badge])]) == [Para([settled])]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([("width", "300")], [("width", "300px")]),
        ([("width", "50%"), ("height", "2in")], [("width", "50%"), ("height", "2in")]),
        ([("height", "50%"), ("width", "0"), ("title", "x")], []),
        ([("style", "max-width: 9px; width: 12em")], [("width", "12em")]),
        ([("width", "1px;color:red")], []),
        ([("alt", "")], []),
    ],
)
def test_sizes_that_all_formats_heed(given: list[tuple[str, str]], kept: list[tuple[str, str]]) -> None:
    before, after = (Image.of(Attr("a", ["b"], pairs), [], Target("x.svg")) for pairs in (given, kept))
    assert pictures.settle(CHAPTER, [Para([before])]) == [Para([after])]
