"""Translations into chapters: proven against their source, and reviewed."""
