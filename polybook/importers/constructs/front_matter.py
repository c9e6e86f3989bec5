"""Former addresses of a chapter's page, which the book's own files know: they stand in its front matter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit

_PAGE = re.compile(r"(?:[A-Za-z0-9][\w.~-]*/)*[A-Za-z0-9][\w.~-]*\.html?", re.ASCII)
_HEAD = re.compile(
    r"(?P<mark>---|\+\+\+)[ \t]*\n(?=\S)(?P<held>.*?)^(?P=mark)[ \t]*$", re.DOTALL | re.MULTILINE
)
_KEY = re.compile(r"^aliases\s*[:=]", re.MULTILINE)


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit where a chapter's page had other addresses that no page has now."""
    former = around.plan.aliases.get(draft.path, ())
    if not former:
        return
    pages = {re.sub(r"\.md$", ".html", home).lower() for home in around.homes.values()}
    pages |= {re.sub(r"(^|/)(?:readme|index)\.html$", r"\1index.html", page) for page in pages}
    claimed = {
        page.lower() for path, others in around.plan.aliases.items() if path != draft.path for page in others
    }
    kept = [
        page
        for page in dict.fromkeys(former)
        if _PAGE.fullmatch(page) and page.lower() not in pages and page.lower() not in claimed
    ]
    for page in dict.fromkeys(former):
        if page not in kept:
            yield Edit(
                0,
                0,
                "",
                "",
                f"the former address '{page}' leads nowhere: another page has it, or no site can",
            )
    if not kept:
        return
    listed = ", ".join(json.dumps(page) for page in kept)
    head = _HEAD.match(draft.text)
    if head and _KEY.search(head["held"]):
        yield Edit(0, 0, "", "", f"the former addresses {listed} are left out: the chapter names others")
    elif head:
        sign = ":" if head["mark"] == "---" else " ="
        place = head.start("held")
        yield Edit(place, place, f"aliases{sign} [{listed}]\n", "former addresses")
    else:
        yield Edit(0, 0, f"---\naliases: [{listed}]\n---\n\n", "former addresses")
