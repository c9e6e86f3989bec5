"""The ``polybook`` command, which is also ``python -m polybook`` and a book's ``build.py``."""

import os
import sys

from polybook.system import signals


def _open_closed() -> None:
    """Lead standard streams that are closed to nowhere: else files would take their place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))


def main() -> None:
    """Run the command line; the whole program's entry point."""
    _open_closed()
    came = signals.watch()  # before what takes long
    try:
        from polybook.cli import verbs

        verbs.main()
    except (Exception, KeyboardInterrupt) as error:
        # What is broken off may fail in its own way, as a ZIP file does that something is put into.
        if came:
            print("interrupted; what was finished is whole", file=sys.stderr)
            sys.exit(128 + came[0])
        if isinstance(error, ModuleNotFoundError):
            hint = "Hint: python -m pip install -e ."
            raise SystemExit(f"error: the package '{error.name}' is missing. {hint}") from None
        raise
    finally:
        signals.ignore()  # it ends as it was going to


if __name__ == "__main__":
    main()
