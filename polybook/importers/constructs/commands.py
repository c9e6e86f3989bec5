"""Commands in two braces, as *Eloquent JavaScript* has them: ``{{index a, "b c"}}``, ``{{id here}}``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.constructs.index_entries import entry
from polybook.importers.constructs.pictures import plain
from polybook.importers.drafts import Draft, Edit, fences, rows
from polybook.importers.spans import quoted

_COMMAND = re.compile(
    r"\{\{(?P<name>index|indexsee|id|figure|meta|table|quote|if|hint|note|long|disp|tab|title"
    r"|author|docid|sub|keyname|code)\b(?P<rest>(?:[^{}\n]|\{[^{}\n]*\}|\}(?!\}))*)\}\}"
)
_OPEN = re.compile(r"^\{\{(?P<name>quote|if|hint|note|table|long|book)\b(?P<rest>[^\n]*)$")
_CLOSE = re.compile(r"^(?P<name>quote|if|hint|note|table|long|book)\}\}[ \t]*$")
_TERM = re.compile(r"\(\((?P<words>[^()\n]+)\)\)")
_NUMBERED = re.compile(r"\[(?:[Cc]hapter )?\?\]\(")
_VALUE = re.compile(r"(?P<key>\w+)\s*:\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<bare>[^,{}\s]+))")
_PAIRS = re.compile(r"\"(?P<quoted>[^\"]*)\"|\[(?P<list>[^\[\]]*)\]|(?P<bare>[^,\[\]\"]+)")


def values(text: str) -> dict[str, str]:
    """What a table in braces holds: ``{url: "x", alt: "y"}``."""
    return {
        match["key"]: re.sub(r"\\(.)", r"\1", match["quoted"])
        if match["quoted"] is not None
        else match["bare"]
        for match in _VALUE.finditer(text)
    }


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each command, and for each term in two round brackets, where a text has commands."""
    if not re.search(r"\{\{(?:index|meta|figure|id) ", draft.text):
        return
    shown = draft.prose
    yield from _listings(draft)
    for match in _COMMAND.finditer(shown):
        yield from _command(draft, match)
    known = rows(draft.text)
    for number, row in enumerate(known):
        opening = (
            _OPEN.match(row.line)
            if (row.kind == "prose" and not row.line.rstrip().endswith("}}"))
            or (row.line[:2] == "{{" and row.line.count("{{") > row.line.count("}}"))
            else None
        )
        if opening:
            yield from _block(draft, number, opening)
    for match in _NUMBERED.finditer(shown):
        yield Edit(match.start() + 1, match.end() - 2, "", "cross-references")
    for match in _TERM.finditer(shown):
        words = draft.text[slice(*match.span("words"))]
        yield Edit(match.start(), match.end(), entry(words, plain(words)), "entries of the index")


def _listings(draft: Draft) -> Iterator[Edit]:
    """An edit for each fence with a table of its own beside it: its language, else JavaScript."""
    for fence in fences(draft.text):
        if not re.fullmatch(r"\{\s*\w+\s*:.*\}", fence.info):
            continue
        lang = values(fence.info).get("lang", "javascript").partition(",")[0].strip()
        line = draft.text.split("\n")[fence.first]
        place = draft.starts[fence.first] + line.index(fence.mark) + len(fence.mark)
        end = draft.starts[fence.first] + len(line)
        yield Edit(place, end, "" if lang == "null" else lang, "listings")


def _entries(text: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for match in _PAIRS.finditer(text):
        if match["list"] is not None:
            parts = [
                (one["quoted"] if one["quoted"] is not None else one["bare"] or "").strip()
                for one in _PAIRS.finditer(match["list"])
            ]
            found.append(tuple(filter(None, parts)))
        else:
            found.append(((match["quoted"] if match["quoted"] is not None else match["bare"]).strip(),))
    return [one for one in found if any(one)]


def _command(draft: Draft, match: re.Match[str]) -> Iterator[Edit]:
    name = match["name"]
    rest = draft.text[slice(*match.span("rest"))].strip()
    held = values(rest)
    text, kind, lost = "", "commands", ""
    if name == "index":
        text = "".join(entry("", *one) for one in _entries(rest))
        kind = "entries of the index"
    elif name == "indexsee":
        names = _entries(rest)
        text, kind = entry("", *names[0]) if names else "", "entries of the index"
        lost = f"the entry '{', '.join(names[0]) if names else ''}' leads to another one; it is an entry here"
    elif name == "id":
        yield from _identified(draft, match, rest)
        return
    elif name == "figure":
        alt = held.get("alt", "").replace("[", "\\[").replace("]", "\\]")
        title = f' "{held["caption"]}"' if held.get("caption") else ""
        width = (
            f"{{width={held['width']}}}"
            if re.fullmatch(r"[\d.]+(?:cm|px|%|in|mm)", held.get("width", ""))
            else ""
        )
        text, kind = f"![{alt}]({held.get('url', '')}{title}){width}", "figures"
    elif name == "meta":
        end = match.end()
        while draft.text[end : end + 1] == "\n":
            end += 1
        yield Edit(match.start(), end, "", "commands")
        return
    elif name == "table":
        text = ""
    elif name in {"sub", "keyname", "code"}:
        text = rest
    yield Edit(match.start(), match.end(), text, kind, lost)


def _identified(draft: Draft, match: re.Match[str], name: str) -> Iterator[Edit]:
    """``{{id here}}`` goes to the heading below, else it stands there."""
    known = rows(draft.text)
    row = draft.row(match.start())
    alone = known[row].line.strip() == match[0]
    below = next((one for one in range(row + 1, len(known)) if known[one].line.strip()), None)
    if (
        alone
        and below is not None
        and re.match(r"#{1,6}[ \t]", known[below].line)
        and "{#" not in known[below].line
    ):
        edit = draft.rows(row, below + 1, f"{known[below].line.rstrip()} {{#{name}}}", "labels")
        yield edit._replace(origins=(draft.origins[below],))
    else:
        yield Edit(
            match.start(), match.end(), f'<a id="{name}"></a>' if alone else f"[]{{#{name}}}", "labels"
        )


def _block(draft: Draft, number: int, opening: re.Match[str]) -> Iterator[Edit]:
    known = rows(draft.text)
    name, rest = opening["name"], opening["rest"].strip()
    end = next(
        (
            one
            for one in range(number + 1, len(known))
            if (close := _CLOSE.match(known[one].line)) and close["name"] == name
        ),
        0,
    )
    if not end:
        return
    held = values(rest)
    inside = [known[one].line for one in range(number + 1, end)]
    if name == "quote":
        said = ", ".join(
            filter(None, (held.get("author", ""), f"*{held['title']}*" if held.get("title") else ""))
        )
        while inside and not inside[0].strip():
            inside = inside[1:]
        while inside and not inside[-1].strip():
            inside = inside[:-1]
        lines = [f"> {line}".rstrip() for line in [*inside, *(["", f"— {said}"] if said else [])]]
        edit = draft.rows(number, end + 1, "\n".join(lines), "quotations")
        first = next((one for one in range(number + 1, end) if known[one].line.strip()), number)
        yield edit._replace(origins=draft.origins[first : first + len(inside)] or edit.origins)
    elif name == "if":
        if rest in {"interactive", "html", "book"} or rest.startswith(("interactive", "html")):
            yield draft.gone(number, number + 1, "parts for some formats")
            yield draft.gone(end, end + 1)
        else:
            what = f"what is for '{rest}' alone is left out"
            yield draft.gone(number, end + 1, "parts for some formats", what)
    elif name == "hint":
        yield draft.rows(number, number + 1, f"::: {{.details title={quoted('Hint')}}}", "parts that fold")
        yield draft.rows(end, end + 1, ":::")
    elif name == "note":
        yield draft.rows(number, number + 1, "::: {.note}", "boxes")
        yield draft.rows(end, end + 1, ":::")
    else:
        yield draft.gone(number, number + 1, "commands")
        yield draft.gone(end, end + 1)
