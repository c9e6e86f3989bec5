"""What a chapter asks of cog, told without running it, and what is wrong with that in the author's words."""

from __future__ import annotations

import pytest

from polybook.examples import directives
from polybook.examples.directives import Call
from polybook.model.book import Chapter

PROGRAMS = {
    "sums/add.py": b"# region body\nprint(2)\n# endregion\n",
    "my sums/all of it.py": b"print(3)\n",
    "sums/__main__.py": b"",
    "sums/_base.py": b"",
}


def chapter(*codes: str) -> Chapter:
    blocks = "".join(f"<!-- [[[cog {code} ]]] -->\n<!-- [[[end]]] -->\n" for code in codes)
    return Chapter("source/01-sums.md", "sums", blocks)


def calls(*codes: str) -> list[Call]:
    return [directive.call for directive in directives.directives(chapter(*codes))]


@pytest.mark.parametrize(
    ("written", "call", "text"),
    [
        ('example("a.py")', Call("example", "a.py"), "example('a.py')"),
        ('example(file="a.py")', Call("example", "a.py"), "example('a.py')"),
        ('listing("a.py", "body")', Call("listing", "a.py", "body"), "listing('a.py', region='body')"),
        (
            'listing(region="body", file="a.py")',
            Call("listing", "a.py", "body"),
            "listing('a.py', region='body')",
        ),
        ('listing("a.py", region="")', Call("listing", "a.py"), "listing('a.py')"),
        (r'session("x", volatile="\d")', Call("session", "x", r"\d"), r"session('x', volatile='\\d')"),
    ],
)
def test_a_call_is_the_same_however_it_is_written(written, call, text) -> None:
    assert calls(written) == [call]
    assert str(call) == text


def test_calls_come_in_the_order_of_the_text() -> None:
    code = 'if True:\n    example("a")\nlisting("b"); transcript("c")'
    assert [call.target for call in calls(code)] == ["a", "b", "c"]
    assert [one.line for one in directives.directives(chapter(code))] == [2, 3, 3]


@pytest.mark.parametrize(
    "code", ['f = "a.py"; listing(f)', 'listing(*["a.py"])', 'listing(**{"file": "a.py"})']
)
def test_what_only_a_run_can_tell_is_no_directive(code) -> None:
    assert calls(code) == []
    assert directives.broken([chapter(code)]) == []


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        ("x = = 1", 1, "does not parse: invalid syntax"),
        ("\nx = 1\nexample(", 3, "does not parse: '(' was never closed"),
        ("\n  x = 1\n y = 2", 2, "does not parse"),
        ("'open", 1, "does not parse: unterminated string literal"),
        ("\n\nexampel('a.py')", 3, "name 'exampel' is not defined. Hint: did you mean example?"),
        ("frobnicate()", 1, "cog blocks may call example, listing, transcript, session"),
        ("cog.outll('x')", 1, "did you mean cog.outl?"),
        ("cog.frobnicate", 1, "cog has no 'frobnicate'"),
        ("\nexample('a.py', volatil='x')", 2, "example() takes no 'volatil'. Hint: did you mean volatile?"),
        ("listing('a.py', volatile='x')", 1, "listing() takes no 'volatile'"),
        ("example()", 1, "not told which file"),
        ("session()", 1, "not told which command"),
        ("example(7)", 1, "file of example() is 7, which is no string"),
        ("listing('a.py', region=None)", 1, "region of listing() is None"),
        ("example('a.py', 'x', 'y', 'z', '')", 1, "5 arguments are given"),
        ("example('a.py', file='b.py')", 1, "is given file twice"),
        ("example('')", 1, "which names nothing"),
        ("example('a.py', id='two words')", 1, "which is no name that a link can lead to"),
        ("listing('a.py', caption='a\\nb')", 1, "which is no single line"),
        ("transcript('a.py', caption='a')", 1, "it takes file and volatile"),
        ("example('a\\nb')", 1, "which names nothing"),
        ("session('  ')", 1, "which names nothing"),
        ("session('echo \"x')", 1, "cannot be read: no closing quotation"),
        ("example('a.py', volatile='(')", 1, "no regular expression"),
    ],
)
def test_what_keeps_a_block_from_being_run_is_told(code, line, said) -> None:
    (finding,) = directives.broken([chapter(code)])
    assert finding.line == line
    assert said in str(finding)
    assert "_Cogging" not in str(finding)


@pytest.mark.parametrize(
    "code",
    [
        "import os.path as p, sys\np, sys",
        "from os import *\nanything",
        "def f(a, *b, **c): return a, b, c\nf(1)",
        "class A: pass\nA",
        "for i in range(3): cog.outl(str(i))",
        "with open('x') as f: f",
        "try: pass\nexcept OSError as e: e",
        "match 1:\n    case [a, *b] | {'x': a, **b}: a, b",
        "[x for x in (lambda y: y)(())]",
        "exec('z = 1'); z",
        "cog.out(cog.previous + cog.inFile + str(cog.firstLineNum))",
        "if (n := 1): n",
    ],
)
def test_plain_python_is_not_told_of(code) -> None:
    assert directives.broken([chapter(code)]) == []


def test_blocks_of_a_chapter_share_their_names() -> None:
    assert directives.broken([chapter("known = 1", "known")]) == []
    assert len(directives.broken([chapter("known = 1"), chapter("known")])) == 1


@pytest.mark.parametrize(
    "code",
    [
        'example("my sums/all of it.py")',
        'example("./my sums/../my sums/all of it.py")',
        "session(\"python 'my sums/all of it.py'\")",
        r'session("python ./my\\ sums/all\\ of\\ it.py")',
    ],
)
def test_a_program_that_is_shown_is_no_orphan(code) -> None:
    shown = chapter(code, 'listing("sums/add.py")', 'session("python -m sums")')
    assert directives.orphans(PROGRAMS, [shown]) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('example("sums/ad.py")', "there is no examples/sums/ad.py. Hint: did you mean sums/add.py?"),
        ('example("other.txt")', "the path is relative to examples/"),
        ('listing("sums/add.py", region="bdy")', "has no region 'bdy'. Hint: did you mean body?"),
        ('listing("sums/add.py", region="x")', "write # region x there"),
    ],
)
def test_what_is_missing_is_told_with_what_is_near(code, said) -> None:
    findings = directives.orphans(PROGRAMS, [chapter(code, "\n", 'session("python -m sums.add")')])
    assert said in str(findings[0])
    assert findings[0].line == 1


def test_line_ends_and_byte_order_marks_make_no_other_text() -> None:
    unix, windows = b'"""Sum."""\nprint(2)\n', b'"""Sum."""\r\nprint(2)\r\n'
    call = Call("example", "sums/add.py")
    beside = {"sums/_base.py": b"a\n"}, {"sums/_base.py": b"a\r\n"}
    assert directives.digest_of({"sums/add.py": unix, **beside[0]}, call) == directives.digest_of(
        {"sums/add.py": windows, **beside[1]}, call
    )
    assert directives.source_of({"a": b"\xef\xbb\xbf" + windows}, "a") == unix.decode()
    assert directives.source_of({"a": b"x\ry\r\nz"}, "a") == "x\ny\nz"
