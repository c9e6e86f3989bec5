"""Literals in JavaScript and TypeScript, read and never run: what is no literal is None."""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*.*?\*/|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`)"
    r"|(?P<sign>\.\.\.|=>|.)",
    re.DOTALL,
)
_DEEPEST = 60
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}
_EXPORTS = ("default", "exports")


def read(text: str) -> dict[str, Any]:
    """Return what a module exports, where that is a table: the value of ``export default`` or
    ``module.exports``, of the argument of a call there (``defineConfig({...})``), and names that the file
    gives values to. A list that is exported stands under ``default``.
    """
    return _Reader(text).exported()


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(text) if match.lastgroup]
        self.at = 0
        self.depth = 0
        self.begins: dict[str, int] = {}
        """Where the values of names begin."""
        self.begin = -1
        for place, (kind, word) in enumerate(self.tokens):
            if kind != "name":
                continue
            if word in {"const", "let", "var"}:
                self._note(place + 1)
            elif word == "function":
                self._note_function(place + 1)
            elif word in _EXPORTS:
                after = place + 1 + (self._sign(place + 1) == "=")
                self.begin = self.begin if self.begin >= 0 and word != "default" else after

    def _note(self, place: int) -> None:
        """Remember where the value begins that is given to the name at a place."""
        name = self.tokens[place][1] if place < len(self.tokens) else ""
        for later in range(place + 1, min(place + 40, len(self.tokens))):
            if self.tokens[later][1] == "=":
                self.begins[name] = later + 1
                return

    def _note_function(self, place: int) -> None:
        """Remember where the value begins that a function without arguments returns at once."""
        for later in range(place, min(place + 30, len(self.tokens))):
            if self.tokens[later][1] == "return":
                self.begins[self._sign(place)] = later + 1
                return

    def _sign(self, place: int) -> str:
        return self.tokens[place][1] if place < len(self.tokens) else ""

    def exported(self) -> dict[str, Any]:
        if self.begin < 0:
            return {}
        value = self._value_at(self.begin)
        return value if isinstance(value, dict) else {"default": value} if isinstance(value, list) else {}

    def _value_at(self, place: int) -> Any:
        held, self.at = self.at, place
        self.depth += 1
        try:
            return self._value() if self.depth < _DEEPEST else None
        finally:
            self.at = held
            self.depth -= 1

    def _value(self) -> Any:
        """The value here; goes on behind it. What follows a value and makes it none is passed over."""
        kind, word = self.tokens[self.at] if self.at < len(self.tokens) else (None, "")
        value: Any = None
        self.depth += 1
        if self.depth > _DEEPEST:
            self.at = len(self.tokens)
        elif kind == "string":
            self.at += 1
            value = re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL)
        elif kind == "number":
            self.at += 1
            value = word
        elif word == "{":
            value = self._table()
        elif word == "[":
            value = self._list()
        elif kind == "name":
            value = self._named(word)
        self.depth -= 1
        return value if self._ends() else self._passed()

    def _named(self, word: str) -> Any:
        self.at += 1
        if word in _WORDS:
            return _WORDS[word]
        if self._sign(self.at) == "(":  # a call: its first argument, as in defineConfig({...})
            self.at += 1
            value = self._value()
            while self._sign(self.at) not in {")", ""}:
                self.at += 1
                if self._sign(self.at) != ")":
                    self._value()
            self.at += 1
            return self._value_at(self.begins[word]) if value is None and word in self.begins else value
        return self._value_at(self.begins[word]) if word in self.begins else None

    def _ends(self) -> bool:
        return self._sign(self.at) in {",", "}", "]", ")", ";", ""} or self.tokens[self.at][0] == "name"

    def _passed(self) -> None:
        """Go to what ends the expression that is no literal."""
        depth = 0
        while self.at < len(self.tokens):
            word = self.tokens[self.at][1]
            if depth == 0 and word in {",", "}", "]", ")", ";"}:
                return
            depth += (word in "([{") - (word in ")]}") if len(word) == 1 else 0
            self.at += 1

    def _table(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        while (word := self._sign(self.at)) not in {"}", ""}:
            kind = self.tokens[self.at][0]
            if word == ",":
                self.at += 1
            elif word == "...":
                self.at += 1
                inner = self._value()
                found |= inner if isinstance(inner, dict) else {}
            elif kind in {"name", "string", "number"}:
                key = word[1:-1] if kind == "string" else word
                self.at += 1
                if self._sign(self.at) == ":":
                    self.at += 1
                    found[key] = self._value()
                elif self._sign(self.at) in {",", "}"} and key in self.begins:
                    found[key] = self._value_at(self.begins[key])
                else:
                    self._passed()
            else:
                before = self.at
                self._passed()
                self.at += self.at == before
        self.at += 1
        return found

    def _list(self) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        while (word := self._sign(self.at)) not in {"]", ""}:
            before = self.at
            if word == ",":
                self.at += 1
            elif word == "...":
                self.at += 1
                inner = self._value()
                found += inner if isinstance(inner, list) else []
            else:
                found.append(self._value())
                self.at += self.at == before
        self.at += 1
        return [one for one in found if one is not None]
