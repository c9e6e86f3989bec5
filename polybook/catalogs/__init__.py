"""The book's catalogs: read, merged, written. Nothing else writes ``locales/``."""
