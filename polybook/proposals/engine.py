"""Any program that translates: it is asked in lines of JSON, and answers in lines of JSON.

This is the one door for machine translation. A question holds what a translator would look at; an answer has
the question's ``id`` and a ``translation``, in any order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from polybook.model.catalog import Message, Term
from polybook.model.findings import BookError, Finding
from polybook.proposals.memory import Known
from polybook.system import processes


class Question(NamedTuple):
    """A message to be translated, and what stands around it."""

    message: Message
    before: Known | None
    """The message before it, and its translation, if there is one."""

    after: Known | None
    previous: Known | None
    """A text that is much like it, with its translation."""

    glossary: Sequence[Term]
    """The terms of the glossary that are in it."""

    def as_json(self, number: int, language: str) -> bytes:
        """The question as one line of JSON."""
        fields = {
            "id": str(number),
            "language": language,
            "source": self.message.text,
            "kind": self.message.kind,
            "context": " > ".join(self.message.section),
            "glossary": [{"source": one.source, "target": one.target} for one in self.glossary],
            "before": _pair(self.before),
            "after": _pair(self.after),
            "previous": _pair(self.previous),
        }
        return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def _pair(known: Known | None) -> dict[str, str] | None:
    return {"source": known.text, "translation": known.translation} if known else None


def ask(
    command: Sequence[str], questions: Sequence[Question], language: str
) -> Iterator[tuple[Question, str]]:
    """Yield questions with the translations that a program gives for them, as they come; each at most once.

    What it says on its standard error is the user's to see. Raises BookError where it cannot be run, fails or
    says what is no answer.
    """
    name = command[0]
    lines = (one.as_json(number, language) for number, one in enumerate(questions))
    waiting = {str(number): one for number, one in enumerate(questions)}
    try:
        for number, line in enumerate(processes.exchange(command, lines), 1):
            answer = _answer(line)
            if answer is None:
                what = f"line {number} of what the program says is no answer: {line[:80]!r}"
                raise BookError(Finding("draft", what, name, hint='write {"id": "0", "translation": "..."}'))
            question = waiting.pop(answer["id"], None)
            if question is not None:
                yield question, answer["translation"]
    except processes.NotBegunError as error:
        raise BookError(Finding("draft", f"the program cannot be run: {error}", name)) from None
    except processes.FailedError as error:
        what = f"the program ended with {error.code}; what it had answered is kept"
        raise BookError(Finding("draft", what, name, hint="run the command again to go on")) from None


def _answer(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, Mapping) or not isinstance(found.get("translation"), str):
        return None
    return {"id": str(found.get("id")), "translation": found["translation"]}


def questions(
    messages: Iterable[Message], known: Mapping[str, str], glossary: Sequence[Term], like: Mapping[str, Known]
) -> list[Question]:
    """Return a question for each message without a translation, each once.

    ``known`` are translations by the messages' keys, ``like`` what is much like a message, by its key.
    """
    listed = list(dict.fromkeys(messages))
    found: dict[str, Question] = {}
    for place, message in enumerate(listed):
        if message.key in known or message.key in found:
            continue
        words = message.text.casefold()
        terms = [one for one in glossary if one.source.casefold() in words]
        around = [
            Known(listed[beside].text, known.get(listed[beside].key, ""))
            if 0 <= beside < len(listed)
            else None
            for beside in (place - 1, place + 1)
        ]
        found[message.key] = Question(message, around[0], around[1], like.get(message.key), terms)
    return list(found.values())
