"""Tags that are no HTML: ``<Listing>``, Vue's and MDX's components, modules that pages import."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers import spans
from polybook.importers.around import Around
from polybook.importers.constructs import blocks
from polybook.importers.drafts import Draft, Edit, fences, rows

_IMPORT = re.compile(
    (
        r"^(?:import\s+(?:[\w{}*,\s]+\s+from\s+)?[\"'][^\"'\n]+[\"'];?|export\s+(?:const|default"
        r"|function)\b[^\n]*)[ \t]*$"
    ),
    re.MULTILINE,
)
_SCRIPT = re.compile(
    r"^[ \t]*<(?P<name>script|style|template)\b[^>]*>.*?</(?P=name)>[ \t]*$", re.DOTALL | re.MULTILINE
)
_MDX_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
_MARKDOWN_DIV = re.compile(
    (
        r"^(?P<margin>[ \t]*)<(?P<name>div|section|details|figure|article|aside)"
        r"(?P<rest>[^<>\n]*?)\smarkdown(?:=[\"']?\w+[\"']?)?(?P<more>[^<>\n]*)>[ \t]*(?P<after>[^\n]*)$"
    ),
    re.MULTILINE,
)
_KNOWN_TABS = {"tabs", "codegroup", "code-group", "codetabs", "tabgroup"}
_KNOWN_TAB = {"tabitem", "codegroupitem", "tab", "code-group-item", "codetab"}
_BOXES = {
    "aside",
    "callout",
    "admonition",
    "note",
    "tip",
    "warning",
    "info",
    "caution",
    "danger",
    "important",
}


def whole(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for what belongs to programs of a page, and for HTML with Markdown in it."""
    for number, row in enumerate(rows(draft.text)):
        if row.kind == "prose" and _IMPORT.match(row.line) and _is_module(draft, number):
            yield draft.gone(number, number + 1, "modules", "a module that the page imports is left out")
    text = draft.text
    if "<" not in text:
        return
    hidden = [(draft.starts[one.first], draft.starts[one.end - 1]) for one in fences(text)]
    for match in _SCRIPT.finditer(text):
        if not any(start <= match.start() < end for start, end in hidden):
            what = f"a <{match['name']}> is left out"
            yield Edit(match.start(), match.end(), "", "programs and styles of pages", what)
    shown = draft.prose
    for match in _MARKDOWN_DIV.finditer(shown):
        rest = draft.text[slice(*match.span("rest"))] + draft.text[slice(*match.span("more"))]
        after = draft.text[slice(*match.span("after"))]
        made = f"{match['margin']}<{match['name']}{rest}>\n" + (f"\n{after}" if after.strip() else "")
        yield Edit(match.start(), match.end(), made, "HTML with Markdown in it")
        close = shown.find(f"\n{match['margin']}</{match['name']}>", match.end())
        if close >= 0 and text[close - 1 : close] != "\n":
            yield Edit(close, close, "\n")


def _is_module(draft: Draft, number: int) -> bool:
    """Whether a line stands among such lines alone, as MDX has them: above a blank line, below one."""
    known = rows(draft.text)
    return draft.path.endswith(".mdx") or (
        bool(re.search(r"from\s+[\"']|^import\s+[\"']|^export\s", known[number].line))
        and (
            number + 1 >= len(known)
            or known[number + 1].kind == "blank"
            or bool(_IMPORT.match(known[number + 1].line))
        )
    )


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each component."""
    shown = draft.prose
    for match in _MDX_COMMENT.finditer(shown):
        yield Edit(match.start(), match.end(), "", "comments")
    for tag in spans.tags(shown):
        name = tag.name.lower()
        held = (
            spans.attributes(draft.text[tag.start : tag.end].split(None, 1)[1])
            if tag.attributes.strip()
            else {}
        )
        if name == "listing":
            yield from _listing(draft, tag, held)
        elif (name in _KNOWN_TABS and tag.name[0].isupper()) or name in {"code-group", "code-group-item"}:
            yield _alone(
                draft,
                tag,
                blocks.END
                if tag.closes
                else blocks.TABS
                if name in _KNOWN_TABS
                else blocks.tab(held.get("title", "")),
                "" if tag.closes else "tabs",
            )
        elif name in _KNOWN_TAB and tag.name[0].isupper():
            title = held.get("label") or held.get("title") or held.get("value") or held.get("name") or ""
            yield _alone(draft, tag, blocks.END if tag.closes else blocks.tab(title), "")
        elif name in _BOXES and tag.name[0].isupper() and not tag.empty:
            word = held.get("type", name if name not in {"aside", "callout", "admonition"} else "note")
            opening = blocks.box(blocks.kind_of(word) or "note", held.get("title", ""))
            yield _alone(draft, tag, blocks.END if tag.closes else opening, "" if tag.closes else "boxes")
        elif name == "badge" and tag.name[0].isupper():
            yield Edit(tag.start, tag.end, f"*{held['text']}*" if held.get("text") else "", "components")
        elif (tag.name[0].isupper() or "-" in tag.name) and _is_component(draft, shown, tag):
            lost = (
                ""
                if tag.closes
                else f"the component <{tag.name}> is left out"
                + ("" if tag.empty else "; what it holds is shown")
            )
            yield Edit(tag.start, tag.end, "", "" if tag.closes else "components", lost)


_NO_COMPONENTS = re.compile(r"[A-Z]$|[A-Z]{2,}$")


def _is_component(draft: Draft, shown: str, tag: spans.Tag) -> bool:
    """Whether a tag with a name that HTML has not is a component: it stands on a line of its own, or ends."""
    if _NO_COMPONENTS.match(tag.name) or tag.name.upper() == tag.name:
        return False
    start = shown.rfind("\n", 0, tag.start) + 1
    line = shown[start:].split("\n", 1)[0].strip(" \t>")
    alone = line == shown[tag.start : tag.end]
    paired = f"</{tag.name}>" in shown and f"<{tag.name}" in shown
    return (
        tag.empty
        or (alone and (paired or bool(tag.attributes.strip())))
        or (paired and bool(re.search(rf"</{tag.name}>\s*$", line)))
    )


def _alone(draft: Draft, tag: spans.Tag, text: str, kind: str) -> Edit:
    """An edit that puts a line of its own in place of a tag."""
    start = draft.text.rfind("\n", 0, tag.start) + 1
    before = draft.text[start : tag.start].strip(" \t>")
    after, _, below = draft.text[tag.end :].partition("\n")
    tail = "\n\n" if after.strip() else "\n" if text != blocks.END and below[:1] != "\n" else ""
    return Edit(tag.start, tag.end, ("\n\n" if before else "") + text + tail, kind)


def _listing(draft: Draft, tag: spans.Tag, held: dict[str, str]) -> Iterator[Edit]:
    """*The Rust Programming Language*'s listings: their number, file and caption go to the block inside."""
    row = draft.row(tag.start)
    if tag.closes:
        yield draft.gone(row, row + 1)
        return
    close = draft.text.find("</Listing>", tag.end)
    block = next(
        (
            one
            for one in fences(draft.text)
            if one.first > row and (close < 0 or draft.starts[one.first] < close)
        ),
        None,
    )
    yield draft.gone(row, draft.row(tag.end - 1) + 1, "listings")
    if not block:
        if held.get("caption"):
            yield Edit(tag.end, tag.end, "", "", f"the caption of a listing is left out: {held['caption']}")
        return
    number, caption, file = held.get("number", ""), held.get("caption", ""), held.get("file-name", "")
    caption = " ".join(re.sub(r"<[^<>]*>", "", caption).split()).replace("`", "")
    # Its number is the author's, so it is no caption, which would be counted too.
    words = ": ".join(filter(None, (f"Listing {number}" if number else "", caption)))
    title = f"{file} ({words})" if file and words else file or words
    parts = [f"#listing-{number}"] if number else []
    parts += [f"title={spans.quoted(title)}"] if title else []
    line = draft.text.split("\n")[block.first]
    place = draft.starts[block.first] + line.index(block.mark) + len(block.mark)
    end = draft.starts[block.first] + len(line)
    lang = re.match(r"[\w+#-]*", block.info)[0] or "text"  # type: ignore[index]
    if parts:
        yield Edit(place, end, f"{lang} {{{' '.join(parts)}}}", "captions of listings")
