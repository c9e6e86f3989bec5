"""``python -m polybook`` is the ``polybook`` command."""

from polybook.cli import main

if __name__ == "__main__":
    main()
