"""Show a folder of pages while it is worked on: watch, call a function that rebuilds, reload the open pages.

Nothing here knows what a book is. Only this machine can ask (127.0.0.1), and pages of other origins can
neither read an answer nor cause anything: `Host`, `Origin` and `Sec-Fetch-Site` are checked, and there is
nothing to post to (https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site).
"""

from __future__ import annotations

import json
import mimetypes
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gevent
from gevent import socket
from gevent.pywsgi import WSGIServer
from gevent.queue import Empty, Queue

from polybook.model.findings import Finding, UsageError

HOST = "127.0.0.1"
OWN = "/_preview/"
"""Below this path are the preview's own addresses; all others are the folder's files."""

HEARTBEAT = 15.0
"""After how many seconds without news an open page is written to, so that one that left is noticed."""

STEP = 20
"""For how many milliseconds no further file may change before a rebuild begins."""

_SCRIPT = Path(__file__).with_name("preview.js")

Environ = Mapping[str, Any]
Answer = tuple[str, str, Iterable[bytes]]
"""Status, content type, body."""

Start = Callable[[str, list[tuple[str, str]]], Any]


@dataclass(frozen=True)
class State:
    """What an open page has to know."""

    build: int
    """How many rebuilds succeeded; a page reloads when this changes."""

    problem: str
    """Why the last rebuild failed; empty where it did not."""


class Preview:
    """The folder as a WSGI application, with the state of the last rebuild."""

    def __init__(self, folder: Path, start: str, describe: Callable[[str], Any]) -> None:
        """``start`` is the first page's path; ``describe`` gives what a page may ask of one of its parts (a
        dataclass, or None), by the part's ``data-message``.
        """
        self.folder = folder.resolve()
        self.start = start
        self.describe = describe
        self.hosts: frozenset[str] = frozenset()
        self._state = State(0, "")
        self._open: set[Queue] = set()

    def tell(self, problem: str) -> None:
        """Note the outcome of a rebuild, and tell all open pages."""
        self._state = State(self._state.build + (not problem), problem)
        for waiting in self._open:
            waiting.put(self._state)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        status, content_type, body = self._answer(environ)
        headers = [
            ("Content-Type", content_type),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ]
        start(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else body

    def _answer(self, environ: Environ) -> Answer:
        if not self._may_ask(environ):
            return _said("403 Forbidden", "This preview answers its own pages only.")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _said("405 Method Not Allowed", "There is nothing to send here.")
        try:
            path = environ["PATH_INFO"].encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return _said("404 Not Found", "There is no such page.")
        if path == "/":
            page = f'<!doctype html><title>.</title><meta http-equiv="refresh" content="0;url={self.start}">'
            return "200 OK", "text/html; charset=utf-8", [page.encode()]
        if path == OWN + "script.js":
            return "200 OK", "text/javascript; charset=utf-8", [_SCRIPT.read_bytes()]
        if path == OWN + "events":
            return "200 OK", "text/event-stream", self._events()
        if path.startswith(OWN + "message/"):
            found = self.describe(path.removeprefix(OWN + "message/"))
            if found is None:
                return _said("404 Not Found", "There is no such message.")
            return "200 OK", "application/json", [json.dumps(asdict(found), ensure_ascii=False).encode()]
        return self._file(path)

    def _may_ask(self, environ: Environ) -> bool:
        origin = environ.get("HTTP_ORIGIN")
        navigates = environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        return (
            environ.get("HTTP_HOST") in self.hosts
            and (origin is None or origin.removeprefix("http://") in self.hosts)
            and (navigates or environ.get("HTTP_SEC_FETCH_SITE", "none") in ("none", "same-origin"))
        )

    def _file(self, path: str) -> Answer:
        target = self.folder / path.strip("/")
        try:
            target = (target / "index.html" if target.is_dir() else target).resolve()
            inside = target.is_relative_to(self.folder) and target.is_file()
        except (OSError, ValueError):  # a name that no file can have
            inside = False
        if not inside:
            # The page that is asked for may be the one that could not be made.
            problem = self._state.problem
            return _said("404 Not Found", "There is no such page." if not problem else "Not made yet.")
        content_type = mimetypes.guess_type(target.name)[0] or "application/octet-stream"
        if content_type == "text/html":
            return "200 OK", "text/html; charset=utf-8", [_with_script(target.read_bytes())]
        return "200 OK", content_type, [target.read_bytes()]

    def _events(self) -> Iterator[bytes]:
        waiting = Queue()
        self._open.add(waiting)
        state = self._state
        try:
            while True:
                yield f"data: {json.dumps(asdict(state))}\n\n".encode()
                while True:
                    with suppress(Empty):
                        state = waiting.get(timeout=HEARTBEAT)
                        break
                    yield b": still here\n\n"
        finally:
            self._open.discard(waiting)


def _said(status: str, text: str) -> Answer:
    page = f"<!doctype html><html lang=en><title>{status}</title><body><h1>{text}</h1></body></html>"
    return status, "text/html; charset=utf-8", [_with_script(page.encode())]


def _with_script(page: bytes) -> bytes:
    head, end, tail = page.rpartition(b"</body>")
    return head + f'<script src="{OWN}script.js"></script>'.encode() + end + tail


# ---- watching and serving ------------------------------------------------------------------


def serve(
    preview: Preview,
    watched: Sequence[Path],
    rebuild: Callable[[frozenset[Path]], str],
    port: int,
    announce: Callable[[str], None],
) -> None:
    """Serve until interrupted; after each change below ``watched`` call ``rebuild`` and tell the open pages.

    ``rebuild`` is given the files that changed, and returns what went wrong or an empty string. ``announce``
    is told the address; port 0 takes a free one. Raises UsageError where the port is taken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        hint = "choose another with --port"
        raise UsageError(
            Finding("port", f"port {port} cannot be used: {error.strerror}", hint=hint)
        ) from None
    server = WSGIServer(listener, preview, log=None, error_log=None)
    server.start()
    preview.hosts = frozenset(f"{name}:{server.server_port}" for name in (HOST, "localhost"))
    announce(f"http://{HOST}:{server.server_port}/")
    stop = threading.Event()
    try:
        for changed in _changes(watched, stop):
            preview.tell(rebuild(changed))
            gevent.sleep(0)  # pages hear of it before the next change is looked at
    finally:
        stop.set()
        server.stop(timeout=0)


def _changes(watched: Sequence[Path], stop: threading.Event) -> Iterator[frozenset[Path]]:
    """Yield no files at first, and then after each change the files that changed together.

    Nothing that is saved after the first yield is missed: what is saved while the caller is at work with what
    came before comes next.
    """
    import watchfiles

    watcher = watchfiles.watch(
        *(path for path in watched if path.exists()),
        step=STEP,
        debounce=20 * STEP,
        rust_timeout=100,  # how long it takes to begin, and to notice that it is to stop, in milliseconds
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
    )
    waiting = gevent.get_hub().threadpool  # its threads are real ones: waiting there blocks no page
    changes = waiting.spawn(next, watcher, None).get()  # whatever it says, it watches now
    coming = waiting.spawn(next, watcher, None)
    yield frozenset()
    while changes is not None:
        changes = coming.get()
        coming = waiting.spawn(next, watcher, None)
        if changes:
            yield frozenset(Path(path) for _, path in changes)
