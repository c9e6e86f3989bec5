"""Pages shown while the book is worked on."""
