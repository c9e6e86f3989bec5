"""The preview's server: what it gives, to whom, and what it tells open pages. Nothing here is a book."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import gevent
import pytest
import watchfiles

from polybook.model.findings import UsageError
from polybook.preview import server

PAGE = "<!doctype html><html><body><main><p>text</p></main></body></html>"


@dataclass(frozen=True)
class Part:
    message: str


@dataclass
class Served:
    """A preview that runs in a thread of its own, with a hub of its own."""

    folder: Path
    problems: list[str] = field(default_factory=list)
    rebuilt: list[set[str]] = field(default_factory=list)
    port: int = 0

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        with closing(self.connect(path, method, headers)) as connection:
            answer = connection.getresponse()
            if answer.getheader("Content-Type") == "text/event-stream":
                return Answer(answer.status, "text/event-stream", b"")
            return Answer(answer.status, answer.getheader("Content-Type", ""), answer.read())

    def states(self) -> Generator[dict, None, None]:
        """What an open page is told, for half a minute: a page that waits for news is kept up for ever."""
        deadline = time.monotonic() + 30
        with (
            closing(self.connect("/_preview/events", "GET", {})) as connection,
            connection.getresponse() as lines,
        ):
            for line in lines:
                assert time.monotonic() < deadline, "no news"
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])

    def connect(self, path: str, method: str, headers: dict[str, str]) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest(method, path, skip_host=True)
        given = {"Host": f"127.0.0.1:{self.port}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection


@dataclass(frozen=True)
class Answer:
    status: int
    type: str
    body: bytes


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    folder, watched = tmp_path / "site", tmp_path / "source"
    (folder / "ja").mkdir(parents=True)
    watched.mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "ja/a.css").write_text("p {}")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    one, ready = Served(folder), threading.Event()
    ending: list[object] = []

    def rebuild(changed: frozenset[Path]) -> str:
        if ending:
            raise KeyboardInterrupt
        one.rebuilt.append({path.name for path in changed})
        return one.problems.pop() if one.problems else ""

    def announce(address: str) -> None:
        one.port = int(address.rstrip("/").rpartition(":")[2])
        ready.set()

    def run() -> None:
        shown = server.Preview(folder, "/index.html", {"ja-1": Part("one")}.get)
        with pytest.raises(KeyboardInterrupt):
            server.serve(shown, [watched], rebuild, 0, announce)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(20)
    yield one
    ending.append(True)
    deadline = time.monotonic() + 30
    while thread.is_alive():
        assert time.monotonic() < deadline, "it does not end"
        (watched / "end").write_text(str(thread.ident))
        thread.join(0.3)


def test_pages_get_the_script_and_other_files_stay_as_they_are(served: Served) -> None:
    assert b"url=/index.html" in served.ask("/").body
    answer = served.ask("/index.html")
    assert (answer.status, answer.type) == (200, "text/html; charset=utf-8")
    assert answer.body.decode() == PAGE.replace(
        "</body>", '<script src="/_preview/script.js"></script></body>'
    )
    assert served.ask("/ja/a.css").body == b"p {}"
    assert served.ask("/ja/a.css", "HEAD").body == b""
    assert served.ask("/_preview/script.js").type.startswith("text/javascript")
    assert json.loads(served.ask("/_preview/message/ja-1").body) == {"message": "one"}
    assert served.ask("/_preview/message/ja-2").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/ja/../../secret.txt",
        "//etc/passwd",
        "/link.txt",
        "/%00",
        "/%ff",
    ],
)
def test_no_path_leaves_the_folder(served: Served, path: str) -> None:
    answer = served.ask(path)
    assert answer.status == 404
    assert b"secret" not in answer.body


def test_only_its_own_pages_may_ask(served: Served) -> None:
    own = f"127.0.0.1:{served.port}"
    assert served.ask("/", Host=f"localhost:{served.port}").status == 200
    assert served.ask("/", Origin=f"http://{own}", Sec_Fetch_Site="same-origin").status == 200
    assert served.ask("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 200
    assert served.ask("/", Host="evil.example").status == 403
    assert served.ask("/", Host="127.0.0.1").status == 403
    assert served.ask("/_preview/events", Origin="http://evil.example").status == 403
    assert (
        served.ask("/_preview/script.js", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors").status == 403
    )
    assert served.ask("/", "POST").status == 405


def test_open_pages_are_told_of_each_rebuild(served: Served) -> None:
    told = served.states()
    built = (state for state in told if state["build"])  # a page may ask before the first build
    assert next(built) == {"build": 1, "problem": ""}
    served.problems.append("source/01-a.md:3: it is broken.")
    source = served.folder.parent / "source"
    (source / "a.md").write_text("one")
    assert next(told) == {"build": 1, "problem": "source/01-a.md:3: it is broken."}
    (source / "a.md").write_text("two")
    assert next(told) == {"build": 2, "problem": ""}
    assert served.rebuilt == [set(), {"a.md"}, {"a.md"}]
    told.close()


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} cannot be used.*--port"):
            server.serve(server.Preview(tmp_path, "/", lambda _: None), [], lambda _: "", port, print)


def test_what_is_saved_during_the_first_build_is_built_too(tmp_path: Path) -> None:
    stop = threading.Event()
    changes = server._changes([tmp_path], stop)
    try:
        assert next(changes) == frozenset()
        gevent.sleep(0.5)  # the first build goes on
        (tmp_path / "book.po").write_text("saved", "utf-8")
        gevent.sleep(0.1)
        with gevent.Timeout(10):
            assert tmp_path / "book.po" in next(changes)
    finally:
        stop.set()


def test_what_is_saved_before_the_watcher_is_quick_enough_is_built_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watchfiles.watch

    def slow(*watched, **options):
        time.sleep(0.3)
        yield from watch(*watched, **options)

    monkeypatch.setattr(watchfiles, "watch", slow)
    stop = threading.Event()
    changes = server._changes([tmp_path], stop)
    try:
        next(changes)
        (tmp_path / "book.po").write_text("saved", "utf-8")
        with gevent.Timeout(10):
            assert tmp_path / "book.po" in next(changes)
    finally:
        stop.set()


def test_pages_hear_of_a_change_before_the_next_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = server.Preview(tmp_path, "/index.html", lambda mark: None)
    told: list[int] = []
    before: list[list[int]] = []
    listening: list[gevent.Greenlet] = []

    def listen(address: str) -> None:
        asked = {"HTTP_HOST": address[7:-1], "REQUEST_METHOD": "GET", "PATH_INFO": "/_preview/events"}
        events = shown(asked, lambda status, headers: None)
        told.extend(json.loads(event.removeprefix(b"data: "))["build"] for event in events)

    def announce(address: str) -> None:
        listening.append(gevent.spawn(listen, address))
        gevent.sleep(0)

    def rebuild(changed: frozenset[Path]) -> str:
        before.append(list(told))  # work without a pause, in which nobody else is heard
        return ""

    monkeypatch.setattr(server, "_changes", lambda watched, stop: iter([frozenset[Path]()] * 3))
    server.serve(shown, [], rebuild, 0, announce)
    gevent.killall(listening)
    assert before == [[0], [0, 1], [0, 1, 2]]
