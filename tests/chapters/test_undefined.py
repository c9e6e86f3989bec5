"""Which variables a chapter names, by their lines."""

from __future__ import annotations

from dataclasses import replace

from conftest import BOOKS

from polybook.book import load
from polybook.chapters import undefined
from polybook.markup import parse
from polybook.model.book import Chapter, FrontMatter, OrderEntry

TEXT = """\
# Of {{ a }}

One line,
and {{ b }} in
another, `{{ c }}` and \\{{ none }}.[^n]

| x |
|---|
| {{ d }} |

![alt {{ e }}](f.png "{{ g }}")

[h](https://e.org/{{i}}/
'{{ j }}') [k]({{l}}.md)

```sh {.variables}
one
{{ m }}
```

```sh
{{ none }}
```

- {{ two words }} and {{
  o }}

[^n]: In {{ p }}.
"""


def test_uses() -> None:
    front = FrontMatter("{{ q }}", 2, "{{ r }} \\{{ none }}", 3)
    chapter = Chapter("source/01-x.md", "x", TEXT, front)
    (blocks,) = parse.parse([TEXT], positions=True)
    assert {(one.name, one.line) for one in undefined.uses(chapter, blocks)} == {
        ("a", 1), ("b", 4), ("c", 5), ("d", 9), ("e", 11), ("g", 11), ("i", 13), ("j", 13), ("m", 18),
        ("two words", 25), ("o", 25), ("p", 28), ("q", 2), ("r", 3),
    }  # fmt: skip


def test_what_has_no_value_is_an_error_in_a_book_with_variables() -> None:
    book = load.load(BOOKS / "small")
    used = [undefined.Use("version", 3), undefined.Use("versoin", 4), undefined.Use("a + b", 5)]
    part = OrderEntry("part", "In {{ versoin }}", "", 0, "body", "source/SUMMARY.md", 7)
    given = replace(book, variables={"version": "1"}, order=(part,))
    found = list(undefined.check(given, [("source/01-x.md", used)]))
    assert [(one.line, one.text, one.hint.partition(",")[0]) for one in found] == [
        (4, "there is no variable 'versoin'", "write 'version'"),
        (5, "there is no variable 'a + b'", "add it to [tool.polybook.variables]"),
        (7, "there is no variable 'versoin'", "write 'version'"),
    ]
    assert found[-1].path == "source/SUMMARY.md"
    assert list(undefined.check(book, [("source/01-x.md", used)])) == []
    assert len(list(undefined.check(replace(book, variables={}), [("source/01-x.md", used)]))) == 3
