"""Merges of catalogs by message: what both sides did is there, and no translation changes its text."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from conftest import CATALOGS
from test_locales import PATH, TEXTS, messages, msgfmt, root, text_of, update

from polybook.catalogs import locales as catalogs
from polybook.catalogs import po, three_way
from polybook.model import layout
from polybook.model.findings import BookError

__all__ = ["root"]  # the fixture

TITLE, LAST = "A title", "Last"


def saved(text: str, *, date: str = "2026-11-02 10:00+0000", by: str = "Somebody", **work: str) -> str:
    """The catalog after a translator's save: ``work`` has translations by the first words of messages."""
    catalog = polib.pofile(text, wrapwidth=0)
    for start, translation in work.items():
        entry = next(one for one in catalog if one.msgid.split()[0] == start and not one.obsolete)
        entry.msgstr, entry.flags, entry.previous_msgid = translation, [], None
    catalog.metadata["PO-Revision-Date"] = date
    catalog.metadata["Last-Translator"] = by
    return str(catalog)


def entry_of(text: str, message: str) -> po.Entry:
    (entry,) = (one for one in po.read(text).entries if one.text == message)
    return entry


def authored(root: Path, before: str, *texts: str) -> str:
    """The catalog ``before`` after an update to other texts."""
    (root / PATH).write_text(before, "utf-8")
    update(root, messages(texts))
    return text_of(root)


def test_different_messages_of_two_translators(root: Path) -> None:
    base = text_of(root)
    ours = saved(base, A="題", by="Anna", date="2026-11-03 10:00+0000")
    theirs = saved(base, Last="終", by="Bruno", date="2026-11-04 10:00+0000")
    merged = three_way.merge(base, ours, theirs)
    assert merged.conflicts == ()
    assert entry_of(merged.text, TITLE).translation == "題"
    assert entry_of(merged.text, LAST).translation == "終"
    assert "PO-Revision-Date: 2026-11-04 10:00+0000\\n" in merged.text
    assert "Last-Translator: Bruno\\n" in merged.text
    assert three_way.merge(base, theirs, ours).text.count("Bruno") == 1


def test_two_translations_of_one_message(root: Path) -> None:
    base = text_of(root)
    ours, theirs = saved(base, Last="終"), saved(base, Last="最終\\\n行")
    merged = three_way.merge(base, ours, theirs)
    assert merged.conflicts == (LAST,)
    entry = entry_of(merged.text, LAST)
    assert (entry.translation, entry.fuzzy) == ("終", True)
    assert "# theirs: 最終\\\\n行" in entry.lines


def test_the_same_work_on_both_sides(root: Path) -> None:
    base = text_of(root)
    one = saved(base, Last="終")
    assert three_way.merge(base, one, one) == three_way.Merged(one, ())
    assert three_way.merge(base, base, one).text == one
    assert three_way.merge(base, one, base).text == one


def test_a_translation_is_never_put_beside_a_later_text(root: Path) -> None:
    """The author writes a second change while a translator settles the first."""
    first, second = "Lasting", "Lasting on"
    base = authored(root, text_of(root), *TEXTS[:-1], first)
    theirs = saved(base, Lasting="一番最後")
    ours = authored(root, base, *TEXTS[:-1], second)
    for merged in (three_way.merge(base, ours, theirs), three_way.merge(base, theirs, ours)):
        assert merged.conflicts == ()
        successor = entry_of(merged.text, second)
        # It is a guess still, now from the better translation, which is kept itself.
        assert (successor.fuzzy, successor.translation) == (True, "一番最後")
        assert successor.previous == ("", first)
        kept = entry_of(merged.text, first)
        assert (kept.obsolete, kept.fuzzy, kept.translation) == (True, False, "一番最後")
        (root / PATH).write_text(merged.text, "utf-8")
        update(root, messages([*TEXTS[:-1], first]))
        assert catalogs.read(root, "ja").translations[first].text == "一番最後"


def test_a_translation_that_is_bettered_while_its_text_changes(root: Path) -> None:
    base = text_of(root)
    ours = authored(root, base, *TEXTS[:-1], "Lasting")
    merged = three_way.merge(base, ours, saved(base, Last="終"))
    successor = entry_of(merged.text, "Lasting")
    assert (successor.fuzzy, successor.translation, successor.previous) == (True, "終", ("", LAST))
    assert entry_of(merged.text, LAST).translation == "終"
    (root / PATH).write_text(merged.text, "utf-8")
    update(root, messages([*TEXTS[:-1], "Lasting"]))
    assert text_of(root) == merged.text


def test_a_guess_yields_to_a_translation(root: Path) -> None:
    """Both sides have the author's change and updated; one translator has settled it."""
    base = text_of(root)
    ours = authored(root, base, *TEXTS[:-1], "Lasting")
    theirs = saved(ours, Lasting="続く")
    for merged in (three_way.merge(base, ours, theirs), three_way.merge(base, theirs, ours)):
        assert merged.conflicts == ()
        assert (entry_of(merged.text, "Lasting").translation, entry_of(merged.text, "Lasting").fuzzy) == (
            "続く",
            False,
        )


def test_a_draft_does_not_yield(root: Path) -> None:
    base = authored(root, text_of(root), *TEXTS[:-1], "Lasting")
    draft = base.replace('msgid "Lasting"\nmsgstr "訳: Last"', 'msgid "Lasting"\nmsgstr "下書き"')
    assert draft != base
    merged = three_way.merge(base, draft, saved(base, Lasting="続く"))
    assert merged.conflicts == ("Lasting",)
    assert entry_of(merged.text, "Lasting").translation == "下書き"
    assert "# theirs: 続く" in merged.text


def test_what_is_gone_on_one_side_is_kept_where_the_other_worked_on_it(root: Path) -> None:
    base = saved(text_of(root), Last="")
    gone = authored(root, base, *TEXTS[:-1])
    assert LAST not in [entry.text for entry in po.read(gone).entries]
    merged = three_way.merge(base, gone, saved(base, Last="終"))
    assert (entry_of(merged.text, LAST).translation, entry_of(merged.text, LAST).obsolete) == ("終", True)
    assert LAST not in [entry.text for entry in po.read(three_way.merge(base, gone, base).text).entries]


def test_new_messages_of_both_sides_stand_in_their_order(root: Path) -> None:
    base = text_of(root)
    ours = authored(root, base, "Ours", *TEXTS)
    theirs = authored(root, base, *TEXTS[:2], "Theirs", *TEXTS[2:])
    merged = three_way.merge(base, ours, theirs)
    assert [entry.text for entry in po.read(merged.text).entries] == [
        "Ours",
        *TEXTS[:2],
        "Theirs",
        *TEXTS[2:],
    ]
    (root / PATH).write_text(merged.text, "utf-8")
    update(root, messages(["Ours", *TEXTS[:2], "Theirs", *TEXTS[2:]]))
    assert text_of(root) == merged.text


def test_comments_flags_and_places_of_both_sides(root: Path) -> None:
    base = text_of(root)
    ours = base.replace('msgid "Last"', '# ours\n#, no-wrap\nmsgid "Last"')
    theirs = base.replace('#: source/01-a.md\nmsgid "Last"', '# theirs\n#: source/02-b.md\nmsgid "Last"')
    merged = three_way.merge(base, ours, saved(theirs, Last="終"))
    assert entry_of(merged.text, LAST).lines == [
        "# ours",
        "# theirs",
        "#. paragraph",
        "#: source/02-b.md",
        "#, no-wrap",
        'msgid "Last"',
        'msgstr "終"',
    ]


def test_a_message_that_stands_twice_on_one_side_loses_nothing(root: Path) -> None:
    base = text_of(root)
    twice = base + '\nmsgid "Last"\nmsgstr "別"\n'
    merged = three_way.merge(base, twice, saved(base, A="題"))
    assert "# Also translated: 別" in entry_of(merged.text, LAST).lines
    assert entry_of(merged.text, LAST).translation == "訳: Last"


@pytest.mark.gettext
@pytest.mark.parametrize("tool", sorted(path.name for path in CATALOGS.glob("*.po")))
def test_catalogs_of_any_tool(tool: str, tmp_path: Path) -> None:
    base = (CATALOGS / tool).read_text("utf-8")
    header, *parts = base.split("\n\n")
    ours = "\n\n".join(
        [header.replace("2026-11-0", "2026-12-0"), *parts[:-1], parts[-1].replace("Gone", "Went")]
    )
    theirs = "\n\n".join([header.replace("10:00", "11:00"), "# new\n" + parts[0], *parts[1:]])
    merged = three_way.merge(base, ours, theirs)
    assert merged.conflicts == ()
    (tmp_path / "merged.po").write_text(merged.text, "utf-8")
    msgfmt(tmp_path / "merged.po")
    untouched = parts[1:-1]
    assert all(part in merged.text for part in untouched)


def test_a_catalog_that_both_sides_started(root: Path) -> None:
    content = (root / PATH).read_bytes()
    ours = content.replace('msgstr "訳: Last"'.encode(), b'msgstr ""')
    merged, conflicts = catalogs.merged_by_message(PATH, b"", ours, content)
    assert (merged, conflicts) == (content, [])


def test_message_templates(root: Path) -> None:
    template = layout.TEMPLATE
    base = (root / template).read_text("utf-8")
    authored(root, text_of(root), "Ours", *TEXTS)
    ours = (root / template).read_text("utf-8")
    authored(root, text_of(root), *TEXTS[1:], "Theirs")
    theirs = (root / template).read_text("utf-8")
    merged = three_way.merge(base, ours, theirs)
    assert merged.conflicts == ()
    assert [entry.text for entry in po.read(merged.text).entries] == ["Ours", *TEXTS[1:], "Theirs"]


def test_an_unreadable_side_is_named(root: Path) -> None:
    content = (root / PATH).read_bytes()
    broken = content.replace(b'msgid "Last"', b'<<<<<<< HEAD\nmsgid "Last"')
    with pytest.raises(BookError, match="in their side: a merge conflict stands here"):
        catalogs.merged_by_message(PATH, content, content, broken)


def test_line_ends_stay(root: Path) -> None:
    base = (root / PATH).read_bytes()
    theirs = saved(base.decode(), Last="終").encode()
    windows, _ = catalogs.merged_by_message(PATH, base, base.replace(b"\n", b"\r\n"), theirs)
    assert windows.count(b"\r\n") == windows.count(b"\n")
    assert "終".encode() in windows
