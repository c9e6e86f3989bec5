"""Roles of MyST, ``{ref}`text <label>` ``, and its targets ``(label)=``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, rows

_ROLE = re.compile(r"\{(?P<name>[a-z][\w:.+-]*)\}(?P<ticks>`+)(?P<held>[^`]+)(?P=ticks)")
_TARGET = re.compile(r"[ \t]*\((?P<label>[^()\s][^()\n]*)\)=[ \t]*$")
_TITLED = re.compile(r"(?P<words>.+?)\s*<(?P<target>[^<>]+)>\s*$", re.DOTALL)
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+.*?(?P<held>\{[^{}\n]*\})?[ \t]*$")
_COMMENT = re.compile(r"^%[^\n]*$")
_LINK = re.compile(r"\]\((?P<target>(?:project:|path:)?#?[\w.:/#-]+)\)")

REFERENCES = frozenset({"ref", "numref", "eq", "doc", "download", "any", "prf:ref", "std:ref"})


def targets(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each target: its label goes to the heading below, or stands before what follows."""
    known = rows(draft.text)
    for number, row in enumerate(known):
        match = _TARGET.match(row.line) if row.kind == "prose" and row.line.rstrip().endswith(")=") else None
        if not match:
            continue
        label = fit(match["label"])
        below = next((one for one in range(number + 1, len(known)) if known[one].line.strip()), None)
        heading = (
            _HEADING.match(known[below].line) if below is not None and known[below].kind == "prose" else None
        )
        if below is not None and heading and not (heading["held"] and "#" in heading["held"]):
            line = known[below].line.rstrip()
            made = f"{line[:-1]} #{label}}}" if heading["held"] else f"{line} {{#{label}}}"
            edit = draft.rows(number, below + 1, made, "labels")
            yield edit._replace(origins=(draft.origins[below],))
        elif (
            below is not None
            and known[below].kind == "prose"
            and not _TARGET.match(known[below].line)
            and not re.match(r"[ \t]*(?:[|:#>+-]|\d+\.)", known[below].line)
        ):
            begin = draft.starts[number]
            yield Edit(begin, draft.starts[below], f"[]{{#{label}}}", "labels")
        else:
            yield draft.rows(number, number + 1, f'<a id="{label}"></a>\n', "labels")


def fit(label: str) -> str:
    """A label as an identifier."""
    return re.sub(r"[^\w.:-]+", "-", label.strip())


def comments(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each line of comment, ``% text``, where MyST has one."""
    if around.plan.lineage not in {"sphinx", "jupyter-book", "myst"}:
        return
    for number, row in enumerate(rows(draft.text)):
        if row.kind == "prose" and re.match(r"\+\+\+(?:[ \t]*\{.*\})?[ \t]*$", row.line):
            yield draft.gone(number, number + 1, "breaks between cells")
        elif row.kind == "prose" and _COMMENT.match(row.line):
            yield draft.rows(
                number, number + 1, f"<!-- {row.line[1:].strip().replace('--', '- -')} -->", "comments"
            )


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each role."""
    if "}`" not in draft.text:
        return
    known = rows(draft.text)
    for match in _ROLE.finditer(draft.text):
        if (
            known[draft.row(match.start())].kind not in {"prose", "html"}
            or draft.prose[match.start()] == "\0"
        ):
            continue
        yield _role(draft, around, match)


def _role(draft: Draft, around: Around, match: re.Match[str]) -> Edit:
    name, held = match["name"], match["held"]
    titled = _TITLED.match(held)
    words, target = (titled["words"], titled["target"]) if titled else ("", held.strip())
    short = name.rpartition(":")[2]
    text, kind, lost = "", "roles", ""
    if name in REFERENCES:
        text = _reference(draft, around, name, words, target)
        kind = "cross-references"
        if not text:
            text = words or f"`{target}`"
            lost = f"the reference to '{target}' leads nowhere"
    elif name in {
        "term",
        "abbr",
        "sub",
        "sup",
        "kbd",
        "guilabel",
        "menuselection",
        "index",
        "strong",
        "emphasis",
    }:
        text = _worded(name, words, target, held)
    elif name == "math":
        text = f"${held.strip()}$"
        kind = "formulas"
    elif name in {
        "cite",
        "cite:p",
        "cite:t",
        "cite:ps",
        "cite:ts",
        "citet",
        "citep",
        "footcite",
        "cite:year",
    }:
        keys = "; ".join(f"@{key.strip()}" for key in target.split(","))
        text = keys if short in {"t", "citet", "ts"} and ";" not in keys else f"[{keys}]"
        kind = "citations"
    elif name in {
        "code",
        "file",
        "command",
        "program",
        "option",
        "envvar",
        "samp",
        "class",
        "func",
        "meth",
        "mod",
        "attr",
        "data",
        "exc",
        "obj",
        "const",
    } or name.startswith(("py:", "c:", "cpp:", "js:", "rst:")):
        text = f"`{words or target.lstrip('~!')}`"
    elif name in {"pep", "rfc"}:
        number = target.strip()
        url = (
            f"https://peps.python.org/pep-{number.zfill(4)}/"
            if name == "pep"
            else f"https://www.rfc-editor.org/rfc/rfc{number}"
        )
        text = f"[{words or f'{name.upper()} {number}'}]({url})"
    else:
        text = words or target
        lost = f"the role '{name}' is unknown; its words are shown"
        kind = "unknown roles, as text"
    return Edit(match.start(), match.end(), text, kind, lost)


def _worded(name: str, words: str, target: str, held: str) -> str:
    said = words or target
    if name == "index":
        from polybook.importers.constructs.index_entries import entry

        return entry(words or target, target)
    if name == "abbr":
        match = re.match(r"(?P<short>.+?)\s*\((?P<long>.+)\)\s*$", held)
        return f'<abbr title="{match["long"]}">{match["short"]}</abbr>' if match else held
    if name == "menuselection":
        return f"*{held.replace('-->', '›')}*"
    tight = said.replace(" ", "\\ ")
    forms = {"sub": f"~{tight}~", "sup": f"^{tight}^", "kbd": f"[{said}]{{.kbd}}", "strong": f"**{said}**"}
    return forms.get(name) or (f"*{said}*" if name in {"guilabel", "emphasis"} else said)


def _reference(draft: Draft, around: Around, name: str, words: str, target: str) -> str:
    if name in {"doc", "download"}:
        chapter = around.chapter(draft.path, target)
        if chapter:
            return f"[{words}]({around.between(draft.path, chapter) or '#'})"
        return (
            f"[{words or target}]({target})" if around.shelf.near(draft.path, target) in around.shelf else ""
        )
    found = around.labels.get(fit(target)) or around.labels.get(fit(target.lower()))
    if not found:
        return ""
    path, identifier = found
    words = "" if "%s" in words or "{number}" in words or "{name}" in words else words
    return f"[{words}]({around.between(draft.path, path)}#{identifier})"
