"""Typst, the typesetter of the PDF and of the covers, and the fonts that the theme sets text in."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gevent

from polybook.model import BookError, Finding

FONT_PACKAGES = (
    "fontpkg_amiri",
    "fontpkg_frank_ruhl_libre",
    "fontpkg_ibm_plex_serif",
    "fontpkg_ibm_plex_mono",
    "noto_cjk_sans_jp_regular",
    "noto_cjk_sans_jp_bold",
)
"""The packages whose fonts the theme uses."""

CJK_FONT = "Noto Sans CJK JP"


def run(main: Path, inputs: Mapping[str, str], fonts: Sequence[Path], **options: Any) -> bytes | str:
    """Return what Typst makes of the file ``main``, or what it says against it.

    Typst may read what is in the file's folder and below. It sees ``inputs`` as plain strings, so nothing in
    them can be code. ``fonts`` are folders with font files beside the theme's own; ``options`` are those of
    `typst.compile`. Runs in gevent's thread pool. Raises BookError where a package with fonts is missing.
    """
    given = {
        "root": str(main.parent),
        "font_paths": [*_font_folders(), *map(str, fonts)],
        "ignore_system_fonts": True,
        "sys_inputs": dict(inputs),
        **options,
    }
    import typst  # noqa: F401  (missing, it is missed here: gevent prints what is raised in its thread pool)

    written: bytes | str = gevent.get_hub().threadpool.apply(_compile, (main, given))
    return written


def _compile(main: Path, options: dict[str, Any]) -> bytes | str:
    """Errors are returned: gevent's thread pool prints one that is raised in it."""
    import typst

    try:
        return bytes(typst.compile(str(main), **options))
    except typst.TypstError as error:
        return f"{error.message} {' '.join(error.hints or [])}"


def _font_folders() -> list[str]:
    folders = []
    for package in FONT_PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise BookError(
                Finding("fonts", f"the package {package} is missing", hint="python -m pip install -e .")
            )
        folders.append(spec.submodule_search_locations[0])
    return folders
