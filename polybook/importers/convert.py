"""A book's chapters, turned construct by construct into what Polybook reads; nothing is written to disk."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from polybook.importers import labels, spans
from polybook.importers.around import Around, homes_of
from polybook.importers.constructs import (
    admonitions,
    cells,
    citations,
    cog_marks,
    commands,
    components,
    containers,
    cross_references,
    directives,
    emoji,
    front_matter,
    headings,
    hidden,
    includes,
    index_entries,
    inlines,
    links,
    lists,
    pictures,
    references,
    roles,
    tables,
    templates,
    variables,
)
from polybook.importers.constructs.links import place_of
from polybook.importers.drafts import Draft, Edit, Origin
from polybook.importers.order import one_file
from polybook.importers.plan import Entry, Lost, Plan
from polybook.importers.source import MARKDOWN, Shelf, Unreadable, ending

Construct = Callable[[Draft, Around], Iterator[Edit]]

_CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")


def _cleaned(draft: Draft, around: Around) -> Iterator[Edit]:
    """Characters that no text has, such as a form feed."""
    for match in _CONTROL.finditer(draft.text):
        what = f"the character {match[0]!a} is left out"
        yield Edit(match.start(), match.end(), "", "characters that no text has", what)


WHOLE: tuple[Construct, ...] = (
    _cleaned,
    includes.find,
    cog_marks.find,
)
"""What is done before one file is cut into chapters."""

FIRST: tuple[Construct, ...] = (
    inlines.dollars,
    components.whole,
    templates.whole,
    commands.find,
    links.templated,
    cells.find,
    cells.inline,
    hidden.find,
    roles.comments,
    admonitions.indented,
    admonitions.lettered,
    admonitions.classed,
    templates.find,
    variables.find,
    inlines.shortcodes,
    containers.find,
    directives.find,
    components.find,
    headings.spaced,
    headings.told,
    headings.find,
    headings.anchors,
    headings.above_title,
    roles.targets,
    cross_references.labels,
    tables.find,
    tables.captions,
    lists.find,
    inlines.line_blocks,
    index_entries.latex,
    index_entries.gathered,
    inlines.find,
    inlines.attributes,
    inlines.formulas,
    inlines.notes,
    templates.unwrapped,
    includes.unescape,
    cog_marks.find,
)
"""What is done before it is known what other chapters hold, in this order: each takes the text as those
before it have left it, and what it made itself."""

THEN: tuple[Construct, ...] = (
    front_matter.find,
    emoji.find,
    roles.find,
    citations.find,
    cross_references.find,
    references.find,
    links.find,
    pictures.find,
)
"""What leads to other chapters and files: each once, as what it makes is to be read from another place."""

ONCE: frozenset[Construct] = frozenset({hidden.find, includes.unescape, inlines.dollars})
"""What takes a mark away that keeps its text from being a construct, and would take it for one next."""

ROUNDS = 10
"""How often a construct is looked for in what it made itself, as includes are in includes."""

LONGEST = 3_000_000
"""How many characters a chapter may come to."""


@dataclass
class Log:
    """What was done to a book."""

    changes: Counter[str] = field(default_factory=Counter)
    lost: dict[Lost, None] = field(default_factory=dict)
    seen: set[tuple[str, Origin, int]] = field(default_factory=set)

    def note(self, draft: Draft, edits: Iterable[Edit]) -> None:
        """Count edits that were made of a draft, and note what is lost by them."""
        for edit in edits:
            origin = draft.origin(edit.start)
            if edit.start == edit.end and not edit.text:  # it changes nothing, and would come again
                key = (edit.kind + edit.lost, origin, edit.start - draft.starts[draft.row(edit.start)])
                if key in self.seen:
                    continue
                self.seen.add(key)
            if edit.kind:
                self.changes[edit.kind] += 1
            if edit.lost:
                self.lost[Lost(origin, edit.lost)] = None


@dataclass(frozen=True)
class Converted:
    """A book as it comes in."""

    drafts: tuple[Draft, ...]
    """Its chapters, in the order of the plan."""

    around: Around
    files: tuple[str, ...]
    """The pictures and other files of SOURCE that chapters show or lead to."""

    log: Log


def convert(shelf: Shelf, plan: Plan, language: str) -> Converted:
    """Return the chapters of a book as Polybook reads them, and what was done to them."""
    log = Log(lost=dict.fromkeys(plan.lost))
    paths = (plan.whole,) if plan.whole else plan.chapters
    begun = list(_opened(shelf, paths, log))
    around = Around(shelf, plan, homes_of(plan, [draft.path for draft in begun]), language)
    begun = [_through(WHOLE, draft, around, log) for draft in begun]
    if plan.whole:
        begun = list(one_file.parts(begun[0]))
        entries = tuple(Entry("chapter", "", draft.path) for draft in begun)
        plan = plan._replace(entries=entries)
        around = replace(around, plan=plan, homes=homes_of(plan, [draft.path for draft in begun]))
    drafts = [_through(FIRST, draft, around, log) for draft in begun]
    around = replace(around, emoji=emoji.known(drafts, around))
    cited = citations.cited(drafts, around)
    log.lost |= dict.fromkeys(cited.lost)
    if cited.references:
        drafts, plan = _with_references(drafts, plan, cited.references, around)
    around = replace(
        around,
        plan=plan,
        homes={
            **around.homes,
            **homes_of(plan, [one.path for one in drafts if one.path not in around.homes]),
        },
        labels=labels.of(drafts),
        headings=labels.headings(drafts),
        captions=labels.captions(drafts),
        cited=cited.words,
        cited_keys=cited.keys,
    )
    drafts = [_through(THEN, draft, around, log, rounds=1) for draft in drafts]
    return Converted(tuple(drafts), around, tuple(_files(drafts, around)), log)


def _with_references(
    drafts: list[Draft], plan: Plan, listed: str, around: Around
) -> tuple[list[Draft], Plan]:
    """The chapters, with the list of references as the last one, or in the one that the book has for it."""
    path = posixpath.join(plan.home, citations.REFERENCES)
    title = citations.title(around.language)
    entry = Entry("chapter", "", path)
    text = f"# {title} {{.unnumbered}}\n\n{listed}\n"
    origin = Origin((around.plan.bibliography or (plan.config,))[0], 0)
    draft = Draft(path, text, [origin] * (text.count("\n") + 1))
    own = next(
        (one for one in drafts if posixpath.basename(one.path).lower().partition(".")[0] in _LISTS), None
    )
    if own is None or path != posixpath.join(posixpath.dirname(own.path), citations.REFERENCES):
        return [*drafts, draft], plan._replace(entries=(*plan.entries, entry))
    kept = re.sub(
        r"^[ \t]*(?:::: ?\{#refs\}\n:::|<div id=\"refs\"></div>|`[^`\n]*`)[ \t]*$", "", own.text, flags=re.M
    )
    whole = Draft(
        path,
        f"{kept.rstrip()}\n\n{listed}\n",
        [own.origins[0]] * (kept.rstrip().count("\n") + listed.count("\n") + 4),
    )
    entries = tuple(one._replace(path=path) if one.path == own.path else one for one in plan.entries)
    return [whole if one is own else one for one in drafts], plan._replace(entries=entries)


_LISTS = {"references", "bibliography"}


def _opened(shelf: Shelf, paths: Sequence[str], log: Log) -> Iterator[Draft]:
    for path in paths:
        try:
            yield Draft(path, shelf.text(path))
        except Unreadable as error:
            log.lost[Lost(Origin(path, 0), f"the chapter cannot be read: {error}")] = None


def _through(
    constructs: Sequence[Construct], draft: Draft, around: Around, log: Log, rounds: int = ROUNDS
) -> Draft:
    """A chapter with these constructs turned into ours."""
    for construct in constructs:
        for _ in range(1 if construct in ONCE else rounds):
            after, made = draft.edited(construct(draft, around))
            if len(after.text) > LONGEST:
                what = "the chapter comes to too much text; no more is included"
                log.lost[Lost(Origin(draft.path, 0), what)] = None
                break
            log.note(draft, made)
            changed = after.text != draft.text
            draft = after
            if not changed:
                break
    return draft


_NAMED = re.compile(r"\b(?:src|href)\s*=\s*[\"']?((?<=[\"'])[^\"'<>]+|[^\s\"'<>]+)", re.IGNORECASE)


def _files(drafts: Sequence[Draft], around: Around) -> Iterator[str]:
    """The files of SOURCE, each once, that chapters show or lead to and that are no chapters."""
    known: dict[str, str] = {place_of(around, path): path for path in around.shelf.paths}
    found: dict[str, None] = {}
    for draft in drafts:
        shown = draft.prose
        own = around.homes[draft.path]
        targets = [draft.text[slice(*link.address)] for link in spans.links(shown)]
        targets += [draft.text[start:end] for _, start, end in spans.definitions(shown)]
        targets += [match[1] for tag in spans.tags(shown) for match in _NAMED.finditer(tag.attributes)]
        for target in targets:
            bare = unquote(target.partition("#")[0].partition("?")[0])
            place = around.shelf.near(own, bare)
            if place in known and ending(place) not in MARKDOWN:
                found[known[place]] = None
    yield from sorted(found)
