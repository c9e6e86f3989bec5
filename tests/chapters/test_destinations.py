"""What a link leads to, however people and tools write it."""

from __future__ import annotations

import pytest

from polybook.chapters import addresses
from polybook.chapters.destinations import (
    Away,
    Beside,
    Destinations,
    InBook,
    Inside,
    Lead,
    Nowhere,
    Several,
    pages_of,
)
from polybook.model.book import Chapter, FrontMatter

CHAPTERS = [
    Chapter("source/01-home.md", "home", ""),
    Chapter("source/02-tools.md", "tools", "", FrontMatter(aliases=("kit.html", "old/kit.html"))),
    Chapter("source/03-04-map.md", "04-map", ""),
    Chapter("source/04-map.md", "map", ""),
]
FILES = {
    "source/figures/a b.svg": "figures/a b.svg",
    "source/data.csv": "files/data.csv",
    "examples/one/run.rb": "examples/one/run.rb.txt",
}
TOOLS = Inside("02-tools.md", "")
LEADS: dict[str, Lead] = {
    "02-tools.md": TOOLS,
    "./02-tools.md": TOOLS,
    "../source/02-tools.md": TOOLS,
    "/source/02-tools.md#x": Inside("02-tools.md", "x"),
    "/02-tools.html": TOOLS,
    "02-tools": TOOLS,
    "tools": TOOLS,
    "tools/": TOOLS,
    "tools/index.html?print#a%20b": Inside("02-tools.md", "a b"),
    "tools/README.md": TOOLS,
    "kit.html": TOOLS,
    "/old/kit": TOOLS,
    "tools.md": TOOLS,
    "kit.md": TOOLS,
    "05-new.md": Inside("05-new.md", ""),
    "new": Inside("05-new.md", ""),
    "04-map.md": Inside("04-map.md", ""),
    "04-map.html": Several(("03-04-map.md", "04-map.md")),
    "#here": Inside("01-home.md", "here"),
    "#": Inside("01-home.md", ""),
    "#alone": Inside("02-tools.md", "alone"),
    "#twice": Inside("01-home.md", "twice"),
    "#both": Inside("01-home.md", "both"),
    "": Nowhere(""),
    "?x": Nowhere(""),
    "sub/tools.md": Nowhere("source/sub/tools.md"),
    "figures/a%20b.svg": InBook("source/figures/a b.svg", "figures/a b.svg"),
    "/data.csv": InBook("source/data.csv", "files/data.csv"),
    "../examples/one/run.rb": InBook("examples/one/run.rb", "examples/one/run.rb.txt"),
    "/examples/one/run.rb": InBook("examples/one/run.rb", "examples/one/run.rb.txt"),
    "../LICENSE": Beside("LICENSE"),
    "../../other/x.md": Beside("../other/x.md"),
    "/shop?a=1": Away("https://example.org/shop?a=1"),
    "//example.com/x": Away("https://example.com/x"),
    "HTTPS://Example.com": Away("https://Example.com"),
    "tel:+1 2": Away("tel:+1%202"),
}


IN_FOLDERS = [
    Chapter("source/README.md", "introduction", ""),
    Chapter("source/02-core/README.md", "core/index", ""),
    Chapter("source/02-core/03-queues.md", "core/queues", ""),
    Chapter("source/core.md", "core", ""),
    Chapter("source/tasks/index.md", "tasks/index", ""),
    Chapter("source/tasks/häuser.md", "tasks/häuser", ""),
]
FROM_QUEUES: dict[str, Lead] = {
    "README.md": Inside("02-core/README.md", ""),
    "./": Inside("02-core/README.md", ""),
    "index.html#x": Inside("02-core/README.md", "x"),
    "../02-core/": Inside("02-core/README.md", ""),
    "../core/index.html": Inside("02-core/README.md", ""),
    "../core": Inside("core.md", ""),
    "queues.html": Inside("02-core/03-queues.md", ""),
    "../core/queues.html": Inside("02-core/03-queues.md", ""),
    "#limits": Inside("02-core/03-queues.md", "limits"),
    "../README.md": Inside("README.md", ""),
    "..": Inside("README.md", ""),
    "/": Inside("README.md", ""),
    "../introduction.html": Inside("README.md", ""),
    "/tasks/h%C3%A4user.md": Inside("tasks/häuser.md", ""),
    "../tasks/README.md": Inside("tasks/index.md", ""),
    "../../source/tasks/": Inside("tasks/index.md", ""),
    "häuser.md": Nowhere("source/02-core/häuser.md"),
    "../../tasks/index.md": Beside("tasks/index.md"),
    "a.csv": InBook("source/02-core/a.csv", "files/02-core/a.csv"),
}


@pytest.mark.parametrize("target", FROM_QUEUES)
def test_a_link_is_seen_from_its_folder(target: str) -> None:
    files = {"source/02-core/a.csv": "files/02-core/a.csv"}
    places = Destinations({}, {}, {}, pages_of(IN_FOLDERS, []), files, "")
    assert places.lead(IN_FOLDERS[2], target) == FROM_QUEUES[target]


@pytest.mark.parametrize("target", LEADS)
def test_a_link_leads_where_it_is_meant_to(target: str) -> None:
    pages = pages_of(CHAPTERS, ["source/05-new.md"])
    homes = {"alone": ["02-tools.md"], "twice": ["01-home.md", "02-tools.md"], "both": ["02-tools.md"]}
    anchors = {("01-home.md", "both"): "both"}
    places = Destinations(anchors, {}, homes, pages, FILES, "https://example.org/book/")
    lead = places.lead(CHAPTERS[0], target)
    assert (type(lead), lead) == (type(LEADS[target]), LEADS[target])


def test_what_begins_at_the_root_of_an_unknown_site_leads_nowhere() -> None:
    assert Destinations({}, {}, {}, {}, {}, "").lead(CHAPTERS[0], "/shop") == Nowhere("/shop")


ESCAPED = {
    "https://example.org/a?b=1&c=%20#d": "https://example.org/a?b=1&c=%20#d",
    "https://example.org/l[0]": "https://example.org/l%5B0%5D",
    "http://[::1]:80/[x]": "http://[::1]:80/%5Bx%5D",
    "https://example.org/#/#room": "https://example.org/#/%23room",
    "https://example.org/50%": "https://example.org/50%25",
    "https://example.org/a b|c\\d": "https://example.org/a%20b%7Cc%5Cd",
    "https://例.jp/é": "https://例.jp/é",
    "MailTo:a b@example.org": "mailto:a%20b@example.org",
}


@pytest.mark.parametrize("address", ESCAPED)
def test_an_address_is_written_as_the_standards_have_it(address: str) -> None:
    assert addresses.escaped(address) == ESCAPED[address]
    assert addresses.escaped(ESCAPED[address]) == ESCAPED[address]
    assert addresses.shows(address, ESCAPED[address])


AMISS = {
    "https://example.org": "",
    "http://user:word@localhost:8000/x": "",
    "urn:isbn:0-395-36341-1": "",
    "htps://example.org": "did you mean 'https:'?",
    "javascript:alert(1)": "write it as code, or lead to it by https://",
    "https:example.org": "write it like https://example.org/page, or as code",
    "http://localhost:PORT/": "write it like https://example.org/page, or as code",
    "https://example.org/" + "x" * 8000: "a PDF has no room for it; link to a shorter one",
}


@pytest.mark.parametrize("address", AMISS, ids=lambda one: one[:40])
def test_an_address_that_no_reader_can_follow_is_told(address: str) -> None:
    assert [hint for _, hint in addresses.amiss(address)] == [AMISS[address]] * bool(AMISS[address])
