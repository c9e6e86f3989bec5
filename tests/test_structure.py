"""The house rules that a reader of the package relies on."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "polybook"

# What each module may import of the package: ARCHITECTURE.md has the table and the reasons.
ALLOWED = {
    "__init__": set(),
    "__main__": {"cli", "interrupts"},
    "model": set(),
    "languages": {"model"},
    "interrupts": set(),
    "children": set(),
    "files": {"model"},
    "within": {"model"},
    "soundness": {"model"},
    "lock": {"model", "within"},
    "cache": {"files", "model"},
    "versions": {"cache"},
    "unchanged": {"cache", "files", "languages", "model", "versions", "within"},
    "pandoc": {"children", "model"},
    "loading": {"model", "soundness", "within"},
    "markup": {"model", "pandoc"},
    "positions": {"markup", "model"},
    "warden": {"model"},
    "examples": {"model", "warden"},
    "listings": {"examples", "model"},
    "refresh": {"examples", "files", "listings", "model"},
    "jobs": {"model"},
    "drawings": {"model"},
    "figures": {"languages", "model"},
    "messages": {"figures", "languages", "markup", "model", "positions"},
    "references": {"markup", "model", "positions"},
    "showable": {"markup", "model", "pandoc", "positions"},
    "contract": {"languages", "markup", "model"},
    "review": {"contract", "languages", "markup", "model"},
    "po": set(),
    "merging": {"languages", "po"},
    "catalogs": {"files", "languages", "merging", "model", "po"},
    "carrying": {"languages", "markup", "model"},
    "extraction": {"figures", "markup", "messages", "model"},
    "glossary": {"languages", "model"},
    "originals": {
        "cache", "drawings", "figures", "languages", "markup", "merging", "messages", "model", "positions",
        "references", "showable", "versions",
    },
    "proof": {
        "cache", "contract", "languages", "markup", "messages", "model", "originals", "references", "review",
    },
    "editions": {
        "cache", "contract", "figures", "languages", "messages", "model", "originals", "proof", "references",
        "review",
    },
    "render.__init__": set(),
    "render.themes": {"cache", "model", "versions"},
    "render.words": {"model", "render.themes"},
    "render.svg": set(),
    "render.press": {"cache", "children", "model", "versions"},
    "render.fragments": {"cache", "languages", "markup", "model", "pandoc", "render.words", "versions"},
    "render.xhtml": {
        "cache", "languages", "markup", "model", "render.fragments", "render.themes", "render.words",
        "versions",
    },
    "render.search": {"cache", "children", "model", "versions"},
    "render.html": {
        "cache", "languages", "markup", "model", "render.fragments", "render.search", "render.svg",
        "render.themes", "render.words", "render.xhtml", "versions",
    },
    "render.cover": {
        "cache", "files", "languages", "model", "render.press", "render.themes", "render.words", "versions",
    },
    "render.spine": {
        "cache", "languages", "markup", "model", "render.fragments", "render.themes", "render.words",
        "render.xhtml", "versions",
    },
    "render.epub": {
        "cache", "languages", "render.cover", "render.fragments", "render.spine", "render.svg",
        "render.themes", "render.words", "versions",
    },
    "render.typeset": {"languages", "markup", "model", "render.fragments", "render.words"},
    "render.tags": set(),
    "render.pdf": {
        "cache", "files", "languages", "markup", "model", "render.fragments", "render.press", "render.svg",
        "render.tags", "render.themes", "render.typeset", "render.words", "versions",
    },
    "render.markdown": {"cache", "languages", "markup", "model", "render.fragments", "versions"},
    "render.programs": {"model"},
    "render.website": {"languages", "model", "render.html", "render.themes", "render.words"},
    "render.opds": {"languages", "model", "render.cover", "render.fragments", "render.words"},
    "render.notes": {"changes", "languages", "render.words"},
    "history": {"model"},
    "changes": {"po"},
    "manifest": {"__init__", "languages", "model"},
    "validation": {"children", "jobs", "model"},
    "planning": {"authoring", "catalogs", "history", "jobs", "languages", "loading", "model", "pipeline"},
    "releasing": {
        "catalogs", "changes", "history", "jobs", "loading", "manifest", "model", "output", "pipeline",
        "planning", "render.cover", "render.notes", "render.opds", "validation",
    },
    "output": {
        "cache", "files", "languages", "model", "render.epub", "render.html", "render.markdown", "render.pdf",
        "render.programs", "render.website", "render.words",
    },
    "authoring": {"cache", "examples", "jobs", "listings", "loading", "model", "refresh"},
    "pipeline": {
        "authoring", "cache", "carrying", "catalogs", "editions", "files", "glossary", "jobs", "languages",
        "listings", "loading", "lock", "marking", "markup", "merging", "model", "originals", "output",
        "preview", "references", "render.themes",
    },
    "report": {"languages", "model"},
    "preview": {"model"},
    "marking": {
        "cache", "editions", "languages", "messages", "model", "originals", "proof", "versions",
    },
    "cli": {
        "__init__", "authoring", "jobs", "languages", "lock", "model", "pipeline", "planning",
        "releasing", "report", "starting", "unchanged",
    },
    "starting": {"__init__", "authoring", "files", "model", "pipeline"},
}  # fmt: skip


def modules() -> dict[str, Path]:
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}


def imports(path: Path, known: set[str]) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] != "polybook":
                continue
            below = ".".join(parts[1:])
            while below and below not in known:
                below = below.rpartition(".")[0]
            found.add(below or "__init__")
    return found


def test_every_module_has_its_row() -> None:
    assert set(modules()) == set(ALLOWED)


def test_imports_go_one_way() -> None:
    found = {name: imports(path, set(ALLOWED)) for name, path in modules().items()}
    assert {name: sorted(used - ALLOWED[name]) for name, used in found.items() if used - ALLOWED[name]} == {}
    assert {name: sorted(ALLOWED[name] - used) for name, used in found.items() if ALLOWED[name] - used} == {}


def test_the_table_of_architecture_names_every_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for name in ALLOWED:
        if not name.endswith(("__init__", "__main__")):
            assert f"`{name.replace('.', '/')}`" in text, name


def test_only_one_module_knows_each_library() -> None:
    owners = {
        "cogapp": {"listings", "refresh"},
        "typst": {"render.press"},
        "pikepdf": {"render.tags"},
        "pypandoc": {"pandoc"},
        "pagefind_bin_extended": {"render.search"},
        "rich": {"cli"},
        "click": {"cli"},
    }
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                named = [node.module]
            for one in named:
                owner = owners.get(one.split(".")[0])
                assert owner is None or name in owner, f"{name} imports {one}"
