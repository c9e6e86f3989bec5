"""Polybook: one Markdown book, many languages, three formats."""

__version__ = "0.1.0"
