"""The store of finished steps: what is kept, what is done again, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import msgspec
import pytest

from polybook.system.cache import BOUND, Files, Packed, Step, Store, digest, digest_of, packed, unpacked


def step(**inputs: str) -> Step:
    return Step("boil", "an egg", inputs)


def boil(store: Store, one: Step, result: object = "boiled") -> tuple[object, list[str]]:
    """What the step gave, and the reasons for which it ran."""
    before = len(store.ran)
    given = store.one(one, lambda: result)
    store.finish()
    return given, [ran.reason for ran in store.ran[before:]]


@pytest.mark.parametrize(
    "result", ["text", {"a": [1, None, "é"]}, b"\0bytes", Files({"a/b": b"1", "c": b""})]
)
def test_a_finished_step_is_not_done_again(tmp_path: Path, result: object) -> None:
    assert boil(Store(tmp_path), step(water="hot"), result) == (result, ["never done before"])
    assert boil(Store(tmp_path), step(water="hot"), "another") == (result, [])


class Egg(msgspec.Struct, frozen=True):
    minutes: int
    salts: tuple[str, ...]


def test_a_struct_is_kept_compressed(tmp_path: Path) -> None:
    egg, made = Egg(4, ("white",) * 1000), []

    def make(_: list[int]) -> Iterator[Packed]:
        made.append("egg")
        yield packed(egg)

    for _ in range(2):
        (found,) = Store(tmp_path).remember([step(water="hot")], make, lambda kept: unpacked(kept, Egg))
        assert found == egg
    assert made == ["egg"]
    (entry,) = tmp_path.glob("??/*")
    assert entry.stat().st_size < 200


def test_what_two_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    store, steps = Store(tmp_path), [step(egg=str(number)) for number in range(3)]
    made = []

    def make(places: list[int]) -> Iterator[str]:
        for place in places:
            gevent.sleep(0)
            made.append(place)
            yield f"egg {place}"

    asked = [gevent.spawn(store.remember, steps[first:], make) for first in (0, 1)]
    assert [one.get(timeout=5) for one in asked] == [["egg 0", "egg 1", "egg 2"], ["egg 1", "egg 2"]]
    assert made == [0, 1, 2]


def test_who_waits_for_what_fails_tries_it_too(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def burn() -> str:
        gevent.sleep(0)
        raise ValueError("burnt")

    def ask(make: Callable[[], str]) -> object:
        try:
            return store.one(step(egg="1"), make)
        except ValueError as error:
            return str(error)

    asked = [gevent.spawn(ask, make) for make in (burn, lambda: "boiled")]
    assert [one.get(timeout=5) for one in asked] == ["burnt", "boiled"]


def test_a_step_says_what_changed(tmp_path: Path) -> None:
    boil(Store(tmp_path), step(water="hot", time="4"))
    assert boil(Store(tmp_path), step(water="hot", time="5"))[1] == ["changed: time"]
    assert boil(Store(tmp_path), step(water="warm", salt="a bit"))[1] == ["changed: salt, time, water"]
    assert boil(Store(tmp_path), step(water="hot", time="4"))[1] == [], "what was made before is still there"


@pytest.mark.parametrize("harm", ["torn", "changed", "emptied", "another's"])
def test_a_damaged_entry_is_none(tmp_path: Path, harm: str) -> None:
    boil(Store(tmp_path), step(water="cold"))
    boil(Store(tmp_path), step(water="hot"))
    key, other = step(water="hot").key, step(water="cold").key
    path = tmp_path / key[:2] / key[2:]
    content = path.read_bytes()
    path.write_bytes(
        {
            "torn": content[:-3],
            "changed": content[:-1] + bytes([content[-1] ^ 1]),
            "emptied": b"",
            "another's": (tmp_path / other[:2] / other[2:]).read_bytes(),
        }[harm]
    )
    assert boil(Store(tmp_path), step(water="hot"), "anew") == ("anew", ["its result is damaged"])
    assert boil(Store(tmp_path), step(water="hot")) == ("anew", [])


def test_the_folder_has_a_bound_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    steps = [step(number=str(number)) for number in range(10)]
    for number, one in enumerate(steps):
        boil(Store(tmp_path), one, os.urandom(1000))
        path = tmp_path / one.key[:2] / one.key[2:]
        os.utime(path, (number, number))
    boil(Store(tmp_path), steps[0])  # used: it is not the oldest any more
    boil(Store(tmp_path, bound=5000), step(number="new"), os.urandom(1000))
    kept = [one for one in steps if Store(tmp_path).get(one.key)]
    assert kept[0] is steps[0]
    assert 2 <= len(kept) <= 4
    assert sum(path.stat().st_size for path in tmp_path.glob("??/*")) <= 5000 < BOUND


def test_memory_keeps_as_much_as_there_is_room_for() -> None:
    store = Store(None, room=2500)
    for number in "12341":
        boil(store, step(number=number), "x" * 1000)
    assert len(store.ran) == 5
    boil(store, step(number="1"))
    boil(store, step(number="4"))
    assert len(store.ran) == 5


def test_no_two_lists_of_parts_have_one_digest() -> None:
    assert len({digest("ab"), digest("a", "b"), digest("", "ab"), digest("2:ab")}) == 4
    assert digest_of([Egg(4, ())]) == digest_of([{"minutes": 4, "salts": []}]) != digest_of([Egg(5, ())])
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1}) != digest_of([["a", 1], ["b", 2]])
