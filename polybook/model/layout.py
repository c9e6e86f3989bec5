"""The names of a book's folders and files. No other module knows them.

Paths are relative to the book's folder, with forward slashes.
"""

from __future__ import annotations

SETTINGS = "pyproject.toml"

IMPORT_REPORT = "import-report.md"
IMPORT_RECORD = "import-record.json"
"""What an import did, and the digests of what it wrote."""

WAIVERS = "waivers.toml"
"""What the authors allow translations to do."""

SOURCE = "source"
EXAMPLES = "examples"
LOCALES = "locales"
THEME = "theme"
READ = (SOURCE, EXAMPLES, LOCALES, THEME)
"""The folders that commands read, beside those of the setting ``fonts``."""

NEVER_READ = (f"{LOCALES}/**/*.mo", f"{LOCALES}/**/*~", f"{SOURCE}/**/*~")
"""Patterns of what editors leave in these folders, and no command reads."""

SUMMARY = f"{SOURCE}/SUMMARY.md"
"""The book's order, where it is written down."""

OPENINGS = ("README.md", "index.md")
"""The files that stand for their folders, as code hosts and web servers have them."""

OUTPUT = "output"
CACHE = ".cache"
MADE = (OUTPUT, CACHE)
"""The folders that commands make."""

ATTACHED = "files"
"""The site's folder of other files that chapters link to."""

_AS_TEXT = (".py", ".txt", ".json", ".toml", ".sh")
"""Endings that a server shows or hands out as they are; any other program gets ``.txt`` behind its name."""

LOCK = f"{CACHE}/lock"
BUILDS = f"{CACHE}/builds"
"""What each kind of build read, made and said."""

PREVIEW = f"{CACHE}/preview"
"""The pages of `serve`."""

TEMPLATE = f"{LOCALES}/book.pot"
"""The message template."""

CATALOGS = (".po", ".pot")
"""How the names of catalogs and message templates end."""


def translations_report(locale: str) -> str:
    """The path of what is said of translations that were brought into a locale."""
    return f"import-translations-{locale}.md"


def catalog(locale: str) -> str:
    """The path of a locale's catalog; ``*`` for a pattern of all."""
    return f"{LOCALES}/{locale}/LC_MESSAGES/book.po"


def locale_of(path: str) -> str:
    """The locale whose catalog or glossary ``path`` is; empty for other files."""
    first, _, rest = path.partition("/")
    return rest.partition("/")[0] if first == LOCALES and "/" in rest else ""


def glossary(locale: str) -> str:
    """The path of a locale's glossary."""
    return f"{LOCALES}/{locale}/glossary.csv"


def figure(path: str) -> str:
    """The path of a figure that chapters know as ``path``."""
    return f"{SOURCE}/{path}"


def example(path: str) -> str:
    """The path of a program that chapters know as ``path``."""
    return f"{EXAMPLES}/{path}"


def program_on_site(path: str) -> str:
    """Where a site has a program. A page among them is there to be read, not to be shown as a page."""
    return f"{EXAMPLES}/{path}" if path.endswith(_AS_TEXT) else f"{EXAMPLES}/{path}.txt"


def file_on_site(path: str) -> str:
    """Where a site has a file of ``source/`` that is neither a chapter nor a picture."""
    return f"{ATTACHED}/{path}"
