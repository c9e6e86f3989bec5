"""Messages that changed in form and not in words: what happens to their translations."""

from __future__ import annotations

import polib
import pytest

from polybook.catalogs import carry as carrying
from polybook.markup import parse
from polybook.model.catalog import Translation

CATALOG = "locales/ja/LC_MESSAGES/book.po"

# The old text, the new one, the old translation, the new one.
CARRIED = {
    "a typo in code": (
        "Call `pol.map()` now.", "Call `pool.map()` now.",
        "今`pol.map()`を呼ぶ。", "今`pool.map()`を呼ぶ。",
    ),
    "a link's target": (
        "See [the docs](https://a.example/x).", "See [the docs](https://b.example/y(1)).",
        "[文書](https://a.example/x)を参照。", "[文書](https://b.example/y(1))を参照。",
    ),
    "a target, with a title": (
        'See [the docs](a.md "Title").', 'See [the docs](b.md "Title").',
        '[文書](a.md "題")を参照。', '[文書](b.md "題")を参照。',
    ),
    "an address": (
        "At <https://a.example>, *today*.", "At <https://b.example>, *today*.",
        "*今日*、<https://a.example>で。", "*今日*、<https://b.example>で。",
    ),
    "a footnote's label": ("Word[^a] and[^b].", "Word[^c] and[^b].", "語[^b]と[^a]。", "語[^b]と[^c]。"),
    "a reference's label": ("[A word][a] here.", "[A word][b] here.", "ここに[語][a]。", "ここに[語][b]。"),
    "a formula": ("So $a^2$ it is.", "So $b^2$ it is.", "$a^2$だ。", "$b^2$だ。"),
    "stronger emphasis": ("It is *not* so.", "It is **not** so.", "そうでは*ない*。", "そうでは*ない*。"),
    "other marks of emphasis": ("It is *not* so.", "It is _not_ so.", "*ない*。", "*ない*。"),
    "no emphasis": ("It is *not* so.", "It is not so.", "*ない*。", "*ない*。"),
    "emphasis on a part of a word": ("Unhappy.", "*Un*happy.", "不幸。", "不幸。"),
    "two that change places": (
        "Not `a` but `b` here.", "Not `b` but `a` here.", "`a`ではなく`b`。", "`b`ではなく`a`。",
    ),
    "one of two": ("Both `a` and `b`.", "Both `a` and `c`.", "`b`と`a`。", "`c`と`a`。"),
    "one code twice": ("Now `a`, then `a`.", "Now `b`, then `b`.", "`a`の後に`a`。", "`b`の後に`b`。"),
    "code in a link": (
        "Read [`a`](https://a.example) now.", "Read [`b`](https://b.example) now.",
        "[`a`](https://a.example)を読む。", "[`b`](https://b.example)を読む。",
    ),
    "other fences of code": ("Type `a b`.", "Type ``a ` b``.", "`a b`と入力。", "``a ` b``と入力。"),
    "a star that is escaped or not": ("2 \\* 3 or so.", "2 * 3 or so.", "2かける3。", "2かける3。"),
    "a name that is escaped or not": ("The file\\_name.", "The file_name.", "file\\_name。", "file\\_name。"),
    "a cell's bars": (
        "Either \\| or `a \\| b`.", "Either | or `a | b`.", "\\|か`a \\| b`。", "\\|か`a | b`。",
    ),
    "a label that is written out": (
        "See [the docs] and [it][]!", "See [the docs][the docs] and [it][it]!",
        "[the docs]と[それ][it]!", "[the docs]と[それ][it]!",
    ),
    "a label that was written out, in a link to elsewhere": (
        "See [the docs].", "See [the docs][the docs].", "[文書](a.md)を。", "[文書](a.md)を。",
    ),
    "a character by its name": ("Salt &amp; vinegar.", "Salt & vinegar.", "塩&amp;酢。", "塩&amp;酢。"),
    "a character by its number": ("Salt &#8212; vinegar.", "Salt — vinegar.", "塩と酢。", "塩と酢。"),
    "curly quotation marks": ('He said "so".', "He said “so”.", "彼は「そう」と。", "彼は「そう」と。"),
    "pointed ones": ("He said «so».", 'He said "so".', "彼は「そう」と。", "彼は「そう」と。"),
    "quotation marks that are escaped": ('The \\"end\\".', 'The "end".', "「終わり」。", "「終わり」。"),
    "an apostrophe": ("It isn't `a`.", "It isn’t `b`.", "`a`ではない。", "`b`ではない。"),
    "a title's marks": ('[It](a "Now").', "[It](a 'Now').", '[これ](a "今")。', '[これ](a "今")。'),
    "what could open a block": ("1\\. First of all.", "1. First of all.", "1\\. 最初に。", "1\\. 最初に。"),
    "another hard break": ("One\\\ntwo.", "One  \ntwo.", "一\\\n二。", "一\\\n二。"),
    "letters and marks apart": ("Caf\u00e9.", "Cafe\u0301.", "カフェ。", "カフェ。"),
    "code that holds marks": ("Type `*a*`.", "Type `[a](b)`.", "`*a*`と入力。", "`[a](b)`と入力。"),
}  # fmt: skip

NOT_CARRIED = {
    "another word": ("Call `a` now.", "Call `b` then.", "今`a`を。"),
    "a small letter": ("The Web.", "The web.", "ウェブ。"),
    "another sign": ("You did it.", "You did it?", "やった。"),
    "a word that becomes code": ("Call it now.", "Call `it` now.", "今それを。"),
    "a word that is no emphasis": ("The *args parameter.", "The args parameter.", "引数args。"),
    "an underscore in a name": ("A snake_case name.", "A snakecase name.", "名前。"),
    "words struck out": ("It is not so.", "It is ~~not~~ so.", "ない。"),
    "it is not clear which is which": ("Now `a`, then `a`.", "Now `a`, then `b`.", "`a`の後に`a`。"),
    "the translation has it once more": ("Now `a`.", "Now `b`.", "`a`の`a`。"),
    "the translation has it not": ("Now `a`.", "Now `b`.", "今。"),
    "a word in a link": ("See [the docs](x.md).", "See [a doc](x.md).", "[文書](x.md)。"),
    "a link more": ("See the docs.", "See [the docs](x.md).", "文書。"),
    "another kind of quotation": ('So "it" is.', "So 'it' is.", "「それ」。"),
    "quotation marks more": ("So it is.", 'So "it" is.', "それ。"),
    "another title": ('See [it](a.md "Now").', 'See [it](a.md "Then").', '[これ](a.md "今")。'),
    "not code": ("A \\`a` b.", "A \\`c` b.", "エー\\`a` ビー。"),
    "far too long": ("Now `a`.", "Now `b`.", "`a`" + " `` `" * 100_000),
    "brackets that become a link": ("See [it].", "See [it](a.md).", "[それ]を。"),
    "a label that is other words": ("See [it].", "See [it][that].", "[it]を。"),
    "another context": ("verb\x04Call `a`.", "Call `b`.", "`a`を。"),
}


def carry(old: str, new: str, translation: str) -> str | None:
    found = carrying.carry({old: Translation(translation, 7)}, [new], parse.parse)
    if not found:
        return None
    assert found[new][0] == old
    return found[new][1].text


@pytest.mark.parametrize("name", CARRIED)
def test_a_change_of_form_is_made_in_the_translation(name: str) -> None:
    old, new, translation, wanted = CARRIED[name]
    assert carry(old, new, translation) == wanted


@pytest.mark.parametrize("name", NOT_CARRIED)
def test_what_is_a_change_of_words_or_not_clear_is_left_to_people(name: str) -> None:
    assert carry(*NOT_CARRIED[name]) is None


def test_a_text_of_a_catalog_that_is_far_too_long_costs_no_time() -> None:
    """Without a limit it would take minutes: catalogs come from people nobody knows."""
    gone = {"` `` ``` " * 200_000: Translation("x", 1), "Now `a`.": Translation("今`a`。", 2)}
    found = carrying.carry(gone, ["Now `b`."], parse.parse)
    assert found == {"Now `b`.": ("Now `a`.", Translation("今`b`。", 2))}


def test_each_is_given_away_once_to_the_one_most_like_it() -> None:
    gone = {f"Get `{name}`.": Translation(f"`{name}`を。", 1) for name in ("alpha", "omega")}
    fresh = [f"Get `{name}`." for name in ("omegas", "alphas", "third")]
    found = carrying.carry(gone, fresh, parse.parse)
    assert {key: (old, one.text) for key, (old, one) in found.items()} == {
        "Get `omegas`.": ("Get `omega`.", "`omegas`を。"),
        "Get `alphas`.": ("Get `alpha`.", "`alphas`を。"),
    }


# ---- in a book -----------------------------------------------------------------------------

LINKED = "The first paragraph has a [link to the end](02-end.md#the-very-end) and `code()` in it.[^note]"
GIVEN = "最初の段落には[おわりへのリンク](02-end.md#the-very-end)と`code()`がある。[^note]"


def entry(folder, text: str) -> polib.POEntry:
    found = polib.pofile(str(folder.root / CATALOG)).find(text)
    assert found is not None
    return found


def updated(folder) -> str:
    return folder.run("update").succeeds().out.split(": ", 1)[1].strip()


def test_mechanical_edits_of_a_book_need_no_translator(book) -> None:
    folder = book("small").translate("ja", {LINKED: GIVEN, "Its definition.": "定義。"})
    folder.run("update").succeeds()
    before = folder.read(CATALOG)
    new = LINKED.replace("code()", "coda()").replace("#the-very-end", "").replace("note", "foot")
    folder.replace("source/01-start.md", LINKED, new.replace(" and ", "\nand "))
    folder.replace("source/01-start.md", "[^note]:", "[^foot]:")
    folder.replace("source/02-end.md", ":   Its definition.", ":   *Its* definition.")
    assert updated(folder) == "21 kept, 2 carried over, 0 new, 0 fuzzy, 0 gone"
    found = entry(folder, new)
    assert not found.fuzzy
    assert found.msgstr == "最初の段落には[おわりへのリンク](02-end.md)と`coda()`がある。[^foot]"
    assert "#|" not in folder.read(CATALOG)
    assert "#~" not in folder.read(CATALOG)
    assert folder.read(CATALOG).count("\nmsgstr") == before.count("\nmsgstr")
    folder.run("check", "-l", "ja").succeeds()


def test_what_would_break_the_contract_stays_for_a_look(book) -> None:
    """The old translation lacked the link: nobody is to vouch for it because a code changed."""
    folder = book("small").translate("ja", {LINKED: "最初の段落には`code()`がある。[^note]"})
    folder.run("update").succeeds()
    new = LINKED.replace("code()", "coda()")
    folder.replace("source/01-start.md", LINKED, new)
    assert updated(folder) == "22 kept, 0 carried over, 0 new, 1 fuzzy, 0 gone"
    assert entry(folder, new).fuzzy
    assert entry(folder, new).previous_msgid == LINKED


def test_what_was_fuzzy_stays_fuzzy(book) -> None:
    folder = book("small").translate("ja", {LINKED: GIVEN})
    folder.run("update").succeeds()
    folder.replace("source/01-start.md", "The first paragraph", "The very first paragraph")
    assert updated(folder) == "22 kept, 0 carried over, 0 new, 1 fuzzy, 0 gone"
    folder.replace("source/01-start.md", "`code()` in it", "`coda()` in it")
    assert updated(folder) == "22 kept, 0 carried over, 0 new, 1 fuzzy, 0 gone"
    new = LINKED.replace("The first", "The very first").replace("code()", "coda()")
    assert entry(folder, new).previous_msgid == LINKED


def test_a_hostile_translation_is_not_carried(book) -> None:
    """One that broke its contract before breaks it after; so does one that the edit would break."""
    folder = book("small").translate("ja", {"Its definition.": "定義 <input>"})
    folder.run("update").succeeds()
    folder.replace("source/02-end.md", "Its definition.", "_Its_ definition.")
    assert updated(folder) == "22 kept, 0 carried over, 0 new, 1 fuzzy, 0 gone"
