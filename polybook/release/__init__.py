"""What a release is beside its editions: history, notes, manifest, catalogs for reading apps, validation."""
