"""A translation that somebody or something offers for a message of the book."""

from __future__ import annotations

from typing import NamedTuple


class Proposal(NamedTuple):
    """One translation for one message. A book has tens of thousands."""

    key: str
    """The message's, as `catalog.Message.key` has it."""

    text: str
    """The translation, spelt as the message is."""

    origin: str
    """Where it came from, as a translator is told it: ``old/ja.po:120``."""

    is_sure: bool = True
    """Whether it says what its message says, as far as can be told without reading it. What is not sure is
    fuzzy whatever else holds."""

    previous: str = ""
    """The text that it was made for, where that is not the message's."""
