"""Whether the translation of a listing's comment is words and nothing else, to whatever may read it.

A comment is read by more than people: by compilers, interpreters, shells, editors, build tools, servers. What
each of them looks for, nobody can list. So a translation may hold what prose consists of; of all other signs
those that its comment has, and side by side only what stands so there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from polybook.markup import comments

FREE = frozenset(".,!?'\"")
"""Signs of prose in ASCII. Beyond it all punctuation is: no tool has a meaning for it."""

# Words in brackets, and a name, as code or as that of a function.
_ASIDE = re.compile(r"(?<=[\w ])\((\w(?:[\w ,.']|(?<=[^\W\d_])-(?=[^\W\d_]))*)\)")
_NAME = re.compile(r"`\w+(?:(?:\.|::)\w+)*`|(?<=\w)\(\)")
_CODE = re.compile(r"`[^`]+`")
# Where they are pasted, an interactive zsh takes comments for commands: what it would run, and with what.
_SHELLS = frozenset(
    {
        *("sh", "bash", "zsh", "ksh", "csh", "tcsh", "shell", "shell-script"),
        *("console", "shell-session", "bash-session", "sh-session"),
    }
)
_COMMAND = re.compile(r"(?:[;&|<>(){}]|`)+\s*[^\s;&|<>(){}`]*")
# What is filled in, by make in comments too, with all that it holds; trigraphs, an end of PHP, parameters of
# batch files, encodings, words for editors; at a line's end, signs after which the next line belongs to it.
_READ = re.compile(
    r"\$(?:\([^()]*\)?|\{[^{}]*\}?|\S?)|\?>|\?\?[=/'()!<>-]|--!>|%~|coding[:=]|-\*-|(?i:local variables:)"
    r"|(?<!\S)(?:vim?|Vim|ex):(?=\s*set? |\w+=)|(?:\\|\^|(?<!\S)_)\s*\Z"
)
# What tools are told begins so: ``encoding: x``, ``syntax=x``.
_TOLD = re.compile(r"[a-z][\w-]*\s*(?::(?![:/])|=)")


def problems(language: str, before: str, comment: str, message: str, translated: str) -> Iterator[str]:
    """Yield why the translation of a line of a comment may not stay a remark; nothing where it is words.

    ``before`` is what stands before it in its line: what it comments on, and the comment's sign. ``comment``
    is the whole comment that the line belongs to, as words move from line to line.
    """
    if translated == message:
        return
    if comments.is_pragma(translated) and not comments.is_pragma(message):
        yield "the translation begins as a comment for a tool"
    elif _TOLD.match(translated) and not _TOLD.match(message):
        yield "the translation begins with a word and a sign, as what tools are told"
    has_shell = language in _SHELLS
    bare = _bare(translated, comment, has_shell)
    for sign in sorted({*_signs(bare)} - {*comment}):
        yield f"the translation adds '{sign}', which may not stay a remark"
    for pair in sorted({*_pairs(bare)} - {*_pairs(comment)}):
        yield f"the translation puts '{pair}' together, which may not stay a remark"
    for pattern in (_READ, _COMMAND) if has_shell else (_READ,):
        for text in sorted({*pattern.findall(translated)} - {*pattern.findall(comment)}):
            yield f"the translation adds '{text}', which may not stay a remark"
    if has_shell and any(translated.count(mark) % 2 > message.count(mark) % 2 for mark in "'\""):
        yield "the translation opens a quotation mark that a shell would wait to see closed: write ’ or ”"
    if before and not before[-1].isspace() and before[-1] not in "'\"":
        if not _is_apart(message, translated):
            yield "a small letter stands close to the comment's sign, where words for tools do"
    elif bare[:1].isascii() and not bare.removeprefix("_")[:1].isalnum() and bare[:1] not in comment:
        yield "the translation does not begin with a letter"


def _bare(text: str, comment: str, has_shell: bool) -> str:
    """A text with a letter for each piece of code that is the comment's own or a name, and without brackets
    around words.
    """

    def known(code: re.Match[str]) -> str:
        return "x" if (code[0] if has_shell else code[0][1:-1]) in comment else code[0]

    text = _CODE.sub(known, text)
    return _ASIDE.sub(r"\1", text if has_shell else _NAME.sub("x", text))


def _signs(text: str) -> Iterator[str]:
    """The signs of a text that are not prose alone."""
    for place, one in enumerate(text):
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if one == "-" and before.isalpha() and after.isalpha():
            continue
        if one == "_" and (before.isalnum() or after.isalnum()):
            continue
        if one == ":" and before.isalnum() and (not after or after.isspace()):
            continue
        if _is_sign(one):
            yield one


def _pairs(text: str) -> Iterator[str]:
    return (one + other for one, other in pairwise(text) if _is_sign(one) and _is_sign(other))


def _is_sign(one: str) -> bool:
    return one.isascii() and not (one.isalnum() or one.isspace() or one in FREE)


def _is_apart(message: str, translated: str) -> bool:
    """Whether a translation begins with no word that tools have (``//export``), or with its message's own."""
    ours, theirs = re.match(r"\w+", message), re.match(r"\w+", translated)
    if ours and theirs and ours[0] == theirs[0]:
        return True
    return translated[:1].isalpha() and not "a" <= translated[:1] <= "z"
