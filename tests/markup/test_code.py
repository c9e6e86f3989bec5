"""Listings as tokens, by all of Pygments' lexers."""

from __future__ import annotations

import pytest
from pygments.lexers import get_all_lexers

from polybook.markup.code import tokens

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
