"""What became of translations that were brought in, as a file for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from polybook.proposals.accept import Accepted
from polybook.proposals.foreign_catalogs import Foreign


def text(locale: str, accepted: Accepted, unused: Iterable[tuple[Foreign, str]]) -> str:
    """The report as Markdown: how many were taken, and each that was not or waits for a look, with why."""
    left = list(unused)
    reasons = Counter(why for _, why in left)
    lines = [
        f"# Translations brought into {locale}",
        "",
        "| What | How many |",
        "| --- | ---: |",
        f"| translated | {len(accepted.sure):,} |",
        f"| fuzzy, to be looked at | {len(accepted.fuzzy):,} |",
        *(f"| not used: {why} | {count:,} |" for why, count in sorted(reasons.items())),
        "",
        "## To be looked at",
        "",
        *(_lines(_looked_at(accepted))),
        "",
        "## Not used",
        "",
        *(_lines(f"`{one.origin}`: {why}: {_shown(one.text)}" for one, why in left)),
    ]
    return "\n".join(lines) + "\n"


def _looked_at(accepted: Accepted) -> Iterator[str]:
    for key, one in accepted.fuzzy.items():
        why = accepted.why.get(key) or ("its text differs" if one.previous else "it is fuzzy there")
        yield f"`{one.origin}`: {why}: {_shown(key)}"


def _lines(items: Iterable[str]) -> list[str]:
    return [f"- {item}" for item in items] or ["Nothing."]


def _shown(text: str) -> str:
    """The beginning of a text as code, in one line of signs that can be seen."""
    plain = "".join(one if one.isprintable() else " " for one in " ".join(text.split()))
    return f"`{plain[:100].replace('`', chr(39))}`"
