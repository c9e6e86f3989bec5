"""Ask the web whether an address answers."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urldefrag, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from polybook import __version__

SECONDS = 20
"""How long a server may take to answer, and to send anything more."""

_HEADERS = {
    "User-Agent": f"Mozilla/5.0 (compatible; polybook/{__version__}; it looks for dead links)",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
}
_FOR_GOOD = (301, 308)


@dataclass(frozen=True)
class Answer:
    """What came of asking for an address."""

    status: int
    """HTTP's, such as 200 or 404; 0 where no server answered."""

    said: str = ""
    """Why none did."""

    is_unknown: bool = False
    """Whether no host has that name."""

    moved: str = ""
    """Where it has moved for good."""


class _Redirects(HTTPRedirectHandler):
    """Follows redirects, and notes where an address has moved for good."""

    def __init__(self) -> None:
        self.moved = ""
        self.is_for_good = True

    def redirect_request(  # noqa: PLR0913, RUF100
        self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        self.is_for_good = self.is_for_good and code in _FOR_GOOD
        if self.is_for_good:
            self.moved = newurl
        new = super().redirect_request(req, fp, code, msg, headers, newurl)
        if new is not None:
            new.method = req.get_method()
        return new


def ask(url: str, seconds: float = SECONDS) -> Answer:
    """Ask for an address; what is wrong is told, not raised. It may take more than ``seconds``."""
    answer = _asked(url, "HEAD", seconds)
    # Many servers answer only whoever asks for the whole page.
    return _asked(url, "GET", seconds) if answer.status >= 400 else answer


def _asked(url: str, method: str, seconds: float) -> Answer:
    redirects = _Redirects()
    try:
        request = Request(_ascii(url), headers=_HEADERS, method=method)
        with build_opener(redirects).open(request, timeout=seconds) as response:
            return Answer(response.status, moved=redirects.moved)
    except HTTPError as error:
        with error:
            return Answer(error.code)
    except URLError as error:
        return _unanswered(error.reason)
    except (OSError, HTTPException, ValueError) as error:
        return _unanswered(error)


def _unanswered(reason: object) -> Answer:
    if isinstance(reason, socket.gaierror):
        return Answer(0, "no host has that name", reason.errno in (socket.EAI_NONAME, _NO_DATA))
    if isinstance(reason, TimeoutError):
        return Answer(0, "no answer came in time")
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Answer(0, f"its certificate is not valid: {reason.verify_message}")
    return Answer(0, str(reason).split("] ")[-1][:200] or type(reason).__name__)


_NO_DATA = getattr(socket, "EAI_NODATA", socket.EAI_NONAME)


def _ascii(url: str) -> str:
    """An address as HTTP has it, without its fragment."""
    parts = urlsplit(urldefrag(url).url)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    path, query = (quote(part, safe="%/:;=&?~+!$,'@()*[]") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host, path or "/", query, ""))
