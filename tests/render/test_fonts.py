"""The fonts that text is set in: the files that Polybook knows, under the license that NOTICE.md says."""

from __future__ import annotations

from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ROOT

from polybook.model.findings import BookError
from polybook.render import typst


@pytest.fixture
def anew():
    """Fonts are looked at once in a process."""
    typst._font_folders.cache_clear()
    yield
    typst._font_folders.cache_clear()


def test_the_fonts_are_those_that_polybook_knows(anew: None) -> None:
    extra = [name for name in typst.EXTRA_FONT_PACKAGES if find_spec(name)]
    assert len(typst._font_folders()) == len(typst.FONT_PACKAGES) + len(extra)


@pytest.mark.parametrize("change", ["another", "one more", "one less", "renamed"])
def test_other_fonts_are_refused(
    anew: None, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "some_fonts"
    (package / "files").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "files/a.ttf").write_bytes(b"a")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(typst, "EXTRA_FONT_PACKAGES", {})
    monkeypatch.setattr(typst, "FONT_PACKAGES", {"some_fonts": typst._fonts_digest(package)})
    assert typst._font_folders() == [str(package)]
    typst._font_folders.cache_clear()
    match change:
        case "another":
            (package / "files/a.ttf").write_bytes(b"b")
        case "one more":
            (package / "b.OTF").write_bytes(b"b")
        case "one less":
            (package / "files/a.ttf").unlink()
        case "renamed":
            (package / "files/a.ttf").rename(package / "a.ttf")
    with pytest.raises(
        BookError, match="the fonts of the package some-fonts are not those that Polybook knows"
    ):
        typst._font_folders()


@pytest.mark.parametrize("package", typst.FONT_PACKAGES)
def test_the_notice_names_each_package_with_its_license(package: str) -> None:
    name = package.replace("_", "-")
    known = distribution(name).metadata
    assert known["License-Expression"] == "OFL-1.1" or "SIL OPEN FONT LICENSE Version 1.1" in known["License"]
    assert f"`{name}`" in (ROOT / "NOTICE.md").read_text("utf-8")


def test_the_notice_names_what_sites_hold_of_others() -> None:
    assert distribution("pagefind-bin-extended").metadata["License"] == "MIT"
    assert "Pagefind" in (ROOT / "NOTICE.md").read_text("utf-8")
