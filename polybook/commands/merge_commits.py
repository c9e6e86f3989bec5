"""What merges since the last release made of catalogs.

A host of git runs no merge driver of a book's, and merges by line. That can put a translation beside a text
that it was not made for, and nothing in the file shows it; so each merge is made again, by message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from polybook.catalogs import locales as catalogs
from polybook.catalogs.three_way import Difference
from polybook.model.catalog import Catalog
from polybook.model.findings import BookError, Finding
from polybook.release import git
from polybook.release.git import MergeCommit


def check(root: Path, found: Sequence[Catalog]) -> list[Finding]:
    """Return a warning for each message of the catalogs that a merge left other than a merge by message does.

    What was translated or made fuzzy since is nobody's concern. Where git fails, that is a warning.
    """
    try:
        merges = git.merges(root) if found else []
    except BookError as error:
        return [replace(finding, severity="warning") for finding in error.findings]
    return [finding for catalog in found for finding in _of_catalog(root, catalog, merges)]


def _of_catalog(root: Path, catalog: Catalog, merges: Sequence[MergeCommit]) -> Iterator[Finding]:
    places = [(revision, catalog.path) for one in merges for revision in (one.revision, one.ours, one.theirs)]
    names = iter(git.blobs(root, places) if places else [])
    told = set()
    for merge, made, ours, theirs in zip(merges, names, names, names, strict=True):
        if not (made and ours and theirs) or ours == theirs:
            continue
        for difference in _differences(root, catalog.path, merge):
            finding = _finding(catalog, merge, difference)
            if finding and difference.key not in told:
                told.add(difference.key)
                yield finding


def _differences(root: Path, path: str, merge: MergeCommit) -> list[Difference]:
    common = git.common(root, merge.ours, merge.theirs)
    revisions = (common, merge.ours, merge.theirs, merge.revision)
    base, ours, theirs, made = (git.at(root, one, path) or b"" if one else b"" for one in revisions)
    if base in (ours, theirs):  # git took the other as it is
        return []
    return catalogs.merge_differences(base, ours, theirs, made, git.merged_lines(ours, base, theirs))


def _finding(catalog: Catalog, merge: MergeCommit, difference: Difference) -> Finding | None:
    """What to say of a difference; None where the catalog holds something else by now."""
    now = catalog.translations.get(difference.key)
    commit = merge.revision[:10]
    if now and difference.made == now.text:
        what = f"the merge {commit} made this translation of two lines of work: neither had it for this text"
        hint = "read it against the text; translate it anew, or make it fuzzy"
        return Finding("merge", what, catalog.path, now.line, hint, "warning")
    waits = catalog.fuzzy.get(difference.key) or catalog.empty.get(difference.key)
    if waits and difference.lost:
        what = f"the merge {commit} lost a translation of this message: {difference.lost}"
        return Finding("merge", what, catalog.path, waits.line, "take it again, or another", "warning")
    return None
