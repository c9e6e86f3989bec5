"""A file of a language that cannot be read leaves that language out, and no other."""

from __future__ import annotations

import pytest

from polybook.commands import serve
from polybook.model import layout
from polybook.model.findings import BookError
from polybook.preview import server
from polybook.system import files

GLOSSARY = "locales/ja/glossary.csv"
OPEN = 'source,target\n"never,closed\n'


def test_a_glossary_stops_no_other_language(book) -> None:
    folder = book("small").translate("ja", {}).write(GLOSSARY, OPEN)
    folder.run("init", "it").succeeds()
    said = f"{GLOSSARY}:2: what begins in this line is no row of a table"
    folder.run("build", "-f", "md").fails(1, said)
    made = {path.parent.name for path in (folder.root / layout.OUTPUT).glob("*/*.md")}
    assert made == {"en", "it"}
    folder.run("check").fails(5, said)
    folder.run("status").fails(1, said)
    folder.run("update").succeeds()


def test_a_preview_shows_the_others(book, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = book("small").translate("ja", {}).write(GLOSSARY, OPEN)
    folder.run("init", "it").succeeds()
    said = []
    monkeypatch.setattr(
        server, "serve", lambda shown, watched, rebuild, *_: said.append(rebuild(frozenset()))
    )
    serve.serve(folder.root, (), 0, said.append)
    assert [one.split(": ")[0] for one in said] == [f"{GLOSSARY}:2"]
    shown = {path.parts[-3] for path in (folder.root / layout.PREVIEW).rglob("index.html")}
    assert shown >= {"en", "it"}
    assert "ja" not in shown


def test_what_the_disk_does_not_give_is_told(tmp_path) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("folder", "nothing", "a" * 300):
        with pytest.raises(BookError, match="the file cannot be read"):
            files.read(tmp_path, name)
