"""What has a caption, and what links may call it."""

from __future__ import annotations

from polybook.chapters import captions
from polybook.chapters.messages import slots
from polybook.markup.parse import parse
from polybook.model.book import Chapter

TEXT = """\
# Title

![A box](figures/a.svg "A box.")

![None](figures/a.svg)

Beside words: ![In a line](figures/a.svg "A tooltip").

![Away](https://example.org/a.png "Not here")

| a |
|---|
| b |

: A *table* with `code` {#cells}

| c |
|---|
| d |

```python {#code .x caption="A listing &amp;quot;of&amp;quot; it" title="a.py"}
a = 1
```

```text {caption="Words"}
word
```

## Figure 1 {#figure-2}

![Another](figures/a.svg "Another box.")
"""


def test_pictures_tables_and_listings_have_captions_and_names() -> None:
    (blocks,) = parse([TEXT], positions=True)
    captions.settle(blocks)
    assert [(kind, node.attr.identifier) for kind, node in captions.found(blocks)] == [
        ("figure", "figure-1"),
        ("table", "cells"),
        ("listing", "code"),
        ("listing", "listing-2"),
        ("figure", "figure-2-"),
    ]
    assert [one.title for one in captions.found(blocks)] == [
        "A box.",
        "A table with code",
        'A listing "of" it',
        "Words",
        "Another box.",
    ]


def test_captions_are_messages_as_they_stand_there() -> None:
    (blocks,) = parse([TEXT], positions=True)
    found = {
        slot.message.text: (slot.message.kind, slot.message.line, TEXT[slot.start : slot.end])
        for slot in slots(Chapter("source/01-a.md", "a", TEXT), blocks)
    }
    assert found["A *table* with `code`"] == ("table caption", 15, "A *table* with `code`")
    escaped = "A listing &amp;quot;of&amp;quot; it"
    assert found['A listing "of" it'] == ("caption of a listing", 21, escaped)
    assert found["Words"] == ("caption of a listing", 25, "Words")
    assert found["A box."][0] == "caption"
