"""Translations from elsewhere: every way in yields proposals, and `accept` alone makes one a translation."""
