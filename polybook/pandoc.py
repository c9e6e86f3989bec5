"""Run pandoc: bounded in time and memory, and never left behind."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import gevent
from gevent import subprocess

from polybook.model import BookError, Finding

SECONDS = 300
"""The wall-clock limit of one pandoc process."""

MEMORY = "-M3g"
"""The limit of pandoc's heap, as GHC's run-time system reads it."""


@cache
def executable() -> str:
    """Return the path of the pandoc program that the package pypandoc_binary brings, or of the system's.

    Raises BookError where there is none.
    """
    # Asked for the path, pypandoc runs every pandoc it finds to learn its version; the bundled one is known.
    import pypandoc

    bundled = Path(pypandoc.__file__).with_name("files") / "pandoc"
    if bundled.is_file():
        return str(bundled)
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError:
        hint = "python -m pip install --force-reinstall pypandoc_binary"
        raise BookError(Finding("pandoc", "there is no pandoc", hint=hint)) from None


def run(
    arguments: Sequence[str],
    given: bytes,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> bytes:
    """Run pandoc with ``arguments`` on the bytes ``given`` and return its standard output.

    The process starts in ``folder``, with ``variables`` added to its environment. Raises
    BookError where pandoc fails, warns (a warning of pandoc's is a defect in a book) or reaches a limit.
    """
    command = [executable(), "+RTS", MEMORY, "-RTS", *arguments]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**os.environ, **(variables or {})},
    )
    try:
        with gevent.Timeout(SECONDS):
            out, err = process.communicate(given)
    except gevent.Timeout:
        raise BookError(
            Finding(
                "limit", f"pandoc was stopped after {SECONDS} seconds", hint="is a chapter nested too deep?"
            )
        ) from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    said = err.decode("utf-8", "replace").strip()
    if process.returncode or said:
        raise BookError(
            Finding("pandoc", f"pandoc said: {said or f'nothing, exit code {process.returncode}'}")
        )
    return bytes(out)
