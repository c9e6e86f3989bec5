"""`serve` as a person sees it who works on the book: in Chromium, with a sample book on disk."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from conftest import ROOT, BookFolder, need
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

CHAPTER = "source/01-start.md"
CATALOG = "locales/ja/LC_MESSAGES/book.po"


@dataclass
class Desk:
    """A book, its preview, and a page that shows it."""

    folder: BookFolder
    url: str
    page: Page

    def wait_for_heading(self, text: str) -> None:
        expect(self.page.locator("h1")).to_have_text(re.compile(text), timeout=30_000)


@pytest.fixture
def desk(book) -> Iterator[Desk]:
    need("chromium", "chromium")
    folder = book("small").translate("ja", {"The start": "はじめに", "The end": "# おわり"})
    folder.write("theme/html/book.css", "")
    folder.replace(CATALOG, "#: source/02-end.md", "#, fuzzy\n#: source/02-end.md")
    command = [sys.executable, "-u", "-m", "polybook", "serve", "--lang", "ja", "--port", "0"]
    serving = subprocess.Popen(
        command,
        cwd=folder.root,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        url = re.search(r"http://\S+/", serving.stdout.readline())[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1000, "height": 400})
            page.goto(f"{url}ja/html/start.html")
            yield Desk(folder, url, page)
            browser.close()
    finally:
        serving.send_signal(signal.SIGINT)
        serving.communicate(timeout=30)
    assert serving.returncode == 0


def test_a_saved_translation_is_on_the_page_at_the_same_place(desk: Desk) -> None:
    desk.wait_for_heading("はじめに")
    last = desk.page.locator("main p").last
    last.scroll_into_view_if_needed()
    top = last.bounding_box()["y"]
    assert desk.page.evaluate("scrollY") > 100
    desk.folder.replace(CATALOG, 'msgstr "はじめに"', 'msgstr "出発"')
    desk.wait_for_heading("出発")
    expect(last).to_be_in_viewport()
    assert abs(last.bounding_box()["y"] - top) < 2


def test_a_saved_rule_of_the_books_theme_is_on_the_page(desk: Desk) -> None:
    desk.wait_for_heading("はじめに")
    desk.folder.write("theme/html/book.css", "h1 { color: rgb(1, 2, 3) }")
    expect(desk.page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)", timeout=30_000)


def test_a_click_on_a_passage_shows_its_message(desk: Desk) -> None:
    desk.wait_for_heading("はじめに")
    desk.page.locator("h1 [data-message]").click()
    panel = desk.page.get_by_role("dialog", name="Message")
    line = desk.folder.read(CATALOG).splitlines().index('msgid "The start"') + 2  # its msgstr
    expect(panel).to_contain_text(f"{CATALOG}:{line} (chapter title)")
    expect(panel).to_contain_text("はじめに")
    desk.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    desk.page.locator("main p .untranslated").first.click()
    expect(panel).to_contain_text("not translated")


def test_what_is_not_used_is_coloured_and_says_why(desk: Desk) -> None:
    desk.page.goto(f"{desk.url}ja/html/end.html")
    heading = desk.page.locator("h1 [data-message]")
    expect(heading).to_have_class(re.compile("fuzzy"))
    heading.click()
    expect(desk.page.get_by_role("dialog", name="Message")).to_contain_text("it waits for a person's look")
    text = desk.folder.read(CATALOG)
    desk.folder.write(CATALOG, text.replace("#, fuzzy\n", ""))
    expect(heading).not_to_have_class(re.compile("fuzzy"), timeout=30_000)
    heading.click()
    panel = desk.page.get_by_role("dialog", name="Message")
    expect(panel).to_contain_text("left out")
    expect(panel).to_contain_text("heading-mark:")


def test_an_error_is_shown_and_goes_when_it_is_mended(desk: Desk) -> None:
    desk.wait_for_heading("はじめに")
    text = desk.folder.read(CHAPTER)
    desk.folder.write(CHAPTER, text + "\n[dead](nowhere.md)\n")
    alert = desk.page.get_by_role("alert")
    expect(alert).to_contain_text(f"{CHAPTER}:", timeout=30_000)
    expect(desk.page.locator("h1")).to_have_text(re.compile("はじめに"))  # the last good page stays
    desk.folder.write(CHAPTER, text + "\nA new end.\n")
    expect(alert).to_have_count(0, timeout=30_000)
    expect(desk.page.locator("main")).to_contain_text("A new end.")


def test_a_page_of_another_origin_is_refused(desk: Desk) -> None:
    other = desk.url.replace("127.0.0.1", "localhost")
    desk.page.goto(f"{other}ja/html/start.html")
    refused = desk.page.evaluate(
        "(url) => fetch(url).then((answer) => answer.status, () => 'refused')",
        f"{desk.url}ja/html/start.html",
    )
    assert refused == "refused"
