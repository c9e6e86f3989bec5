"""Tags of templates: GitBook's ``{% hint %}``, ``{% tabs %}``, ``{% code %}``, Jekyll's too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers import spans
from polybook.importers.around import Around
from polybook.importers.constructs import blocks
from polybook.importers.drafts import Draft, Edit, rows

_TAG = re.compile(r"(?<!\{)\{%-?[ \t]*(?P<name>[A-Za-z][\w-]*)(?P<rest>(?:[^%\n]|%(?!\}))*?)[ \t]*-?%\}")
_SET = re.compile(r"\s*(?P<name>\w+)\s*=\s*(?P<quote>[\"'])(?P<value>.*)(?P=quote)\s*$")
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_FILENAME = re.compile(
    r"^(?P<margin>[ \t>]*)\{%\s*filename\s*%\}(?P<name>[^\n]*?)\{%\s*endfilename\s*%\}[ \t]*\n"
    r"(?P<gap>(?:[ \t>]*\n)*)(?P<fence>[ \t>]*(?:`{3,}|~{3,}))(?P<info>[^\n]*)",
    re.MULTILINE,
)
_HIGHLIGHT = re.compile(
    (
        r"^(?P<margin>[ \t]*)\{%-?\s*highlight\s+(?P<lang>[\w+#-]+)[^%\n]*%\}[ \t]*\n(?P<code>.*?)^[ "
        r"\t]*\{%-?\s*endhighlight\s*-?%\}"
    ),
    re.DOTALL | re.MULTILINE,
)
_COMMENT = re.compile(r"\{%-?\s*comment\b[^%\n]*%\}.*?\{%-?\s*endcomment\s*-?%\}|\{#[^{}\n]*#\}", re.DOTALL)
_SILENT = frozenset(
    {"content-ref", "endcontent-ref", "endembed", "endcode", "column", "columns", "endcolumn", "endcolumns",
     "stepper", "endstepper", "step", "endstep", "method", "endmethod", "common", "endsample", "endset",
     "updates", "endupdates", "update", "endupdate"}
)  # fmt: skip
"""Tags whose text is shown without them."""
_OTHERS = frozenset({"code", "block", "comment", "center"})
"""Names of boxes elsewhere that are tags of another kind here."""
_BOXES = frozenset({"hint", "note", "alert", "callout", "admonition"})


def whole(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield edits for what belongs to a fenced block: its name, the block that tags make, comments."""
    text = draft.text
    if "{%" not in text and "{#" not in text:
        return
    for match in _FILENAME.finditer(text):
        name = match["name"].strip()
        titled = f"{match['fence']}{match['info'].rstrip()}"
        made = (
            f"{titled} title={spans.quoted(name)}"
            if match["info"].strip()
            else f"{titled}text title={spans.quoted(name)}"
        )
        yield Edit(match.start(), match.end(), made, "titles of listings")
    for match in _HIGHLIGHT.finditer(text):
        code = "\n".join(
            match["margin"] + line if line else "" for line in match["code"].rstrip("\n").split("\n")
        )
        made = f"{match['margin']}```{match['lang']}\n{code}\n{match['margin']}```"
        yield Edit(match.start(), match.end(), made, "listings")
    shown = draft.prose
    for match in _COMMENT.finditer(shown):
        yield Edit(match.start(), match.end(), "", "comments of templates")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each tag that stands in the text."""
    shown = draft.prose
    if "{%" not in shown:
        return
    raw = _raw_spans(draft.text)
    for match in _TAG.finditer(shown):
        if any(start <= match.start() < end for start, end in raw):
            continue
        yield from _tag(draft, match)


def _raw_spans(text: str) -> list[tuple[int, int]]:
    found, opened = [], -1
    for match in _RAW.finditer(text):
        if "endraw" in match[0]:
            if opened >= 0:
                found.append((opened, match.start()))
            opened = -1
        elif opened < 0:
            opened = match.end()
    return found


def _tag(draft: Draft, match: re.Match[str]) -> Iterator[Edit]:
    name = match["name"]
    held = spans.braces(draft.text[slice(*match.span("rest"))])
    if name in _BOXES or (blocks.kind_of(name) and name not in _OTHERS):
        word = held.get("style", "type") or next(
            filter(blocks.kind_of, held.words), "" if name in _BOXES else name
        )
        kind = blocks.kind_of(word) or "info"
        yield _line(draft, match, blocks.box(kind, held.get("title")), "boxes")
    elif name.startswith("end") and (
        name[3:] in _BOXES or blocks.kind_of(name[3:]) or name[3:] in {"tabs", "tab", "details", "expandable"}
    ):
        yield _line(draft, match, blocks.END)
    elif name == "set" and (given := _SET.match(draft.text[slice(*match.span("rest"))])):
        yield _line(draft, match, "", "variables")
        for use in re.finditer(rf"\{{\{{\s*{re.escape(given['name'])}\s*\}}\}}", draft.prose):
            yield Edit(use.start(), use.end(), given["value"])
    elif name in {"if", "elif", "else", "endif", "for", "endfor", "assign", "block", "endblock", "extends"}:
        lost = (
            "" if name.startswith("e") else f"the tag '{match[0][:60]}' has no effect; what it holds is shown"
        )
        yield _line(draft, match, "", "" if name.startswith("e") else "tags without effect", lost)
    elif name == "tabs":
        yield _line(draft, match, blocks.TABS, "tabs")
    elif name == "tab":
        yield _line(draft, match, blocks.tab(held.get("title", "name")))
    elif name in {"details", "expandable"}:
        yield _line(draft, match, blocks.details(held.get("title", "summary")), "parts that fold")
    elif name == "code":
        yield from _code(draft, match, held)
    elif name in {"embed", "file", "swagger", "openapi", "youtube", "include"}:
        url = held.get("url", "src", "path") or " ".join(held.words)
        what = f"'{url}' is not embedded; a link leads to it" if "://" in url else f"'{url}' is not embedded"
        text = f"<{url}>" if "://" in url and " " not in url else f"`{url}`"
        yield _line(draft, match, text, "embedded things", what)
    elif name == "sample":
        yield _line(draft, match, "", "", f"the sample's language '{held.get('lang')}' is not named")
    elif name in _SILENT:
        yield _line(draft, match, "", "" if name.startswith("end") else "tags without effect")
    elif not _RAW.match(match[0]):
        yield Edit(
            match.start(),
            match.start(),
            "",
            "unknown tags, as text",
            f"the tag '{match[0][:60]}' is unknown, and is text",
        )


def _line(draft: Draft, match: re.Match[str], text: str, kind: str = "", lost: str = "") -> Edit:
    """An edit that puts a line of its own in place of a tag."""
    start = draft.text.rfind("\n", 0, match.start()) + 1
    before = draft.text[start : match.start()]
    stop = draft.text.find("\n", match.end())
    after = draft.text[match.end() : stop if stop >= 0 else len(draft.text)]
    margin = before if not before.strip(" \t>") else ""
    known = rows(draft.text)
    row = draft.row(match.start())
    opens = text.startswith(("::: ", "<", "`"))
    gap = "\n" if (opens and row and known[row - 1].kind == "prose" and not before.strip()) else ""
    head = "" if not before.strip(" \t>") else "\n\n"
    tail = f"\n{margin}" if after.strip() and text else ""
    return Edit(match.start(), match.end(), f"{gap}{head}{text}{tail}", kind, lost)


def _code(draft: Draft, match: re.Match[str], held: spans.Braces) -> Iterator[Edit]:
    """``{% code title="x" %}``: its title goes to the fenced block below."""
    title = held.get("title")
    fence = re.compile(r"[ \t>]*\n(?:[ \t>]*\n)*[ \t>]*(?:`{3,}|~{3,})(?P<info>[^\n`]*)").match(
        draft.text, match.end()
    )
    yield _line(draft, match, "", "titles of listings" if title else "tags without effect")
    if title and fence:
        lang = "" if fence["info"].strip() else "text"
        place = fence.end()
        yield Edit(place, place, f"{lang} title={spans.quoted(title)}")


def unwrapped(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each ``{% raw %}`` and its end: what is between them was no template."""
    for match in _RAW.finditer(draft.text):
        line = draft.text[draft.text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
        alone = line.strip() == match[0]
        end = match.end() + (alone and draft.text[match.end() : match.end() + 1] == "\n")
        yield Edit(match.start(), end, "", "raw tags")
