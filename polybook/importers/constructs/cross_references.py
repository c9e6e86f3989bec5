"""Cross-references of bookdown (``\\@ref(x)``) and Quarto (``@fig-x``), and links of MyST to labels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import HIDDEN, Draft, Edit

_WORD = (
    r"(?:(?P<word>Chapters?|Sections?|Figures?|Fig\.|Tables?|Equations?|Listings?|Appendix|Part|§)(?:[ "
    r"\n\t]|&nbsp;|\u00a0|~))?"
)
_BOOKDOWN = re.compile(rf"{_WORD}\\@ref\((?P<label>[^()\n]+)\)")
_LATEX = re.compile(rf"{_WORD}\\(?:eq|auto|name|page|c)?ref\{{(?P<label>[^{{}}\n]+)\}}")
_QUARTO = re.compile(
    r"(?P<open>\[-?)?(?<![\w@\\/.])@(?P<label>(?P<kind>[Ff]ig|[Tt]bl|[Ss]ec|[Ee]q|[Ll]st|[Tt]hm"
    r"|[Ll]em|[Cc]or|[Pp]rp|[Cc]nj|[Dd]ef|[Ee]xm|[Ee]xr)-[\w-]*\w)(?P<close>\])?"
)
_EMPTY = re.compile(r"(?<!!)\[(?P<words>[^\[\]\n]*)\]\(#(?P<label>[^()\s]+)\)")
_EQUATION = re.compile(
    r"(?P<dollars>\$\$)[ \t]*(?:\{#(?P<label>eq-[\w-]+)\}|\((?P<round>[\w:.-]+)\)[ \t]*$)", re.M
)
_LABELLED = re.compile(r"\(\\#(?P<label>[\w:-]+)\)")


_MYST = frozenset({"sphinx", "jupyter-book", "myst"})


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each cross-reference: it becomes a link, whose words are the number and title."""
    shown = draft.prose
    if "ref" in shown:
        for pattern in (_BOOKDOWN, _LATEX):
            for match in pattern.finditer(shown):
                yield _edit(draft, around, match, match["label"])
    if "@" in shown:
        for match in _QUARTO.finditer(shown):
            label = match["label"][0].lower() + match["label"][1:]
            begin = (
                match.start()
                if match["open"] and match["close"]
                else match.start() + len(match["open"] or "")
            )
            end = match.end() if match["open"] and match["close"] else match.end() - len(match["close"] or "")
            yield _edit(draft, around, match, label, begin, end)
    if around.plan.lineage in _MYST:
        for match in _EMPTY.finditer(shown):
            found = around.labels.get(match["label"])
            if found and found[0] != draft.path:
                place = match.start("label") - 1
                yield Edit(place, place, around.between(draft.path, found[0]), "cross-references")


def _edit(
    draft: Draft, around: Around, match: re.Match[str], label: str, start: int = -1, end: int = -1
) -> Edit:
    start, end = (match.start(), match.end()) if start < 0 else (start, end)
    found = around.labels.get(label)
    for other in (
        f"fig:{label}",
        label.replace("fig:", "fig-"),
        label.replace("tab:", "tbl-"),
        label.lower(),
    ):
        found = found or around.labels.get(other)
    if not found:
        words = " ".join(filter(None, (match.groupdict().get("word"), f"`{label}`")))
        return Edit(
            start, end, words, "cross-references without a place", f"the reference to '{label}' leads nowhere"
        )
    path, identifier = found
    said = around.captions.get(identifier, "")
    return Edit(start, end, f"[{said}]({around.between(draft.path, path)}#{identifier})", "cross-references")


def labels(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each label of a formula or caption: it becomes an identifier."""
    for match in _EQUATION.finditer(draft.text):
        label = match["label"] or match["round"]
        first = draft.text.rfind("$$", 0, match.start())
        fenced = draft.prose[match.start()] == HIDDEN
        if first < 0 or fenced or (match["round"] and around.plan.lineage not in _MYST):
            continue
        start = draft.text.rfind("\n", 0, first) + 1
        margin = draft.text[start:first]
        if margin.strip(" \t>"):
            yield Edit(match.end("dollars"), match.end(), f" []{{#{label}}}", "labels")
            continue
        yield Edit(start, start, f"{margin}::: {{#{label}}}\n", "labels")
        yield Edit(match.end("dollars"), match.end(), f"\n{margin}:::")
    for match in _LABELLED.finditer(draft.prose):
        yield Edit(match.start(), match.end(), f"[]{{#{match['label']}}}", "labels")
