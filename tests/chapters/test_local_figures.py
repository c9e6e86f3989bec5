"""Pictures that stand in the place of others in a language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import BOOKS

from polybook.book import load
from polybook.chapters import local_figures


def parted(*paths: str, named: tuple[str, ...] = (), locales: tuple[str, ...] = ("en", "ja", "pt_BR")):
    return local_figures.parted({path: path.encode() for path in paths}, named, locales)


@pytest.mark.parametrize(
    ("path", "tag"),
    [
        ("figures/menu.ja.png", "ja"),
        ("figures/menu.pt-BR.png", "pt-br"),
        ("figures/menu.pt_br.png", "pt-br"),
        ("figures/menu.pt.png", "pt"),
        ("figures/menu.en.png", "en"),
    ],
)
def test_a_form_is_named_by_a_language_of_the_book(path: str, tag: str) -> None:
    found = parted("figures/menu.png", path)
    assert found.figures.keys() == {"figures/menu.png"}
    assert found.forms == {"figures/menu.png": {tag: path.encode()}}
    assert not found.findings


@pytest.mark.parametrize(
    "path", ["a/menu.v2.png", "a/menu.old.png", "a/menu.2.png", "a/.ja.png", "a.ja/menu.png"]
)
def test_other_names_are_other_pictures(path: str) -> None:
    found = parted("a/menu.png", path)
    assert found.figures.keys() == {"a/menu.png", path}
    assert not found.forms
    assert not found.findings


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (
            ("a/menu.png", "a/menu.fr.png"),
            "the book has no edition in 'fr', in which this would stand for 'a/menu.png'",
        ),
        (("a/menu.png", "a/menu.pt-PT.png"), "the book has no edition in 'pt-pt', in which this"),
        (("a/menu.ja.png",), "there is no 'source/a/menu.png' in whose place this stands"),
        (("a/menu.png", "a/menu.ja.svg"), "there is no 'source/a/menu.svg' in whose place this stands"),
    ],
)
def test_a_form_without_its_picture_or_language_is_told(paths: tuple[str, ...], said: str) -> None:
    (finding,) = parted(*paths).findings
    assert said in finding.text
    assert (finding.path, finding.severity) == (f"source/{paths[-1]}", "warning")
    assert not parted(*paths, named=paths).findings


def test_a_form_that_a_chapter_names_is_a_picture_too() -> None:
    found = parted("menu.png", "menu.ja.png", named=("menu.ja.png",))
    assert found.figures.keys() == {"menu.png", "menu.ja.png"}
    assert found.forms.keys() == {"menu.png"}


def test_an_edition_has_the_nearest_form() -> None:
    found = parted("a.png", "a.pt.png", "b.png", "b.pt.png", "b.pt-BR.png", "c.png", "c.ja.png")
    book = replace(load.load(BOOKS / "small"), figures=found.figures, forms=found.forms)
    assert local_figures.of(book, "pt_BR") == {"a.png": b"a.pt.png", "b.png": b"b.pt-BR.png"}
    assert local_figures.of(book, "pt") == {"a.png": b"a.pt.png", "b.png": b"b.pt.png"}
    assert local_figures.of(book, "ja") == {"c.png": b"c.ja.png"}
    assert [local_figures.lacking(book, one) for one in ("pt_BR", "ja", "it")] == [1, 2, 3]


def test_each_edition_shows_its_own_and_status_counts_what_is_lacking(book) -> None:
    folder = book("handbook")
    for locale in ("ja", "it"):
        if not (folder.root / f"locales/{locale}").exists():
            folder.run("init", locale).succeeds()
    folder.run("-f", "html", "-f", "epub").succeeds()
    shown = {
        locale: (folder.root / f"output/{locale}/html/figures/menu.png").read_bytes()
        for locale in ("en", "ja", "it")
    }
    source = folder.root / "source/figures"
    plain, own = (source / "menu.png").read_bytes(), (source / "menu.ja.png").read_bytes()
    assert shown == {"en": plain, "ja": own, "it": plain}
    assert "Acceso e spento" in folder.read("output/it/html/using.html")
    assert "Acceso" not in folder.read("output/ja/html/using.html")
    assert not list((folder.root / "output").rglob("menu.ja.png"))
    assert "Acceso e spento, in" not in folder.read("locales/it/LC_MESSAGES/book.po")
    said = folder.run("status").succeeds().out
    assert "it: pictures that other languages have in a form of their own: 1\n" in said
    assert folder.read("output/status.html").count("in a form of their own: 1") == 2
    folder.write("source/figures/menu.it.png", b"no picture")
    folder.run("check").fails(5, "source/figures/menu.it.png")
