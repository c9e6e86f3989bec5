"""Addresses out of the book, as every format and every reader takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import quote

LONGEST = 8000
"""How many characters an address may have; Typst takes no more."""

_NAMES = """\
cid dns ftp gopher http https im irc ldap mailto mid news nfs nntp rtsp sip sips snmp tel telnet urn xmpp"""
SCHEMES = frozenset(_NAMES.split())
"""What an address may begin with: what EPUBCheck knows, and nothing that runs or reads something where it is
followed."""

FOR_TRANSLATORS = ("https://", "http://", "mailto:")
"""What the address of a translation begins with, where it is not the source's."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_PARTS = re.compile(r"(?P<scheme>[^:]+:)(?P<host>//[^/?#]*)?(?P<path>[^#]*)(?P<fragment>#.*)?", re.DOTALL)
_HOST = re.compile(r"//(?:[^@\s\"<>]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^\W_][\w.~-]*)(?::[0-9]*)?")
_WITH_HOST = frozenset({"http", "https", "ftp"})
_UNWRITABLE = re.compile(r"%(?![0-9A-Fa-f]{2})|[\s\"<>\\^`{|}\[\]#]")


def scheme(target: str) -> str:
    """What an address begins with, in small letters; empty for one that begins with none.

    A single letter is none: it names a disk of Windows.
    """
    found = _SCHEME.match(target)
    return found[1].lower() if found else ""


def is_away(target: str) -> bool:
    """Whether a finished link leads out of the book."""
    return bool(_SCHEME.match(target))


def escaped(address: str) -> str:
    """An address as the standards write it: what it may not hold is written by its number.

    >>> escaped("HTTPS://example.org/a[0] b#/#c")
    'https://example.org/a%5B0%5D%20b#/%23c'
    """
    parts = _PARTS.fullmatch(address)
    if not parts:
        return address
    fragment = parts["fragment"] or ""
    return "".join(
        [
            parts["scheme"].lower(),
            parts["host"] or "",
            _encoded(parts["path"]),
            fragment[:1] + _encoded(fragment[1:]),
        ]
    )


def _encoded(text: str) -> str:
    return _UNWRITABLE.sub(lambda found: quote(found[0], safe=""), text)


def shows(text: str, url: str) -> bool:
    """Whether a link's text is its address."""
    return text in (url, url.removeprefix("mailto:")) or (is_away(text) and escaped(text) == url)


def amiss(address: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an address out of the book, and what to do about it."""
    name = scheme(address)
    if len(address) > LONGEST:
        what = f"the link's address is longer than {LONGEST} characters"
        yield what, "a PDF has no room for it; link to a shorter one"
    elif name not in SCHEMES:
        near = get_close_matches(name, sorted(SCHEMES), 1)
        hint = f"did you mean '{near[0]}:'?" if near else "write it as code, or lead to it by https://"
        yield f"the link leads to '{_short(address)}', and readers know no address with '{name}:'", hint
    elif name in _WITH_HOST and not _HOST.fullmatch(_host(address)):
        what = f"the link's address, '{_short(address)}', names no host"
        yield what, "write it like https://example.org/page, or as code"


def _host(address: str) -> str:
    parts = _PARTS.fullmatch(address)
    return (parts["host"] or "") if parts else ""


def _short(address: str) -> str:
    return address if len(address) <= 80 else f"{address[:80]}…"
