"""How long a refresh takes, beside running the same programs one after another.

    python benchmarks/refresh.py [--runs 3]

``one by one`` runs each program by itself; ``cold`` is a refresh that runs all; ``slowest`` is the slowest
program alone; ``one stale`` is a refresh in which all others ran before.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from polybook.book import load
from polybook.examples import directives, run

ROOT = Path(__file__).resolve().parent.parent


def polybook(book: Path, *arguments: str) -> float:
    begun = time.perf_counter()
    command = [sys.executable, "-m", "polybook", "refresh", *arguments]
    # As on a machine of one's own: with compiled modules, whatever the environment says here.
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, cwd=book, env=env, check=True, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    found: dict[str, list[float]] = {"one by one": [], "cold": [], "slowest": [], "one stale": []}
    with tempfile.TemporaryDirectory() as name:
        book = Path(name)
        for part in ("source", "examples"):
            shutil.copytree(ROOT / part, book / part)
        shutil.copy(ROOT / "pyproject.toml", book)
        loaded = load.load(book)
        programs = loaded.programs
        commands = {
            command: 0.0
            for chapter in loaded.chapters
            for directive in directives.directives(chapter)
            if (command := directive.command)
        }
        for _ in range(given.runs):
            for command in commands:
                begun = time.perf_counter()
                run.run(programs, command)
                commands[command] = time.perf_counter() - begun
            slowest = max(commands, key=lambda command: commands[command])
            found["one by one"].append(sum(commands.values()))
            found["slowest"].append(commands[slowest])
            found["cold"].append(polybook(book, "--force"))
            program = book / "examples" / slowest[-1]
            program.write_text(program.read_text("utf-8") + "\n", "utf-8")
            found["one stale"].append(polybook(book))
    medians = {what: round(statistics.median(times), 2) for what, times in found.items()}
    for what, median in medians.items():
        print(f"{what:12} {median:7.2f}s")
    print(f"cold / one by one: {medians['cold'] / medians['one by one']:.2f}")
    print(f"one stale / slowest: {medians['one stale'] / medians['slowest']:.2f}")
    print(json.dumps({"runs": given.runs, "programs": len(commands), "seconds": medians}))


if __name__ == "__main__":
    main()
