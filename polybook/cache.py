"""A store of finished steps, by a digest of all that went into each. A torn or foreign entry is none."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from polybook.files import write
from polybook.model import BookError


class Cache:
    """Finished steps in a folder. A folder that cannot be written makes builds slower, never wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def remember(self, keys: Sequence[str], make: Callable[[list[int]], Sequence[bytes]]) -> list[bytes]:
        """Return what each key stands for; ``make`` is given the places of those that are not stored yet."""
        found = [self.get(key) for key in keys]
        missing = [place for place, content in enumerate(found) if content is None]
        if missing:
            for place, content in zip(missing, make(missing), strict=True):
                found[place] = content
                self.put(keys[place], content)
        return [content for content in found if content is not None]

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def get(self, key: str) -> bytes | None:
        """Return what the key stands for; None where it is not stored, or not whole."""
        try:
            stored = self._path(key).read_bytes()
        except OSError:
            return None
        digest, content = stored[:32], stored[32:]
        if hashlib.sha256(key.encode() + content).digest() != digest:
            return None
        with suppress(zlib.error):
            return zlib.decompress(content)
        return None

    def put(self, key: str, content: bytes) -> None:
        """Store a finished step."""
        packed = zlib.compress(content, 1)
        with suppress(BookError):
            write(self._path(key), hashlib.sha256(key.encode() + packed).digest() + packed)


def key(*parts: str) -> str:
    """Return the digest of ``parts``; no two different lists of parts share one."""
    hashed = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(encoded) + encoded)
    return hashed.hexdigest()
