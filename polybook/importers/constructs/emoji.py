"""Names of emoji, ``:tada:``: the characters that they stand for, as pandoc knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit
from polybook.markup import pandoc

_NAME = re.compile(r"(?<![\w:/.])(?::(?P<name>[a-z0-9_+-]{2,40}):)(?![\w:/])")
_WITH_EMOJI = frozenset({"mkdocs", "vuepress", "vitepress", "docsify", "gitbook", "folders", "file"})


def known(drafts: Sequence[Draft], around: Around) -> Mapping[str, str]:
    """Return what the names of emoji in a book stand for; of a kind of book that has none, nothing."""
    if around.plan.lineage not in _WITH_EMOJI:
        return {}
    names = dict.fromkeys(match["name"] for draft in drafts for match in _NAME.finditer(draft.prose))
    wanted = [name for name in names if re.search("[a-z]", name)]
    if not wanted:
        return {}
    return _asked(tuple(wanted))


@lru_cache(maxsize=64)
def _asked(wanted: Sequence[str]) -> Mapping[str, str]:
    text = "\n\n".join(f":{name}:" for name in wanted)
    made = pandoc.once(["--sandbox", "-f", "commonmark+emoji", "-t", "plain", "--wrap=none"], text.encode())
    lines = made.decode("utf-8").strip().split("\n\n")
    return {name: line for name, line in zip(wanted, lines, strict=False) if line != f":{name}:"}


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each name of an emoji."""
    if around.emoji:
        for match in _NAME.finditer(draft.prose):
            if match["name"] in around.emoji:
                yield Edit(match.start(), match.end(), around.emoji[match["name"]], "emoji")
