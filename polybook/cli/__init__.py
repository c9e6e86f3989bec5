"""The command line: verbs, what they print, exit codes."""
