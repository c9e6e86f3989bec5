"""Marks within lines: keys, highlights, icons, notes in place, abbreviations, formulas in ``\\(...\\)``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from polybook.importers.around import Around
from polybook.importers.drafts import Draft, Edit, rows

_KEYS = re.compile(r"(?<![+\w])\+\+(?P<keys>[A-Za-z0-9\"'-][\w\"' .-]*(?:\+[\w\"' .-]+)*)\+\+(?![+\w])")
_MARK = re.compile(r"(?<![=\w])==(?P<words>[^=\s\n](?:[^=\n]*[^=\s\n])?)==(?![=\w])")
_INSERT = re.compile(r"(?<!\^)\^\^(?P<words>[^\^\s\n](?:[^\^\n]*[^\^\s\n])?)\^\^(?!\^)")
_CRITIC = re.compile(
    r"\{(?:\+\+(?P<added>[^{}]*?)\+\+|--(?P<gone>[^{}]*?)--|~~(?P<old>[^{}~]*?)~>"
    r"(?P<new>[^{}~]*?)~~|==(?P<marked>[^{}]*?)==|>>(?P<said>[^{}]*?)<<)\}"
)
_ICON = re.compile(r":(?:material|octicons|fontawesome|simple|twemoji)-[a-z0-9-]+:(?:\{[^{}\n]*\})?")
_NOTE = re.compile(r"(?<![\w^])\^\[")
_ABBREVIATION = re.compile(r"^[ \t]*\*\[(?P<short>[^\[\]\n]+)\]:[ \t]*(?P<long>[^\n]*)$", re.MULTILINE)
_INLINE_MATH = re.compile(r"\\\\\((?P<double>[^\n]+?)\\\\\)|(?<!\\)\\\((?P<single>[^\n]+?)\\\)")
_DISPLAY_MATH = re.compile(
    r"\\\\\[(?P<double>(?:[^\n]|\n(?!\n))+?)\\\\\]|(?<!\\)\\\[(?P<single>(?:[^\n]|\n(?!\n))+?)(?<!\\)\\\]"
)
_ENVIRONMENT = re.compile(
    (
        r"^(?P<margin>[ \t]*)\\begin\{(?P<name>equation|align|gather|multline|eqnarray|displaymath)"
        r"(?P<star>\*?)\}(?P<held>.*?)\\end\{(?P=name)(?P=star)\}"
    ),
    re.DOTALL | re.MULTILINE,
)
_ATTRIBUTES = re.compile(
    r"(?<=[\w)\]*_`>])\{:[ \t]*(?P<held>[^{}\n]*)\}|(?<=[)\]])\{[ \t]+(?P<spaced>[.#:\w][^{}\n]*)\}"
)
_ATTRIBUTE = re.compile(r"[#.][\w:-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\"']+)")
_FOR_PAGES = ("target=", "rel=", "loading=", "data-", "style=", "markdown=", "align=", "onclick=")
_SHORTCODE = re.compile(r"\{\{[<%]\s*(?P<close>/)?\s*(?P<name>[\w-]+)(?P<rest>[^{}\n]*?)\s*/?[>%]\}\}")


def find(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each mark of Python-Markdown's extensions and of its kin."""
    shown = draft.prose
    if "{" in shown:
        yield from _critic(draft, shown)
    if "++" in shown:
        for match in _KEYS.finditer(shown):
            keys = "+".join(f"[{_key(key)}]{{.kbd}}" for key in re.split(r"\+", match["keys"]))
            yield Edit(match.start(), match.end(), keys, "keys")
    if "==" in shown:
        for match in _MARK.finditer(shown):
            yield Edit(match.start(), match.end(), f"[{match['words']}]{{.mark}}", "highlights")
    if "^^" in shown:
        for match in _INSERT.finditer(shown):
            yield Edit(match.start(), match.end(), f"[{match['words']}]{{.underline}}", "inserted words")
    for match in _ICON.finditer(shown):
        before = shown[match.start() - 1 : match.start()] == " "
        end = match.end() + (not before and shown[match.end() : match.end() + 1] == " ")
        yield Edit(
            match.start() - before, end, "", "icons", f"the icon '{match[0].split('{')[0]}' is left out"
        )
    if "*[" in shown:
        for match in _ABBREVIATION.finditer(shown):
            what = f"the long form of '{match['short']}' is not shown: {match['long'].strip()}"
            yield Edit(match.start(), match.end(), "", "abbreviations", what)


def _key(key: str) -> str:
    bare = key.strip().strip("\"'")
    return {"ctrl": "Ctrl", "cmd": "Cmd", "alt": "Alt", "shift": "Shift", "enter": "Enter", "esc": "Esc",
            "tab": "Tab", "del": "Del", "space": "Space", "win": "Win", "option": "Option",
            "arrow-up": "↑", "arrow-down": "↓", "arrow-left": "←", "arrow-right": "→"}.get(
        bare.lower(), bare.upper() if len(bare) == 1 else bare.replace("-", " ").title())  # fmt: skip


def _critic(draft: Draft, shown: str) -> Iterator[Edit]:
    for match in _CRITIC.finditer(shown):
        text = next((match[name] for name in ("added", "new", "marked") if match[name] is not None), "")
        text = f"[{text}]{{.mark}}" if match["marked"] is not None else text
        lost = f"a remark is left out: {match['said']}" if match["said"] is not None else ""
        yield Edit(match.start(), match.end(), text, "marks of revision", lost)


def attributes(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each attribute list of Python-Markdown and kramdown behind words or a link."""
    shown = draft.prose
    for match in _ATTRIBUTES.finditer(shown):
        held = draft.text[slice(*match.span("held" if match["held"] is not None else "spaced"))].strip()
        before = shown[match.start() - 1]
        kept = [one for one in _ATTRIBUTE.findall(held) if not one.startswith(_FOR_PAGES)]
        made = f"{{{' '.join(kept)}}}" if kept and before in ")]`" else ""
        yield Edit(match.start(), match.end(), made, "attributes")


def formulas(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each formula in ``\\(...\\)``, ``\\[...\\]`` or an environment of LaTeX's."""
    shown = draft.prose
    if "\\" not in shown:
        return
    single = around.plan.lineage in {"mkdocs", "docsify", "quarto", "bookdown", "file"}
    for match in _INLINE_MATH.finditer(shown):
        name = "double" if match["double"] is not None else "single"
        if name == "double" or (single and _is_formula(match[name])):
            yield Edit(
                match.start(), match.end(), f"${draft.text[slice(*match.span(name))].strip()}$", "formulas"
            )
    for match in _DISPLAY_MATH.finditer(shown):
        name = "double" if match["double"] is not None else "single"
        if name == "double" or (single and _is_formula(match[name])):
            yield Edit(match.start(), match.end(), f"$${draft.text[slice(*match.span(name))]}$$", "formulas")
    for match in _ENVIRONMENT.finditer(shown):
        if shown.count("$$", 0, match.start()) % 2:
            continue
        held = draft.text[slice(*match.span("held"))].strip("\n")
        label = re.search(r"\\label\{([^{}]*)\}", held)
        held = re.sub(r"\\(?:label\{[^{}]*\}|notag|nonumber)|\(\\#([\w:-]+)\)", "", held)
        inner = {"align": "aligned", "eqnarray": "aligned", "multline": "aligned", "gather": "gathered"}.get(
            match["name"]
        )
        body = f"\\begin{{{inner}}}\n{held}\n\\end{{{inner}}}" if inner else held.strip()
        body = "\n".join(line for line in body.split("\n") if line.strip())
        made = f"{match['margin']}$$\n{body}\n{match['margin']}$$"
        if label:
            made = f"{match['margin']}::: {{#{label[1]}}}\n{made}\n{match['margin']}:::"
        yield Edit(match.start(), match.end(), made, "formulas")


_PAIR = re.compile(r"\$(?=\S)(?:[^$\\\n]|\\.|\n(?!\s*\n))*?(?<=\S)\$(?!\d)")
_DISPLAYED = re.compile(r"(?<!\\)\$\$(?P<held>(?:[^$\\]|\\.)+?)\$\$")


def dollars(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each dollar that would begin a formula where the book has none: a backslash.

    GitBook has formulas in two dollars, in a line too.
    """
    if around.plan.dollars or "$" not in draft.text:
        return
    shown, text = draft.prose, draft.text
    taken: list[tuple[int, int]] = []
    if around.plan.lineage == "gitbook":
        for match in _DISPLAYED.finditer(shown):
            taken.append(match.span())
            line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
            if line.strip() != match[0].strip() and "\n" not in match["held"]:
                held = text[slice(*match.span("held"))].strip()
                yield Edit(match.start(), match.end(), f"${held}$", "formulas")
    at = 0
    while (place := shown.find("$", at)) >= 0:
        at = place + 1
        if text[place - 1 : place] == "\\" or any(start <= place < end for start, end in taken):
            continue
        if _PAIR.match(text, place) or text[place : place + 2] == "$$":
            yield Edit(place, place, "\\", "dollars that begin no formula")


def _is_formula(text: str) -> bool:
    return bool(re.search(r"[\\^_=+<>]|^\s*\w\s*$", text))


def notes(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield edits for each footnote that is written where it is referred to, ``^[words]``."""
    shown = draft.prose
    if "^[" not in shown:
        return
    taken = {int(number) for number in re.findall(r"\[\^inline-(\d+)\]", draft.text)}
    count = max(taken, default=0)
    made = []
    last = 0
    for match in _NOTE.finditer(shown):
        end = _closed(shown, match.end())
        if match.start() < last or end < 0:
            continue
        count += 1
        words = " ".join(draft.text[match.end() : end].split())
        made.append((f"[^inline-{count}]: {words}", draft.origin(match.start())))
        yield Edit(match.start(), end + 1, f"[^inline-{count}]", "footnotes")
        last = end
    if made:
        place = len(draft.text.rstrip("\n"))
        text = "".join(f"\n\n{one}" for one, _ in made)
        origins = [draft.origin(max(place - 1, 0))]
        for _, origin in made:
            origins += [origin, origin]
        yield Edit(place, len(draft.text), text + "\n", "", "", (*origins, origins[-1]))


def _closed(shown: str, place: int) -> int:
    depth = 1
    for at in range(place, min(len(shown), place + 5_000)):
        if shown[at] == "\\":
            continue
        if shown.startswith("\n\n", at):
            return -1
        depth += (shown[at] == "[") - (shown[at] == "]")
        if depth == 0:
            return at
    return -1


def line_blocks(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each block of lines of pandoc's, ``| words``: hard breaks."""
    if not around.plan.captions:
        return
    known = rows(draft.text)
    number = 0
    while number < len(known):
        begin = number
        while (
            number < len(known)
            and known[number].kind == "prose"
            and re.match(r"\|(?: |$)(?!.*\|\s*$)", known[number].line)
        ):
            number += 1
        table = any(
            re.match(r"\s*\|?[\s:|-]*-[\s:|-]*$", known[one].line)
            for one in range(begin, min(number + 1, len(known)))
        )
        if number > begin and not table:
            lines = [known[one].line[2:] for one in range(begin, number)]
            moved = any(line[:1] == " " for line in lines)
            lost = "how far the lines of a block are indented is left out" if moved else ""
            text = "\\\n".join(line.strip() or "\u00a0" for line in lines)
            yield draft.rows(begin, number, text, "blocks of lines", lost)
        number = max(number, begin + 1)


def shortcodes(draft: Draft, around: Around) -> Iterator[Edit]:
    """Yield an edit for each shortcode of Hugo's and Quarto's that is no include and no variable."""
    from polybook.importers import spans
    from polybook.importers.constructs import blocks

    shown = draft.prose
    for match in _SHORTCODE.finditer(shown):
        name = match["name"].lower()
        held = spans.braces(draft.text[slice(*match.span("rest"))])
        word = held.get("type", "style") or next(
            (one for one in held.words if blocks.kind_of(one.strip("\"'"))), ""
        )
        line = draft.text[draft.text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0].strip()
        alone = line == match[0]
        if (
            name in {"hint", "notice", "callout", "admonition", "alert", "tip", "note", "warning", "info"}
            and alone
        ):
            kind = blocks.kind_of((word or name).strip("\"'")) or "note"
            yield Edit(
                match.start(),
                match.end(),
                blocks.END if match["close"] else blocks.box(kind, held.get("title")),
                "" if match["close"] else "boxes",
            )
        elif name in {"details", "expand"} and alone:
            title = held.get("title", "summary") or " ".join(one.strip("\"'") for one in held.words)
            yield Edit(
                match.start(),
                match.end(),
                blocks.END if match["close"] else blocks.details(title),
                "" if match["close"] else "parts that fold",
            )
        elif name == "tabs" and alone:
            yield Edit(
                match.start(),
                match.end(),
                blocks.END if match["close"] else blocks.TABS,
                "" if match["close"] else "tabs",
            )
        elif name in {"tab", "tabitem"} and alone:
            title = held.get("title", "name", "header") or " ".join(one.strip("\"'") for one in held.words)
            yield Edit(match.start(), match.end(), blocks.END if match["close"] else blocks.tab(title))
        elif name == "figure" and held.get("src"):
            from polybook.importers.constructs.pictures import plain

            title = f' "{plain(held.get("caption"))}"' if held.get("caption") else ""
            yield Edit(
                match.start(), match.end(), f"![{held.get('alt')}]({held.get('src')}{title})", "figures"
            )
        elif name in {"video", "youtube", "vimeo", "gist", "tweet", "embed"}:
            target = held.get("src", "id", "url") or " ".join(held.words)
            target = (
                f"https://www.youtube.com/watch?v={target}"
                if name == "youtube" and "/" not in target
                else target
            )
            text = f"<{target}>" if "://" in target else f"`{target}`"
            yield Edit(match.start(), match.end(), text, "embedded things", f"'{target}' is not embedded")
        elif name == "kbd":
            yield Edit(match.start(), match.end(), f"[{' '.join(held.words)}]{{.kbd}}", "keys")
        elif name in {"fa", "bi", "iconify", "icon"}:
            yield Edit(match.start(), match.end(), "", "icons", f"the icon '{match[0]}' is left out")
        elif name not in {"var", "meta", "include", "ref", "relref"}:
            yield Edit(
                match.start(),
                match.start(),
                "",
                "unknown tags, as text",
                f"the tag '{match[0][:60]}' is unknown, and is text",
            )
