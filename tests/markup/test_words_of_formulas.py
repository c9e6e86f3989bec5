r"""Words in formulas, which may be translated where all else stays."""

from __future__ import annotations

import pytest

from polybook.markup import formulas

SAME = [
    (r"x \text{ if } y", r"x \text{ wenn } y"),
    (r"\begin{cases}1&\text{otherwise}\end{cases}", r"\begin{cases}1&\text{その他}\end{cases}"),
    (r"\mbox{a} + \textbf{b {c} d}", r"\mbox{x y} + \textbf{e {} f}"),
    (r"\text{if $x$ is \{so\}}", r"\text{$x$ など \{\}}"),
]
OTHER = [
    (r"\text{one}", r"\text{}"),
    (r"\text{one}", r"\textbf{one}"),
    (r"\text{one}", r"\text{one} + 1"),
    (r"\text{one}", r"\text{\href{u}{one}}"),
    (r"\text{one}", r"\text{one $x$}"),
    (r"\text{one}", r"\text{one}\text{two}"),
    (r"\text{if $x$}", r"\text{if $y$}"),
    (r"\text{one", r"\text{two"),
    (r"\mathrm{one}", r"\mathrm{two}"),
    (r"x", r"y"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_words_may_change(one: str, other: str) -> None:
    assert formulas.without_words(one) == formulas.without_words(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_nothing_else_may(one: str, other: str) -> None:
    assert formulas.without_words(one) != formulas.without_words(other)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\text{if}", True),
        (r"a \text{ 1, } b", False),
        (r"\mathrm{d}x", False),
        (r"\text{$x$}", False),
        ("x", False),
    ],
)
def test_which_formulas_have_words(tex: str, expected: bool) -> None:
    assert formulas.has_words(tex) is expected
