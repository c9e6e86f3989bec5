"""What changed since the last edition, for people: a page of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from polybook.model import layout
from polybook.model.edition import Edition
from polybook.release.changes import TextChanges, TranslationChanges
from polybook.render.words import words


def render(
    editions: Sequence[Edition],
    unfinished: Sequence[Edition],
    previous: str,
    revision: str,
    text: TextChanges,
    translations: Mapping[str, TranslationChanges],
) -> bytes:
    """Return the release notes. ``editions`` are the released ones, the source's first; ``unfinished`` the
    others; ``previous`` is the tag of the last edition, or empty; ``revision`` the commit's name, or empty.
    """
    source = editions[0]
    dated = f", edition of {source.settings.date}" if source.settings.date else ""
    lines = [f"# {source.settings.title}{dated}", ""]
    if previous:
        titles = {chapter.path: chapter.title for chapter in source.chapters}
        lines += [f"Changes since {previous}.", "", "## The text", "", *_text(text, titles)]
        for edition in editions[1:]:
            lines += ["", f"## {_named(edition)}", "", *_translation(edition, translations, titles)]
    else:
        lines += ["This is the first edition.", "", *(_item(edition) for edition in editions[1:])]
    if unfinished:
        lines += ["", "## In translation, not released yet", "", *(_item(edition) for edition in unfinished)]
    lines += ["", "## To verify", "", *_verify(revision)]
    return "\n".join([*_squeezed(lines), ""]).encode()


def _text(text: TextChanges, titles: Mapping[str, str]) -> Iterator[str]:
    paths = list(dict.fromkeys(sorted([*text.added, *text.changed, *text.gone])))
    if not paths:
        yield "Nothing changed."
        return
    yield "| Messages in | new | changed | gone |"
    yield "| --- | --: | --: | --: |"
    for path in paths:
        counts = (text.added[path], text.changed[path], text.gone[path])
        yield f"| {_titled(path, titles)} | {counts[0]} | {counts[1]} | {counts[2]} |"


def _translation(
    edition: Edition, translations: Mapping[str, TranslationChanges], titles: Mapping[str, str]
) -> Iterator[str]:
    found = translations[edition.locale]
    yield f"- {_share(edition)}"
    yield _listed("Newly translated", found.fresh, titles)
    yield _listed("Revised", found.revised, titles)


def _share(edition: Edition) -> str:
    return f"{edition.translated} of {edition.messages} messages are translated ({edition.percent} %)"


def _item(edition: Edition) -> str:
    return f"- {_named(edition)}: {_share(edition)}"


def _listed(what: str, counts: Counter[str], titles: Mapping[str, str]) -> str:
    if not counts:
        return f"- {what}: none"
    parts = "; ".join(f"{_titled(path, titles)}: {count}" for path, count in sorted(counts.items()))
    return f"- {what}: {counts.total()} ({parts})"


def _named(edition: Edition) -> str:
    return f"{words(edition.locale).name} ({edition.locale})"


def _titled(path: str, titles: Mapping[str, str]) -> str:
    """What people know a file of the book by."""
    if path == layout.SETTINGS:  # the title, what is said below it, the authors
        return "Title page"
    if path == layout.SUMMARY:
        return "Contents"
    title = titles.get(path, "")
    return title.replace("|", "\\|") or f"`{path}`"


def _verify(revision: str) -> Iterator[str]:
    yield "`sha256sum -c SHA256SUMS`, beside the files, says whether they are as they were released."
    if revision:
        yield f"`git checkout {revision} && python build.py release` makes the same bytes, with the"
        yield "tools that `manifest.json` names."


def _squeezed(lines: Iterable[str]) -> Iterator[str]:
    """Without an empty line after another."""
    before = ""
    for line in lines:
        if line or before:
            yield line
        before = line
