"""Drafts fill what is empty, are fuzzy, keep the contract, and go on where they were stopped."""

from __future__ import annotations

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from conftest import ROOT

from polybook.catalogs import po

CATALOG = "locales/it/LC_MESSAGES/book.po"
CHAPTER = """\
# Queues

A queue holds 3 items.

A queue holds 7 items.

Call `put()` first, then `get()`.
"""
ECHO = """\
import json, sys
for line in sys.stdin:
    one = json.loads(line)
    print(json.dumps({"id": one["id"], "translation": "it " + one["source"]}), flush=True)
"""


def started(book, program: str = ECHO):
    folder = book("small").write("source/09-queues.md", CHAPTER).write("engine.py", program)
    folder.run("init", "it").succeeds()
    return folder


def entries(folder) -> dict[str, po.Entry]:
    return {one.text: one for one in po.read(folder.read(CATALOG)).entries}


def engine(folder) -> str:
    return f"{sys.executable} {folder.root / 'engine.py'}"


def test_memory_drafts_what_is_like_what_is_translated(book) -> None:
    folder = started(book)
    folder.replace(
        CATALOG,
        'msgid "A queue holds 3 items."\nmsgstr ""',
        'msgid "A queue holds 3 items."\nmsgstr "Una coda contiene 3 elementi."',
    )
    folder.run("draft", "it", "--with", "memory").succeeds()
    near = entries(folder)["A queue holds 7 items."]
    assert (near.translation, near.fuzzy) == ("Una coda contiene 7 elementi.", True)
    assert near.previous == ("", "A queue holds 3 items.")
    assert near.remarks == ("# draft: memory",)


def test_another_catalog_is_memory_too(book) -> None:
    folder = started(book)
    folder.write("other.po", 'msgid "Queues"\nmsgstr "Code"\n')
    folder.run("draft", "it", "--with", "memory", "--from", "other.po").succeeds()
    assert entries(folder)["Queues"].translation == "Code"
    assert entries(folder)["Queues"].fuzzy


def test_a_program_drafts_each_message_once(book) -> None:
    folder = started(book)
    outcome = folder.run("draft", "it", "--with", engine(folder)).succeeds()
    assert f"{CATALOG}: " in outcome.out
    found = entries(folder)
    assert found["Call `put()` first, then `get()`."].translation == "it Call `put()` first, then `get()`."
    assert all(
        one.fuzzy and one.remarks[0].startswith("# draft: python")
        for one in found.values()
        if one.translation
    )
    folder.write("engine.py", "import sys\nsys.exit(len(sys.stdin.read()) > 0)\n")
    again = folder.run("draft", "it", "--with", engine(folder)).succeeds()
    assert "0 drafts" in again.out


def test_what_a_program_is_told(book) -> None:
    folder = started(book, "import sys\nopen('asked.jsonl', 'w').write(sys.stdin.read())\n")
    folder.write("locales/it/glossary.csv", "source,target\nqueue,coda\n")
    folder.run("draft", "it", "--with", engine(folder)).succeeds()
    asked = [json.loads(line) for line in folder.read("asked.jsonl").splitlines()]
    (one,) = [one for one in asked if one["source"] == "A queue holds 7 items."]
    assert one["language"] == "it"
    assert one["kind"] == "paragraph"
    assert one["context"] == "Queues"
    assert one["glossary"] == [{"source": "queue", "target": "coda"}]
    assert one["before"] == {"source": "A queue holds 3 items.", "translation": ""}
    assert one["after"]["source"].startswith("Call")
    assert len({one["source"] for one in asked}) == len(asked)


def test_a_draft_that_breaks_the_contract_is_left_out(book) -> None:
    folder = started(book, ECHO.replace('one["source"]})', 'one["source"].replace("`", "")})'))
    outcome = folder.run("draft", "it", "--with", engine(folder)).succeeds()
    assert "the draft is left out: the translation lacks the code" in outcome.err
    assert not entries(folder)["Call `put()` first, then `get()`."].translation


def test_what_was_answered_is_kept_when_a_program_fails(book) -> None:
    folder = started(book, ECHO + "    sys.exit(3)\n")
    folder.run("draft", "it", "--with", engine(folder)).fails(
        1, "the program ended with 3", "run the command again"
    )
    assert sum(one.translated for one in entries(folder).values()) == 1


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("print('hello')", "line 1 of what the program says is no answer"),
        ('print(\'{"id": "0"}\')', "line 1 of what the program says is no answer"),
        ("print('[' * 100000)", "line 1 of what the program says is no answer"),
    ],
)
def test_a_program_that_says_something_else(book, program: str, said: str) -> None:
    folder = started(book, program)
    folder.run("draft", "it", "--with", engine(folder)).fails(1, said)


def test_a_program_that_is_not_there(book) -> None:
    folder = started(book)
    folder.run("draft", "it", "--with", "no-such-program").fails(1, "the program cannot be run")
    folder.run("draft", "it", "--with", "a 'b").fails(2, "this is no command line")
    folder.run("draft", "fr", "--with", "memory").fails(2, "the book has no catalog for 'fr'")


class Chat(BaseHTTPRequestHandler):
    """A server that speaks OpenAI's protocol: it says what it was asked in capitals, but for code."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions"
        assert self.headers["Authorization"] == "Bearer secret"
        *rules, asked = body["messages"]
        assert "language it" in rules[0]["content"]
        parts = asked["content"].split("`")
        said = "`".join(part.upper() if place % 2 == 0 else part for place, part in enumerate(parts))
        answer = json.dumps({"choices": [{"message": {"role": "assistant", "content": said}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


def test_the_guides_program_asks_a_server(book, monkeypatch) -> None:
    page = (ROOT / "docs/drafts.md").read_text("utf-8")
    program = re.search(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert program
    folder = started(book, program[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    try:
        folder.run("draft", "it", "--with", engine(folder)).succeeds()
    finally:
        server.shutdown()
        server.server_close()
    assert (
        entries(folder)["Call `put()` first, then `get()`."].translation
        == "CALL `put()` FIRST, THEN `get()`."
    )
