"""A book's own theme: files of its folder theme/ in place of ours, in all three formats."""

from __future__ import annotations

import zipfile

import pypdfium2
import pytest

from polybook.commands import build
from polybook.model.findings import BookError

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
