"""What places are called in each language."""

from __future__ import annotations

import pytest

from polybook.model.edition import Label
from polybook.render import labels
from polybook.render.words import words

CHAPTER = Label("chapter", (3,), title="Pools")
APPENDIX = Label("chapter", (2,), is_lettered=True, title="Signs")
SECTION = Label("section", (3, 2), title="Limits")
PLAIN = Label("section", (), title="Limits")
FIGURE = Label("figure", (3, 1), title="A box.")
IN_APPENDIX = Label("table", (27, 4), is_lettered=True)
LISTING = Label("listing", (7,))


CALLED = {
    "en": "Chapter 3, Pools|Appendix B, Signs|Section 3.2, Limits|Limits|Figure 3.1|Table AA.4|Listing 7",
    "it": "Capitolo 3, Pools|Appendice B, Signs|Sezione 3.2, Limits|Limits|Figura 3.1|Tabella AA.4|Listato 7",
    "ja": "第3章「Pools」|付録B「Signs」|3.2節「Limits」|Limits|図3.1|表AA.4|リスト7",
    "he": "פרק 3, Pools|נספח ב, Signs|סעיף 3.2, Limits|Limits|איור 3.1|טבלה אה.4|קטע קוד 7",
    "ar": "الفصل 3، Pools|الملحق ب، Signs|القسم 3.2، Limits|Limits|الشكل 3.1|الجدول ظ.4|الكود 7",
}


@pytest.mark.parametrize("locale", CALLED)
def test_a_link_without_words_says_what_the_place_is_called(locale: str) -> None:
    say = words(locale)
    places = (CHAPTER, APPENDIX, SECTION, PLAIN, FIGURE, IN_APPENDIX, LISTING)
    assert [labels.reference(one, say) for one in places] == CALLED[locale].split("|")


def test_what_stands_before_headings_and_captions() -> None:
    english, japanese = words("en"), words("ja")
    assert labels.before_heading(CHAPTER, english) == "Chapter 3"
    assert labels.before_heading(SECTION, english) == "3.2"
    assert labels.before_heading(PLAIN, english) == labels.before_heading(None, english) == ""
    assert labels.in_line(CHAPTER, english) == "Chapter 3."
    assert labels.in_line(SECTION, english) == "3.2"
    assert [labels.caption(FIGURE, say) for say in (english, japanese)] == ["Figure 3.1.", "図3.1"]
    assert labels.in_passing(APPENDIX, english) == "appendix B"
    assert labels.in_passing(PLAIN, english) == ""


def test_few_captions_need_no_list() -> None:
    some = {f"a{place}": FIGURE for place in range(labels.FEWEST)}
    assert labels.lists({**some, "b": LISTING, "c": CHAPTER}, words("en")) == {
        "figure": [labels.Entry(anchor, "Figure 3.1", "A box.") for anchor in some]
    }
    assert labels.lists(dict(list(some.items())[1:]), words("en")) == {}
