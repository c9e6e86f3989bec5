"""The order of chapters, by SUMMARY.md and by the names of files, and the names of their pages."""

from __future__ import annotations

import time

import pytest

from polybook.book import names, order, summary

FILES = ["README.md", "SUMMARY.md", "core/README.md", "core/queues.md", "core/a b.md", "end.md", "häuser.md"]

SUMMARIES = {
    "mdBook's form": (
        """\
# Summary

[Preface](README.md)

# Core

- [Opening](./core/README.md)
  - [Queues](core/queues.md)
    - [Later]()
- [Houses](h%C3%A4user.md)

---

[The end](end.md)
""",
        [
            "0 front chapter README.md 'Preface' 3",
            "0 body part - 'Core' 5",
            "1 body chapter core/README.md 'Opening' 7",
            "2 body chapter core/queues.md 'Queues' 8",
            "3 body draft - 'Later' 9",
            "1 body chapter häuser.md 'Houses' 10",
            "0 back chapter end.md 'The end' 14",
        ],
    ),
    "GitBook's form": (
        """\
# Table of contents

* [Start](README.md)

## First steps

* [Core](core/)
    * [Queues](<core/queues.md> "a title")
* Appendix
\t+ [The end](end.md#last)
* [Houses](häuser.md)
""",
        [
            "0 body chapter README.md 'Start' 3",
            "0 body part - 'First steps' 5",
            "1 body chapter core/README.md 'Core' 7",
            "2 body chapter core/queues.md 'Queues' 8",
            "1 body draft - 'Appendix' 9",
            "2 body chapter end.md 'The end' 10",
            "1 body chapter häuser.md 'Houses' 11",
        ],
    ),
    "titles with marks in them": (
        """\
- [The `<b>` *tag* \\[old\\] &amp; more](end.md)
- [![Logo](x.png) Home](README.md)
- [a
  b](core/queues.md)
- [](core/README.md)
- [h](häuser.md)
""",
        [
            "0 body chapter end.md 'The <b> tag [old] & more' 1",
            "0 body chapter README.md 'Logo Home' 2",
            "0 body chapter core/queues.md 'a b' 3",
            "0 body chapter core/README.md '' 5",
            "0 body chapter häuser.md 'h' 6",
        ],
    ),
    "a part at the very top, and one that leads to a chapter": (
        """\
<!-- no title -->

[Start](README.md)

# One
1. [Queues](core/queues.md)

# [Core](core/README.md)
- [Houses](häuser.md)

# After

[The end](end.md)
""",
        [
            "0 front chapter README.md 'Start' 3",
            "0 body part - 'One' 5",
            "1 body chapter core/queues.md 'Queues' 6",
            "0 body part core/README.md 'Core' 8",
            "1 body chapter häuser.md 'Houses' 9",
            "0 body part - 'After' 11",
            "1 back chapter end.md 'The end' 13",
        ],
    ),
}


def listed(entries: tuple[order.OrderEntry, ...]) -> list[str]:
    return [
        f"{one.depth} {one.matter} {one.kind} {one.path[7:] or '-'} {one.title!r} {one.line}"
        for one in entries
    ]


@pytest.mark.parametrize("name", SUMMARIES)
def test_summary_is_the_order(name: str) -> None:
    text, expected = SUMMARIES[name]
    found = order.read(FILES, text)
    assert listed(found.entries) == expected
    left_out = "source/SUMMARY.md does not name this file, so it is left out"
    assert [(one.path, one.text) for one in found.findings] == [("source/core/a b.md", left_out)]


TOLD = {
    "- [A](gone.md)\n  - [Q](core/queues.md)": (1, "error", "there is no file 'source/gone.md'"),
    "- [A](End.md)": (1, "error", "there is no file 'source/End.md'. Hint: did you mean 'end.md'?"),
    "- [A](../end.md)": (1, "error", "'../end.md' leads out of source/"),
    "- [A](core/queues.txt)": (1, "error", "'core/queues.txt' is no chapter, which ends in .md"),
    "- [A](end.md)\n- [B](./end.md)": (2, "error", "'end.md' is named twice, first in line 1"),
    "[A](end.md) [B](end.md)": (1, "error", "'end.md' is named twice, first in line 1"),
    "- [A](core/a%20b.md)": (0, "error", "a chapter's name has letters, digits, hyphens, '_' and '.'"),
    "- [A](https://example.org/)": (1, "warning", "'https://example.org/' leads out of the book"),
    "- [A](end.md)\n  - [B](end.md#b)": (2, "warning", "'end.md#b' is a place in a chapter that is named"),
    "- [A](end.md) and more": (1, "warning", "'and more' stands beside a link, so it is left out"),
    "- [A](end.md)\n\n  More.": (3, "warning", "'More.' is the second of its item, so it is left out"),
    "- [A](end.md)\n\nMore.": (3, "warning", "'More.' is no link, so it is left out"),
    "- [A](end.md)\n\n[B](README.md)\n\n- [C]()": (3, "warning", "links outside of lists come first or last"),
    "- [A](end.md)\n-": (2, "warning", "the item is empty"),
    "- [A](end.md)\n\n##": (3, "warning", "the heading has no words"),
    "- [A](end.md)\n\n```\ncode\n```": (3, "warning", "only links, headings and lists count here"),
    "- [A](end.md)\n\n<p>x</p>": (3, "warning", "HTML has no meaning here"),
    "- [A" + "a" * 20_000 + "](end.md)": (1, "error", "the title is longer than"),
    "".join("  " * depth + f"- [{depth}]()\n" for depth in range(9)): (
        7,
        "warning",
        "this lies deeper",
    ),
}


@pytest.mark.parametrize("text", TOLD, ids=lambda text: text[:30])
def test_what_summary_says_in_vain_is_told(text: str) -> None:
    findings = [one for one in order.read(FILES, text).findings if "does not name this file" not in one.text]
    findings += summary.read(text)[1]
    line, severity, said = TOLD[text]
    assert (findings[0].line, findings[0].severity) == (line, severity)
    assert said in str(findings[0]).partition(": ")[2]


def test_what_lies_in_a_chapter_that_is_not_there_keeps_its_depth() -> None:
    found = order.read(FILES, "- [A](gone.md)\n  - [Q](core/queues.md)\n- [E](end.md)\n")
    assert [(one.kind, one.depth) for one in found.entries] == [("draft", 0), ("chapter", 1), ("chapter", 0)]


BY_NAME = [
    "README.md",
    "02-core/README.md",
    "02-core/01-a.md",
    "02-core/03-deep-er/10-b.md",
    "02-core/03-deep-er/9-c.md",
    "03-more_things/01-d.md",
    "10-last.md",
    "9-häuser.md",
]


def test_folders_are_parts_and_numbers_the_order() -> None:
    found = order.read(sorted([*BY_NAME, "notes.md", "figures/README.md", "11 x.md", "ø/12-x.md"]), None)
    assert listed(found.entries) == [
        "0 front chapter README.md '' 0",
        "0 body part 02-core/README.md '' 0",
        "1 body chapter 02-core/01-a.md '' 0",
        "1 body part - 'Deep er' 0",
        "2 body chapter 02-core/03-deep-er/9-c.md '' 0",
        "2 body chapter 02-core/03-deep-er/10-b.md '' 0",
        "0 body part - 'More things' 0",
        "1 body chapter 03-more_things/01-d.md '' 0",
        "0 body chapter 9-häuser.md '' 0",
        "0 body chapter 10-last.md '' 0",
    ]
    assert list(found.pages.values()) == [
        "introduction",
        "core/index",
        "core/a",
        "core/deep-er/c",
        "core/deep-er/b",
        "more_things/d",
        "häuser",
        "last",
    ]
    assert [(one.path, one.severity) for one in found.findings] == [
        ("source/11 x.md", "error"),
        ("source/figures/README.md", "warning"),
        ("source/notes.md", "warning"),
        ("source/ø/12-x.md", "warning"),
    ]


def test_folders_that_are_too_deep_are_told() -> None:
    path = "/".join(f"{number}-a" for number in range(8)) + "/1-x.md"
    found = order.read([path], None)
    assert [str(one).partition(".")[0] for one in found.findings] == [
        "source/0-a/1-a/2-a/3-a/4-a/5-a/6-a: this lies deeper than 6 in others, and contents show it 6 deep"
    ]
    assert [one.depth for one in found.entries] == [0, 1, 2, 3, 4, 5, 5, 5, 5]


UNFIT = {
    "Kapitel_1.2": "",
    "第一章": "",
    "हिन्दी": "",
    "a/b-c": "",
    "a b": "a-b.md",
    "a+b": "a-b.md",
    ".a": "a.md",
    "a.": "a.md",
    "-a": "a.md",
    "a\u202eb": "a-b.md",
    "?": "chapter.md",
    "Con": "e.g. Con-chapter.md",
    "x/lpt1.more": "e.g. lpt1.more-chapter.md",
    "Index": "e.g. index-chapter.md",
    "core/index": "",
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_name_says_which_letters_are_allowed(name: str) -> None:
    found = names.unfit(name)
    assert (found[1] if found else "").endswith(UNFIT[name])
    assert bool(found) == bool(UNFIT[name])


@pytest.mark.parametrize(
    ("file", "other"), [("a/B.md", "A/b.md"), ("a/README.md", "a/index.md"), ("e\u0301.md", "\u00e9.md")]
)
def test_no_two_pages_have_one_name(file: str, other: str) -> None:
    (finding,) = names.check([(one, names.page(one, numbered=False)) for one in (file, other)])
    assert finding.path == f"source/{other}"
    assert f"source/{file} has the same name" in finding.text


@pytest.mark.parametrize("text", ["[" * 20_000, "- [a](b)\n" * 2_000, "- " * 20_000, "[x\n" * 6_000])
def test_a_summary_made_to_harm_takes_no_time(text: str) -> None:
    begun = time.process_time()
    order.read(FILES, text)
    assert time.process_time() - begun < 5
