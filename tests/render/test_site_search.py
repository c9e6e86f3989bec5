"""Pagefind as it is told what to do: begun before there are pages, ended with what began it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import runs

from polybook.model.findings import BookError
from polybook.render import site_search
from polybook.system.cache import Store

BODIES = {
    "one.html": '<section id="a"><h1>最初の章</h1><p>言葉を探します。</p></section>',
    "two.html": '<section id="b"><h1>次の章</h1><p>もう一つの文です。</p></section>',
}


def test_an_index_is_the_same_whether_its_dictionary_was_read_before_or_not() -> None:
    once = site_search.index(BODIES, "ja", Store(None))
    with site_search.begun(["ja"]):
        again = site_search.index(BODIES, "ja", Store(None))
    assert "pagefind/pagefind.js" in once
    assert "Copyright 2022 CloudCannon" in once["pagefind/LICENSE.txt"].decode()
    assert once == again


def test_what_was_begun_and_not_needed_ends_with_the_block() -> None:
    with site_search.begun(["en", "ja_JP", "zh-Hant"]):
        pagefinds = {language: one for language, (one, _) in site_search._waiting.items()}
        assert set(pagefinds) == {"ja", "zh"}  # English has no dictionary
        assert all(runs(one._worker.pid) for one in pagefinds.values())
    assert not any(runs(one._worker.pid) for one in pagefinds.values())
    assert not site_search._waiting


ANSWERS = """\
import base64, json, time
answer = {'payload': {'type': 'Error', 'message': 'too odd a page'}}
print(base64.b64encode(json.dumps(answer).encode()).decode(), end=',', flush=True)
time.sleep(60)
"""


def program(folder: Path, code: str) -> str:
    path = folder / "pagefind"
    path.write_text(f"#!{sys.executable}\n{code}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.exit('no index today')", "Pagefind said: no index today"),
        ("import sys; sys.exit(3)", "Pagefind said: nothing, exit code 3"),
        (ANSWERS, "Pagefind said: too odd a page"),
    ],
)
@pytest.mark.parametrize("before", [[], ["ja"]], ids=["at once", "begun before"])
def test_a_pagefind_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str, before: list[str]
) -> None:
    monkeypatch.setattr(site_search, "_executable", lambda: program(tmp_path, code))
    with site_search.begun(before), pytest.raises(BookError) as error:
        site_search.index(BODIES, "ja", Store(None))
    assert str(error.value).startswith(said)


def test_a_pagefind_that_never_answers_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_search, "_executable", lambda: program(tmp_path, "import time; time.sleep(60)"))
    monkeypatch.setattr(site_search, "SECONDS", 0.5)
    with pytest.raises(BookError, match=r"Pagefind was stopped after 0\.5 seconds"):
        site_search.index(BODIES, "ja", Store(None))
