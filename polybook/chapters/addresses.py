"""Addresses out of the book, as every format and every reader takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import quote

LONGEST = 8000
"""How many characters an address may have; Typst takes no more."""

_NAMES = """\
cid dns ftp gopher http https im irc ldap mailto mid news nfs nntp rtsp sip sips snmp tel telnet urn xmpp"""
SCHEMES = frozenset(_NAMES.split())
"""What an address may begin with: what EPUBCheck knows, and nothing that runs or reads something where it is
followed."""

_PUBLIC = re.compile(
    r"https?://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?:[/?#](?:[A-Za-z0-9!$&'()*+,./:;=?@_~#-]|%[0-9A-Fa-f]{2}|(?![A-Za-z0-9])[^\W_])*+)?"
)
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_PRIVATE = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "home",
    "lan",
    "corp",
    "arpa",
    "test",
    "invalid",
    "onion",
)
LONGEST_PUBLIC = 2000
"""How many characters an address may have that a translation brings."""

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


def is_public(address: str) -> bool:
    """Whether an address that no author wrote may stand in the book: on the web, the same for every browser,
    in nobody's own network.

    Of what WHATWG's URL standard calls valid, it takes what can be written in one way only: no user's name,
    hosts in ASCII, numbers of machines as four decimal ones.
    """
    found = _PUBLIC.fullmatch(address)
    if (
        not found
        or len(address) > LONGEST_PUBLIC
        or address.count("#") > 1
        or int(found["port"] or 0) > 65535
    ):
        return False
    labels = found["host"].lower().split(".")
    if len(labels) < 2 or not all(0 < len(one) < 64 for one in labels) or labels[-1] in _PRIVATE:
        return False
    if any(one[0] == "-" or one[-1] == "-" for one in labels):
        return False
    if not _NUMBER.fullmatch(labels[-1]):
        return True
    try:
        return ip_address(found["host"]).is_global
    except ValueError:
        return False


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
