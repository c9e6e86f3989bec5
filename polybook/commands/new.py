"""Start a book in a folder of its own: whole, and in a state that builds and passes its checks."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from string import Template

from polybook import __version__
from polybook.commands import init, refresh, update
from polybook.commands.reading import read
from polybook.model import layout
from polybook.model.findings import BookError, Finding, UsageError
from polybook.system import files

TEMPLATES = Path(__file__).with_name("new_book")
"""What a new book is made of. ``.in`` at the end of a name and ``dot-`` at its beginning keep tools from
taking a file for one of Polybook's own."""


def start(folder: Path, locales: Sequence[str], here: Path, now: datetime) -> None:
    """Make a book in ``folder``, with its message template and an empty catalog for each of ``locales``.
    ``here`` is the working folder.

    It is made beside the folder and renamed, so it is there whole or not at all. Raises UsageError where
    there is something already or a locale is none, BookError where the disk refuses.
    """
    target = folder.resolve()
    _require_room(folder, target, here)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as beside:
            made = Path(beside, target.name)
            files.write_folder(made, _contents(target.name, now))
            refresh.refresh_source(made)
            reading = read(made)
            for locale in locales:
                init.start(reading, locale, now)
            update.save(reading, now)
            shutil.rmtree(made / layout.CACHE)
            made.rename(target)
    except OSError as error:
        said = f"the book cannot be made here: {error.strerror or error}"
        raise BookError(Finding("disk", said, str(folder))) from None


def _require_room(folder: Path, target: Path, here: Path) -> None:
    if target == here:
        raise UsageError(
            Finding("new", "a book is made in a folder of its own", str(folder), hint="polybook new my-book")
        )
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(
            Finding("new", "there is something already", str(folder), hint="name a folder that is not there")
        )


def _contents(name: str, now: datetime) -> dict[str, bytes]:
    """The new book's files by path; ``name`` is what its folder is called."""
    shown = "".join(letter if letter.isprintable() else " " for letter in name)
    title = " ".join(re.split(r"[-_\s]+", shown)).strip() or "Book"
    title = title[:1].upper() + title[1:]
    values = {
        "name": re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "book",
        "title": json.dumps(title, ensure_ascii=False),
        "plain_title": title,
        "identifier": uuid.uuid4().urn,
        "date": f"{now:%Y-%m-%d}",
        "year": f"{now:%Y}",
        "version": __version__,
    }
    return {
        path.relative_to(TEMPLATES).as_posix().replace("dot-", ".").removesuffix(".in"): Template(
            path.read_text("utf-8")
        )
        .substitute(values)
        .encode()
        for path in sorted(TEMPLATES.rglob("*.in"))
    }
