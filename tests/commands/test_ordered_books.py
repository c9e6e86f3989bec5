"""Books with parts and folders, in all formats and three languages."""

from __future__ import annotations

import re
import shutil
import zipfile
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from conftest import BOOKS, BookFolder, check_epub

from polybook.release import validation

ITALIAN = {
    "ordered": {
        "Leaves": "Foglie",
        "Green": "Verdi",
        "Dark": "Scure",
        "White": "Bianche",
        "Water": "Acqua",
        'Hot "springs"': '"Terme"',
        "Green leaves": "Foglie verdi",
        "Shade": "Ombra",
        "Words": "Parole",
    },
    "folders": {
        "The garden": "Il giardino",
        "Tools and time": "Arnesi e tempo",
        "Months": "Mesi",
        "May": "Maggio",
    },
}
JAPANESE = {
    "ordered": {"Leaves": "葉", "Words": "語"},
    "folders": {"Tools and time": "道具と時", "Why": "なぜ"},
}

CONTENTS = {
    ("ordered", "en"): """\
Welcome
About cups
Leaves
  Green
    How it grows
      Shade
    (White)
  Dark
Water
  Hot "springs"
Words
""",
    ("ordered", "it"): """\
Welcome
About cups
Foglie
  Verdi
    How it grows
      Ombra
    (Bianche)
  Scure
Acqua
  "Terme"
Parole
""",
    ("folders", "en"): """\
Welcome
Why
The garden
  Soil
  Beds
Tools and time
  A spade
  Months
    May
The end
""",
    ("folders", "ja"): """\
Welcome
なぜ
The garden
  Soil
  Beds
道具と時
  A spade
  Months
    May
The end
""",
}
OWN_TITLES = {
    "ordered": {
        "Green": "Green leaves",
        "Dark": "Dark leaves",
        "Water": "All about water",
        'Hot "springs"': "Hot springs",
    }
}
"""What chapters call themselves that contents call otherwise; a PDF has these."""


@pytest.fixture(scope="module", params=["ordered", "folders"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    root = tmp_path_factory.mktemp("books") / request.param
    shutil.copytree(BOOKS / request.param, root)
    folder = BookFolder(root)
    folder.translate("it", ITALIAN[request.param]).translate("ja", JAPANESE[request.param])
    folder.run("build").succeeds()
    return folder


def expected(folder: BookFolder, locale: str) -> str:
    return CONTENTS.get((folder.root.name, locale), CONTENTS[folder.root.name, "en"])


def named(folder: BookFolder, locale: str, kind: str) -> Path:
    (path,) = folder.root.glob(f"output/{locale}/*-{locale}.{kind}")
    return path


def outlined(html: str) -> str:
    """A nested list of HTML, an entry a line; without the sections of chapters."""
    html = re.sub(r'<ol class="sections">.*?</ol>', "", html, flags=re.DOTALL)
    depth, lines = -1, []
    for tag, rest in re.findall(r"<(/?ol|a|span)\b[^>]*>([^<]*)", html):
        if tag.endswith("ol"):
            depth += -1 if tag.startswith("/") else 1
        else:
            lines.append("  " * depth + rest.replace("&#34;", '"'))
    return "\n".join([*lines, ""])


def locales_of(folder: BookFolder) -> list[str]:
    return [locale for name, locale in CONTENTS if name == folder.root.name]


def test_the_site_has_the_contents_on_its_first_page_and_beside_each(built: BookFolder) -> None:
    for locale in locales_of(built):
        whole = expected(built, locale)
        page = built.read(f"output/{locale}/html/index.html")
        page = page[
            page.index('<ol class="contents">') : page.index("</nav>", page.index('class="contents"'))
        ]
        assert outlined(page) == whole.replace("(", "").replace(")", "")
        for path in (built.root / f"output/{locale}/html").rglob("*.html"):
            if path.name != "index.html" or path.parent.name != "html":
                side = path.read_text("utf-8").partition('<nav class="side"')[2]
                side = side[side.index("<ol>") : side.index('<p class="label">', side.index("<ol>"))]
                assert outlined(side) == whole.replace("(", "").replace(")", "")


def test_pages_follow_one_another_in_order(built: BookFolder) -> None:
    order = {
        "ordered": "introduction front/cups leaves/index leaves/how-it-grows leaves/shade leaves/黒茶"
        " water/index water/hot back/words",
        "folders": "introduction why garden/index garden/soil garden/beds tools_and_time/spade"
        " tools_and_time/months/may end",
    }[built.root.name].split()
    site = built.root / "output/en/html"
    made = {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}
    assert made == {*order, "index"}
    for here, following in pairwise(order):
        page = (site / f"{here}.html").read_text("utf-8")
        (link,) = re.findall(r'<a class="next" rel="next" href="([^"]*)"', page)
        assert (site / here).parent.joinpath(link).resolve() == (site / f"{following}.html").resolve()


def test_all_links_of_the_sites_lead_somewhere(built: BookFolder) -> None:
    for locale in ("en", "it", "ja"):
        site = built.root / f"output/{locale}/html"
        names = {
            path.relative_to(built.root / "output").as_posix() for path in (built.root / "output").rglob("*")
        }
        base = "https://example.org/tea/" if built.root.name == "ordered" else ""
        found = validation.links(built.root / "output", names, base)
        assert [one for one in found if site.name in one.path] == []


def test_the_epub_has_the_contents_without_what_is_to_come(built: BookFolder) -> None:
    for locale in locales_of(built):
        with zipfile.ZipFile(named(built, locale, "epub")) as archive:
            nav = archive.read("EPUB/nav.xhtml").decode()
        toc = nav[nav.index("<ol>") : nav.index("</nav>")]
        lines = outlined(toc).splitlines()
        wanted = [line for line in expected(built, locale).splitlines() if "(" not in line]
        assert [line for line in lines if line in wanted] == wanted, "others are sections"


def test_the_pdf_has_the_contents_as_bookmarks(built: BookFolder) -> None:
    lines: list[str] = []

    def walk(items: list[pikepdf.OutlineItem], depth: int) -> None:
        for one in items:
            lines.append("  " * depth + str(one.title))
            walk(one.children, depth + 1)

    with pikepdf.open(named(built, "en", "pdf")) as document, document.open_outline() as outline:
        walk(outline.root, 0)
    own = OWN_TITLES.get(built.root.name, {})
    wanted = []
    for line in expected(built, "en").splitlines():
        title = line.strip()
        if "(" not in title:
            wanted.append(line.replace(title, own.get(title, title)))
    assert [line for line in lines if line in wanted] == wanted, "others are sections"


def test_the_markdown_edition_has_parts_and_depths_as_headings(built: BookFolder) -> None:
    text = named(built, "en", "md").read_text("utf-8")
    found = [
        (len(marks), title) for marks, title in re.findall(r"^(#+) (?:<a id=[^>]*></a>)?(.*)$", text, re.M)
    ]
    if built.root.name == "folders":
        assert found == [
            (1, "Welcome"), (1, "Why"), (2, "Because"), (1, "The garden"), (2, "Soil"), (2, "Beds"),
            (3, "Rows"), (1, "Tools and time"), (2, "A spade"), (2, "Months"), (3, "May"), (1, "The end"),
        ]  # fmt: skip
    else:
        assert found[2:8] == [
            (1, "Leaves"), (2, "Green leaves"), (3, "Picking"), (3, "How it *grows*"), (4, "Hills"),
            (4, "Shade"),
        ]  # fmt: skip


def test_every_format_shows_every_word(built: BookFolder) -> None:
    assert "nothing found" in built.run("check", "--deep", "--lang", "ja").succeeds().out


@pytest.mark.java
@pytest.mark.slow
def test_the_checker_of_epubs_has_nothing_to_say(built: BookFolder) -> None:
    for locale in ("en", "it", "ja"):
        check_epub(named(built, locale, "epub"))


def test_titles_of_the_order_are_messages_of_its_file(built: BookFolder) -> None:
    catalog = built.read("locales/it/LC_MESSAGES/book.po")
    if built.root.name == "folders":
        assert '#. title of a part\n#: source/03-tools_and_time\nmsgid "Tools and time"' in catalog
        assert catalog.count("#. title of a part") == 2, "an opening has the title of the other"
    else:
        assert '#. title of a part\n#: source/SUMMARY.md\nmsgid "Leaves"' in catalog
        assert '#. title in the contents\n#: source/SUMMARY.md\nmsgid "Green"' in catalog
        assert 'msgid "How it grows"' not in catalog, "it is what the chapter calls itself"


def remade(folder: BookFolder) -> set[str]:
    """What a build does again, but for steps of a chapter that concern reading or all of an edition."""
    said = folder.run("build", "--lang", "en", "--explain").succeeds().out
    return set(re.findall(r"^(\w+ (?!done)[^:]+): ", said, re.MULTILINE))


NAMES = """\
index introduction front/cups leaves/index leaves/how-it-grows leaves/shade leaves/黒茶 water/index water/hot
back/words"""
PAGES = {f"page en {name}.html" for name in NAMES.split()}
WHOLE = {"pdf en", "epub en"}


@pytest.mark.slow
def test_a_title_that_changes_remakes_only_what_shows_it(book) -> None:
    folder = book("ordered")
    remade(folder)
    folder.replace("source/SUMMARY.md", "[Green]", "[The green ones]")
    assert remade(folder) == PAGES | {"epub en"}
    folder.replace("source/SUMMARY.md", "# Leaves", "# All leaves")
    part = {f"{step} en -part1" for step in ("outline", "write", "xhtml", "typst", "markdown")}
    assert remade(folder) == PAGES | WHOLE | part
    folder.replace("source/leaves/shade.md", "# Shade", "# In the shade")
    done = remade(folder)
    own = {f"{step} en leaves/shade" for step in ("outline", "write", "html", "xhtml", "typst", "markdown")}
    # What links to the chapter looks its places up again, and is written as it was.
    looked_up = {"edition en source/README.md"}
    read = {f"{step} source/leaves/shade.md" for step in ("read", "edition en")}
    assert done == PAGES | WHOLE | own | read | looked_up | {"search en"}
