"""The attacks of tests/hostile as data, and books with a place for each."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from polybook.markup import pandoc
from polybook.model.book import Book, Chapter, OrderEntry, Settings

FOLDER = Path(__file__).parent / "hostile"
SETTINGS = {"book title": "title", "book subtitle": "subtitle", "book description": "description"}
"""Places of which a book has one each, and the settings that they are."""

FIGURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 60">
<title>{title}</title><desc>{description}</desc>
<text x="10" y="20">{text}</text><text x="10" y="45">Beside {n} in a figure</text>
</svg>
"""

PLACES = {
    "paragraph": "Slot {n} has `code {n}` and [a link](https://good.example/{n}).",
    "plain paragraph": "Slot {n} has words alone.",
    "broken paragraph": "Slot {n} is broken\\\nover two lines.",
    "titled link": 'Slot {n} has [a link](https://good.example/{n} "Its title").',
    "raw": "Slot {n} has <kbd>keys</kbd> in it, *and* more.",
    "raw link": "Slot {n} has <kbd>keys</kbd> and [a link](https://good.example/{n}).",
    "formula": "Slot {n} has $a^2$ in it.",
    "inline image": "Slot {n} has ![a picture](figures/slot.svg) in it.",
    "image and code": "Slot {n} has `code` and ![a picture](figures/slot.svg) too.",
    "noted paragraph": "Slot {n} has a note[^slot-{n}].\n\n[^slot-{n}]: The note of slot {n}.",
    "noted link": (
        "Slot {n} has [a link](https://good.example/{n})[^slot-{n}].\n\n[^slot-{n}]: The note of slot {n}."
    ),
    "noted image": (
        "Slot {n} has ![a picture](figures/slot.svg)[^slot-{n}].\n\n[^slot-{n}]: The note of slot {n}."
    ),
    "heading": "## Slot {n} is a heading",
    "table cell": "| Slot {n} | Beside {n} |\n|---|---|\n| Below {n} | `x` |",
    "list item": "- Slot {n} is an item\n- Next item {n}",
    "term": "Slot {n} is a term\n:   Definition {n}.",
    "definition": "Term {n}\n:   Slot {n} is a definition\n:   Other definition {n}.",
    "quotation": "> Slot {n} is quoted",
    "footnote": "Noted {n}[^slot-{n}].\n\n[^slot-{n}]: Slot {n} is a note",
    "alt text": '![Slot {n} shows a picture](figures/slot.svg "Caption {n}")',
    "caption": '![Picture {n}](figures/slot.svg "Slot {n} is a caption")',
    "figure text": "![Picture {n}](figures/{n}.svg)",
    "figure title": "![Picture {n}](figures/{n}.svg)",
    "figure description": "![Picture {n}](figures/{n}.svg)",
    "comment": "```python\n# Slot {n} is a comment\nvalue = {n}\n```",
    "docstring": '```python\ndef slot():\n    """Slot {n} is a docstring"""\n    return {n}\n```',
    "docstring's line": '```python\n"""\nSlot {n} is a docstring\n"""\nvalue = {n}\n```',
    "fragment's docstring": (
        '```python\ndef slot():\n    """Slot {n} is a docstring"""\n    say("x", {n})\nelse:\n    pass\n```'
    ),
    "listing's title": "```js {1} title='Slot {n} is a title'\nlet value = {n};\n```",
    "comment in C": "```c\n/* Slot {n} is a comment */\nint value = {n};\n```",
    "line comment in C": "```c\n// Slot {n} is a comment\nint value = {n};\n```",
    "comment in Java": "```java\n// Slot {n} is a comment\nint value = {n};\n```",
    "comment in JavaScript": "```javascript\n/* Slot {n} is a comment */\nlet value = {n};\n```",
    "comment in HTML": "```html\n<!-- Slot {n} is a comment -->\n<p>{n}</p>\n```",
    "comment in PHP": "```php\n<?php\n// Slot {n} is a comment\n$value = {n};\n```",
    "comment in Rust": "```rust\n/* Slot {n} is a comment */\nlet value = {n};\n```",
    "comment in Haskell": "```haskell\n{- Slot {n} is a comment -}\nvalue = {n}\n```",
    "comment in OCaml": "```ocaml\n(* Slot {n} is a comment *)\nlet value = {n}\n```",
    "comment in Pascal": "```pascal\n{ Slot {n} is a comment }\nvalue := {n};\n```",
    "comment in Ruby": "```ruby\n=begin\nSlot {n} is a comment\n=end\nvalue = {n}\n```",
    "comment in Lua": "```lua\n--[[ Slot {n} is a comment ]]\nvalue = {n}\n```",
    "comment in Lisp": "```common-lisp\n#| Slot {n} is a comment |#\n(setq value {n})\n```",
    "comment in D": "```d\n/+ Slot {n} is a comment +/\nint value = {n};\n```",
    "comment in Julia": "```julia\n#= Slot {n} is a comment =#\nvalue = {n}\n```",
    "comment in PowerShell": "```powershell\n<# Slot {n} is a comment #>\n$value = {n}\n```",
    "comment in make": "```make\nall:\n\techo {n} # Slot {n} is a comment\n```",
    "comment in Fortran": "```fortran\n!Slot {n} is a comment\nvalue = {n}\n```",
    "one quote's docstring": "```python\ndef slot():\n    'Slot {n} is a docstring'\n    return {n}\n```",
    "comment in a shell": "```sh\n# Slot {n} is a comment\necho {n}\n```",
    "comment in zsh": "```zsh\n# Slot {n} is a comment\necho {n}\n```",
    "comment in a Dockerfile": "```docker\n# Slot {n} is a comment\nFROM image{n}\n```",
    "line comment in Ruby": "```ruby\n# Slot {n} is a comment\nvalue = {n}\n```",
    "line comment in Lua": "```lua\n--Slot {n} is a comment\nvalue = {n}\n```",
    "comment in CMake": "```cmake\n#Slot {n} is a comment\nproject(p{n})\n```",
    "comment in Go": "```go\n//Slot {n} is a comment\nvar value = {n}\n```",
    "comment in TypeScript": "```typescript\n/// Slot {n} is a comment\nlet value = {n};\n```",
    "comment in YAML": "```yaml\n#Slot {n} is a comment\nvalue: {n}\n```",
    "chapter title": "",
    "author": "",
    **dict.fromkeys(SETTINGS, ""),
}
"""Where an attack is put: what stands there in the chapter, its own message beginning with 'Slot'."""

FRAME = """Before {n}: see [the place][place-{n}], some `code` and a note[^note-{n}].

{place}

After {n}: [place-{n}] again, a [shortcut] in brackets, and another note[^other-{n}].

[^note-{n}]: The first note {n}.

[^other-{n}]: The second note {n}.

[place-{n}]: https://good.example/place
"""
"""What stands around each place: whatever an attack might reach for."""


@dataclass(frozen=True)
class Attack:
    """One hostile translation, and what is to become of it."""

    number: int
    family: str
    name: str
    place: str
    put: str
    """The translation; ``{url}`` and ``{secret}`` are still to be filled."""

    finds: str
    """A finding's code, or ``text``."""

    shows: str
    """What a reader sees of it, if it is text."""

    waived: frozenset[str]

    @property
    def id(self) -> str:
        """What the test of this attack is called."""
        return f"{self.family}: {self.name}"

    @property
    def is_text(self) -> bool:
        """Whether it is harmless, and shown."""
        return self.finds == "text"

    @property
    def message(self) -> str:
        """The message that it pretends to translate."""
        if self.place == "chapter title":
            return f"Slot {self.number} is a title"
        if self.place in ("author", *SETTINGS):
            return f"Slot {self.number} is the {self.place}"
        if self.place.startswith("figure"):
            return f"Slot {self.number} is a text in a figure"
        text = PLACES[self.place].replace("{n}", str(self.number))
        start = text.index("Slot")
        ends = {"alt text": "]", "caption": '"', "table cell": " |"}
        signs = ('"""', " */", " -->", " -}", " *)", " }", " ]]", " |#", " +/", " =#", " #>", "'")
        end = ends.get(self.place) or next((one for one in signs if one in text), "\n")
        if self.place == "broken paragraph":
            return text
        return text[start:].split(end)[0].split("\n")[0]

    def translation(self, url: str, secret: str) -> str:
        """What the catalog has for the message."""
        return self.put.replace("{url}", url).replace("{secret}", secret)


@cache
def attacks() -> tuple[Attack, ...]:
    """Every attack, in the order of its files."""
    return tuple(_numbered(list(_read())))


def _read() -> Iterator[tuple[str, dict[str, object], str]]:
    for path in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text("utf-8"))["attacks"]:
            values = entry.get("each", [""])
            if isinstance(values, str):
                # A name with a line in it is none that raw text can have.
                values = [name for name in pandoc_formats() if ("_" in name) == values.endswith("_")]
            for value in values:
                yield path.stem, entry, value


def _numbered(entries: Sequence[tuple[str, dict, str]]) -> Iterator[Attack]:
    for number, (family, entry, each) in enumerate(entries, 1):
        text, times = entry.get("many", ("", 0))
        ending, again = entry.get("after", ("", 0))
        draft = Attack(number, family, "", entry["in"], "", "", "", frozenset())

        def filled(
            given: str, each: str = each, number: int = number, draft: Attack = draft,
            many: str = text.replace("{n}", str(number)) * times, after: str = ending * again,
        ) -> str:  # fmt: skip
            given = given.replace("{message}", draft.message).replace("{each}", each)
            return given.replace("{many}", many).replace("{n}", str(number)) + after

        put = filled(entry["put"])
        shown = ascii(each)[1:-1].replace("::", ": :") if "each" in entry else ""
        yield Attack(
            number, family, f"{entry['name']} {shown}".strip(), entry["in"], put, entry["finds"],
            filled(entry["shows"]) if "shows" in entry else put,
            frozenset(filled(entry.get("waive", "")).replace(",", " ").split()),
        )  # fmt: skip


@cache
def pandoc_formats() -> list[str]:
    """The names of all formats that pandoc writes."""
    done = subprocess.run(
        [pandoc.executable(), "--list-output-formats"], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.split()


def book(chapters: Sequence[Sequence[Attack]]) -> Book:
    """A book with a chapter for each group of attacks, and a place in it for each of the group's."""
    settings = {"title": "Hostile translations", "subtitle": "A subtitle", "description": "A description"}
    authors = ["The author"]
    figures = {"figures/slot.svg": FIGURE.format(text="A text", title="", description="", n=0).encode()}
    texts = []
    for place, group in enumerate(chapters, 1):
        titles = [one.message for one in group if one.place == "chapter title"]
        parts = [f"# {titles[0] if titles else f'Chapter {group[0].number}'}\n"]
        for attack in group:
            n = str(attack.number)
            parts.append(FRAME.replace("{place}", PLACES[attack.place]).replace("{n}", n))
            if attack.place in SETTINGS:
                settings[SETTINGS[attack.place]] = attack.message
            elif attack.place == "author":
                authors.append(attack.message)
            elif attack.place.startswith("figure"):
                figures[f"figures/{n}.svg"] = _figure(attack)
        texts.append(Chapter(f"source/{place:03}-chapter-{place}.md", f"chapter-{place}", "\n".join(parts)))
    made = Settings(
        name="hostile", language="en", identifier="urn:x:hostile", date="2026-01-02", authors=tuple(authors),
        **settings,
    )  # fmt: skip
    order = tuple(OrderEntry("chapter", "", one.path, 0) for one in texts)
    return Book(made, tuple(texts), figures, order=order)


def _figure(attack: Attack) -> bytes:
    names = ("text", "title", "description")
    texts = {name: attack.message if attack.place == f"figure {name}" else "" for name in names}
    return FIGURE.format(n=attack.number, **texts).encode()


def write(root: Path, made: Book) -> None:
    """Put a book that `book` made into the folder ``root``."""
    (root / "source/figures").mkdir(parents=True)
    table = {
        key: value
        for key, value in dataclasses.asdict(made.settings).items()
        if value and key not in ("base_url", "limits", "minimum_translated")
    }
    lines = [f"{key.replace('_', '-')} = {json.dumps(value)}\n" for key, value in table.items()]
    (root / "pyproject.toml").write_text("[tool.polybook]\n" + "".join(lines), "utf-8")
    for chapter in made.chapters:
        (root / chapter.path).write_text(chapter.text, "utf-8")
    for path, content in made.figures.items():
        (root / "source" / path).write_bytes(content)
