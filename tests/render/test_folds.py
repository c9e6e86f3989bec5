"""What folds, and tabs: operable on the site without a script, and open everywhere else."""

from __future__ import annotations

from test_xhtml import shown

TEXT = """\
::: {.details #why title="Why *it* is"}
Because.
:::

::: {.details .open}
Open.
:::

::::: {.tabs #ways .wide}
:::: {.tab title="One"}
First.

::: {.tabs}
::: {.tab title="Inner"}
Nested.
:::
:::
::::
:::: {.tab #two .open title="`Two`"}
Second.
::::
:::::
"""


def test_what_folds_and_tabs(book) -> None:
    site, epub = shown(book("small"), TEXT)
    first, second = site.xpath("//main//details")
    assert (first.get("id"), first.get("open"), second.get("open")) == ("why", None, "")
    assert [one.text_content().strip() for one in site.xpath("//main//summary")] == ["Why it is", "Details"]
    assert [one.get("open") for one in epub.findall(".//{*}details")] == ["open", "open"]
    (outer,) = site.xpath("//main//div[@id='ways']")
    assert outer.get("class") == "tabs wide"
    radios = [(one.get("name"), one.get("checked")) for one in site.xpath("//main//input")]
    assert radios == [("page-tabs2", None), ("page-tabs1", "checked"), ("page-tabs2", "checked")]
    labels = [" ".join(one.text_content().split()) for one in site.xpath("//main//div[@class='tab']/label")]
    assert labels == ["One", "Inner", "Two"]
    (two,) = site.xpath("//main//*[@id='two']/div[@class='panel']")
    assert two.text_content().strip() == "Second."
    titles = epub.findall(".//{*}div[@class='tab']/{*}p[@class='label']")
    assert ["".join(one.itertext()).strip() for one in titles] == ["One", "Inner", "Two"]
    assert not epub.findall(".//{*}input")


def test_the_markdown_edition_has_tabs_as_what_folds_and_is_open(book) -> None:
    folder = book("small").write("source/03-more.md", f"# More\n\n{TEXT}")
    folder.run("--no-refresh", "--lang", "en", "-f", "md").succeeds()
    text = folder.read("output/en/small-book-en.md")
    assert '<details id="two" class="tab" open="">\n\n<summary>\n\n`Two`\n</summary>\n\nSecond.' in text
    assert '<details id="why">\n\n<summary>\n\nWhy *it* is\n</summary>' in text


def test_titles_are_messages_and_their_translations_are_shown(book) -> None:
    folder = book("small").write("source/03-more.md", f"# More\n\n{TEXT}")
    folder.run("update").succeeds()
    assert "#. box title\n#: source/03-more.md\n" in folder.read("locales/ja/LC_MESSAGES/book.po")
    folder.translate("ja", {"Why *it* is": "*その*理由", "One": "一"})
    folder.run("--no-refresh", "--lang", "ja", "-f", "html").succeeds()
    page = folder.read("output/ja/html/more.html")
    assert "<em>その</em>理由" in page
    assert "一\n</label>" in page
    assert "<summary>詳細</summary>" in page
