"""``check --links`` against a server of our own; nothing here asks the network."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from polybook.commands import reading, web_links
from polybook.model.findings import Finding
from polybook.system import web
from polybook.system.web import Answer

NOW = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
ANSWERS = {
    "/here": (200, ""),
    "/gone": (410, ""),
    "/refused": (403, ""),
    "/broken": (500, ""),
    "/moved": (301, "/here"),
    "/for-now": (302, "/here"),
    "/to-nothing": (301, "/nothing"),
    "/round": (302, "/round"),
    "/%C3%BC?q=%C3%A9": (200, ""),
}


@dataclass
class Server:
    """A web server, and what it was asked for."""

    url: str
    asked: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    most: int = 0


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            known.at_once += 1
            known.most = max(known.most, known.at_once)
            known.asked[f"{self.command} {self.path}"] += 1
            time.sleep(0.02)
            if self.path == "/late":
                time.sleep(1)
            status, target = ANSWERS.get(self.path, (404, ""))
            if self.path == "/whole":  # as some answer only whoever asks for the page
                status = 200 if self.command == "GET" else 405
            known.at_once -= 1
            self.send_response(status)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Server(f"http://127.0.0.1:{served.server_port}")
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield known
    served.shutdown()
    served.server_close()


ASKED = {
    "/here": (200, ""),
    "/here#anywhere": (200, ""),
    "": (404, ""),
    "/gone": (410, ""),
    "/refused": (403, ""),
    "/whole": (200, ""),
    "/moved": (200, "/here"),
    "/for-now": (200, ""),
    "/to-nothing": (404, ""),
    "/ü?q=é": (200, ""),
}


@pytest.mark.parametrize("path", ASKED)
def test_an_address_is_asked_for(server: Server, path: str) -> None:
    status, moved = ASKED[path]
    assert web.ask(server.url + path) == Answer(status, moved=moved and server.url + moved)


def test_what_does_not_answer_is_told(server: Server) -> None:
    assert web.ask(f"{server.url}/late", 0.2) == Answer(0, "no answer came in time")
    assert web.ask(f"{server.url}/round").status == 302
    refused = web.ask("http://127.0.0.1:1/x")
    assert (refused.status, refused.said, refused.is_unknown) == (0, "Connection refused", False)
    assert web.ask("http://127.0.0.1:99999/").status == 0


def test_a_name_that_no_host_has_is_told(monkeypatch) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert web.ask("https://example.org/") == Answer(0, "no host has that name", is_unknown=True)


def found(folder, now: datetime = NOW) -> list[Finding]:
    return web_links.check(reading.read(folder.root), now)


def linking(book, text: str):
    return book("small").write("source/03-web.md", f"# Web\n\n{text}\n")


def test_links_to_what_is_not_there_are_found(book, server: Server, monkeypatch) -> None:
    monkeypatch.setattr(web_links, "PAUSE", 0)
    lines = [
        f"[{path}](<{server.url}{path}>)" for path in ("/here#a", "/gone", "/refused", "/moved", "/gone#b")
    ]
    folder = linking(book, "\n".join(lines))
    assert [(one.path, one.line, one.severity, one.text) for one in found(folder)] == [
        ("source/03-web.md", 4, "error", f"the link leads to {server.url}/gone, which is not there (410)"),
        (
            "source/03-web.md", 5, "warning",
            f"nobody can tell whether {server.url}/refused is there: the server says 403",
        ),
        ("source/03-web.md", 6, "warning", f"{server.url}/moved has moved for good"),
        ("source/03-web.md", 7, "error", f"the link leads to {server.url}/gone, which is not there (410)"),
    ]  # fmt: skip
    assert server.most == 1


def test_what_answered_is_not_asked_for_again_for_a_week(book, server: Server, monkeypatch) -> None:
    monkeypatch.setattr(web_links, "PAUSE", 0)
    folder = linking(book, f"[a]({server.url}/here) [b]({server.url}/gone)")
    for days in (0, 6, 6.5):
        found(folder, NOW + timedelta(days=days))
    assert server.asked == {"HEAD /here": 1, "HEAD /gone": 3, "GET /gone": 3}
    found(folder, NOW + timedelta(days=7))
    assert server.asked["HEAD /here"] == 2
    found(folder, NOW)  # a clock that was wrong
    assert server.asked["HEAD /here"] == 3


def test_a_host_is_asked_with_pauses(book, server: Server, monkeypatch) -> None:
    monkeypatch.setattr(web_links, "PAUSE", 0.3)
    begun = time.monotonic()
    found(linking(book, f"[a]({server.url}/here) [b]({server.url}/for-now) [c]({server.url}/whole)"))
    assert 0.6 < time.monotonic() - begun < 3


def test_some_addresses_are_left_alone(book, server: Server) -> None:
    folder = linking(book, f"[a]({server.url}/gone) [b]({server.url}/here)\n<mailto:a@example.org>")
    folder.replace("pyproject.toml", "date =", f'unchecked-links = ["{server.url}/g*"]\ndate =')
    folder.run("check", "--links", "--lang", "ja").succeeds()
    assert list(server.asked) == ["HEAD /here"]


def test_only_the_option_asks_the_web(book, server: Server) -> None:
    folder = linking(book, f"[a]({server.url}/gone)")
    folder.run("check").succeeds()
    assert not server.asked
    folder.run("check", "--links").fails(
        5, f"error: source/03-web.md:3: the link leads to {server.url}/gone, which is not there (410). Hint:"
    )
