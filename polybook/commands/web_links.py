"""Whether the web answers where a book's links lead: ``check --links``.

A host is asked for one address at a time, with a pause between two. What answered is not asked for again
for a week.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from urllib.parse import urldefrag, urlsplit

import gevent

from polybook.chapters.destinations import Away
from polybook.commands.reading import Reading
from polybook.markup.variables import addressed
from polybook.model.findings import Finding, Severity
from polybook.system import web
from polybook.system.cache import Files
from polybook.system.pool import Tell, quietly, together
from polybook.system.web import Answer

AT_ONCE = 8
"""How many hosts are asked at once."""

PAUSE = 0.5
"""Seconds between two questions to the same host."""

KNOWN_FOR = timedelta(days=7)
"""How long an answer counts."""

GONE = (404, 410)
"""What a server says of a page that is not there."""

_KEPT = "web links"


def check(reading: Reading, now: datetime, tell: Tell = quietly) -> list[Finding]:
    """Return a finding for each link of the chapters to a page that is not there, and, as warnings, for those
    that nobody can tell of and those that have moved for good.

    The setting ``unchecked-links`` says what is not asked for. Answers are kept with the time ``now``.
    """
    places = list(_links(reading))
    kept = _fresh(reading.store.items(_KEPT), now)
    known = {url: Answer(**json.loads(answer)["answer"]) for url, answer in kept.items()}
    by_host: dict[str, list[str]] = {}
    for url in dict.fromkeys(url for url, _, _ in places):
        if url not in known:
            by_host.setdefault(urlsplit(url).netloc.lower(), []).append(url)
    steps = [(host, partial(_apart, urls)) for host, urls in by_host.items()]
    for answers in together(steps, AT_ONCE, tell):
        known |= answers
        kept |= {url: _written(answer, now) for url, answer in answers.items() if 0 < answer.status < 400}
    reading.store.keep_items(_KEPT, kept)
    return [
        Finding("web-link", what, path, line, hint, severity)
        for url, path, line in places
        for what, hint, severity in _judged(url, known[url])
    ]


def _links(reading: Reading) -> Iterator[tuple[str, str, int]]:
    """Each address on the web that a chapter links to and that is to be asked for, with its file and line."""
    unchecked = reading.book.settings.unchecked_links
    for source in reading.sources:
        for target in source.outline.targets:
            address = addressed(target.target, reading.book.variables)
            lead = reading.destinations.lead(source.chapter, address)
            if target.kind != "Link" or not isinstance(lead, Away):
                continue
            url = urldefrag(lead.url).url
            if url.startswith(("http://", "https://")) and not any(
                fnmatchcase(url, one) for one in unchecked
            ):
                yield url, source.chapter.path, target.line


def _fresh(kept: Files, now: datetime) -> Files:
    """The answers that still count."""
    return Files(
        (url, answer)
        for url, answer in kept.items()
        if timedelta(0) <= now - datetime.fromisoformat(json.loads(answer)["at"]) < KNOWN_FOR
    )


def _written(answer: Answer, now: datetime) -> bytes:
    return json.dumps({"at": now.isoformat(), "answer": asdict(answer)}).encode()


def _apart(urls: Sequence[str]) -> Mapping[str, Answer]:
    """The answers of one host, asked in a thread of its own: the others go on."""
    answers: Mapping[str, Answer] = gevent.get_hub().threadpool.apply(_asked, (urls,))
    return answers


def _asked(urls: Sequence[str]) -> dict[str, Answer]:
    answers = {}
    for place, url in enumerate(urls):
        time.sleep(PAUSE if place else 0)
        answers[url] = web.ask(url)
    return answers


def _judged(url: str, answer: Answer) -> Iterator[tuple[str, str, Severity]]:
    """What there is to say of an answer, what to do about it, and how bad it is."""
    shown = url if len(url) <= 200 else f"{url[:200]}…"
    if answer.status in GONE:
        what = f"the link leads to {shown}, which is not there ({answer.status})"
        yield what, "link to where it is now, or to a copy in an archive", "error"
    elif answer.is_unknown:
        yield f"the link leads to {shown}, and {answer.said}", "is it spelt right?", "error"
    elif not answer.status or answer.status >= 400:
        said = answer.said or f"the server says {answer.status}"
        hint = "look at it in a browser; the setting unchecked-links has what is not to be asked for"
        yield f"nobody can tell whether {shown} is there: {said}", hint, "warning"
    elif answer.moved:
        yield f"{shown} has moved for good", f"link to {answer.moved[:200]}", "warning"
