"""Listings as tokens, by all of Pygments' lexers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_all_lexers

from polybook.markup.code import _lexed, parted, tokens

FREQUENT = {
    *(
        "bash",
        "batch",
        "c",
        "console",
        "cpp",
        "css",
        "doscon",
        "go",
        "html",
        "ini",
        "iex",
        "java",
        "js",
        "json",
    ),
    *("literate-haskell", "nodejsrepl", "output", "psql", "pwsh-session", "pycon", "python", "rbcon", "rust"),
    *("robotframework", "sql", "sqlite3", "tcshcon", "text", "toml", "ts", "xml", "yaml"),
}
LANGUAGES = [
    pytest.param(aliases[0], marks=() if FREQUENT.intersection(aliases) else pytest.mark.slow)
    for _, aliases, *_ in get_all_lexers()
    if aliases
]
"""To compile the rules of all six hundred takes seven seconds."""

CODES = {
    "no final newline": "first line\nlast line",
    "a session's last line": "$ dir --all\nnotes.txt\n$ pwd\n/home",
    "prompts": ">>> n = 1\n... n\n1\nIn [1]: n\nC:\\> ver\nirb(main):001:0> n\n=> 1\nmysql> select 1;\n# id",
    "tabs": "\tif a:\n\t\tb\t= 1",
    "carriage returns": "a\r\nb\rc\r",
    "form feed": "a\fb\x0b\n\f\nc",
    "nothing": "",
    "spaces": "   ",
    "blank lines": "\n\n",
    "blank lines around": "\n \n\n  a = 1  \n\t\n\n",
    "other scripts": "ü = '日本' # e\u0301 \u2028 \u00a0 👍🏽 שלום\ufeff",
    "a mark of byte order": "\ufeffa",
    "never closed": "/* {- (* <!-- \"\"\" ''' [[ ({ ` <a b='",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_joined_tokens_are_the_code(language: str) -> None:
    joined = {name: "".join(text for _, _, text in tokens(language, code)) for name, code in CODES.items()}
    assert joined == CODES


@pytest.mark.parametrize(
    ("code", "is_plain"),
    [("a+b\n" * 9_990, False), ("a+b\n" * 10_010, True), ("a+" * 490, False), ("a+" * 510, True)],
    ids=["long", "too long", "wide", "too wide"],
)
def test_what_might_take_a_lexer_for_ever_is_plain_text(code: str, is_plain: bool) -> None:
    assert (len({kind for _, kind, _ in tokens("c", code)}) == 1) is is_plain


# ---- remarks of programs ---------------------------------------------------------------------

PIECES = (
    *('"', "'", '"""', "'''", "#", "#!", "\n", "\r", " ", "    ", "\t", "\\", "\\\n", "r", "f", "rb"),
    *("{", "}", "(", ")", "=", ":", ".", "%s", "1", "@", "name", "it's", "é", "match x:", "case", "def f():"),
    *("import", "from a import", "async for", "type: ignore", "coding: x", '"""said"""', "# said"),
)
PROGRAMS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@pytest.mark.parametrize(
    ("code", "bare", "comments", "docs"),
    [
        ("x = 1  # one\n# two", "x = 1  #\n#", [" one", " two"], []),
        ('def f():\n    """Say."""\n    # why', 'def f():\n    """"""\n    #', [" why"], ["Say."]),
        ("x = '# none'", "x = '# none'", [], []),
        ('x = """\n# none\n"""', 'x = """\n# none\n"""', [], []),
        ("x = 'a\\\n# none'", "x = 'a\\\n# none'", [], []),
        ("#!/bin/sh it's # all of it\n'#'", "#!/bin/sh it's # all of it\n'#'", [], []),
    ],
)
def test_remarks_are_what_stands_in_no_string(
    code: str, bare: str, comments: list[str], docs: list[str]
) -> None:
    found = parted(code)
    assert (found.bare, [*found.comments.values()], [*found.docs.values()]) == (bare, comments, docs)


@given(PROGRAMS)
def test_what_is_put_back_makes_the_program(code: str) -> None:
    bare, comments, docs = parted(code)
    for place, text in sorted({**comments, **docs}.items(), reverse=True):
        bare = bare[:place] + text + bare[place:]
    assert bare == code


@given(PROGRAMS)
def test_the_tokens_are_those_of_the_whole_program(code: str) -> None:
    assert [*tokens("python", code)] == [*_lexed.__wrapped__("python", code)]


def test_programs_that_differ_in_remarks_are_lexed_once() -> None:
    tokens("python", 'x = 1  # once\n"""Said."""\n')
    before = _lexed.cache_info().misses
    tokens("python", 'x = 1  # again\n"""Said in other words."""\n')
    assert _lexed.cache_info().misses == before
