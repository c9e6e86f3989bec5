"""Chapters on their way through cog: what is written is what is read again."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybook.examples import blocks, cog, directives
from polybook.examples.directives import Command
from polybook.examples.run import Run
from polybook.markup import parse, tree
from polybook.model.book import Chapter
from polybook.model.findings import PolybookError
from polybook.model.nodes import BlockQuote, BulletList, CodeBlock, Note, OrderedList

END = "<!-- [[[end]]] -->\n"


def block(code: str) -> str:
    return f"<!-- [[[cog {code} ]]] -->\n{END}"


def refreshed(text: str, programs: Mapping[str, str] | None = None, printed: str = "") -> str:
    """The text of a chapter after a refresh in which each program printed the same."""

    @contextmanager
    def run(commands: Iterable[Command]) -> Iterator[cog.Wait]:
        yield lambda command: Run(printed)

    files = {name: code.encode() for name, code in (programs or {}).items()}
    chapter = Chapter("source/01-a.md", "a", text)
    return cog.refresh(files, [chapter], run, everything=True).get(chapter.path, text)


def refusals(text: str, programs: Mapping[str, str] | None = None, printed: str = "") -> list[str]:
    with pytest.raises(PolybookError) as caught:
        refreshed(text, programs, printed)
    return [str(finding) for finding in caught.value.findings]


def test_what_was_written_is_whole_and_written_again_the_same() -> None:
    text = block('example("a.py")') + "\nwords\n\n" + block('session("python a.py")') + block("cog.outl('x')")
    once = refreshed(text, {"a.py": "print()\n"}, "printed\n")
    assert refreshed(once, {"a.py": "print()\n"}, "printed\n") == once
    read = blocks.read(Chapter("", "", once))
    assert [one.state for one in read.blocks] == ["whole"] * 3
    assert read.broken == ()


LINES = st.sampled_from(
    """[[[end]]]|<!-- [[[end]]] -->|<!-- [[[cog x() ]]] -->|]]]|-->|<!--|```|`````|~~~|:::|    code|
 |> quoted|- item|[^a]: note|digest=0}|# head|<<<<<<< a|=======|>>>>>>> b""".replace("\n", "|").split("|")
)


@given(
    before=st.sampled_from(["", "> ", "- ", "1. > ", "[^a]: "]),
    printed=st.lists(LINES, min_size=1),
    data=st.data(),
)
@settings(max_examples=60)
def test_whatever_is_printed_is_shown_and_never_run(before, printed, data) -> None:
    said = "\n".join(printed)
    code = "\n".join(data.draw(st.lists(LINES))) + "\nx"
    text = f"text[^a]\n\n{before}<!-- [[[cog example('a.py') ]]] -->\n{END}\n" + block("cog.outl('last')")
    once = refreshed(text, {"a.py": code}, said)
    assert refreshed(once, {"a.py": code}, said) == once
    chapter = Chapter("", "", once)
    assert blocks.read(chapter).broken == ()
    first, last = blocks.read(chapter).blocks
    assert [one.call.target for one in directives.directives(chapter)] == ["a.py"]
    assert [fence["body"] for fence in directives.FENCE.finditer(first.output)] == [
        body.rstrip("\n") + "\n" for body in (code, said) if body.strip("\n") or body is code
    ]
    assert last.output == "last\n"


def test_pandoc_sees_listings_in_what_their_blocks_stand_in() -> None:
    text = (
        f"> <!-- [[[cog example('a.py') ]]] -->\n> {END}\n"
        f"- item\n\n  <!-- [[[cog example('a.py') ]]] -->\n  {END}\n"
        f"1. <!-- [[[cog example('a.py') ]]] -->\n   {END}\nnote[^a]\n\n"
        f"[^a]: text\n\n    <!-- [[[cog example('a.py') ]]] -->\n    {END}"
    )
    printed = "a\n\n    b\n``` [[[end]]]\n"
    (read,) = parse.parse([refreshed(text, {"a.py": "if x:\n\n    y\n"}, printed)])
    for kind in (BlockQuote, BulletList, OrderedList, Note):
        (container,) = tree.find(read, kind)
        assert [code.text for code in tree.find(container, CodeBlock)] == [
            "if x:\n\n    y",
            printed.rstrip(),
        ], kind
    assert len(tree.find(read, CodeBlock)) == 8


NAMES = [
    "my sums/add it.py",
    '"it\'s".py',
    "a&lt;b&amp;.py",
    "back`tick``.py",
    "back\\slash\\&.py",
    "{x} $y$ *z*.py",
    "日本.py",
]


def test_names_of_files_are_read_as_they_are() -> None:
    text = "".join(block(f"example({name!r})") for name in NAMES)
    (read,) = parse.parse([refreshed(text, dict.fromkeys(NAMES, "x"), "printed")])
    shown = [dict(code.attr.pairs) for code in tree.find(read, CodeBlock)]
    assert [pairs.get("file") or pairs["of"] for pairs in shown] == [name for name in NAMES for _ in range(2)]


def test_captions_are_read_as_they_are() -> None:
    captions = ['"quoted" & <b>', "back`tick` \\\\n", "日本"]
    calls = [f"listing('a.py', id='n{place}', caption={one!r})" for place, one in enumerate(captions)]
    (read,) = parse.parse([refreshed("".join(map(block, calls)), {"a.py": "x"}, "printed")], positions=True)
    shown = tree.find(read, CodeBlock)
    assert [code.attr.identifier for code in shown] == ["n0", "n1", "n2"]
    assert [code.attr.get("caption") for code in shown] == captions


@pytest.mark.parametrize(
    ("code", "output"),
    [
        ("print('one'); cog.outl('two'); print('three', end='')", "one\ntwo\nthree\n"),
        ("cog.out('a\\r\\nb\\rc')", "a\nb\nc\n"),
        ("cog.outl('  a\\n    b', dedent=True)", "a\n  b\n"),
        ("import cog as other\nother.outl(cog.inFile)", "source/01-a.md\n"),
        ("def f(n):\n    return n and f(n - 1)\ncog.outl(str(f(5)))", "0\n"),
        ("pass", ""),
        ("", ""),
    ],
)
def test_what_plain_python_writes_is_the_output(code, output, capsys) -> None:
    (read,) = blocks.read(Chapter("", "", refreshed(block(code)))).blocks
    assert read.output == output
    assert capsys.readouterr().out == ""


def test_the_former_output_is_at_hand() -> None:
    text = "> <!-- [[[cog cog.outl(cog.previous + 'x') ]]] -->\n> one\n>\n> two\n> <!-- [[[end]]] -->"
    assert "> one\n>\n> two\n> x\n" in refreshed(text)


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        ("\n\n1 / 0", 3, "ZeroDivisionError: division by zero"),
        ("\ndef f():\n    raise ValueError('no\\nway')\n\nf()", 3, "ValueError: no"),
        ("import no_such_module_x", 1, "No module named 'no_such_module_x'"),
        ("import sys\nsys.exit(3)", 2, "may not end Polybook"),
        ("\ncog.error('in my words')", 2, "in my words"),
        ("def f():\n    f()\nf()", 2, "RecursionError"),
        ("\n\nname = 'b.py'\nlisting(name)", 4, "there is no examples/b.py"),
        ("\nfor name in ['a.py']:\n    listing(name, region='x')", 3, "has no region 'x'"),
        ("\nkey = {'volatil': 'x'}\nexample('a.py', **key)", 3, "example() takes no 'volatil'"),
        ("\n\nname = 'a.py'; example(name)", 3, "a.py was not run. Hint: call the function with"),
        ("\n\nlisting('odd.txt')", 3, "examples/odd.txt holds the control character U+000C (form feed)"),
        ("cog.outl('<!-- [[[end]]] --' '>')", 1, "is not read as its output"),
        ("cog.outl('<!-- [[[cog f() ]]] --' '>')", 1, "is not read as its output"),
        ("cog.outl('```')", 1, "is not read as its output"),
    ],
)
def test_what_goes_wrong_in_a_block_is_told_at_its_line(code, line, said) -> None:
    (told,) = refusals(block(code), {"a.py": "", "odd.txt": "a\n\fb"})
    assert told.startswith(f"source/01-a.md:{line}: ")
    assert said in told
    assert "Traceback" not in told


def test_all_that_goes_wrong_is_told_at_once() -> None:
    told = refusals(
        "".join(block(code) for code in ("x = = 1", "1 / 0", "listing('gone.py')", "cog.outl('x')", "pass ("))
    )
    assert [one.partition(": ")[0] for one in told] == [f"source/01-a.md:{line}" for line in (1, 3, 5, 9)]


def test_a_listing_in_raw_html_is_refused() -> None:
    (told,) = refusals("<div>\n" + block("listing('a.py')") + "</div>\n", {"a.py": ""})
    assert "raw HTML" in told
    assert "<b>x</b>" in refreshed("<div>\n" + block("cog.outl('<b>x</b>')") + "</div>\n")


def test_a_block_that_never_ends_is_ended(monkeypatch) -> None:
    monkeypatch.setattr(cog, "LONGEST", 0.05)
    (told,) = refusals(block("\nwhile True:\n    pass"))
    assert told.startswith(("source/01-a.md:2: TimeoutError", "source/01-a.md:3: TimeoutError"))


def test_a_block_is_ended_by_ctrl_c() -> None:
    with pytest.raises(KeyboardInterrupt):
        refreshed(block("raise KeyboardInterrupt"))
    assert sys.stdout is sys.__stdout__ or not isinstance(sys.stdout, cog._Output)


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_file_keeps_every_byte_outside_of_its_blocks(tmp_path, end) -> None:
    file = tmp_path / "source/01-a.md"
    file.parent.mkdir()
    before, between = b"\xef\xbb\xbf# A\r\n\nold\rmac\r\n", b"\nwords \t\r\n"
    held = (
        before + b"<!-- [[[cog print('x') ]]] -->\r\nold\n<!-- [[[end]]] -->\r\n" + between
        + b"<!-- [[[cog print('y') ]]] -->\n<!-- [[[end]]] -->" + end.encode()
    )  # fmt: skip
    file.write_bytes(held)
    text = held.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    chapter = Chapter("source/01-a.md", "a", text)
    cog.save(tmp_path, [chapter], {chapter.path: refreshed(text)})
    after = file.read_bytes()
    assert after.startswith(before + b"<!-- [[[cog print('x') ]]] -->\r\nx\r\n<!-- [[[end]]] (sum: ")
    assert b") -->\r\n" + between + b"<!-- [[[cog print('y') ]]] -->\ny\n<!-- [[[end]]] (sum: " in after
    assert after.endswith(b") -->" + end.encode())


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path) -> None:
    file = tmp_path / "source/01-a.md"
    file.parent.mkdir()
    file.write_text("another text\n")
    text = block("print('x')")
    with pytest.raises(PolybookError, match="changed meanwhile"):
        cog.save(tmp_path, [Chapter("source/01-a.md", "a", text)], {"source/01-a.md": refreshed(text)})
    assert file.read_text() == "another text\n"
