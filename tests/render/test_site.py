"""The site as readers use it: in Chromium, from a server below a sub-path, from files, by keyboard."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import BOOKS, ROOT, TRANSLATION, BookFolder, need
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Site:
    """Sample books below one folder, their server, and a browser to read them with."""

    root: Path
    url: str
    browser: Browser
    asked: list[str] = field(default_factory=list)
    """All that pages asked for since the test began."""

    def open(self, path: str, *, file: bool = False, **how: object) -> Page:
        """Open a page in a browser of its own: nothing is remembered, and every error is a failure."""
        context = self.browser.new_context(**{"viewport": DESK, **how})  # type: ignore[arg-type]
        page = context.new_page()

        def note(request: Request) -> None:
            self.asked.append(request.url)

        page.on("request", note)
        page.on("pageerror", lambda error: self.asked.append(f"error: {error}"))
        page.goto(f"file://{self.root}/{path}" if file else f"{self.url}/{path}")
        return page


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    need("chromium", "chromium")
    root = tmp_path_factory.mktemp("books")
    book = root / "gevent"
    for name in ("source", "examples", "locales"):
        shutil.copytree(ROOT / name, book / name)
    shutil.copy(ROOT / "pyproject.toml", book)
    BookFolder(book).run("-f", "html", "--no-refresh").succeeds()
    for name in ("rtl", "everything", "small", "handbook", "ordered"):
        shutil.copytree(BOOKS / name, root / name, ignore=shutil.ignore_patterns("output", ".cache"))
    shutil.copytree(root / "small", root / "large")
    for number in range(150):
        BookFolder(root / "large").write(
            f"source/{number + 100}-c{number}.md", f"# Chapter {number}\n\nText."
        )
    BookFolder(root / "small").translate("ja", TRANSLATION)
    for name in ("rtl", "everything", "small", "large", "handbook", "ordered"):
        BookFolder(root / name).run("-f", "html").succeeds()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            yield Site(root, f"http://127.0.0.1:{server.server_port}", browser)
            browser.close()
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(place: Site) -> Iterator[Site]:
    """The site; afterwards no page may have asked for anything of another host, or had an error."""
    place.asked.clear()
    yield place
    for context in place.browser.contexts:
        context.close()
    strange = [
        one for one in place.asked if not one.startswith((place.url, f"file://{place.root}/", "data:"))
    ]
    assert strange == []


QUEUES = "gevent/output/en/html/queues.html"
PREFACE = "gevent/output/en/html/preface.html"
LARGE = "large/output/en/html/c57.html"


TABS = "handbook/output/en/html/installing.html"


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


# ---- languages -------------------------------------------------------------------------------


def test_another_language_shows_the_same_page_at_the_same_heading(site: Site) -> None:
    page = site.open(f"{QUEUES}#bounded-queues")
    page.click(".languages summary")
    page.click(".languages a[lang=ja]")
    expect(page).to_have_url(re.compile(r"/ja/html/queues\.html#bounded-queues$"))
    assert page.get_attribute("html", "lang") == "ja"
    top = page.locator("#bounded-queues").bounding_box()
    assert top is not None
    assert 0 < top["y"] < 200


def test_at_the_top_of_a_page_another_language_shows_its_top(site: Site) -> None:
    page = site.open(QUEUES)
    assert page.locator(".languages a[lang=it]").evaluate("one => one.href").endswith("/it/html/queues.html")


def test_the_first_page_suggests_the_readers_language_and_sends_nobody(site: Site) -> None:
    page = site.open("gevent/output/index.html", locale="ja-JP")
    expect(page).to_have_url(re.compile(r"/output/index\.html$"))
    assert page.get_attribute(".editions > li:first-child", "lang") == "ja"
    expect(page.locator(".yours:visible")).to_have_text("お使いの言語")
    page = site.open("gevent/output/index.html", locale="sw")
    assert page.get_attribute(".editions > li:first-child", "lang") == "en"
    expect(page.locator(".yours:visible")).to_have_count(0)


def test_what_is_not_translated_says_so(site: Site) -> None:
    page = site.open("small/output/ja/html/start.html")
    fallback = page.locator("main p > .untranslated").first
    assert fallback.get_attribute("lang") == "en"
    assert fallback.get_attribute("title") == "未訳"
    assert "未訳の箇所が2か所" in page.locator(".untranslated-note").inner_text()


# ---- search ----------------------------------------------------------------------------------


def search(page: Page, query: str) -> list[str]:
    """The addresses that a search gives, from the last part of the path on."""
    if not page.locator("dialog.search").is_visible():
        page.keyboard.press("/")
    told = page.locator("dialog.search [role=status]")
    page.fill("dialog.search input", "")
    expect(told).to_be_empty()
    page.fill("dialog.search input", query)
    expect(told).not_to_be_empty()
    links = page.locator("dialog.search ol a").all()
    return [str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links]


@pytest.mark.parametrize(
    ("locale", "present", "absent"),
    [
        ("en", "greenlet queue timeout get_nowait joinall", "zeppelin quixotic rlnazup asthvik"),
        ("it", "coda concorrenza tempo greenlet server", "dirigibile zampogna asthvik"),
        ("ja", "協調的 待ち キュー 新しく greenlet", "成功番号 両者操作 飛行船 完全以下"),
    ],
)
def test_search_finds_what_is_there_and_nothing_else(
    site: Site, locale: str, present: str, absent: str
) -> None:
    page = site.open(f"gevent/output/{locale}/html/index.html")
    for word in present.split():
        assert search(page, word), word
    for word in absent.split():
        assert search(page, word) == [], word
    if locale == "ja":
        assert search(page, "上限付きキュー")[0] == "queues.html#bounded-queues"
        assert (
            "成功番号" in page.locator("dialog.search [role=status]").inner_text()
            or search(page, "成功番号") == []
        )


def test_a_result_is_a_section_with_its_words_marked(site: Site) -> None:
    page = site.open(QUEUES)
    assert "queues.html#bounded-queues" in search(page, "bounded queue")[:3]
    first = page.locator("dialog.search li").first
    assert first.locator("mark").count() > 0
    # Words on the page's edges are not its text.
    assert search(page, "Preface")[0].startswith("preface.html")


def test_what_looks_like_markup_is_shown_as_text(site: Site) -> None:
    page = site.open("gevent/output/en/html/index.html")
    assert search(page, "html")
    assert page.locator("dialog.search li :not(a, b, small, p, mark)").count() == 0


def test_search_is_used_by_keyboard_alone(site: Site) -> None:
    page = site.open("gevent/output/en/html/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("bounded")
    first = page.locator("dialog.search li a").first
    expect(first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("dialog.search li a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("dialog.search input")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.search")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("dialog.search input")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/en/html/queues\.html#"))


def test_keys_that_follow_each_other_within_a_frame_are_all_heard(site: Site) -> None:
    """A browser takes the focus from what was hidden with the next frame; keys can come before that."""
    page = site.open("gevent/output/en/html/index.html")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog.search input")).to_be_focused()
    opened = page.evaluate("""() => {
        const press = (key) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        press("Escape");
        press("/");
        return document.querySelector("dialog.search").open;
    }""")
    assert opened
    expect(page.locator("dialog.search input")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator(".to-search").press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".to-search")).to_be_focused()


def test_search_says_that_it_needs_a_server(site: Site) -> None:
    page = site.open("gevent/output/it/html/queues.html", file=True)
    page.keyboard.press("/")
    expect(page.locator("dialog.search [role=status]")).to_contain_text("server web")
    expect(page.locator("dialog.search input")).to_be_disabled()


def test_pages_in_folders_find_one_another(site: Site) -> None:
    page = site.open("ordered/output/en/html/leaves/shade.html")
    assert search(page, "springs")[0].startswith("hot.html")
    page.locator("dialog.search li a").first.click()
    expect(page).to_have_url(re.compile(r"/en/html/water/hot\.html"))
    page.click("main a[href='../leaves/index.html#picking']")
    expect(page.locator("#picking h2")).to_be_in_viewport()
    page.click(".turn .next")
    expect(page.locator('#page-contents [aria-current="page"]')).to_have_text("How it grows")


def test_text_that_runs_from_right_to_left_is_found(site: Site) -> None:
    page = site.open("rtl/output/ar/html/threads.html")
    assert search(page, "الخيوط")
    assert search(page, "منطاد") == []


# ---- colours ---------------------------------------------------------------------------------


def test_colours_follow_the_system_until_a_reader_chooses_and_are_remembered(site: Site) -> None:
    page = site.open(QUEUES, color_scheme="dark")
    dark = ground(page)
    page.emulate_media(color_scheme="light")
    light = ground(page)
    assert dark != light
    page.click(".colours summary")
    page.check("[name=scheme][value=dark]")
    assert ground(page) == dark
    # On the next page the choice is there before anything is drawn: the first script in the head sets it.
    page.goto(f"{site.url}/gevent/output/ja/html/pools.html")
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
    assert ground(page) == dark
    page.goto(f"{site.url}/gevent/output/index.html")
    assert ground(page) == dark
    page.go_back()
    page.click(".colours summary")
    page.check("[name=scheme][value='']")
    page.reload()
    assert ground(page) == light


# ---- listings --------------------------------------------------------------------------------


def test_a_listing_is_copied_as_the_program_is(site: Site) -> None:
    page = site.open("gevent/output/ja/html/queues.html", permissions=["clipboard-read", "clipboard-write"])
    listing = page.locator("figure:has(#event-py)")
    listing.locator("button.copy").click()
    expect(page.locator(".spoken")).to_have_text("コピーしました")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == listing.locator("pre code").inner_text()
    assert copied.endswith("\n")
    assert not re.search(r"^\s*\d+\s", copied, re.MULTILINE)
    assert "ready = Event()" in copied


def test_a_listings_program_can_be_fetched(site: Site) -> None:
    page = site.open(QUEUES)
    with page.expect_download() as fetched:
        page.click("figure:has(#event-py) .get")
    assert fetched.value.suggested_filename == "event.py"
    assert fetched.value.path().read_bytes() == (ROOT / "examples/queues/event.py").read_bytes()
    folder = site.root / "gevent/output/en/html/examples"
    shown = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert "chat/templates/room.html.txt" in shown  # to be read, not to be shown as a page
    assert not [one for one in shown if one.endswith((".key", ".pem"))]


def test_a_line_has_an_address_in_every_language(site: Site) -> None:
    for locale in ("en", "ja"):
        page = site.open(f"gevent/output/{locale}/html/queues.html#event-py-L5")
        line = page.locator("#event-py-L5")
        expect(line).to_be_in_viewport()
        assert line.inner_text() == "ready = Event()"
        other = page.locator("#event-py-L3")
        colour = "one => getComputedStyle(one).backgroundColor"
        assert line.evaluate(colour) != other.evaluate(colour)
    box = page.locator("#event-py-L8").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 4, box["y"] + 6)
    expect(page).to_have_url(re.compile(r"#event-py-L8$"))


# ---- finding one's way -----------------------------------------------------------------------


def test_the_section_being_read_is_marked(site: Site) -> None:
    page = site.open(QUEUES)
    current = page.locator('.side [aria-current="location"]')
    expect(current).to_have_count(0)
    page.evaluate("document.getElementById('bounded-queues').scrollIntoView()")
    expect(current).to_have_attribute("href", "#bounded-queues")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(current).to_have_attribute("href", "#queues-remember")


def test_the_keyboard_reaches_the_text_first(site: Site) -> None:
    page = site.open(QUEUES)
    page.keyboard.press("Tab")
    skip = page.locator(".skip[href='#page-main']")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator(".skip[href='#page-contents']")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#page-main$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_menus_open_and_close_by_keyboard(site: Site) -> None:
    page = site.open(QUEUES)
    page.locator(".languages summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".languages a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".languages a").first).to_be_hidden()
    expect(page.locator(".languages summary")).to_be_focused()


def test_on_a_phone_the_contents_are_a_drawer(site: Site) -> None:
    page = site.open(QUEUES, viewport=PHONE)
    drawer, button = page.locator("#page-contents"), page.locator(".to-contents")
    expect(drawer).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    expect(page.locator('#page-contents [aria-current="page"]')).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    page.mouse.click(PHONE["width"] - 10, 400)
    expect(drawer).to_be_hidden()
    button.click()
    page.click("#page-contents a[href='#bounded-queues']")
    expect(drawer).to_be_hidden()
    expect(page.locator("#bounded-queues h2")).to_be_in_viewport()
    button.click()
    page.click("#page-contents .close")
    expect(drawer).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_no_page_scrolls_sideways(site: Site, width: int) -> None:
    page = site.open("gevent/output/index.html", viewport={"width": width, "height": 700})
    folders = [
        one for book in ("rtl", "everything", "small") for one in (site.root / book / "output").glob("*/html")
    ]
    paths = [path for folder in folders for path in folder.glob("*.html")]
    paths += sorted((site.root / "gevent/output").glob("*/html/*.html"))[:: 5 if width == 320 else 17]
    for path in paths:
        page.goto(f"{site.url}/{path.relative_to(site.root).as_posix()}")
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(over) <= 0, path


def test_a_page_in_arabic_has_its_contents_at_the_right(site: Site) -> None:
    page = site.open("rtl/output/ar/html/threads.html")
    side, text = page.locator(".side").bounding_box(), page.locator("main").bounding_box()
    assert side is not None
    assert text is not None
    assert side["x"] > text["x"] + text["width"]
    page = site.open("rtl/output/ar/html/threads.html", viewport=PHONE)
    page.click(".to-contents")
    drawer = page.locator("#page-contents").bounding_box()
    assert drawer is not None
    assert drawer["x"] + drawer["width"] == pytest.approx(PHONE["width"], abs=1)


# ---- without scripts, from files, on paper ---------------------------------------------------


@pytest.mark.parametrize("file", [False, True])
def test_without_scripts_all_can_be_read_and_reached(site: Site, file: bool) -> None:
    page = site.open(QUEUES, file=file, java_script_enabled=False, viewport=PHONE)
    expect(page.locator("main h1")).to_be_visible()
    for hidden in (".to-search", ".colours", "dialog.search", "button.copy"):
        assert not page.locator(hidden).first.is_visible(), hidden
    page.click(".to-contents")
    page.click("#page-contents a[href='pools.html']")
    expect(page).to_have_url(re.compile(r"/pools\.html$"))
    page.click(".languages summary")
    page.click(".languages a[lang=ja]")
    expect(page).to_have_url(re.compile(r"/ja/html/pools\.html$"))
    page.click(".turn .next")
    expect(page).to_have_url(re.compile(r"/ja/html/processes\.html$"))


@pytest.mark.parametrize("file", [False, True])
def test_folded_contents_lead_to_every_chapter(site: Site, file: bool) -> None:
    page = site.open(LARGE, file=file, java_script_enabled=False)
    assert page.locator("#page-contents li").count() < 40
    link = page.locator("#page-contents .folded a", has_text="Chapter 130")
    link.focus()
    page.keyboard.press("Enter")
    page.click("#page-contents a[href='c135.html']")
    expect(page.locator("h1")).to_contain_text("Chapter 135")
    expect(page.locator("#page-contents [aria-current=page]")).to_be_visible()
    page.click("#page-contents .label a")
    expect(page).to_have_url(re.compile(r"index\.html#page-contents$"))
    page.click("#page-contents a[href='c3.html']")
    expect(page.locator("h1")).to_contain_text("Chapter 3")


def test_tabs_are_chosen_by_keyboard(site: Site) -> None:
    page = site.open(TABS)
    expect(page.get_by_text("Unpack the archive.")).to_be_visible()
    expect(page.get_by_text("Ask for it:")).to_be_hidden()
    page.get_by_label("By hand").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("With pip")).to_be_checked()
    expect(page.get_by_text("Ask for it:")).to_be_visible()
    expect(page.get_by_text("Unpack the archive.")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_opens_where_it_leads(site: Site, *, scripts: bool) -> None:
    page = site.open(TABS, java_script_enabled=scripts)
    for name, text in (("the proxy", "Name the proxy first."), ("the container", "There it is not either.")):
        expect(page.get_by_text(text)).to_be_hidden()
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text(text)).to_be_in_viewport()
    page = site.open(f"{TABS}#proxy", java_script_enabled=scripts)
    expect(page.get_by_text("Name the proxy first.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_paper_and_pages_without_a_style_show_all_that_folds(site: Site, *, scripts: bool) -> None:
    page = site.open(TABS, java_script_enabled=scripts)
    page.emulate_media(media="print")
    for text in ("Ask for it:", "Unpack the archive.", "Some machines", "No, it is not.", "It is the same."):
        assert page.get_by_text(text).bounding_box(), text
    context = site.browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.route("**/style.css*", lambda route: route.abort())
    page.goto(f"{site.url}/{TABS}")
    for text in ("Ask for it:", "Name the proxy first.", "Unpack the archive."):
        expect(page.get_by_text(text)).to_be_visible()


def test_from_a_file_everything_but_the_search_works(site: Site) -> None:
    page = site.open("gevent/output/index.html", file=True)
    page.click(".editions li[lang=it] .action")
    page.click(".action")
    page.click(".turn .next")
    page.click(".colours summary")
    page.check("[name=scheme][value=dark]")
    page.click(".languages summary")
    page.click(".languages a[lang=ja]")
    expect(page).to_have_url(re.compile(r"^file:.*/ja/html/cooperative\.html$"))


def test_a_chapter_on_paper_is_its_text_alone(site: Site, tmp_path: Path) -> None:
    page = site.open(QUEUES, color_scheme="dark")
    page.evaluate("document.documentElement.dataset.scheme = 'dark'")
    page.pdf(path=tmp_path / "page.pdf", format="A4", print_background=True)
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    text = "".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    corner = document[0].render(scale=1).to_pil().getpixel((3, 3))
    document.close()
    assert "Bounded queues" in text
    assert "ready = Event()" in text
    for word in ("Search", "Italiano", "Programs", "Next"):
        assert word not in text
    assert corner[:3] == (255, 255, 255)


# ---- for everybody ---------------------------------------------------------------------------


def open_search(page: Page) -> None:
    search(page, "greenlet")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "viewport", "act"),
    [
        (PREFACE, PHONE, None),
        (PREFACE, DESK, open_search),
        (f"{QUEUES}#event-py-L5", DESK, lambda page: page.click("figure:has(#event-py) .copy")),
        (PREFACE, DESK, lambda page: page.click(".languages summary")),
        (PREFACE, DESK, lambda page: page.click(".colours summary")),
        ("gevent/output/ja/html/credits.html", PHONE, None),
        (PREFACE, PHONE, lambda page: page.click(".to-contents")),
        ("gevent/output/it/html/index.html", DESK, None),
        ("gevent/output/index.html", PHONE, None),
        ("small/output/ja/html/start.html", DESK, None),
        ("small/output/404.html", DESK, None),
        (LARGE, DESK, None),
        (LARGE, PHONE, lambda page: page.click(".to-contents")),
        ("rtl/output/ar/html/threads.html", DESK, None),
        ("everything/output/en/html/blocks.html", DESK, None),
        ("everything/output/en/html/inlines.html", PHONE, None),
        ("ordered/output/en/html/leaves/shade.html", DESK, None),
        ("ordered/output/en/html/index.html", PHONE, None),
        (TABS, DESK, None),
        (TABS, PHONE, lambda page: page.get_by_label("With pip").check(force=True)),
        ("handbook/output/it/html/subject-index.html", DESK, None),
    ],
)
def test_axe_has_nothing_to_say(
    site: Site, path: str, viewport: dict[str, int], act: Callable[[Page], None] | None, scheme: str
) -> None:
    page = site.open(path, viewport=viewport, color_scheme=scheme)
    if act:
        act(page)
    found = Axe().run(page, options=AXE)
    assert found.response["passes"]
    assert found.violations_count == 0, found.generate_report()
