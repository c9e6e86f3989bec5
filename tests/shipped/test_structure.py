"""The house rules that a reader of the package relies on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "polybook"

LINES = (
    ("cli",),
    ("commands",),
    ("release", "importers", "proposals", "preview", "conservation"),
    ("catalogs", "render"),
    ("translation",),
    ("chapters", "examples"),
    ("markup",),
    ("book",),
    ("system",),
    ("model",),
)
"""The packages, topmost first: each imports from lower lines only, never from its own."""

LINE_OF = {package: number for number, line in enumerate(LINES) for package in line}

OWNERS = {
    "cogapp": {"examples.blocks", "examples.cog"},
    "typst": {"render.typst"},
    "pikepdf": {
        "render.pdf_bidi",
        "render.pdf_elements",
        "render.pdf_fonts",
        "render.pdf_tags",
        "conservation.pdf",
        "conservation.breaks",
    },
    "pypandoc": {"markup.pandoc"},
    "pagefind_bin_extended": {"render.site_search"},
    "rich": {"cli.terminal"},
    "click": {"cli.terminal", "cli.verbs"},
}
"""Which modules may know a library."""


def modules() -> dict[str, Path]:
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The full names of all that a module imports."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(found)


def own_imports(path: Path, known: set[str]) -> Iterator[str]:
    """The modules of the package that a module imports."""
    for name in imports(path):
        first, _, below = name.partition(".")
        if first == "polybook":
            while below and below not in known:
                below = below.rpartition(".")[0]
            yield below or "__init__"


def upward(name: str, used: str) -> bool:
    """Whether an import leads to a package that is not below the importing one."""
    mine, theirs = name.split(".")[0], used.split(".")[0]
    if mine == theirs or mine not in LINE_OF or theirs not in LINE_OF:
        return False
    return LINE_OF[theirs] <= LINE_OF[mine]


def test_every_module_is_in_a_package_that_has_its_line() -> None:
    assert {name.split(".")[0] for name in modules()} - {"__init__", "__main__"} <= LINE_OF.keys()


def test_packages_themselves_import_nothing() -> None:
    """So a build with nothing to do loads what it needs, and no more."""
    assert {
        name for name, path in modules().items() if name.endswith("__init__") and [*imports(path)]
    } == set()


def test_packages_import_from_lower_lines_only() -> None:
    known = set(modules())
    wrong = [
        f"{name} imports {used}"
        for name, path in modules().items()
        for used in own_imports(path, known)
        if upward(name, used)
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = set(modules())
    TopologicalSorter({name: set(own_imports(path, known)) for name, path in modules().items()}).prepare()


@pytest.mark.parametrize(
    ("name", "used", "expected"),
    [
        ("model.book", "system.files", True),
        ("render.pdf", "catalogs.po", True),
        ("catalogs.po", "model.book", False),
        ("render.pdf", "render.typst", False),
    ],
)
def test_an_import_upward_or_sideward_is_found(name: str, used: str, expected: bool) -> None:
    assert upward(name, used) is expected


@pytest.mark.parametrize("library", OWNERS)
def test_only_its_owners_know_a_library(library: str) -> None:
    users = {
        name
        for name, path in modules().items()
        if any(imported.split(".")[0] == library for imported in imports(path))
    }
    assert users <= OWNERS[library]


def texts(path: Path) -> Iterator[ast.Constant]:
    """A module's strings, without its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node


def test_only_the_layout_knows_the_names_of_a_books_folders_and_files() -> None:
    """As a path, that is; in a sentence for people a folder may be named."""
    names = re.compile(r"pyproject\.toml|\.cache|(source|examples|locales|output|\.cache)/\S*|.*/book\.pot?")
    allowed = {("render.words", "locales/")}  # of the theme, which has a folder of that name too
    found = {
        (name, text.value)
        for name, path in modules().items()
        if name != "model.layout"
        for text in texts(path)
        if names.fullmatch(text.value)
    }
    assert found == allowed


def test_no_path_is_joined_with_a_books_folder() -> None:
    folders = {"source", "examples", "locales", "theme", "output"}
    found = [
        f"{name}:{node.lineno}"
        for name, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if isinstance(node.right, ast.Constant) and node.right.value in folders
    ]
    assert found == []


# ---- ARCHITECTURE.md -----------------------------------------------------------------------

ARCHITECTURE: str = (ROOT / "ARCHITECTURE.md").read_text("utf-8")


def section(title: str) -> str:
    """What ARCHITECTURE.md has below a heading."""
    return ARCHITECTURE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def told_modules() -> dict[str, set[str]]:
    """For each package that the folders' section describes what it names there."""
    found = re.split(r"^ *(?:- |\d+\. )\*\*`(\w+)`\*\*: ", section("The folders"), flags=re.MULTILINE)
    return {
        package: set(re.findall(r"`(\w+)`", text.partition("\n\n")[0]))
        for package, text in zip(found[1::2], found[2::2], strict=True)
    }


def is_there(path: str) -> bool:
    """Whether a path leads to a file, folder or module, or to a name in one: ``render/output.FORMATS``."""
    if any((place / path).exists() for place in (ROOT, PACKAGE)) or (PACKAGE / f"{path}.py").is_file():
        return True
    module, _, name = path.rpartition(".")
    file = PACKAGE / f"{module}.py"
    return file.is_file() and bool(re.search(rf"^(?:def |class )?{name}\b", file.read_text("utf-8"), re.M))


def test_the_architecture_names_every_package_and_module() -> None:
    packages: dict[str, set[str]] = {}
    for name in modules():
        package, *_, module = name.split(".") if "." in name else ("", "")
        if module and module != "__init__":
            packages.setdefault(package, set()).add(module)
    told = told_modules()
    assert told.keys() == packages.keys()
    assert {package: names - told[package] for package, names in packages.items()} == {
        package: set() for package in packages
    }


def test_the_architecture_has_the_packages_in_their_order() -> None:
    numbers = [LINE_OF[package] for package in told_modules()]
    assert numbers == sorted(numbers)


def test_the_paths_of_the_architecture_exist() -> None:
    packages = "|".join(LINE_OF)
    found = set(re.findall(rf"`((?:{packages})/[\w./]+)`", ARCHITECTURE))
    table = set(re.findall(r"`([\w.-]+/[\w./-]*)`", section("To change X, open Y")))
    assert len(found) > 30
    assert len(table) > 30
    assert {path for path in found | table if not is_there(path)} == set()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("render/output", True),
        ("render/output.FORMATS", True),
        ("render/theme/locales/", True),
        ("tests/shipped/test_structure.py", True),
        ("render/output.NOTHING", False),
        ("render/nothing.py", False),
    ],
)
def test_a_path_that_leads_nowhere_is_found(path: str, expected: bool) -> None:
    assert is_there(path) is expected


def test_each_decision_has_its_line_in_the_index() -> None:
    folder = ROOT / "docs/decisions"
    told = dict(
        re.findall(r"^- \[(\d+)\]\(([\w-]+\.md)\): ", (folder / "README.md").read_text("utf-8"), re.M)
    )
    assert [*told.values()] == sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert all(name.startswith(number) for number, name in told.items())
