"""The book's programs as one archive that a reader can run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from polybook.model.book import Settings

README = """The programs of "{title}"

Each listing of the book is one of these files; the book names it above the listing.

    python -m venv venv
    . venv/bin/activate
    python -m pip install -r requirements.txt
    python {first}
"""


def render(settings: Settings, programs: Mapping[str, bytes], requirements: Sequence[str]) -> bytes:
    """Return a zip archive with the programs, a README and their requirements; the same bytes each time."""
    folder = f"{settings.name}-examples"
    first = next((name for name in programs if name.endswith(".py")), "")
    contents = {
        "README.txt": README.format(title=settings.title, first=first).encode(),
        "requirements.txt": "".join(f"{line}\n" for line in requirements).encode(),
        **programs,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()
