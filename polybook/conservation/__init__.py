"""The proof that nothing of the source is lost: what each format shows, word by word."""
