"""How much of what is translated already comes into a book: from another tool's catalog, from chapters.

    python benchmarks/translations.py catalog BOOK LANGUAGE CATALOG
    python benchmarks/translations.py chapters BOOK LANGUAGE

``catalog`` counts which entries of a catalog become translations of the book in the folder BOOK. ``chapters``
makes chapters out of the book's own catalog, damages them as life does, aligns them, and says of the pairs
that there are how many were found, how many of the sure ones are right, and how many are right and sure.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from polybook.book import load
from polybook.catalogs import locales as catalogs
from polybook.chapters import source
from polybook.chapters.source import Source, extract
from polybook.commands import reading
from polybook.commands.import_translations import entries_of
from polybook.commands.reading import Reading
from polybook.model.catalog import parted
from polybook.proposals import foreign_catalogs, trees
from polybook.proposals.accept import accept
from polybook.proposals.foreign_catalogs import Foreign
from polybook.proposals.proposal import Proposal
from polybook.proposals.spelling import said
from polybook.system.cache import Store

Blocks = list[str]
Damage = Callable[[Blocks, random.Random], Blocks]

COMPLETE = 0.85
"""How much of a chapter is translated, of 1, for it to be made into a translated one."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["catalog", "chapters"])
    parser.add_argument("book", type=Path)
    parser.add_argument("language")
    parser.add_argument("catalogs", nargs="*", type=Path)
    given = parser.parse_args()
    book = reading.gather(given.book, load.load(given.book), reading.opened(given.book))
    if given.what == "catalog":
        for path in given.catalogs:
            print(_of_catalog(book, given.language, path), flush=True)
    else:
        translations = catalogs.read(given.book, given.language).translations
        texts = {key: one.text for key, one in translations.items()}
        for level in LEVELS:
            print(f"{level}: {_of_chapters(book.sources, texts, book, level)}", flush=True)


# ---- catalogs --------------------------------------------------------------------------------


def _of_catalog(book: Reading, language: str, path: Path) -> str:
    """What becomes of the entries of a catalog whose letters and digits stand in the book."""
    obsolete = {entry.text for entry in catalogs.foreign(path).entries if entry.obsolete}
    entries = [one for one in entries_of(path) if not one.is_fuzzy and one.text not in obsolete]
    begun = time.monotonic()
    matched = foreign_catalogs.match(entries, extract(book.book, book.sources))
    accepted = accept(book.book, book.sources, book.destinations, language, matched.proposals)
    seconds = time.monotonic() - begun
    text = "\n".join(_letters(one.chapter.text) for one in book.sources)
    unused = {entry for entry, _ in matched.unused}
    proposed: dict[str, set[str]] = {}
    for one in matched.proposals:
        proposed.setdefault(one.origin, set()).add(one.key)
    literals = sum(foreign_catalogs.is_literal(one.text) for one in entries)
    counted = [
        one for one in entries if not foreign_catalogs.is_literal(one.text) and _letters(one.text) in text
    ]
    codes = [one for one in counted if one in unused and not _says_words(one.text)]
    there = [one for one in counted if one not in set(codes)]
    # What several entries give together has the place of the first.
    used = [
        one for one in there if one not in unused and proposed.get(one.origin, set()) <= accepted.sure.keys()
    ]
    return (
        f"{path.name}: {len(entries)} entries, {literals} strings, {len(codes)} that are code; of "
        f"{len(there)} others in it {len(used)} are translated: {100 * len(used) / len(there):.1f} % "
        f"({len(accepted.sure)} messages, {len(accepted.fuzzy)} fuzzy, {seconds:.1f} s)"
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text)))


def _says_words(text: str) -> bool:
    bare = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", text, flags=re.DOTALL)
    return any(map(str.isalpha, bare))


# ---- chapters --------------------------------------------------------------------------------


def _in_other_order(blocks: Blocks, chance: random.Random) -> Blocks:
    """Two sections have changed places, and two items of lists."""
    heads = [place for place, block in enumerate(blocks) if block.startswith("## ")]
    if len(heads) > 2 and chance.random() < 0.4:
        ends = [*heads[1:], len(blocks)]
        parts = [blocks[begin:end] for begin, end in zip(heads, ends, strict=True)]
        place = chance.randrange(len(parts) - 1)
        parts[place], parts[place + 1] = parts[place + 1], parts[place]
        blocks = [*blocks[: heads[0]], *(block for part in parts for block in part)]
    return [_items_in_other_order(block, chance) for block in blocks]


def _items_in_other_order(block: str, chance: random.Random) -> str:
    items = re.split(r"\n(?=[-*] )", block)
    if not re.match(r"[-*] ", block) or len(items) < 3 or chance.random() > 0.3:
        return block
    place = chance.randrange(len(items) - 1)
    items[place], items[place + 1] = items[place + 1], items[place]
    return "\n".join(items)


def _edited(blocks: Blocks, chance: random.Random) -> Blocks:
    """Paragraphs are left out, joined, divided and added; links lead to pages in the language."""
    new: Blocks = []
    place = 0
    while place < len(blocks):
        block, dice = blocks[place], chance.random()
        place += 1
        if _is_paragraph(block) and dice < 0.05:
            continue
        if _is_paragraph(block) and dice < 0.08 and place < len(blocks) and _is_paragraph(blocks[place]):
            block += " " + blocks[place]
            place += 1
        elif _is_paragraph(block) and dice < 0.11:
            third = len(block) // 3
            if (end := re.search(r"[.。!?]\s*(?=\S)", block[third:])) and block[third + end.end() :].strip():
                new.append(block[: third + end.end()])
                block = block[third + end.end() :]
        elif _is_paragraph(block) and dice < 0.14:
            new.append("*(Translator)* 1 2 xyz.")
        new.append(re.sub(r"\]\((https?://[^)]*?)/en(/|\))", r"](\1/xx\2", block))
    return new


def _is_paragraph(block: str) -> bool:
    return bool(re.match(r"[^\s#>|`~\-*+<:\d\[!]", block)) and not re.search(r"\n(```|[-*] )", block)


LEVELS: dict[str, Sequence[Damage]] = {
    "whole": (),
    "in another order": (_in_other_order,),
    "of an older source": (),
    "all damage": (_in_other_order, _edited),
}


@dataclass(frozen=True)
class _Score:
    there: int
    found: float
    right: float
    sure: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.there} pairs, found {self.found:.1f} %, right {self.right:.2f} %, sure {self.sure:.1f} % "
            f"({self.seconds:.1f} s)"
        )


def _of_chapters(sources: Sequence[Source], texts: Mapping[str, str], book: Reading, level: str) -> _Score:
    chance = random.Random(1)
    chosen = [one for one in sources if _is_complete(one, texts)]
    is_old = level == "of an older source"
    old = {one.chapter.path: _older(one, chance) for one in chosen} if is_old else {}
    made = []
    for one in chosen:
        blocks = _blocks(_translated(one, texts, old.get(one.chapter.path, one.chapter.text)))
        for damage in LEVELS[level]:
            blocks = damage(blocks, chance)
        made.append(replace(one.chapter, text="\n\n".join(blocks) + "\n"))
    theirs = _read(book, made)
    ours = (
        _read(book, [replace(one.chapter, text=old[one.chapter.path]) for one in chosen])
        if is_old
        else chosen
    )
    begun = time.monotonic()
    pairs = trees.paired(ours, theirs)
    proposals = trees.propose(pairs).proposals
    if is_old:
        entries = [Foreign(parted(one.key)[1], one.text, one.origin, not one.is_sure) for one in proposals]
        messages = [slot.message for one in chosen for slot in one.slots]
        proposals = foreign_catalogs.match(entries, messages).proposals
    seconds = time.monotonic() - begun
    there = {said(slot.message.text) for one in theirs for slot in one.slots}
    known = {key for one in chosen for key in one.keys}
    wanted = {key: said(text) for key, text in texts.items() if key in known and said(text) in there}
    return _scored(wanted, texts, proposals, seconds)


def _scored(
    wanted: Mapping[str, str], texts: Mapping[str, str], proposals: Iterable[Proposal], seconds: float
) -> _Score:
    first: dict[str, Proposal] = {}
    for one in proposals:
        first.setdefault(one.key, one)
    sure = [one for one in first.values() if one.is_sure and one.key in texts]
    right = [one for one in sure if said(one.text) == said(texts[one.key])]
    found = [key for key, text in wanted.items() if key in first and said(first[key].text) == text]
    both = [key for key in found if first[key].is_sure]
    part = 100 / max(1, len(wanted))
    whole = 100 * len(right) / max(1, len(sure))
    return _Score(len(wanted), len(found) * part, whole, len(both) * part, seconds)


def _is_complete(one: Source, texts: Mapping[str, str]) -> bool:
    return bool(one.keys) and sum(key in texts for key in one.keys) >= COMPLETE * len(one.keys)


def _read(book: Reading, chapters: Iterable[source.Chapter]) -> tuple[Source, ...]:
    return source.read(replace(book.book, chapters=tuple(chapters)), Store(None))[0]


def _translated(one: Source, texts: Mapping[str, str], text: str) -> str:
    """A chapter's text with its translations in their places; where it was changed before, that stays."""
    for slot in reversed(one.slots):
        known = texts.get(slot.message.key)
        if known is None or slot.end <= slot.start:
            continue
        if slot.message.kind == "table cell":
            known = known.replace("|", "\\|")
        before = text[text.rfind("\n", 0, slot.start) + 1 : slot.start]
        marks = re.match(r"[ >]*", before)
        known = known.replace("\\\n", "\\\n" + (marks[0] if marks else ""))
        text = text[: slot.start] + known + text[slot.end :]
    return text


def _older(one: Source, chance: random.Random) -> str:
    """A chapter as it was before: of some paragraphs two words are others. It is as long as it is now."""
    text = list(one.chapter.text)
    for slot in one.slots:
        if slot.message.kind == "paragraph" and chance.random() < 0.1:
            words = list(
                re.finditer(r"(?<![\w`*_\[\](){}/.:<])[a-z]{5,}(?= )", "".join(text[slot.start : slot.end]))
            )
            for word in chance.sample(words, min(2, len(words))):
                begin = slot.start + word.start()
                text[begin : begin + len(word[0])] = chance.choice("bcdfghjk") + "x" * (len(word[0]) - 1)
    return "".join(text)


def _blocks(text: str) -> Blocks:
    """What stands between empty lines, but for those in fences."""
    found: Blocks = []
    part: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
        elif mark:
            fence = mark[1]
        elif not line.strip():
            found += ["\n".join(part)] * bool(part)
            part = []
            continue
        part.append(line)
    return [*found, "\n".join(part)] if part else found


if __name__ == "__main__":
    main()
