"""What a step depends on beside what it is made of: Polybook's own files, and the tools."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from polybook.system.cache import digest

PACKAGE = Path(__file__).parent.parent

_INSTALLED = re.compile(r"(.+?)-([^-]+)\.dist-info")


@cache
def code(*packages: str) -> str:
    """Return the digest of the modules and scripts of Polybook's own ``packages``: ``"markup", "chapters"``.

    What lies in folders of theirs does not count, so ``render`` is without the theme. Raises
    FileNotFoundError for a package that is not there: a step would go by nothing, and never be done again.
    """
    return _digest(path for package in packages for path in sorted((PACKAGE / package).iterdir()))


@cache
def below(*folders: str) -> str:
    """Return the digest of all of Polybook's own files in ``folders`` and below; ``""`` stands for all."""
    return _digest(path for folder in folders for path in sorted((PACKAGE / folder).rglob("*")))


def forget() -> None:
    """Read Polybook's own files anew when they are next asked for."""
    code.cache_clear()
    below.cache_clear()


def _digest(paths: Iterable[Path]) -> str:
    files = [path for path in paths if path.suffix not in (".pyc", ".pyo") and path.is_file()]
    return digest(*(part for path in files for part in (str(path.relative_to(PACKAGE)), path.read_bytes())))


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
