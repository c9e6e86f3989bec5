"""What a message is: pairs of a source and its messages, in cases/messages.md."""

import pytest
from conftest import BOOKS, TESTS

from polybook.chapters import figure_texts, messages
from polybook.markup import parse
from polybook.model.book import Chapter
from polybook.model.findings import BookError

CASES = TESTS / "cases/messages.md"


def cases() -> list[tuple[str, str, str]]:
    found = []
    for block in CASES.read_text("utf-8").split("@@@ ")[1:]:
        name, _, rest = block.partition("\n")
        source, _, wanted = rest.rpartition("---\n")
        found.append((name, source, wanted))
    return found


def slots_of(text: str) -> list[messages.Slot]:
    return messages.slots(Chapter("a.md", "a", text), next(parse.parse([text], positions=True)))


def written(text: str) -> str:
    lines = [f"{slot.message.line} {slot.message.kind}: {slot.message.text}" for slot in slots_of(text)]
    return "".join(line.replace("\n", "⏎") + "\n" for line in lines)


def test_cases(request: pytest.FixtureRequest) -> None:
    found = [(name, source, written(source)) for name, source, _ in cases()]
    if request.config.getoption("--regenerate"):
        CASES.write_text("".join(f"@@@ {name}\n{source}---\n{given}" for name, source, given in found))
    assert found == cases()


def test_a_slot_is_a_slice_of_the_source() -> None:
    for _, source, _ in cases():
        for slot in slots_of(source):
            words = slot.message.text.replace("\\\n", " ").split()
            piece = source[slot.start : slot.end]
            shown = piece if piece.isascii() else piece.replace("\n", "")
            assert words[0].strip('"\\').replace("\\|", "\\\\|") in shown
            assert words[-1].strip('"\\') in shown


def test_letters_with_marks_of_their_own_are_kept_as_they_are_written() -> None:
    text = (
        "# U\u0308ber Gro\u0308\u00dfe\n\nMan wa\u0308hlt *scho\u0308n*\n> o\u0308fter.\n\n"
        '```python\nx = 1  # ho\u0308her\n```\n\n![Ho\u0308he](a.svg "Gro\u0308\u00dfe")\n'
    )
    found = [(text[slot.start : slot.end], slot.message.text) for slot in slots_of(text)]
    assert found == [
        ("U\u0308ber Gro\u0308\u00dfe", "U\u0308ber Gro\u0308\u00dfe"),
        ("Man wa\u0308hlt *scho\u0308n*", "Man wa\u0308hlt *scho\u0308n*"),
        ("o\u0308fter.", "o\u0308fter."),
        ("ho\u0308her", "h\u00f6her"),
        ("Ho\u0308he", "Ho\u0308he"),
        ("Gro\u0308\u00dfe", "Gr\u00f6\u00dfe"),
    ]


def test_sections_and_notes_reach_the_translator() -> None:
    slots = slots_of("# One\n\n## Two\n\n<!-- translators: a pun -->\n\ntext\n\nmore\n\n# Three\n\nend\n")
    told = [(slot.message.text, slot.message.section, slot.message.note) for slot in slots]
    assert told == [
        ("One", (), ""),
        ("Two", ("One",), ""),
        ("text", ("One", "Two"), "a pun"),
        ("more", ("One", "Two"), ""),
        ("Three", (), ""),
        ("end", ("Three",), ""),
    ]


def test_an_author_tells_two_equal_texts_apart() -> None:
    slots = slots_of(
        "# One\n\n<!-- msgctxt: the verb -->\n<!-- translators: not\na noun -->\n\nPool\n\nPool\n"
    )
    told = [(slot.message.key, slot.message.context, slot.message.note) for slot in slots[1:]]
    assert told == [("the verb\x04Pool", "the verb", "not a noun"), ("Pool", "", "")]


def test_a_range_without_an_end_is_named() -> None:
    with pytest.raises(BookError) as error:
        slots_of("# One\n\n<!-- notranslate begin -->\n\ntext\n")
    assert str(error.value).startswith("a.md:3: the range that is not translated has no end.")


def test_figures_give_and_take_text() -> None:
    figure = (BOOKS / "small/source/figures/box.svg").read_bytes()
    assert [message.text for message in figure_texts.messages({"figures/box.svg": figure})] == [
        "Words in a box"
    ]
    hostile = '</text><script>alert(1)</script>&lt;x y="'
    new = figure_texts.translate("figures/box.svg", figure, lambda message: hostile)
    assert b"<script" not in new
    assert [message.text for message in figure_texts.messages({"figures/box.svg": new})] == [hostile]
    assert figure_texts.translate("figures/box.svg", figure, lambda message: None) == figure


def test_a_figure_that_is_no_svg_is_told() -> None:
    with pytest.raises(BookError, match=r"source/figures/a\.svg:2: the SVG is not well-formed"):
        figure_texts.messages({"figures/a.svg": b"<svg>\n<text></svg>"})
