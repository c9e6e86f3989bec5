"""Build the book that lies beside this file: ``python build.py --help`` says how."""

try:
    from polybook.__main__ import main
except ModuleNotFoundError as error:
    raise SystemExit(
        f"error: the package '{error.name}' is missing. Hint: python -m pip install -e ."
    ) from None

if __name__ == "__main__":
    main()
