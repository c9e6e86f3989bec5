"""What a release holds, in a form that programs can check."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from polybook import __version__
from polybook.model.book import Settings
from polybook.model.edition import Edition

FORMAT = 1
"""The number of this form of the manifest; a later one that programs cannot read has a higher number."""

TOOLS = (
    "babel",
    "cogapp",
    "jinja2",
    "pagefind-bin-extended",
    "pikepdf",
    "pygments",
    "pypandoc_binary",
    "typst",
    "fontpkg-amiri",
    "fontpkg-frank-ruhl-libre",
    "fontpkg-ibm-plex-mono",
    "fontpkg-ibm-plex-serif",
    "manimgx-fonts",
    "noto-cjk-sans-jp-bold",
    "noto-cjk-sans-jp-regular",
)
"""The packages that artifacts are made with: another version of one may make other bytes."""

MEDIA_TYPES = {
    "epub": "application/epub+zip",
    "html": "text/html",
    "md": "text/markdown",
    "pdf": "application/pdf",
    "zip": "application/zip",
}

Place = tuple[str, str]
"""A language and a format."""


def sums(digests: Mapping[str, str]) -> bytes:
    """Return the file that ``sha256sum -c`` reads, from the digests of files by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def render(
    settings: Settings,
    editions: Sequence[Edition],
    source: Mapping[str, str | None],
    places: Mapping[Place, str],
    sizes: Mapping[str, int],
    digests: Mapping[str, str],
) -> bytes:
    """Return the manifest: what the release is of, what made it, and each artifact's size and digest.

    ``places`` says where each artifact is; ``sizes`` (bytes) and ``digests`` (SHA-256) are of all files by
    path. A site is many files: its digest is that of their lines in SHA256SUMS.
    """
    artifacts = [_artifact(place, path, sizes, digests) for place, path in places.items()]
    artifacts += [
        _artifact((None, "zip"), path, sizes, digests)
        for path in digests
        if "/" not in path and path.endswith(".zip")
    ]
    content = {
        "format": FORMAT,
        "name": settings.name,
        "title": settings.title,
        "identifier": settings.identifier,
        "date": settings.date or None,
        "source": source,
        "tools": _tools(),
        "editions": [
            {
                "language": edition.locale,
                "title": edition.settings.title,
                "messages": edition.messages,
                "translated": edition.translated,
                "percent": edition.percent,
            }
            for edition in editions
        ],
        "artifacts": artifacts,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _artifact(
    place: tuple[str | None, str], path: str, sizes: Mapping[str, int], digests: Mapping[str, str]
) -> dict[str, Any]:
    locale, kind = place
    shared = {"path": path, "language": locale, "format": kind, "media-type": MEDIA_TYPES[kind]}
    if kind != "html":
        return {**shared, "size": sizes[path], "sha256": digests[path]}
    within = {name: digest for name, digest in digests.items() if name.startswith(f"{path}/")}
    return {
        **shared,
        "files": len(within),
        "size": sum(sizes[name] for name in within),
        "sha256": sha256(sums(within)).hexdigest(),
    }


def _tools() -> dict[str, str]:
    found = {"polybook": __version__, "python": platform.python_version()}
    for name in TOOLS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # the system's pandoc does as well, for one
            continue
    return found
