"""A store of finished steps, each under a digest of all that goes into it; and why a step had to run.

Nothing here asks a clock or git whether a step is to be done again. A torn or foreign entry is none.
"""

from __future__ import annotations

import json
import os
import re
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from polybook.model.artifacts import Ran
from polybook.model.findings import BookError
from polybook.system.files import sweep, write

T = TypeVar("T")

BOUND = 512_000_000
"""How many bytes the folder holds at most, after a build; what was used last stays."""

_SUM = 32
RECORD = "record.json"
"""What the steps that were asked for last were made of; it lies in the folder too."""

_FIRST, _REST = re.compile("[0-9a-f]{2}"), re.compile("[0-9a-f]{62}")
"""The two parts of an entry's name: a folder and a file."""

_TOUCH = 3600.0
_MISSING = object()


def digest(*parts: str | bytes) -> str:
    """Return the digest of ``parts``; no two different lists of parts share one."""
    hashed = blake2b(digest_size=_SUM)
    for part in parts:
        encoded = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(encoded))
        hashed.update(encoded)
    return hashed.hexdigest()


def digest_of(value: Any) -> str:
    """Return the digest of what JSON can say, and of dataclasses and structs that hold such values.

    Mappings count by their content, whatever their order.
    """
    return digest(
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    )


def _plain(value: Any) -> Any:
    """What JSON can say of a dataclass or struct."""
    import msgspec  # here: it takes longer to load than all else that a build with nothing to do needs

    return msgspec.to_builtins(value, order="deterministic")


class Files(dict[str, bytes]):
    """A result of several files, by their paths."""


class Packed(bytes):
    """A result as JSON, as `packed` writes it and `unpacked` reads it. It is compressed where it is kept."""


def packed(value: Any) -> Packed:
    """Return a msgspec struct, or what holds such, as a result to be kept."""
    import msgspec

    return Packed(msgspec.json.encode(value))


def unpacked(kept: bytes, kind: type[T]) -> T:
    """Return what `packed` was given, of this ``kind``."""
    import msgspec

    return msgspec.json.decode(kept, type=kind)


def _bundled(contents: Files) -> bytes:
    head = json.dumps([[name, len(content)] for name, content in contents.items()]).encode()
    return b"%d\n" % len(head) + head + b"".join(contents.values())


def _unbundled(stored: bytes, at: int) -> Files:
    """The files that are bundled in ``stored`` from ``at`` on."""
    head = stored.index(b"\n", at) + 1
    at = head + int(stored[at:head])
    found = Files()
    for name, size in json.loads(stored[head:at]):
        found[name] = stored[at : at + size]
        at += size
    return found


def _sum(key: str, content: bytes | memoryview) -> bytes:
    """What an entry is known to be whole by."""
    hashed = blake2b(key.encode(), digest_size=_SUM)
    hashed.update(content)
    return hashed.digest()


@dataclass(frozen=True)
class Step:
    """A piece of work, known by what goes into it."""

    name: str
    """What is done: ``translate``."""

    of: str
    """What it is done to, in words for people: ``ja source/05-queues.md``."""

    inputs: Mapping[str, str]
    """All that its result depends on, each under a name for people: a digest, or a version."""

    @cached_property
    def key(self) -> str:
        """The digest of all this."""
        return digest(self.name, self.of, *(part for pair in sorted(self.inputs.items()) for part in pair))


class Store:
    """Finished steps in a folder, and those used last in memory too, as far as there is ``room``.

    Results are bytes, `Files`, `Packed` or what JSON can say. A folder that cannot be written makes builds
    slower, never wrong.
    """

    def __init__(self, folder: Path | None, room: int = 0, bound: int = BOUND) -> None:
        """``room`` is how many bytes of stored results are kept in memory; ``folder`` None keeps no other."""
        self.folder = folder
        self.ran: list[Ran] = []
        self._room, self._bound = room, bound
        self._memory: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._used = 0
        self._asked: dict[str, Mapping[str, str]] = {}
        self._making: dict[str, Any] = {}
        self._items: dict[str, Files] = {}

    def remember(
        self,
        steps: Sequence[Step],
        make: Callable[[list[int]], Iterable[Any]],
        read: Callable[[Any], T] = lambda value: value,
    ) -> list[T]:
        """Return the result of each step; ``make`` is given the places of those that are to be done.

        What ``make`` gives is stored one by one, as it comes; who asks for it meanwhile waits for that.
        ``read`` makes of a stored result what the caller works with; it is what stays in memory, so callers
        do not change it.
        """
        found = [self._recall(step.key, read) for step in steps]
        self._asked.update({f"{step.name} {step.of}": step.inputs for step in steps})
        missing = [place for place, one in enumerate(found) if one is _MISSING]
        for place, making in [(place, self._making.get(steps[place].key)) for place in missing]:
            if making:
                making.wait()
                found[place] = self._recall(steps[place].key, read)
        missing = [place for place, one in enumerate(found) if one is _MISSING]
        if missing:
            with self._claimed([steps[place].key for place in missing]) as release:
                reasons = {place: self._reason(steps[place]) for place in missing}
                for place, made in zip(missing, make(missing), strict=True):
                    step = steps[place]
                    size = self._put(step.key, made)
                    found[place] = self._keep(step.key, read(made), size)
                    self.ran.append(Ran(step.name, step.of, reasons[place]))
                    release(step.key)
        return found

    @contextmanager
    def _claimed(self, keys: Sequence[str]) -> Iterator[Callable[[str], None]]:
        """Let others wait for the results under these keys; give what tells them that one is there."""
        from gevent.event import Event  # here: where all is stored, nobody waits

        self._making.update((key, Event()) for key in keys)

        def release(key: str) -> None:
            if making := self._making.pop(key, None):
                making.set()

        try:
            yield release
        finally:
            for key in keys:
                release(key)

    def one(self, step: Step, make: Callable[[], Any]) -> Any:
        """Return the result of one step."""
        return self.remember([step], lambda _: [make()])[0]

    def items(self, name: str) -> Files:
        """Return the small results that are kept together under a name; none where there are none.

        What each of them goes by is its own key, so nobody asks whether they are up to date.
        """
        if name in self._items:
            return self._items[name]
        found = self.get(digest("items", name))
        return found[0] if found and isinstance(found[0], Files) else Files()

    def keep_items(self, name: str, items: Files) -> None:
        """Keep small results together under a name, in place of those that were."""
        self.put(digest("items", name), items)
        if self._room:
            self._items[name] = items

    def finish(self) -> None:
        """Write down what the steps asked for were made of, and keep the folder within its bound."""
        if self.folder is None:
            return
        known = {**self._recorded, **self._asked}
        if known != self._recorded:
            self._recorded = {name: dict(inputs) for name, inputs in known.items()}
            with suppress(BookError):
                content = json.dumps(self._recorded, ensure_ascii=False, separators=(",", ":")).encode()
                write(self.folder / RECORD, content)
        if self.ran:
            self._prune(self.folder)

    # ---- single entries --------------------------------------------------------------------

    def _recall(self, key: str, read: Callable[[Any], T]) -> Any:
        if key in self._memory:
            self._memory.move_to_end(key)
            return self._memory[key][0]
        stored = self.get(key)
        return _MISSING if stored is None else self._keep(key, read(stored[0]), stored[1])

    def _keep(self, key: str, value: T, size: int) -> T:
        if size <= self._room:
            self._memory[key] = (value, size)
            self._used += size
            while self._used > self._room:
                _, (_, freed) = self._memory.popitem(last=False)
                self._used -= freed
        return value

    def get(self, key: str) -> tuple[Any, int] | None:
        """Return what the key stands for, and its size; None where it is not stored, or not whole."""
        if self.folder is None:
            return None
        try:
            with self._path(self.folder, key).open("rb") as file:
                stored = file.read()
                if time.time() - os.fstat(file.fileno()).st_mtime > _TOUCH:
                    os.utime(file.fileno())  # used: others go first
        except OSError:
            return None
        content = memoryview(stored)[_SUM:]  # large, and not to be copied
        if _sum(key, content) != stored[:_SUM]:
            return None
        kind, begins = stored[_SUM : _SUM + 1], _SUM + 1
        if kind == b"b":
            return stored[begins:], len(content)
        if kind == b"f":
            return _unbundled(stored, begins), len(content)
        try:
            text = zlib.decompress(content[1:])
            return text if kind == b"p" else json.loads(text), len(text)
        except (zlib.error, ValueError):
            return None

    def put(self, key: str, value: Any) -> None:
        """Store a result."""
        self._put(key, value)

    def _put(self, key: str, value: Any) -> int:
        if isinstance(value, Packed):
            content, size = b"p" + zlib.compress(value, 1), len(value)
        elif isinstance(value, bytes):
            content, size = b"b" + value, len(value)
        elif isinstance(value, Files):
            content = b"f" + _bundled(value)
            size = len(content)
        else:
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            encoded = text.encode("utf-8", "surrogatepass")
            content, size = b"j" + zlib.compress(encoded, 1), len(encoded)
        if self.folder is not None:
            with suppress(BookError):
                write(self._path(self.folder, key), _sum(key, content) + content)
        return size

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / key[2:]

    # ---- reasons ---------------------------------------------------------------------------

    @cached_property
    def _recorded(self) -> dict[str, dict[str, str]]:
        """What each step was made of when it was asked for last, by its name and what it is of."""
        with suppress(OSError, ValueError):
            if self.folder is not None:
                known = json.loads((self.folder / RECORD).read_bytes())
                if isinstance(known, dict):
                    return known
        return {}

    def _reason(self, step: Step) -> str:
        before = self._recorded.get(f"{step.name} {step.of}")
        if not isinstance(before, dict):
            return "never done before"
        changed = sorted(
            name for name in {*before, *step.inputs} if before.get(name) != step.inputs.get(name)
        )
        if changed:
            return f"changed: {', '.join(changed)}"
        is_there = self.folder is not None and self._path(self.folder, step.key).exists()
        return "its result is damaged" if is_there else "its result is gone"

    def _prune(self, folder: Path) -> None:
        found = []
        for place in (folder, *_folders(folder)):
            sweep(place)
        with suppress(OSError):
            for entry in entries(folder):
                known = entry.stat(follow_symlinks=False)
                found.append((known.st_mtime, known.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._bound:
                break
            with suppress(OSError):
                Path(path).unlink()
                total -= size


def entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Every stored result in the folder of a store, which its name tells; whatever else is there is none."""
    for below in _folders(folder):
        with suppress(OSError), os.scandir(below) as found:
            yield from (one for one in found if _REST.fullmatch(one.name) and not one.is_dir())


def _folders(folder: Path) -> list[Path]:
    with suppress(OSError), os.scandir(folder) as found:
        return [
            Path(one.path)
            for one in found
            if _FIRST.fullmatch(one.name) and one.is_dir(follow_symlinks=False)
        ]
    return []
