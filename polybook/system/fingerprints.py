"""What a step depends on beside what it is made of: Polybook's own files, and the tools."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

from polybook.system.cache import digest

PACKAGE = Path(__file__).parent.parent

_INSTALLED = re.compile(r"(.+?)-([^-]+)\.dist-info")


@cache
def own(*patterns: str) -> str:
    """Return the digest of Polybook's own files that match ``patterns``, relative to the package."""
    paths = sorted({path for pattern in patterns for path in PACKAGE.glob(pattern) if _counts(path)})
    return digest(
        *(part for path in paths for part in (path.relative_to(PACKAGE).as_posix(), path.read_bytes()))
    )


def _counts(path: Path) -> bool:
    return path.suffix not in (".pyc", ".pyo") and path.is_file()


@cache
def of(*packages: str) -> str:
    """Return the versions of packages, and Python's own."""
    known = installed()
    return " ".join(
        [
            f"{sys.version_info.major}.{sys.version_info.minor}",
            *(f"{one} {known.get(_plain(one), 'none')}" for one in packages),
        ]
    )


@cache
def installed() -> dict[str, str]:
    """Every installed package and its version, read off the names of the folders that say so.

    importlib.metadata takes ten times as long to be imported.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = [path.name for path in Path(folder or ".").iterdir()]
        except OSError:
            continue
        for name in names:
            if match := _INSTALLED.fullmatch(name):
                found.setdefault(_plain(match[1]), match[2])
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
