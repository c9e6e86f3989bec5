"""Typst, the typesetter of the PDF and of the covers, and the fonts that the theme sets text in."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import gevent

from polybook.model import layout
from polybook.model.book import Theme
from polybook.model.findings import BookError, Finding
from polybook.system import fingerprints
from polybook.system.cache import digest, digest_of
from polybook.system.processes import at_work

FONT_PACKAGES = {
    "fontpkg_amiri": "183bc599161cf68b93441ff6cfc82bff3956ac55ef10d0d012aa458951d0d557",
    "fontpkg_frank_ruhl_libre": "28d09db9b3843c71a26ce6d21bd5db6dbdd1bbe04703a4d59b84ff2e37985e4b",
    "fontpkg_ibm_plex_serif": "48ef1b95048f0fc94cfd5cf5409d4ab83590205fc1a2dbc64e9356fb86959dea",
    "fontpkg_ibm_plex_mono": "a7c6f741d72aeeed00c7ccfd2d9703cef666df7df2bceab8be15add44117b100",
    "noto_cjk_sans_jp_regular": "98abf56584377ddabdbe8becbd7f38ae5dbb8512ef25e216a8b60c74bb814966",
    "noto_cjk_sans_jp_bold": "ad463e1e9e201bc2f979d764c43aaaeb399f8e0aa9956502d72eabe1805e1be5",
    # Noto Emoji, and Noto Sans for letters that none of the others has
    "manimgx_fonts": "930ac5aadfe9586e781a35592f3af1750e53723da6ad9a3f2bfa775621b0b01a",
    "pylopdf_fonts_jp": "c89b842f346a69777b29a61e02d8f3ad83ee1df7e785839bf3ecd23968a4bfa7",
}
"""The packages whose fonts the theme uses, each with the SHA-256 of its fonts (`_fonts_digest`)."""

EXTRA_FONT_PACKAGES = {
    "pylopdf_fonts_zh_cn": "68af30d216e1996df0453a3a6a9d581dd51d0bd9b0b02d817d73d5f5452b51ae",
    "pylopdf_fonts_zh_tw": "a2b4ef5aa2c3b9dc911540281c1d6e295994f319a8d88a82c48dedb6d835e7b4",
}
"""Those that the extra ``zh`` brings."""

CJK_FONT = "Noto Sans CJK JP"

_SERIFS = {
    "ja": ("pylopdf_fonts_jp", "Noto Serif JP"),
    "zh-Hans": ("pylopdf_fonts_zh_cn", "Noto Serif SC"),
    "zh-Hant": ("pylopdf_fonts_zh_tw", "Noto Serif TC"),
}
"""The fonts of text in Chinese and Japanese, and their packages."""

TEXT_FONTS = ("IBM Plex Serif", "Amiri", "Frank Ruhl Libre", "Noto Serif JP", CJK_FONT, "Noto Emoji")
"""The fonts of the theme's text, in which Typst looks for a glyph before it looks in all others."""


STANDARDS = ["a-2a", "ua-1"]
"""What is asked of Typst for PDFs, which it refuses to write where they fall short: PDF/A-2a and PDF/UA-1."""

_PACKAGES = "packages"
"""The folder beside a main file in which Typst finds packages: ``packages/preview/name/1.0.0``."""

_UNPACKED = ("failed to download package", "package not found")
"""What Typst says of a package that is not there."""

_OFFLINE = {"https_proxy": "socks5://127.0.0.1:9", "HTTPS_PROXY": "socks5://127.0.0.1:9"}
"""What makes Typst fetch no packages, which it has no option for: its client goes by this kind of proxy only
where it was built for it, and asks nobody else."""

_PLACE = re.compile(r"┌─ ([^┌\n]+):([0-9]+):[0-9]+$", re.MULTILINE)

_INNER = re.compile(rb'"data:image/svg\+xml;base64,([^"]+)"')


class Refusal(str):
    """What Typst says against a file."""

    file: str
    """Where it says so, relative to that file's folder; empty where it does not say where."""

    line: int
    """Counted from 1."""


def of_theme(said: str, theme: Theme, folder: str) -> Finding | None:
    """Return what to say of a book's own ``theme`` where a file in this folder of it is what Typst refused;
    None where that is something else.
    """
    if not isinstance(said, Refusal) or not theme.has(f"{folder}/{said.file}"):
        return None
    path = f"{layout.THEME}/{folder}/{said.file}"
    if said.startswith(_UNPACKED):
        what = "this asks for a package of Typst that is not in the theme, and none is fetched"
        hint = f"copy it to {layout.THEME}/{folder}/{_PACKAGES}/preview/<name>/<version>/"
        return Finding("theme", what, path, said.line, hint)
    return Finding("theme", f"Typst refuses it: {' '.join(said.split())}", path, said.line)


def serif(language: str) -> str:
    """Return the font of a Chinese or Japanese text; empty where there is none, or for other languages.

    >>> serif("ja"), serif("en")
    ('Noto Serif JP', '')
    """
    kind, *rest = language.split("-")
    if kind == "zh":
        kind = "zh-Hant" if {"Hant", "TW", "HK", "MO"} & set(rest) else "zh-Hans"
    package, font = _SERIFS.get(kind, ("", ""))
    return font if package and importlib.util.find_spec(package) else ""


def run(main: Path, inputs: Mapping[str, str], fonts: Sequence[Path], **options: Any) -> bytes | str:
    """Return what Typst makes of the file ``main``, or what it says against it.

    Typst may read what is in the file's folder and below. It sees ``inputs`` as plain strings, so nothing in
    them can be code. ``fonts`` are folders with font files beside the theme's own; ``options`` are those of
    `typst.compile`. Runs in gevent's thread pool. Raises BookError where a package with fonts is missing.
    """
    written: bytes | str = _run(main, fonts, {"sys_inputs": dict(inputs), **options})
    return written


def without_glyph(main: Path, clusters: Sequence[str], fonts: Sequence[Path]) -> list[str]:
    """Return those of these clusters of characters that no font has; ``main`` is a file to write and to run.

    Typst draws what it has no glyph for as it draws a character that no font can have.
    """
    shown = ["\U0010ffff", *clusters]
    pages = "#pagebreak()".join(f"#text({json.dumps(one, ensure_ascii=False)})" for one in shown)
    families = json.dumps(TEXT_FONTS)[1:-1]
    main.write_text(f"#set page(width: 9cm, height: 9cm)\n#set text(font: ({families}))\n{pages}", "utf-8")
    drawn = _run(main, fonts, {"format": "svg"})
    if not isinstance(drawn, list) or len(drawn) != len(shown):
        return []
    (box, *_), *glyphs = (re.findall(rb'href="#(\w+)"', page) for page in drawn)
    return [one for one, found in zip(clusters, glyphs, strict=True) if box in found]


def outlined(figure: Path, fonts: Sequence[Path]) -> bytes:
    """Return an SVG figure as it may stand in a PDF: itself, or with outlines in place of its letters, where
    these are of a script whose clusters the standards do not take from a figure.

    Typst makes outlines of a PDF that stands in an SVG. What it refuses in any form is returned as it is.
    """
    content = figure.read_bytes()
    main, between = figure.with_name("outlined.typ"), figure.with_name("outlined.pdf")
    name = json.dumps(figure.name, ensure_ascii=False)
    main.write_text(f'#set document(title: "a")\n#image({name}, alt: "a")', "utf-8")
    if isinstance(_run(main, fonts, {"format": "pdf", "pdf_standards": STANDARDS}), bytes):
        return content
    page = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image"
    main.write_text(f"{page}({name})", "utf-8")
    drawn = _run(main, fonts, {"format": "pdf", "pdf_tags": False})
    if not isinstance(drawn, bytes):
        return content
    between.write_bytes(drawn)
    main.write_text(f'{page}("{between.name}")', "utf-8")
    drawn = _run(main, fonts, {"format": "svg"})
    found = _INNER.search(drawn) if isinstance(drawn, bytes) else None
    return base64.b64decode(found[1]) if found else content


def refused(main: Path, formulas: Sequence[str]) -> set[str]:
    """Return those of these formulas, each as Typst without the marks around it, that Typst cannot set;
    ``main`` is a file to write and to run.

    It tells of one of them a run, and not of which: where it refuses all of them together, it is asked for
    each half.
    """
    if not formulas:
        return set()
    lines = (f"#math.equation(block: true, ${one}$.body)" for one in formulas)
    main.write_text("#set page(height: auto)\n" + "\n\n".join(lines), "utf-8")
    if not isinstance(_run(main, (), {"format": "pdf"}), str):
        return set()
    half = len(formulas) // 2
    return refused(main, formulas[:half]) | refused(main, formulas[half:]) if half else set(formulas)


def unreadable(main: Path, pictures: Iterable[str]) -> dict[str, str]:
    """Return which ``pictures``, files beside ``main``, Typst cannot read, and what it says of each; ``main``
    is a file to write and to run.

    Typst does not say of a picture which one it is.
    """
    found = {}
    for path in pictures:
        main.write_text(f"#image({json.dumps(path, ensure_ascii=False)})", "utf-8")
        if isinstance(said := _run(main, (), {"format": "pdf"}), str):
            found[path] = " ".join(said.split())
    return found


def _run(main: Path, fonts: Sequence[Path], options: dict[str, Any]) -> Any:
    import typst  # here: what is raised in the thread pool is printed by it

    given = {
        "root": str(main.parent),
        "font_paths": [*_font_folders(), *map(str, fonts)],
        "ignore_system_fonts": True,
        "package_path": str(main.with_name(_PACKAGES)),
        "package_cache_path": str(main.with_name(_PACKAGES)),
        **options,
    }
    with at_work, _offline():
        return gevent.get_hub().threadpool.apply(_compile, (typst, main, given))


_before: list[dict[str, str]] = []
"""For each run of Typst that goes on, what stood in place of `_OFFLINE` before the first of them."""


@contextmanager
def _offline() -> Iterator[None]:
    """While the block lasts, Typst fetches nothing. The last of several at once takes that back."""
    if _before:
        _before.append(_before[0])
    else:
        names = [name for name in (*_OFFLINE, "no_proxy", "NO_PROXY") if name in os.environ]
        _before.append({name: os.environ.pop(name) for name in names})
        os.environ.update(_OFFLINE)
    try:
        yield
    finally:
        before = _before.pop()
        if not _before:
            for name in _OFFLINE:
                os.environ.pop(name, None)
            os.environ.update(before)


def made_with(fonts: Sequence[Path]) -> dict[str, str]:
    """What everything that Typst sets depends on beside its text: its version, and the fonts."""
    own = [path for folder in fonts for path in sorted(folder.rglob("*")) if path.is_file()]
    packages = [name.replace("_", "-") for name in FONT_PACKAGES | EXTRA_FONT_PACKAGES]
    return {
        "tools": fingerprints.of("typst", *packages),
        "fonts": digest_of([[path.name, digest(path.read_bytes())] for path in own]),
    }


def _compile(typst: ModuleType, main: Path, options: dict[str, Any]) -> Any:
    """Bytes, or one a page for pictures. Errors are returned: the thread pool prints what is raised in it."""
    try:
        return typst.compile(str(main), **options)
    except typst.TypstError as error:
        said = Refusal(f"{error.message} {' '.join(error.hints or [])}")
        said.file, said.line = _placed(main, error.diagnostic)
        return said
    except (OSError, RuntimeError) as error:  # an interrupted build takes its folder away
        return f"{error}"


def _placed(main: Path, diagnostic: str) -> tuple[str, int]:
    """Where Typst points to: a file below that of ``main``, and its line."""
    found = _PLACE.search(diagnostic)
    parts = Path(found[1]).parts if found else ()
    if not found or main.parent.name not in parts:
        return "", 0
    return Path(*parts[parts.index(main.parent.name) + 1 :]).as_posix(), int(found[2])


@cache
def _font_folders() -> list[str]:
    """The folders of the theme's fonts; raises BookError for a package that is not there, or is another."""
    folders = []
    for package, expected in (FONT_PACKAGES | EXTRA_FONT_PACKAGES).items():
        spec = importlib.util.find_spec(package)
        if spec is None and package in EXTRA_FONT_PACKAGES:
            continue
        if spec is None or not spec.submodule_search_locations:
            raise BookError(
                Finding("fonts", f"the package {package} is missing", hint="python -m pip install -e .")
            )
        folder = spec.submodule_search_locations[0]
        if _fonts_digest(Path(folder)) != expected:
            name = package.replace("_", "-")
            what = f"the fonts of the package {name} are not those that Polybook knows"
            hint = (
                f"python -m pip install --force-reinstall --no-deps {name}, in the version of pyproject.toml"
            )
            raise BookError(Finding("fonts", what, hint=hint))
        folders.append(folder)
    return folders


def _fonts_digest(folder: Path) -> str:
    """The SHA-256 of the names and contents of all files below a folder that Typst may take for fonts."""
    whole = sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".ttf", ".otf", ".ttc", ".otc"):
            with path.open("rb") as file:
                content = file_digest(file, "sha256").hexdigest()
            whole.update(f"{content}  {path.relative_to(folder).as_posix()}\n".encode())
    return whole.hexdigest()
