"""What the authors wrote, read from disk and checked before anything looks into it."""
