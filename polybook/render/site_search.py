"""A site's own search: the index that Pagefind makes of its pages, to be asked without a server."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from polybook.model.findings import BookError, Finding
from polybook.system import fingerprints, pool, processes, temporary
from polybook.system.cache import Files, Step, Store, digest_of

FOLDER = "pagefind"
"""Where the index stands, beside the pages."""

SECONDS = 300
"""The wall-clock limit of one request."""

DICTIONARIES = {"ja": "日本語の文です。", "th": "ภาษาไทย", "zh": "这是中文。"}
"""Languages that Pagefind has a dictionary for, which it needs a second to read, each with words in it."""

LEFT_OUT = (".get", ".here", ".footnote-ref", ".footnote-back", ".box > .label")
"""What is for finding one's way rather than for finding text, as CSS selectors."""

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
    with temporary.folder() as folder:
        site = folder / "site"
        site.mkdir()
        for href, body in bodies.items():
            (site / href).parent.mkdir(parents=True, exist_ok=True)
            (site / href).write_text(_page(body, language), "utf-8")
        begun_before = _waiting.pop(_primary(language), None)
        pagefind, wait = begun_before or (_Pagefind(language), int)
        try:
            wait()
            made = pagefind.index(site)
        finally:
            pagefind.end()
    needed = {path: made[path] for path in sorted(made) if _is_needed(PurePosixPath(path))}
    # What is copied of Pagefind is to be accompanied by this.
    needed["LICENSE.txt"] = Path(__file__).with_name("pagefind-license.txt").read_bytes()
    return Files((f"{FOLDER}/{path}", content) for path, content in needed.items())


def _is_needed(path: PurePosixPath) -> bool:
    return path.name in _NEEDED or path.suffix in _NEEDED_ENDINGS


def _page(body: str, language: str) -> str:
    body = _SECTION.sub(r'<h\2 id="\1"', body).replace(_LISTING, _WEIGHED)
    return f'<!doctype html><html lang="{escape(language)}"><body><main>{body}</main></body></html>'


# ---- Pagefind --------------------------------------------------------------------------------

_waiting: dict[str, tuple[_Pagefind, Callable[[], object]]] = {}
"""Those that were begun for a language, each with what waits until it has its dictionary."""


@contextmanager
def begun(locales: Iterable[str]) -> Iterator[None]:
    """Have a Pagefind read its dictionary for each language that has one, while other work is done.

    What is not needed when the block ends is stopped.
    """
    made: dict[str, _Pagefind] = {}
    for language in {_primary(locale) for locale in locales} & DICTIONARIES.keys():
        with suppress(BookError):  # told where the index is made, if one is
            made[language] = _Pagefind(language)
    steps = [(language, pagefind.read_dictionary) for language, pagefind in made.items()]
    with pool.begun(steps, None, pool.quietly) as waits:
        _waiting.update(zip(made, zip(made.values(), waits, strict=True), strict=True))
        try:
            yield
        finally:
            _waiting.clear()
            for pagefind in made.values():
                pagefind.end()


def _primary(locale: str) -> str:
    """The language of a locale or a tag, without script and region."""
    return re.split("[-_]", locale)[0].lower()


class _Pagefind:
    """A Pagefind of one language, told by its standard input what to do (``--service``).

    It takes settings from nowhere else. How it is told is what its own package for Python does (pagefind
    1.5, ``pagefind/service``): JSON in base64, a comma after each.
    """

    def __init__(self, language: str) -> None:
        """Begin it. Raises BookError where it cannot be run."""
        self._language = language
        env = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
        try:
            self._worker = processes.Worker([_executable(), "--service"], mark=b",", env=env)
        except processes.NotBegunError as error:
            raise BookError(Finding("search", f"Pagefind cannot be run: {error}", hint=_HINT)) from None

    def read_dictionary(self) -> None:
        """Have it read its dictionary, as it would at the first page with words of the language."""
        page = _page(f"<p>{DICTIONARIES[self._language]}</p>", self._language)
        self._ask("AddFile", index_id=self._new_index(), url="/", file_contents=page)

    def index(self, site: Path) -> dict[str, bytes]:
        """The files that it makes of the pages in ``site``, by path. Raises BookError."""
        made = self._new_index()
        self._ask("AddDir", index_id=made, path=str(site))
        files = self._ask("GetFiles", index_id=made)["files"]
        return {file["path"]: b64decode(file["content"]) for file in files}

    def end(self) -> None:
        """End it at once."""
        self._worker.end()

    def _new_index(self) -> int:
        config = {
            "root_selector": "main",
            "exclude_selectors": LEFT_OUT,
            "force_language": _primary(self._language),
            "keep_index_url": True,
        }
        number: int = self._ask("NewIndex", config=config)["index_id"]
        return number

    def _ask(self, what: str, **more: object) -> dict[str, Any]:
        request = {"message_id": 1, "payload": {"type": what, **more}}
        try:
            answer = self._worker.ask(b64encode(json.dumps(request).encode()), SECONDS)
        except TimeoutError:
            raise BookError(Finding("limit", f"Pagefind was stopped after {SECONDS} seconds")) from None
        if isinstance(answer, processes.Ended):
            text = answer.err.decode("utf-8", "replace").strip() or f"nothing, exit code {answer.code}"
            raise BookError(Finding("search", f"Pagefind said: {text}"))
        payload: dict[str, Any] = json.loads(b64decode(answer))["payload"]
        if payload["type"] == "Error":
            raise BookError(Finding("search", f"Pagefind said: {payload['message']}"))
        return payload


def _executable() -> str:
    from pagefind_bin_extended import get_executable

    try:
        return str(get_executable())
    except FileNotFoundError:
        raise BookError(Finding("search", "there is no Pagefind", hint=_HINT)) from None
