"""Build the book that lies beside this file: ``python build.py --help`` says how."""

from polybook.cli import main

if __name__ == "__main__":
    main()
