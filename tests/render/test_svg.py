"""SVG figures: how large they are, and that two of them on a page do not meddle with each other."""

from __future__ import annotations

import pytest

from polybook.render import svg

NS = 'xmlns="http://www.w3.org/2000/svg"'


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 640 320.5"', (640, 320.5)),
        ("viewBox='-5,-5 10,20'", (10, 20)),
        ('width="40" height="30"', (40, 30)),
        ('width="1in" height="2.54cm" viewBox="0 0 9 9"', (96, 96)),
        ('width="100%" height="100%" viewBox="0 0 9 8"', (9, 8)),
        ('height="50" viewBox="0 0 200 100"', (100, 50)),
        ('width="50" viewBox="0 0 200 100"', (50, 25)),
        ('width="50"', None),
        ('viewBox="0 0 0 0"', None),
        ("", None),
    ],
)
def test_how_large_a_figure_is(attributes: str, size: tuple[float, float] | None) -> None:
    figure = f'<?xml version="1.0"?>\n<!-- <svg width="7" height="7"> -->\n<svg {NS} {attributes}/>'.encode()
    found = svg.size(figure)
    assert found == (pytest.approx(size) if size else None)
    stated = svg.finished(figure)
    assert svg.size(stated) == found
    if found:
        for key in ("width", "height", "viewBox"):
            assert stated.split(b"-->")[1].count(f' {key}="'.encode()) == 1


def test_a_figure_keeps_its_names_to_itself() -> None:
    figure = (
        f'<svg {NS} viewBox="0 0 9 9" aria-labelledby="a b"><title id="a">x</title><g id="b"/>'
        "<rect id='r' fill='url(#g)' style=\"stroke: url(&quot;#g&quot;); mask:url('#none')\"/>"
        '<linearGradient id="g"/><use href="#r"/><use xlink:href="#r"/><a href="#r.x"/><text>id="r" #r</text>'
        '<animate begin="r.click; 2s"/></svg>'
    )
    shown = svg.inline(figure.encode(), "What it is", "_1-")
    assert 'role="img" aria-label="What it is"' in shown
    assert 'aria-labelledby="_1-a _1-b"' in shown
    assert "<rect id='_1-r' fill='url(#_1-g)'" in shown
    assert "stroke: url(&quot;#_1-g&quot;); mask:url('#none')" in shown
    assert '<linearGradient id="_1-g"/><use href="#_1-r"/><use xlink:href="#_1-r"/><a href="#r.x"/>' in shown
    assert '<text>id="r" #r</text><animate begin="_1-r.click; 2s"/>' in shown


def test_a_figure_for_its_looks_is_none_to_a_reader_of_screens() -> None:
    shown = svg.inline(f'<svg {NS} viewBox="0 0 9 9" role="img" aria-label="x"/>'.encode(), "", "_1-")
    assert "role=" not in shown
    assert "aria-label" not in shown
    assert 'aria-hidden="true"' in shown


def test_a_style_is_added_to_a_figures_own() -> None:
    shown = svg.inline(
        f'<svg {NS} viewBox="0 0 9 9" style="color: red;"/>'.encode(), "x", "_1-", "width: 3cm"
    )
    assert ' style="color: red; width: 3cm"' in shown


def test_an_identifier_that_is_there_twice_is_that_of_the_first() -> None:
    figure = f'<svg {NS} id="a" viewBox="0 0 9 9"><g id="b"/><g id=\'b\' fill="red"/><g id="a"/></svg>'
    shown = svg.finished(figure.encode()).decode()
    assert shown.endswith(
        'viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg" id="a"><g id="b"/><g fill="red"/><g/></svg>'
    )


@pytest.mark.parametrize(
    ("inside", "is_for_paper"),
    [
        ("<path/>", True),
        ('<path fill="#1F2937"/>', False),
        ('<path stroke="currentColor"/>', False),
        ("<style>@media (prefers-color-scheme: dark) { path { fill: white } }</style>", False),
    ],
)
def test_which_figures_are_drawn_for_white_ground(inside: str, is_for_paper: bool) -> None:
    assert svg.is_for_paper(f"<svg {NS}>{inside}</svg>".encode()) is is_for_paper


def test_a_class_is_added_to_a_figures_own() -> None:
    shown = svg.inline(f'<svg {NS} viewBox="0 0 9 9" class="a"/>'.encode(), "x", "_1-", "", "on-white")
    assert shown.count("class=") == 1
    assert ' class="a on-white"' in shown
