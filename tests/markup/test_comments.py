"""Comments and docstrings of listings, in the forms that languages have for them."""

from __future__ import annotations

import pytest

from polybook.markup.comments import comments, is_same_beside

TEXT = "word one two"

FORMS = {
    "ada": ["-- §"],
    "agda": ["-- §", "{- § -}"],
    "apl": ["⍝ §"],
    "applescript": ["-- §", "(* § *)"],
    "bash": ["# §", "ls # §", "if true; then # §"],
    "bat": ["REM §", ":: §", "@rem §", "ver & rem §"],
    "basic": ["10 REM §"],
    "c": ["// §", "/* § */", "/** § */", "//! §", "int n; /**< § */", "#define N 1 // §", "/*\n * §\n */"],
    "cmake": ["# §", "#[[ § ]]", "#[=[\n§\n]=]", "set(N 1) # §"],
    "cobol": ["      * §\n"],
    "coffeescript": ["# §", "### § ###", "###\n§\n###"],
    "common-lisp": ["; §", ";;; §", "#| § |#", "(f) ; §"],
    "console": ["$ ls # §"],
    "cpp": ["// §", "/// §", "/* § */", "f(); // §"],
    "csharp": ["// §", "/// §", "/* § */"],
    "css": ["/* § */", "a { /* § */ }"],
    "d": ["// §", "/// §", "/* § */", "/+ § +/", "/++\n + §\n +/"],
    "dart": ["// §", "/// §"],
    "django": ["{# § #}", "{% comment %}§{% endcomment %}"],
    "docker": ["# §", "FROM a\n# §"],
    "doscon": ["C:\\> REM §"],
    "elixir": ["# §", "f() # §"],
    "elm": ["-- §", "{- § -}"],
    "erb": ["<%# § %>"],
    "erlang": ["% §", "%% §", "f() -> 1. % §"],
    "factor": ["! §"],
    "forth": ["\\ §", "( § )"],
    "fortran": ["! §", "!> §", "!! §", "n = 1 ! §"],
    "fortranfixed": ["C §\n", "* §\n"],
    "fsharp": ["// §", "/// §", "(* § *)"],
    "gas": ["# §", "; §", "mov a, b ; §"],
    "go": ["// §", "/* § */", "f() // §"],
    "groff": ['.\\" §'],
    "groovy": ["// §", "/** § */"],
    "handlebars": ["{{! § }}", "{{!-- § --}}"],
    "haskell": ["-- §", "--- §", "-- | §", "n = 1 -- ^ §", "{- § -}", "{-| § -}", "{-\n§\n-}"],
    "hcl": ["# §", "// §", "/* § */"],
    "html": ["<!-- § -->", "<p><!--\n§\n--></p>", "<script>// §\n</script>", "<style>/* § */</style>"],
    "idris": ["-- §", "||| §"],
    "iex": ["iex> f # §"],
    "ini": ["; §", "# §", "a=1\n; §"],
    "j": ["NB. §"],
    "java": ["// §", "/* § */", "/** § */", "/**\n * §\n */", "/**\n  §\n **/"],
    "javascript": ["// §", "/* § */", "/**\n * §\n */", "f() // §"],
    "jinja": ["{# § #}"],
    "jsonnet": ["// §", "# §"],
    "jsx": ["// §", "{/* § */}"],
    "julia": ["# §", "#= § =#", "f() # §"],
    "kotlin": ["// §", "/* § */", "/**\n * §\n */"],
    "lean": ["-- §", "/- § -/", "/-- § -/"],
    "less": ["// §", "/* § */"],
    "llvm": ["; §"],
    "lua": ["-- §", "--- §", "--[[ § ]]", "--[==[\n§\n]==]", "f() -- §"],
    "make": ["# §", "all: # §", "all:\n\techo n # §"],
    "mathematica": ["(* § *)"],
    "matlab": ["% §", "%{\n§\n%}", "n = 1 % §"],
    "modula2": ["(* § *)"],
    "mysql": ["# §", "-- §", "/* § */"],
    "nasm": ["; §", "mov a, b ; §"],
    "nim": ["# §", "## §", "#[ § ]#", "f() # §"],
    "nix": ["# §", "/* § */"],
    "nodejsrepl": ["> f() // §"],
    "nsis": ["; §", "# §"],
    "objective-c": ["// §", "/* § */"],
    "ocaml": ["(* § *)", "(** § *)", "(*\n * §\n *)", "let n = 1 (* § *)"],
    "pascal": ["{ § }", "(* § *)", "// §", "n := 1; { § }"],
    "perl": ["# §", "f(); # §", "=pod\n\n§\n\n=cut", "=head1 §\n\n=cut"],
    "php": ["<?php # §", "<?php // §", "<?php /* § */", "<?php\n/**\n * §\n */"],
    "postgresql": ["-- §", "/* § */"],
    "postscript": ["% §"],
    "powershell": ["# §", "<# § #>", "<#\n§\n#>"],
    "prolog": ["% §", "/* § */", "f(a). % §"],
    "properties": ["# §", "! §"],
    "protobuf": ["// §"],
    "psql": ["db=# select 1; -- §"],
    "pug": ["// §", "//- §"],
    "purescript": ["-- §"],
    "pwsh-session": ["PS C:\\> ls # §"],
    "pycon": [">>> f() # §"],
    "python": [
        *("# §", "#: §", "f()  # §", '"""§"""', "'''§'''", '"§"', "'§'", 'r"""§"""', "u'§'"),
        *("def f():\n    '§'", "class A:\n    r'''\n    §\n    '''\n    n = 1", "n = 1\n'''§'''"),
        *('async def f(\n    a,\n):\n    """§"""', 'def f():\n    """§"""\nelse:'),
    ],
    "qbasic": ["' §", "REM §"],
    "r": ["# §", "#' §", "f() # §"],
    "racket": ["; §", "#| § |#"],
    "raku": ["# §", "=begin pod\n§\n=end pod"],
    "rbcon": ["irb(main):001:0> f # §"],
    "rst": [".. §"],
    "ruby": ["# §", "=begin\n§\n=end", "f # §"],
    "rust": ["// §", "/// §", "//! §", "/* § */", "/** § */", "/**\n * §\n */", "f(); // §"],
    "sas": ["* §;", "/* § */"],
    "scala": ["// §", "/* § */", "/** § */"],
    "scheme": ["; §", "#| § |#"],
    "scss": ["// §", "/* § */"],
    "smalltalk": ['"§"'],
    "solidity": ["// §", "/// §"],
    "sparql": ["# §"],
    "sql": ["-- §", "/* § */", "select 1 -- §"],
    "sqlite3": ["sqlite> select 1; -- §"],
    "stata": ["* §", "// §"],
    "swift": ["// §", "/// §", "/* § */", "/** § */", "f() // §"],
    "systemverilog": ["// §", "/* § */"],
    "tcl": ["# §", "set n 1 ;# §"],
    "terraform": ["# §", "// §", "/* § */"],
    "tex": ["% §", "a % §"],
    "toml": ["# §", "a = 1 # §"],
    "twig": ["{# § #}"],
    "typescript": ["// §", "/** § */"],
    "typst": ["// §", "/* § */"],
    "vb.net": ["' §", "Dim n ' §", "REM §"],
    "vbscript": ["' §", "Rem §"],
    "vhdl": ["-- §"],
    "vim": ['" §', 'let n = 1 " §'],
    "vue": ["<!-- § -->"],
    "wast": [";; §", "(; § ;)"],
    "xml": ["<!-- § -->", "<a>\n<!--\n§\n--></a>"],
    "yaml": ["# §", "a: 1 # §", "a: 1\n# §"],
    "zig": ["// §", "/// §", "//! §"],
}
"""Forms of comments in languages as Pygments calls them; ``§`` is the text."""


def texts(language: str, code: str) -> list[str]:
    found = list(comments([language], code))
    lines = code.split("\n")
    assert [lines[line][column:][: len(text)] for line, column, text in found] == [text for *_, text in found]
    return [text for *_, text in found]


@pytest.mark.parametrize("language", FORMS)
def test_the_text_of_a_comment_is_found_whole_and_alone(language: str) -> None:
    wrong = {}
    for form in (form.replace("§", TEXT) for form in FORMS[language]):
        for code in (form, f"{form}\n", f"\n\n{form}\n\n", f"\n{form}\n{form}"):
            if texts(language, code) != [TEXT] * code.count(TEXT):
                wrong[code] = texts(language, code)
    assert wrong == {}


@pytest.mark.parametrize(
    ("language", "code", "wanted"),
    [
        ("js", "/**\n * Adds two.\n *\n * @param a the first\n */", ["Adds two.", "@param a the first"]),
        ("c", "/*\n  * an item\n  *emphasis*\n*/", ["an item", "*emphasis*"]),
        ("c", "/* one *//* two */ // three", ["one", "two", "three"]),
        ("c", "// goes on \\\n   in this line\nf();", ["goes on", "in this line"]),
        ("rust", "/* a /* nested */ one */", ["a /* nested */ one"]),
        ("rust", "//! The crate.\n//!\n//! More.", ["The crate.", "More."]),
        ("csharp", "/// <summary>Adds.</summary>", ["<summary>Adds.</summary>"]),
        ("powershell", "<#\n.SYNOPSIS\n Lists.\n#>", [".SYNOPSIS", "Lists."]),
        ("perl", "=head1 NAME\n\nAdds.\n\n    f(1);\n\n=item One\n\n=cut", ["NAME", "Adds.", "One"]),
        ("python", "# 'quoted' words", ["'quoted' words"]),
        ("python", "# (see below)", ["(see below)"]),
        ("python", "# -> a number", ["-> a number"]),
        ("python", "# --- Section ---", ["--- Section ---"]),
        ("python", "########\n# Title\n########", ["Title"]),
        ("python", 'X = {\n    "a":\n    """no docstring""",\n}', []),
        ("python", "say(\n    'no docstring'\n)", []),
        ("python", "def f():\n    b'no docstring'", []),
        ("python", "def f():\n    f'no {docstring}'", []),
        ("python", "def f():\n    'one' 'two'", []),
        ("python", "def f():\n    'it\\'s escaped'", []),
        ("python", 'é = "ä"\n"""ü"""\n', ["ü"]),
        ("vb.net", "' it's a comment", ["it's a comment"]),
        ("html", "<script>/* one */</script><!-- two -->", ["one", "two"]),
        ("scheme", "#;(left out)", []),
        ("console", "$ ls # one\n# no comment, but output", ["one"]),
        ("text", "# one", []),
        ("no such language", "# one", []),
    ],
)
def test_comments_of_many_lines_and_what_looks_like_them(language: str, code: str, wanted: list[str]) -> None:
    assert texts(language, code) == wanted


@pytest.mark.parametrize(
    ("language", "code"),
    [
        *(("python", f"n = 1  # {text}") for text in ("noqa: E501", "type: ignore", "pragma: no cover")),
        *(("javascript", f"// {text}") for text in ("eslint-disable-next-line", "@ts-ignore")),
        ("bash", "#!/bin/sh -e"),
        ("javascript", "#!/usr/bin/env node"),
        ("bash", "# shellcheck disable=SC2086"),
        ("c", "#pragma once"),
        ("go", "//go:build linux"),
        ("haskell", "{-# LANGUAGE GADTs #-}"),
        ("php", "<?php echo 1; ?>"),
        ("python", "# -*- coding: utf-8 -*-"),
        ("fortran", "!$omp parallel"),
        ("r", '#| echo: false\n#| fig-cap: "A figure"'),
        ("python", "#| label: plot"),
        ("sql", "--| label: query"),
        ("python", "# /// script\n# dependencies = ['x']\n#\n# ///\nimport x"),
        ("go", '// #include <math.h>\n// int f(void);\nimport "C"'),
        ("go", '/*\n#include <math.h>\n*/\nimport "C"'),
        ("docker", "# syntax=docker/dockerfile:1\nFROM x"),
        ("yaml", "#cloud-config\na: 1"),
        ("html", "<!--#include virtual='x'-->"),
        ("typescript", "/// <reference path='x.d.ts' />"),
        ("rust", "# // hidden\n# fn main() { /* hidden */\n#\n# }"),
    ],
)
def test_what_is_for_tools_is_no_message(language: str, code: str) -> None:
    assert texts(language, code) == []


@pytest.mark.parametrize("classes", [["text", "transcript"], ["console", "transcript"], []])
def test_a_transcript_has_no_comments(classes: list[str]) -> None:
    assert list(comments(classes, "$ ls # one")) == []


@pytest.mark.parametrize("language", FORMS)
def test_other_words_change_nothing_beside_a_comment(language: str) -> None:
    for form in FORMS[language]:
        code, changed = (f"\n{form}\n".replace("§", text) for text in (TEXT, "inne słowa; ale – kod"))
        if f"'{TEXT}'" not in code and not form.endswith(";"):
            assert is_same_beside(language, code, changed), form


@pytest.mark.parametrize(
    ("language", "code", "changed"),
    [
        ("c", "// one\nf();", "// two\ng();"),
        ("c", "/* one */ f();", "/* two /* */ f();"),
        ("c", "// one\nf();", "// one \\\nf();"),
        ("haskell", "{- one -}", "{- two -}{- -}"),
        ("kotlin", "/* one */ f()", "/* /* one */ f()"),
        ("make", "all:\n\t# one", "all:\n\t# $(shell one)"),
        ("python", "'one'", "'one' f()"),
        ("ruby", "=begin\none\n=end", "=begin\n=end\n=end"),
        ("rust", "/// one\nfn f() {}", "/// one\nfn g() {}"),
    ],
)
def test_a_comment_that_changes_the_program_is_told(language: str, code: str, changed: str) -> None:
    assert is_same_beside(language, code, code)
    assert not is_same_beside(language, code, changed)
