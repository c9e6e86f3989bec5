"""What a new message most likely came of: a guess, for a translator to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from polybook.catalogs import po
from polybook.model.catalog import key_of, parted

NEAR = 70
"""How like an old message a new one must be, of 100 (RapidFuzz's ratio), to take its translation as fuzzy."""

SHORT = 60
"""How long a message is compared with all that are gone, in characters."""


def near(fresh: Sequence[str], gone: Sequence[po.Entry], kept: Sequence[po.Entry]) -> dict[str, po.Entry]:
    """For each new message the entry it most likely came of.

    That is one that is fuzzy because it was made for this very message, one with the same text in another
    context, or the one most like it among those that are gone, of which each is given away once.
    """
    same = {entry.text: entry for entry in (*gone, *kept) if entry.translated}
    made_for = {key_of(*entry.previous): entry for entry in gone if entry.translated and entry.previous}
    texts = {key: parted(key)[1] for key in fresh}
    found = {key: origin for key, text in texts.items() if (origin := made_for.get(key) or same.get(text))}
    taken = {entry.key for entry in found.values()}
    candidates = [entry for entry in gone if entry.translated and entry.key not in taken]
    if not candidates:
        return found

    from rapidfuzz import fuzz, process

    rest = [key for key in fresh if key not in found]
    rivals = _rivals([texts[key] for key in rest], [entry.text for entry in candidates])
    ranked = sorted(
        (-score, rank, index)
        for rank, (key, olds) in enumerate(zip(rest, rivals, strict=True))
        for _, score, index in process.extract(
            texts[key], olds, scorer=fuzz.ratio, score_cutoff=NEAR, limit=3
        )
    )
    for _, rank, index in ranked:
        if rest[rank] not in found and candidates[index].key not in taken:
            found[rest[rank]] = candidates[index]
            taken.add(candidates[index].key)
    return found


def _rivals(texts: Sequence[str], olds: Sequence[str]) -> Iterator[Mapping[int, str]]:
    """For each text the old ones that may be like it, by their places.

    Short ones are compared with all, which is quick; a long one only with those that share most of its rare
    words. Comparing all with all would take a minute for a big book that changed much.
    """
    everyone = dict(enumerate(olds))
    found_in: dict[str, list[int]] = {}
    for index, old in everyone.items():
        for token in _tokens(old):
            found_in.setdefault(token, []).append(index)
    common = 20 + len(olds) // 20
    for text in texts:
        if len(text) < SHORT:
            yield everyone
            continue
        shared = Counter(
            index
            for token in _tokens(text)
            if len(indexes := found_in.get(token, [])) <= common
            for index in indexes
        )
        yield {index: olds[index] for index, _ in shared.most_common(5)}


def _tokens(text: str) -> set[str]:
    """A text's words; of what is written without spaces between words, every three characters."""
    return {
        token
        for word in text.split()
        for token in (
            [word] if len(word) < 20 else [word[place : place + 3] for place in range(len(word) - 2)]
        )
    }
