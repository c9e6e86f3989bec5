"""Markdown to syntax trees: pandoc, and the ways to walk what it gives."""
