"""What git knows of a book: which commit it is at, and what it held at the last edition."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gevent import subprocess

from polybook.model import layout
from polybook.model.findings import BookError, Finding
from polybook.system import temporary

MERGES = 1000
"""At how many merges since the last tag `merges` looks."""

_WARY = ("-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false")
"""A folder of the book may look like a repository, with settings that name programs: it is taken for none."""

SECONDS = 60
"""The wall-clock limit of one git process."""


@dataclass(frozen=True)
class State:
    """A book's commit. What a tag at that very commit is called is no part of it: the tag may come later."""

    revision: str
    """The commit's full name."""

    seconds: int
    """When it was committed, in seconds since 1970 (UTC)."""

    previous: str
    """The nearest tag before it, which stands for the last edition; empty where there is none."""

    shallow: bool
    """Whether older commits are missing here, so that nobody can tell the last edition."""

    changed: tuple[str, ...]
    """Files of the book that are not as they were committed, relative to the book's folder."""


def state(root: Path, ours: Iterable[str], others: Iterable[str] = ()) -> State | None:
    """Return the commit that the book in ``root`` is at; None where no git knows it.

    ``ours`` are the files and folders that make the book, relative to ``root``; what the patterns ``others``
    match does not, if git does not know it. Raises BookError with what git says where it fails.
    """
    if not shutil.which("git") or not _is_tracked(root):
        return None
    revision, seconds = _git(root, "show", "-s", "--format=%H %ct", "HEAD").split()
    here = _git(root, "tag", "--points-at", "HEAD").splitlines()
    # git describe fails where there is no tag at all.
    older = _git(root, "tag", "--merged", "HEAD", "--no-contains", "HEAD")
    apart = [f"--exclude={tag}" for tag in here]
    previous = _git(root, "describe", "--tags", "--abbrev=0", *apart, "HEAD") if older else ""
    return State(
        revision,
        int(seconds),
        previous,
        _git(root, "rev-parse", "--is-shallow-repository") == "true",
        tuple(_changed(root, ours, others)),
    )


def at(root: Path, tag: str, path: str) -> bytes | None:
    """Return a file of the book as it was at ``tag``; None where it was not."""
    done = _run(root, "cat-file", "blob", f"{tag}:./{path}")
    return done.stdout if done.returncode == 0 else None


def uncommitted(root: Path, paths: Iterable[str]) -> list[str]:
    """Return the files among ``paths`` of the book that are not as they were committed.

    Raises BookError where no git knows the book.
    """
    if not shutil.which("git") or not _is_tracked(root):
        raise BookError(Finding("git", "no git knows this book", hint="git init"))
    return _changed(root, paths)


def _changed(root: Path, paths: Iterable[str], others: Iterable[str] = ()) -> list[str]:
    """The files among ``paths`` that are not as they were committed, relative to ``root``.

    Files that git does not know are none of them where a pattern of ``others`` matches.
    """
    named = ["-z", "--", *paths]
    edited = _git(root, "diff", "HEAD", "--name-only", "--no-renames", "--relative", *named)
    passed_over = [f":(exclude,glob){pattern}" for pattern in others]
    unknown = _git(root, "ls-files", "--others", "--exclude-standard", *named, *passed_over)
    return sorted({path for path in f"{edited}\0{unknown}".split("\0") if path})


def commit(root: Path, paths: Sequence[str], subject: str) -> None:
    """Commit these files of the book, and nothing else; raises BookError with what git says."""
    _git(root, "add", "--", *paths)
    _git(root, "commit", "-q", "-m", subject, "--", *paths)


@dataclass(frozen=True)
class MergeCommit:
    """A commit that merged two others."""

    revision: str
    ours: str
    theirs: str


def merges(root: Path) -> list[MergeCommit]:
    """Return the merges since the last tag, newest first; none where no git knows the book."""
    if (
        not shutil.which("git")
        or not _is_tracked(root)
        or _run(root, "rev-parse", "-q", "--verify", "HEAD").returncode
    ):
        return []
    tags = _git(root, "tag", "--merged", "HEAD")
    since = [f"^{_git(root, 'describe', '--tags', '--abbrev=0', 'HEAD')}"] if tags else []
    listed = _git(root, "rev-list", "--merges", "--parents", f"--max-count={MERGES}", "HEAD", *since)
    commits = [line.split() for line in listed.splitlines()]
    return [MergeCommit(*commit) for commit in commits if len(commit) == 3]


def blobs(root: Path, places: Iterable[tuple[str, str]]) -> list[str]:
    """Return git's names for the contents of files, each given by revision and path; empty for none."""
    asked = "".join(f"{revision}:./{path}\n" for revision, path in places)
    done = _run(root, "cat-file", "--batch-check=%(objectname)", text=asked.encode())
    if done.returncode:
        raise _failed("cat-file", done)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return ["" if line.endswith(" missing") else line for line in lines]


def common(root: Path, one: str, other: str) -> str:
    """Return the commit that two commits came of; empty where there is none here."""
    done = _run(root, "merge-base", one, other)
    return "" if done.returncode else str(done.stdout, "ascii").strip()


def merge_lines(ours: Path, base: Path, theirs: Path) -> None:
    """Merge files by line into ``ours``, as git does by itself; where that fails it holds git's marks."""
    _run(ours.parent, "merge-file", *map(str, (ours, base, theirs)))


def merged_lines(ours: bytes, base: bytes, theirs: bytes) -> bytes:
    """Return the merge by line of three contents of a file, with git's marks where it fails."""
    with temporary.folder() as folder:
        paths = [folder / side for side in ("ours", "base", "theirs")]
        for path, content in zip(paths, (ours, base, theirs), strict=True):
            path.write_bytes(content)
        merge_lines(*paths)
        return paths[0].read_bytes()


def _is_tracked(root: Path) -> bool:
    # A folder may lie in a repository that knows nothing of it, such as one that ignores it.
    done = _run(root, "ls-files", "--error-unmatch", layout.SETTINGS)
    if done.returncode > 1 and b"not a git repository" not in done.stderr:
        raise _failed("ls-files", done)  # as where the folder belongs to somebody else
    return bool(done.returncode == 0)


def user(root: Path) -> str:
    """Who commits here, as git's settings say; empty where they, or git, do not."""
    if not shutil.which("git"):
        return ""
    return str(_run(root, "config", "user.name").stdout, "utf-8", "replace").strip()


def _git(root: Path, *arguments: str) -> str:
    done = _run(root, *arguments)
    if done.returncode:
        raise _failed(arguments[0], done)
    return str(done.stdout, "utf-8", "replace").strip()


def _failed(verb: str, done: subprocess.CompletedProcess[bytes]) -> BookError:
    said = " ".join(done.stderr.decode("utf-8", "replace").split())
    return BookError(Finding("git", f"git {verb} failed: {said}"))


def _run(root: Path, *arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *_WARY, "-C", str(root), *arguments],
            input=text,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise BookError(Finding("git", f"git {arguments[0]} was stopped after {SECONDS} seconds")) from None
