"""Catalogs that stay put: what an update changes, in the files of every tool that translators use."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import make_catalogs
import polib
import pytest
from conftest import CATALOGS, NOW, update_catalogs
from make_catalogs import CHANGED, LAST, MESSAGES

from polybook.catalogs import locales as catalogs
from polybook.catalogs import po, wrapping
from polybook.catalogs.merge import Merge, place
from polybook.model import layout
from polybook.model.book import Settings
from polybook.model.catalog import Message, Translation
from polybook.model.findings import UsageError

FILES = sorted(path.name for path in CATALOGS.glob("*.po"))
LIVE = [name for name in make_catalogs.TOOLS if name.startswith(("msg", "polib"))]
SETTINGS = Settings("a-book", "A Book", "en", "urn:x:a")
PATH = layout.catalog("ja")
LONG = "A sentence that is long enough to be wrapped by each tool that wraps lines at eighty columns, twice."
TEXTS = ["A title", LONG, 'With "quotes" and a \\ in it', "one\\\ntwo", "Last"]


def nothing(gone: Mapping[str, Translation], fresh: Sequence[str]) -> dict[str, tuple[str, Translation]]:
    """No message says the same as another."""
    return {}


def update(root: Path, messages: Sequence[Message]) -> Merge:
    merged = update_catalogs(root, SETTINGS, map(place, messages), nothing)
    assert merged.unreadable == ()
    return merged.merges[0]


def messages(texts: Sequence[str]) -> list[Message]:
    return [Message(text, "paragraph", "source/01-a.md", 1, ("A title",)) for text in texts]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small book's catalog, all translated."""
    catalogs.start(tmp_path, SETTINGS, map(place, messages(TEXTS)), "ja", NOW)
    catalog = polib.pofile(str(tmp_path / PATH))
    for entry in catalog:
        entry.msgstr = "訳: " + entry.msgid
    catalog.save()
    update(tmp_path, messages(TEXTS))
    return tmp_path


def text_of(root: Path) -> str:
    return (root / PATH).read_text("utf-8")


def entry_of(root: Path, text: str, context: str = "") -> po.Entry:
    found = [
        entry for entry in po.read(text_of(root)).entries if (entry.text, entry.context) == (text, context)
    ]
    assert len(found) == 1, found
    return found[0]


def changed_lines(before: str, after: str) -> list[str]:
    found = unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in found if not line.startswith(("---", "+++", "@@"))]


def msgfmt(path: Path) -> None:
    done = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_new_catalog(tmp_path: Path) -> None:
    catalogs.start(tmp_path, SETTINGS, map(place, messages(TEXTS)), "ja", NOW)
    text = text_of(tmp_path)
    assert text.startswith('# Messages of "A Book".\nmsgid ""\n')
    assert "#. paragraph\n#: source/01-a.md\n" in text
    assert [entry.msgid for entry in polib.pofile(str(tmp_path / PATH))] == TEXTS
    assert max(map(len, text.splitlines())) <= 80


# ---- files as tools write them -------------------------------------------------------------


@pytest.fixture
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A book whose one catalog was last saved by the tool that the test names."""
    locale = request.param.split(".")[1]
    path = tmp_path / layout.catalog(locale)
    path.parent.mkdir(parents=True)
    path.write_bytes((CATALOGS / request.param).read_bytes())
    return path


every_file = pytest.mark.parametrize("saved", FILES, indirect=True)


def root_of(path: Path) -> Path:
    return path.parents[3]


def test_each_tool_has_its_files() -> None:
    assert (
        sorted(f"{tool}.{locale}.po" for tool in make_catalogs.TOOLS for locale in make_catalogs.LOCALES)
        == FILES
    )


@every_file
def test_update_without_a_change_touches_no_file(saved: Path) -> None:
    before, content = saved.stat(), saved.read_bytes()
    merge = update(root_of(saved), MESSAGES)
    after = saved.stat()
    assert saved.read_bytes() == content
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert merge == Merge(merge.path, kept=9, carried=0, fuzzy=0, added=0, removed=0)


@every_file
def test_one_changed_paragraph_shows_alone(saved: Path) -> None:
    before = saved.read_text("utf-8")
    update(root_of(saved), [*MESSAGES[:-1], MESSAGES[-1]._replace(text=LAST.replace("is", "was", 1))])
    lines = changed_lines(before, saved.read_text("utf-8"))
    assert sorted(line for line in lines if not is_kept(line)) == [
        "+#, fuzzy",
        f'+#| msgid "{LAST}"',
        f'+msgid "{LAST.replace("is", "was", 1)}"',
        f'-msgid "{LAST}"',
    ]


def is_kept(line: str) -> bool:
    """Whether a line of a diff is part of a replaced pair that stays for a while."""
    return line == "+" or line.startswith(("+#~ ", "+# polybook: replaced by "))


@every_file
def test_a_new_entry_is_wrapped_as_the_others_are(saved: Path) -> None:
    """What the same tool would write, it writes: what it saves next shows no change of ours."""
    before = saved.read_text("utf-8")
    text = make_catalogs.LONG.replace("A paragraph", "A new and rather different paragraph")
    update(
        root_of(saved),
        [one._replace(text=text) if one.text == make_catalogs.LONG else one for one in MESSAGES],
    )
    old, new = po.read(before), po.read(saved.read_text("utf-8"))
    written = {one.written for one in old.entries}
    entry, kept = (one for one in new.entries if one.written not in written)
    assert (entry.text, kept.text, kept.obsolete) == (text, make_catalogs.LONG, True)
    assert new.header == old.header
    above = entry.lines[: -len(entry.translation_lines)]  # the translation's own lines stay as they were
    lines = [line for line in above if not line.startswith(("#. ", "# ", "#: "))]
    widest = max(wrapping.columns(line) for line in lines if "https" not in line)
    tool = saved_by(saved, before)
    if "no-wrap" in tool:
        assert sum(line.startswith('"') for line in lines) == 0
    else:
        assert widest <= {"msgcat-120": 120, "msgmerge-60": 60, "polib-50": 50}.get(tool, 80) + 3  # "#| "


def saved_by(path: Path, text: str) -> str:
    name = next(one for one in FILES if (CATALOGS / one).read_text("utf-8") == text and path.parts[-3] in one)
    return name.split(".")[0]


@pytest.mark.gettext
@every_file
def test_what_is_written_into_any_tools_file_is_valid(saved: Path) -> None:
    update(root_of(saved), MESSAGES[1:])
    msgfmt(saved)


@pytest.mark.gettext
@pytest.mark.parametrize("tool", LIVE)
def test_the_tools_of_this_machine_agree(tmp_path: Path, tool: str) -> None:
    path = make_catalogs.base(tmp_path, "ja")
    make_catalogs.TOOLS[tool](path)
    before = path.read_bytes()
    update(tmp_path, MESSAGES)
    assert path.read_bytes() == before


# ---- what changes --------------------------------------------------------------------------


def test_what_goes_stays_obsolete_and_comes_back(root: Path) -> None:
    full = text_of(root)
    merge = update(root, messages([text for text in TEXTS if text != LONG]))
    assert (merge.kept, merge.removed) == (4, 1)
    assert "#~ msgid" in text_of(root)
    assert LONG not in catalogs.read(root, "ja").translations
    update(root, messages(TEXTS))
    assert text_of(root) == full


def test_what_was_never_translated_just_goes(root: Path) -> None:
    full = text_of(root)
    update(root, messages([*TEXTS, "Quite another thing"]))
    update(root, messages(TEXTS))
    assert text_of(root) == full


def test_a_moved_message_takes_its_entry_along(root: Path) -> None:
    before = sorted(text_of(root).splitlines())
    merge = update(root, messages([*TEXTS[1:], TEXTS[0]]))
    assert (merge.kept, merge.added, merge.removed) == (5, 0, 0)
    assert sorted(text_of(root).splitlines()) == before
    assert [entry.text for entry in po.read(text_of(root)).entries] == [*TEXTS[1:], TEXTS[0]]


def test_references_have_no_line_numbers(root: Path) -> None:
    assert {line for line in text_of(root).splitlines() if line.startswith("#:")} == {"#: source/01-a.md"}


def test_fuzzy_translations_are_not_used(root: Path) -> None:
    merge = update(root, messages([*TEXTS[:-1], "Lasting"]))
    assert (merge.fuzzy, merge.added, merge.removed) == (1, 0, 0)
    catalog = catalogs.read(root, "ja")
    assert "Lasting" not in catalog.translations
    assert set(catalog.fuzzy) == {"Lasting"}


def test_a_translation_knows_its_line(root: Path) -> None:
    found = catalogs.read(root, "ja").translations["Last"]
    assert text_of(root).splitlines()[found.line - 1] == 'msgstr "訳: Last"'
    long = catalogs.read(root, "ja").translations[LONG]
    assert text_of(root).splitlines()[long.line - 1] == 'msgstr ""'


def test_a_fuzzy_entry_says_what_it_was_made_for_until_it_is_mended(root: Path) -> None:
    for text in ("Lasting", "Lasting on"):  # the second time it is still for the first
        update(root, messages([*TEXTS[:-1], text]))
        assert entry_of(root, text).previous == ("", "Last")
    mended = text_of(root).replace("#, fuzzy\n", "")
    (root / PATH).write_text(mended, "utf-8")
    assert catalogs.read(root, "ja").translations["Lasting on"].text == "訳: Last"
    update(root, messages([*TEXTS[:-1], "Lasting on"]))
    assert [entry.text for entry in po.read(text_of(root)).entries] == [*TEXTS[:-1], "Lasting on"]
    ours = po.read(mended).entries[-1].written
    assert changed_lines(mended.replace("\n" + ours + "\n", ""), text_of(root)) == ['-#| msgid "Last"']


def test_a_fuzzy_entry_that_goes_and_comes_back_is_what_it_was(root: Path) -> None:
    changed = [*TEXTS[:-1], "Lasting"]
    update(root, messages(changed))
    before = text_of(root)
    update(root, messages(TEXTS[:-1]))
    assert '#~ msgid "Last"\n#~ msgstr "訳: Last"\n' in text_of(root)  # from which it came
    update(root, messages(changed))
    assert text_of(root) == before


def test_comments_and_flags_of_translators_go_along(root: Path) -> None:
    text = text_of(root).replace(
        'msgid "Last"', '# mine\n# polybook: allow code-span\n#, no-wrap\nmsgid "Last"'
    )
    (root / PATH).write_text(text, "utf-8")
    assert catalogs.read(root, "ja").translations["Last"].waived == frozenset()
    update(root, messages([*TEXTS[:-1], "Lasting"]))
    entry = entry_of(root, "Lasting")
    assert entry.remarks == ("# mine", "# polybook: allow code-span")
    assert entry.flags == ("fuzzy", "no-wrap")


def test_a_heading_that_changes_touches_no_other_message(root: Path) -> None:
    before = text_of(root)
    update(root, [one._replace(section=("Another", "one")) for one in messages(TEXTS)])
    assert text_of(root) == before


def test_another_kind_changes_what_stands_above_an_entry_and_no_more(root: Path) -> None:
    before = text_of(root)
    update(root, [one._replace(kind="list item") for one in messages(TEXTS)])
    assert set(changed_lines(before, text_of(root))) == {"-#. paragraph", "+#. list item"}


def test_what_an_author_says_stands_above_the_entry(root: Path) -> None:
    update(root, [messages(["Last"])[0]._replace(note="Not   the\nfirst.")])
    assert entry_of(root, "Last").lines[:2] == ["#. Not the first.", "#. paragraph"]


# ---- contexts ------------------------------------------------------------------------------

PLAIN, VERB = (
    Message("Open", "term", "source/01-a.md", 1),
    Message("Open", "term", "source/01-a.md", 2, context="verb"),
)


def translate(root: Path, **translations: str) -> None:
    """Give the translations of "Open", by context."""
    catalog = polib.pofile(str(root / PATH))
    for context, translation in translations.items():
        (entry,) = (one for one in catalog if one.msgid == "Open" and (one.msgctxt or "plain") == context)
        entry.msgstr, entry.flags = translation, []
    catalog.save()


def test_the_same_text_with_and_without_a_context(tmp_path: Path) -> None:
    catalogs.start(tmp_path, SETTINGS, map(place, [PLAIN, VERB]), "ja", NOW)
    translate(tmp_path, plain="開いた", verb="開く")
    found = catalogs.read(tmp_path, "ja").translations
    assert {key: one.text for key, one in found.items()} == {PLAIN.key: "開いた", VERB.key: "開く"}
    before = text_of(tmp_path)
    update(tmp_path, [VERB])
    assert '#~ msgid "Open"\n#~ msgstr "開いた"' in text_of(tmp_path)
    assert catalogs.read(tmp_path, "ja").translations.keys() == {VERB.key}
    update(tmp_path, [PLAIN])
    assert '#~ msgctxt "verb"\n#~ msgid "Open"\n#~ msgstr "開く"' in text_of(tmp_path)
    assert catalogs.read(tmp_path, "ja").translations.keys() == {PLAIN.key}
    update(tmp_path, [PLAIN, VERB])
    assert text_of(tmp_path) == before


def test_a_text_that_gets_a_context_keeps_its_translation_for_a_look(tmp_path: Path) -> None:
    catalogs.start(tmp_path, SETTINGS, [place(PLAIN)], "ja", NOW)
    translate(tmp_path, plain="開いた")
    merge = update(tmp_path, [PLAIN, VERB])
    assert (merge.kept, merge.fuzzy) == (1, 1)
    assert entry_of(tmp_path, "Open").translation == "開いた"
    fuzzy = entry_of(tmp_path, "Open", "verb")
    assert (fuzzy.translation, fuzzy.fuzzy, fuzzy.previous) == ("開いた", True, ("", "Open"))


def test_a_changed_context_is_in_what_the_translation_was_made_for(tmp_path: Path) -> None:
    catalogs.start(tmp_path, SETTINGS, [place(VERB)], "ja", NOW)
    translate(tmp_path, verb="開く")
    update(tmp_path, [VERB._replace(context="noun")])
    assert '#, fuzzy\n#| msgctxt "verb"\n#| msgid "Open"\nmsgctxt "noun"\nmsgid "Open"\n' in text_of(tmp_path)
    translate(tmp_path, noun="開放")
    update(tmp_path, [VERB._replace(context="noun")])
    assert "#|" not in text_of(tmp_path)


def test_a_fuzzy_message_of_the_fixtures_says_its_context(tmp_path: Path) -> None:
    make_catalogs.base(tmp_path, "ja")
    entry = entry_of(tmp_path, CHANGED, "in a context")
    assert entry.previous == ("in a context", CHANGED.replace("changed", "altered"))


@pytest.mark.gettext
def test_msgfmt_agrees(root: Path) -> None:
    msgfmt(root / PATH)


# ---- starting ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    ["de@../../x", "de@/etc/x", "de.UTF-8@x/..", "../de", "de/x", "de@x\n", "", ".", "de@\x1b[31m", "de_"],
)
def test_what_is_no_language_is_written_nowhere(tmp_path: Path, code: str) -> None:
    with pytest.raises(UsageError, match="is not a locale"):
        catalogs.start(tmp_path, SETTINGS, [], code, NOW)
    assert list(tmp_path.rglob("*")) == []


def test_a_modifier_is_part_of_a_languages_name(tmp_path: Path) -> None:
    assert catalogs.start(tmp_path, SETTINGS, [], "sr@latin", NOW) == "locales/sr@latin/LC_MESSAGES/book.po"


@pytest.mark.parametrize("title", ["Two\nlines", 'A "title" \\ charset=utf-7', "#, fuzzy\n#~ msgid"])
def test_whatever_a_title_holds_a_catalog_is_valid(tmp_path: Path, title: str) -> None:
    settings = replace(SETTINGS, title=title)
    places = [place(Message(title, "title", "pyproject.toml", 1))]
    path = catalogs.start(tmp_path, settings, places, "it", NOW)
    polib.pofile(str(tmp_path / path))
    assert [*catalogs.read(tmp_path, "it").empty] == [title]
    assert "charset=UTF-8" in (tmp_path / path).read_text("utf-8")
