"""The book's programs: run, and written with their output into the chapters by cog."""
