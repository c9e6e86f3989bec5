"""A book's own theme: files of its folder theme/ in place of ours, in all three formats."""

from __future__ import annotations

import os
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pypdfium2
import pytest

from polybook.commands import build
from polybook.model.book import Settings, Theme
from polybook.model.findings import BookError
from polybook.render import themes, typst
from polybook.render.words import words
from polybook.system.pool import together

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
PLURALS = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'


def pdf_text(folder) -> str:
    document = pypdfium2.PdfDocument(folder.root / "output/en/small-book-en.pdf")
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_styles_and_templates_of_the_site(book) -> None:
    folder = book("small").write("theme/html/book.css", "body { --mine: 1 }\n")
    folder.write(
        "theme/html/page.html",
        '{% extends "polybook/page.html" %}\n'
        '{% block skip %}{{ super() }}{% include "note.html" %}{% endblock %}',
    )
    folder.write("theme/html/note.html", "<p class=mine>{{ settings.title }} & more</p>")
    folder.run("--lang", "en", "--format", "html").succeeds()
    page = folder.read("output/en/html/start.html")
    assert "<p class=mine>A Small Book & more</p>" in page
    assert 'href="#page-contents">Contents</a>' in page  # what stood there before
    style = folder.read("output/en/html/style.css")
    assert style.index("body { --mine: 1 }") > style.index(".listing")  # after the theme's own rules
    assert "--mine" in folder.read("output/index.html")
    assert "class=mine" not in folder.read("output/en/html/index.html")


def test_style_and_templates_of_the_epub(book) -> None:
    folder = book("small").write("theme/epub/book.css", "p { color: #123456 }\n")
    folder.write(
        "theme/epub/title.xhtml",
        '{% extends "page.xhtml" %}{% block body %}<body><p>Our own title page</p></body>{% endblock %}',
    )
    folder.run("--lang", "en", "--format", "epub").succeeds()
    with zipfile.ZipFile(folder.root / "output/en/small-book-en.epub") as archive:
        assert archive.read("EPUB/style.css").decode().endswith("p { color: #123456 }\n")
        assert "Our own title page" in archive.read("EPUB/title.xhtml").decode()


def test_the_template_of_the_pdf_builds_on_ours(book) -> None:
    folder = book("small").write("theme/pdf/motto.typ", '#let motto = "Well begun is half done"')
    folder.write(
        "theme/pdf/book.typ",
        '#import "polybook/book.typ": *\n#import "polybook/book.typ" as ours\n#import "motto.typ": motto\n'
        "#let book(body) = ours.book({ body; par(motto) })\n",
    )
    folder.run("--lang", "en", "--format", "pdf").succeeds()
    assert "Well begun is half done" in pdf_text(folder)


def test_a_cover_of_its_own(book) -> None:
    folder = book("small")
    folder.write("theme/cover/cover.typ", "#set page(width: 30pt, height: 30pt, fill: red)\n#hide[a]")
    folder.run("--lang", "en", "--format", "epub").succeeds()
    with zipfile.ZipFile(folder.root / "output/en/small-book-en.epub") as archive:
        assert archive.read("EPUB/cover.png")[16:24] == (80).to_bytes(4) * 2  # 30 pt at 192 dots an inch


def test_words_go_over_ours_one_by_one_in_all_formats(book) -> None:
    folder = book("small")
    folder.write(
        "theme/locales/en/LC_MESSAGES/theme.po",
        HEADER + '\nmsgid "Contents"\nmsgstr "What is in it"\n\nmsgid "Note"\nmsgstr "Mind"\n',
    )
    folder.run("--lang", "en", "--format", "html", "--format", "epub", "--format", "pdf").succeeds()
    page = folder.read("output/en/html/start.html")
    assert "What is in it" in page
    assert ">Next " in page
    with zipfile.ZipFile(folder.root / "output/en/small-book-en.epub") as archive:
        assert "What is in it" in archive.read("EPUB/nav.xhtml").decode()
        assert "Mind" in archive.read("EPUB/text/start.xhtml").decode()
    assert "What is in it" in pdf_text(folder)


def test_a_language_that_the_theme_does_not_know(book) -> None:
    folder = book("small").translate("fr", {"The start": "Le début"})
    one = "{number} passage of this chapter is not translated yet and is shown in the original language."
    many = "{number} passages of this chapter are not translated yet and are shown in the original language."
    folder.write(
        "theme/locales/fr/LC_MESSAGES/theme.po",
        HEADER
        + PLURALS.replace("n != 1", "n > 1")
        + '\nmsgid "Contents"\nmsgstr "Sommaire"\n'
        + f'\nmsgid "{one}"\nmsgid_plural "{many}"\n'
        + 'msgstr[0] "{number} passage"\nmsgstr[1] "{number} passages"\n',
    )
    folder.run("--lang", "fr", "--format", "html").succeeds()
    page = folder.read("output/fr/html/start.html")
    assert "Sommaire" in page
    assert " passages</p>" in page


ESCAPES = {
    "{{ cycler.__init__.__globals__.os.getcwd() }}": "attribute '__init__' of 'type' object is unsafe",
    "{{ ().__class__.__base__.__subclasses__() }}": "attribute '__class__' of 'tuple' object is unsafe",
    "{{ ''|attr('__class__') }}": "attribute '__class__' of 'str' object is unsafe",
    "{{ say['__class__'].mro() }}": "attribute '__class__' of 'Words' object is unsafe",
    "{{ [settings]|map(attribute='__class__')|first }}": "attribute '__class__' of 'Settings' object is",
    "{{ '{0.__class__.__init__.__globals__}'.format(say) }}": "of 'StrictUndefined' object is unsafe",
    "{{ say('{x.__class__.__init__}', x=say) }}": None,
    "{% include '../../../../../etc/passwd' %}": "../../../../../etc/passwd",
    "{{ settings.authors.append('Me') }}": "",
    "{{ others.append('Me') }}": "attribute 'append' of 'list' object is unsafe",
    "{{ others.clear() }}": "attribute 'clear' of 'list' object is unsafe",
    "{{ range(1000000000)|list }}": "Range too big",
}
"""What a template may try to reach beside what it is given, and what is said."""


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_template_reaches_nothing_but_what_it_is_given(escape: str) -> None:
    theme = Theme((("html/page.html", f"<p>\n{escape}".encode()),))
    values = {
        "say": words("en", theme),
        "settings": Settings("a", "A", "en", "urn:a", authors=("Ann",)),
        "others": [1],
    }
    if ESCAPES[escape] is None:
        assert themes.fill(theme, "html", "page.html", **values) == "<p>\n{x.__class__.__init__}"
        return
    with pytest.raises(BookError) as said:
        themes.fill(theme, "html", "page.html", **values)
    (finding,) = said.value.findings
    assert (finding.path, finding.line) == ("theme/html/page.html", 2)
    assert ESCAPES[escape] in finding.text
    assert values["others"] == [1]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What is asked of the web, by way of the proxy that the environment names."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    with server.accept()[0] as one:
                        heard.append(one.recv(200))

        threading.Thread(target=listen, daemon=True).start()
        for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "*")
        yield heard


IMPORTS = {
    '#import "@preview/cetz:0.3.0": *': "is not in the theme, and none is fetched",
    '#import "@local/mine:1.0.0": *': "is not in the theme, and none is fetched",
    '#let a = "@pre" + "view/cetz:0.3.0"; #import a: *': "is not in the theme, and none is fetched",
    '#eval("import \\"@preview/cetz:0.3.0\\": *")': "is not in the theme, and none is fetched",
    '#include "@preview/cetz:0.3.0"': "is not in the theme, and none is fetched",
    '#read("/etc/passwd")': "Typst refuses it: file not found",
    '#read("../../../etc/passwd")': 'Typst refuses it: path `"../../../etc/passwd"` would escape',
}


@pytest.mark.parametrize("text", IMPORTS)
def test_typst_fetches_nothing_and_reads_only_the_theme(
    text: str, tmp_path: Path, asked: list[bytes]
) -> None:
    before = dict(os.environ)
    theme = Theme((("cover/cover.typ", f"#set page(width: 9pt)\n{text}".encode()),))
    (tmp_path / "cover.typ").write_bytes(theme.find("cover/cover.typ"))
    said = typst.run(tmp_path / "cover.typ", {}, (), format="png")
    assert isinstance(said, str)
    finding = typst.of_theme(said, theme, "cover")
    assert finding
    assert (finding.path, finding.line) == ("theme/cover/cover.typ", 2)
    assert IMPORTS[text] in finding.text
    assert asked == []
    assert dict(os.environ) == before


def test_several_runs_of_typst_at_once_leave_the_environment_as_it_was(
    tmp_path: Path, asked: list[bytes]
) -> None:
    before = dict(os.environ)
    for number in range(4):
        (tmp_path / f"{number}.typ").write_text('#import "@preview/cetz:0.3.0": *' if number % 2 else "a")
    runs = [
        (str(number), partial(typst.run, tmp_path / f"{number}.typ", {}, (), format="png"))
        for number in range(4)
    ]
    said = together(runs, 4, lambda *_: None)
    assert [isinstance(one, str) for one in said] == [False, True, False, True]
    assert asked == []
    assert dict(os.environ) == before


def test_a_mistake_in_the_theme_is_told_with_its_line(book) -> None:
    folder = book("small").write("theme/cover/cover.typ", "#set page(width: 9pt)\n\n#mine")
    folder.write(
        "theme/pdf/book.typ",
        '#import "polybook/book.typ": *\n#import "polybook/book.typ" as ours\n'
        "#let book(body) = ours.book(bode)",
    )
    folder.run("--lang", "en", "-f", "epub", "-f", "pdf").fails(
        1,
        "error: theme/cover/cover.typ:3: Typst refuses it: unknown variable: mine.",
        "error: theme/pdf/book.typ:3: Typst refuses it: unknown variable: bode.",
    )


def test_a_package_lies_in_the_theme(book) -> None:
    folder = book("small")
    package = "theme/pdf/packages/preview/motto/1.0.0"
    folder.write(
        f"{package}/typst.toml", '[package]\nname = "motto"\nversion = "1.0.0"\nentrypoint = "lib.typ"\n'
    )
    folder.write(f"{package}/lib.typ", '#let motto = "Well begun is half done"\n')
    folder.write(
        "theme/pdf/book.typ",
        '#import "polybook/book.typ": *\n#import "polybook/book.typ" as ours\n'
        '#import "@preview/motto:1.0.0": motto\n'
        "#let book(body) = ours.book({ body; par(motto) })\n",
    )
    folder.run("--lang", "en", "--format", "pdf").succeeds()
    assert "Well begun is half done" in pdf_text(folder)


def test_a_changed_theme_makes_anew_what_it_concerns(book) -> None:
    folder = book("small").write("theme/html/book.css", "p { --mine: 1 }")
    arguments = ("--lang", "en", "--format", "html", "--format", "epub", "--format", "pdf")
    folder.run(*arguments).succeeds()
    words = HEADER + '\nmsgid "Contents"\nmsgstr "All that is in it"\n'
    folder.write("theme/html/book.css", "p { --mine: 2 }")
    folder.write("theme/epub/book.css", "p { --mine: 3 }")
    folder.write("theme/locales/en/LC_MESSAGES/theme.po", words)
    folder.run(*arguments).succeeds()
    page = folder.read("output/en/html/start.html")
    assert "--mine: 2" in folder.read("output/en/html/style.css")
    assert "All that is in it" in page
    with zipfile.ZipFile(folder.root / "output/en/small-book-en.epub") as archive:
        assert "--mine: 3" in archive.read("EPUB/style.css").decode()
        assert "All that is in it" in archive.read("EPUB/nav.xhtml").decode()
    assert "All that is in it" in pdf_text(folder)
    (folder.root / "theme/epub/book.css").unlink()
    folder.run(*arguments).succeeds()
    with zipfile.ZipFile(folder.root / "output/en/small-book-en.epub") as archive:
        assert "--mine: 3" not in archive.read("EPUB/style.css").decode()


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("theme/page.html", "x", "theme/page.html: no part of the theme has this file"),
        ("theme/web/page.html", "x", "theme/web/page.html: no part of the theme has this file"),
        ("theme/html/page.html", "\n{% if %}", "theme/html/page.html:2: the template fails: "),
        (
            "theme/html/page.html",
            "\n\n{{ settngs.title }}",
            "theme/html/page.html:3: the template fails: 'settngs'",
        ),
        ("theme/html/page.html", '{% extends "page.html" %}', "theme/html/page.html:1: the template fails: "),
        ("theme/html/page.html", "{{ say('{x}') }}", "theme/html/page.html:1: the template fails: 'x'"),
        (
            "theme/html/page.html",
            '{% include "no.html" %}',
            "theme/html/page.html:1: the template fails: no.html",
        ),
        ("theme/html/book.css", b"a\n\xff", "theme/html/book.css:2: the line is not UTF-8"),
        ("theme/html/parts.html", b"a\n\xff", "theme/html/parts.html:2: the line is not UTF-8"),
        ("theme/locales/en/LC_MESSAGES/theme.po", "no", "theme/locales/en/LC_MESSAGES/theme.po:1: "),
        (
            "theme/locales/en/LC_MESSAGES/theme.po",
            HEADER + '\nmsgid "Contents"\nmsgstr "All {things}"\n',
            "theme/locales/en/LC_MESSAGES/theme.po:5: the translation has what its message has not: {things}",
        ),
        (
            "theme/locales/en/LC_MESSAGES/theme.po",
            HEADER + '\nmsgid "Link to {title}"\nmsgstr "To {title"\n',
            "theme/locales/en/LC_MESSAGES/theme.po:5: the translation has what its message has not: a single",
        ),
    ],
)
def test_mistakes_are_told_with_their_place(book, path: str, content: str, said: str) -> None:
    folder = book("small").write(path, content)
    try:
        found = build.build(folder.root, ("en",), ("html",)).failed
    except BookError as error:  # words of the theme are read before anything is made
        found = error.findings
    assert said in "\n".join(map(str, found))


def test_a_command_ends_with_the_mistake(book) -> None:
    folder = book("small").write("theme/html/page.html", "\n{% if %}")
    folder.run("--lang", "en", "--format", "html").fails(1, "theme/html/page.html:2: the template fails: ")


def test_what_typst_says_of_a_template(book) -> None:
    folder = book("small").write(
        "theme/pdf/book.typ", '#import "polybook/book.typ": *\n#let book(body) = no(body)'
    )
    folder.run("--lang", "en", "--format", "pdf").fails(1, "unknown variable: no")
