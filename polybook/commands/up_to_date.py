"""Whether a build would only make what is there already, told before anything is loaded that builds.

By content: not the clock is asked, nor git: every file that a build reads, and every file that it made.
"""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from polybook.book.confine import is_inside
from polybook.model import layout
from polybook.model.artifacts import Artifact, Built
from polybook.model.findings import BookError, Finding
from polybook.system import fingerprints
from polybook.system.cache import digest, digest_of
from polybook.system.files import write
from polybook.system.made import RECORD


def build(
    root: Path,
    languages: Sequence[str],
    formats: Sequence[str],
    strict: bool,
    moment: datetime | None,
    make: Callable[[], Built],
) -> Built:
    """Return what ``make`` builds; where all is as the same build left it, what that said, and do nothing."""
    record = root / layout.BUILDS / digest_of([sorted(languages), sorted(formats), strict])
    inputs = _inputs(root, moment)
    with suppress(OSError, ValueError, KeyError, TypeError):  # no record, or a torn one
        known = json.loads(record.read_bytes())
        if known["inputs"] == inputs and known["outputs"] == _outputs(root, known["locales"]):
            artifacts = [replace(Artifact(**one), seconds=0.0) for one in known["artifacts"]]
            return Built(tuple(artifacts), tuple(Finding(**one) for one in known["findings"]))
    built = make()
    if not built.unreadable and not built.failed:
        locales = sorted({one.locale for one in built.artifacts})
        told = {
            "inputs": inputs,
            "locales": locales,
            "outputs": _outputs(root, locales),
            "artifacts": [asdict(one) for one in built.artifacts],
            "findings": [asdict(one) for one in built.findings],
        }
        with suppress(BookError):
            write(record, json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return built


def _inputs(root: Path, moment: datetime | None) -> str:
    """The digest of all that a build depends on."""
    settings = root / layout.SETTINGS
    table = {}
    with suppress(OSError, ValueError, AttributeError, RecursionError):
        if settings.is_file():
            table = tomllib.loads(settings.read_text("utf-8")).get("tool", {}).get("polybook", {})
    listed = table.get("fonts") if isinstance(table, dict) else None
    fonts = [
        name
        for name in (listed if isinstance(listed, list) else ())
        if isinstance(name, str) and "\0" not in name
    ]
    tools = [fingerprints.below(""), digest_of(fingerprints.installed()), fingerprints.of()]
    given = [moment.isoformat() if moment else ""]
    files = [
        settings,
        root / layout.WAIVERS,
        *(file for name in (*layout.READ, *fonts) for file in below(root / name)),
    ]
    return _digest(root, files, [*tools, *given])


def _outputs(root: Path, locales: Sequence[str]) -> str:
    """The digest of what stands above all editions, and of the editions in ``locales``."""
    above = [
        Path(entry.path)
        for entry in os.scandir(root / layout.OUTPUT)
        if entry.is_file() and entry.name != RECORD  # builds of other languages change it
    ]
    return _digest(
        root, [*sorted(above), *(file for one in locales for file in below(root / layout.OUTPUT / one))]
    )


def _digest(root: Path, files: Sequence[Path], more: Sequence[str] = ()) -> str:
    parts: list[str | bytes] = [*more]
    for file in files:
        parts += [str(file.relative_to(root) if file.is_relative_to(root) else file)]
        content = ""
        with suppress(OSError):
            content = digest(file.read_bytes()) if _is_read(root, file) else ""
        parts += [content]
    return digest(*parts)


def _is_read(root: Path, file: Path) -> bool:
    """Whether it is a file that a build would read: no pipe, and nowhere else by a link."""
    with suppress(OSError):
        mode = file.lstat().st_mode
        return stat.S_ISREG(mode) or (stat.S_ISLNK(mode) and file.is_file() and is_inside(root, file))
    return False


def below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, sorted; compiled modules are none."""
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(path, name) for name in sorted(names))
