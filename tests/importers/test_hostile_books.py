"""A book that somebody else wrote is hostile input: no text ends in a traceback, or takes for ever."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, BookFolder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polybook.importers import convert
from polybook.importers.plan import Entry, Plan
from polybook.importers.source import Shelf

PIECES = (
    "a", " ", "\n", "\n\n", "    ", "> ", "- ", "# ", "## x {-}", "```", "```{r, a=1}", "```{note}",
    ":::", "::: tip", ":::{tab-set}", "::::", "!!! note", '??? tip "x"', '=== "T"', "{% hint %}",
    "{% endhint %}", "{% tabs %}", "{% raw %}", "{{#include a.md}}", "{{#include b.md:x}}",
    "{% include 'a.md' %}", "{{ x }}", "{{< var x >}}", "{{index a, [b}}", "((a))", "{{if x", "if}}",
    "[a](b)", "![a](b.png)", "![a](https://e.org/x.png)", "[a]: b", "[a][b]", "[^a]", "[^a]: b", "^[a]",
    "<a href='x'>", "</a>", "<img src=a>", "<Tabs>", "</Tabs>", "<!--", "-->", "[[[cog", "]]]",
    "[[[end]]]", "@fig-a", "\\@ref(a)", "[@a]", "{ref}`a <b>`", "(a)=", "$a$", "$$", "\\begin{align}",
    "\\end{align}", "\\index{a!b}", "+---+---+", "| a | b |", "+===+===+", "----  ----", "----------",
    "(@) a", "A> a", "{blurb}", "{/blurb}", "{: .note}", "{: #a }", "{id: a}", "++a++", "==a==", ":tada:",
    "---\n", "\\", "`", "``", "{", "}", "%", "\t", "\r", "\x00", "é", "語", "🎉", "<<< a.md",
    "--8<-- 'a.md'", "@import 'a.md'", "\\(a\\)",
)  # fmt: skip
LINEAGES = ("folders", "mdbook", "gitbook", "quarto", "bookdown", "sphinx", "mkdocs", "leanpub", "file")


def convert_one(folder: Path, text: str, lineage: str) -> convert.Converted:
    (folder / "a.md").write_text(text, "utf-8")
    plan = Plan(
        lineage, "", (Entry("chapter", "", "a.md"),), captions=lineage in {"quarto", "file"},
        dollars=lineage != "gitbook", whole="a.md" if lineage == "file" else "", variables={"x": "{{ x }}"},
    )  # fmt: skip
    return convert.convert(Shelf(folder), plan, "en")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(LINEAGES))
def test_any_text_comes_in(tmp_path: Path, text: str, lineage: str) -> None:
    for draft in convert_one(tmp_path, text, lineage).drafts:
        assert len(draft.origins) == draft.text.count("\n") + 1
        assert all(origin.line >= 0 for origin in draft.origins)


LONG = {
    piece: piece * 2_000
    for piece in (*PIECES, "[", "]", "(", "<", "[(", "<a ", "a='", "{#", "\\[", "*a", "| ")
}


@pytest.mark.parametrize("piece", LONG, ids=repr)
def test_a_long_line_takes_no_longer_than_it_is_long(piece: str, tmp_path: Path) -> None:
    begin = time.process_time()
    for lineage in ("folders", "quarto", "sphinx"):
        convert_one(tmp_path, LONG[piece], lineage)
    assert time.process_time() - begin < 10


def test_includes_that_grow_are_ended(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("{{#include b.md}}\n{{#include b.md}}\n" * 20)
    made = convert_one(tmp_path, "{{#include b.md}}\n", "mdbook")
    assert len(made.drafts[0].text) < convert.LONGEST


def test_an_include_reads_nothing_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("SECRET")
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    names = ("../secret.md", "/../secret.md", "link.md", str(tmp_path / "secret.md"), "%2e%2e/secret.md")
    forms = ("{{{{#include {}}}}}", "{{% include '{}' %}}", "<<< {}", "@import '{}'", "![x]({})", "[x]({})")
    text = "\n\n".join(form.format(name) for name in names for form in forms)
    assert "SECRET" not in convert_one(folder, text, "folders").drafts[0].text


def test_nothing_is_asked_of_the_network(tmp_path: Path) -> None:
    folder = BookFolder(tmp_path)
    folder.write("from/a.md", "# A\n\n![x](https://example.org/x.png)\n\n[x](https://example.org/)\n\n[@a]\n")
    folder.write("from/b.md", "# B\n").write("from/a.bib", "@book{a, title={A}, year={2000}}\n")
    script = (
        "import socket, sys\n"
        "def refuse(*given): raise SystemExit('asked the network')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "sys.argv = ['polybook', 'import', 'from', 'book']\n"
        "from polybook.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
