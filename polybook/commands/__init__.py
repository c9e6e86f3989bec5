"""One module a verb: what each command does, a line a stage."""
