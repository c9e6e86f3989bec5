"""A site's own search: the index that Pagefind makes of its pages, to be asked without a server."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path

from polybook.model.findings import BookError, Finding
from polybook.system import fingerprints, processes
from polybook.system.cache import Files, Step, Store, digest_of

FOLDER = "pagefind"
"""Where the index stands, beside the pages."""

SECONDS = 300
"""The wall-clock limit of one run."""

LEFT_OUT = ".get, .here, .footnote-ref, .footnote-back, .box > .label"
"""What is for finding one's way rather than for finding text, as a CSS selector."""

_HINT = "python -m pip install --force-reinstall pagefind_bin_extended"

# Pagefind leads to headings that have an identifier; on our pages the section around it has it.
_SECTION = re.compile(r'<section id="([^"]*)"[^>]*>\s*<h([1-6])')
_LISTING = '<figure class="listing'
_WEIGHED = '<figure data-pagefind-weight="0.2" class="listing'
_NEEDED = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json")
_NEEDED_ENDINGS = (".pf_meta", ".pf_index", ".pf_fragment", ".pagefind")


def index(bodies: Mapping[str, str], language: str, store: Store) -> Mapping[str, bytes]:
    """Return the index of a site's pages as files by path; the same bytes for the same pages.

    ``bodies`` are what stands in each page's ``main``, by the page's address. Words in listings are found,
    but count less than words in sentences. Raises BookError where Pagefind fails or reaches a limit.
    """
    inputs = {
        "text": digest_of(bodies),
        "polybook": fingerprints.code("render"),
        "tools": fingerprints.of("pagefind_bin_extended"),
    }
    found: Mapping[str, bytes] = store.one(Step("search", language, inputs), lambda: _made(bodies, language))
    return found


def _made(bodies: Mapping[str, str], language: str) -> Files:
    with tempfile.TemporaryDirectory(prefix="polybook-") as name:
        folder = Path(name)
        (folder / "site").mkdir()
        for href, body in bodies.items():
            (folder / "site" / href).write_text(_page(body, language), "utf-8")
        _run(folder, language)
        made = folder / FOLDER
        return Files(
            (f"{FOLDER}/{path.relative_to(made).as_posix()}", path.read_bytes())
            for path in sorted(made.rglob("*"))
            if path.name in _NEEDED or path.suffix in _NEEDED_ENDINGS
        )


def _page(body: str, language: str) -> str:
    body = _SECTION.sub(r'<h\2 id="\1"', body).replace(_LISTING, _WEIGHED)
    return f'<!doctype html><html lang="{escape(language)}"><body><main>{body}</main></body></html>'


def _executable() -> str:
    from pagefind_bin_extended import get_executable

    try:
        return str(get_executable())
    except FileNotFoundError:
        raise BookError(Finding("search", "there is no Pagefind", hint=_HINT)) from None


def _run(folder: Path, language: str) -> None:
    """Run Pagefind in ``folder``, on its ``site``; it takes settings from nowhere else."""
    command = [_executable(), "--site=site", f"--output-path={FOLDER}", "--root-selector=main"]
    command += [
        f"--exclude-selectors={LEFT_OUT}",
        f"--force-language={language.split('-')[0]}",
        "--keep-index-url",
        "--quiet",
    ]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    try:
        ended = processes.run(command, b"", SECONDS, folder, env)
    except TimeoutError:
        raise BookError(Finding("limit", f"Pagefind was stopped after {SECONDS} seconds")) from None
    except processes.NotBegunError as error:
        raise BookError(Finding("search", f"Pagefind cannot be run: {error}", hint=_HINT)) from None
    if ended.code:
        text = (ended.out + ended.err).decode("utf-8", "replace").strip()
        raise BookError(Finding("search", f"Pagefind said: {text or f'exit code {ended.code}'}"))
