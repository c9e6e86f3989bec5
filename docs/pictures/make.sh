#!/usr/bin/env bash
# Make the pictures of this folder anew, from all editions as they are in output/.
# Needs the extra `test`, and chromium (Debian: chromium). Japanese is drawn with the PDF's font, whatever the system has.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fonts=$(python -c 'import noto_cjk_sans_jp_bold as b, noto_cjk_sans_jp_regular as r
for one in (b, r): print(f"<dir>{one.__path__[0]}</dir>")')
cat >"$work/fonts.conf" <<EOF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  $fonts
  <cachedir>$work/cache</cachedir>
</fontconfig>
EOF

FONTCONFIG_FILE=$work/fonts.conf WORK=$work python - <<'EOF'
import os
import shutil
import zipfile
from pathlib import Path

import pypdfium2
from playwright.sync_api import sync_playwright

output, work = Path("../../output").resolve(), Path(os.environ["WORK"])
pages = {  # name: page, width, height, colours
    "page-en": ("en/html/queues.html#events", 1280, 900, "light"),
    "page-ja": ("ja/html/queues.html#events", 1280, 900, "light"),
    "dark-ja": ("ja/html/queues.html#bounded-queues", 1280, 900, "dark"),
    "phone-it": ("it/html/cooperative.html", 390, 800, "light"),
    "editions": ("index.html", 1000, 800, "light"),
}
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
    )

    def draw(name, url, width, height, scheme):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        page.goto(url)
        page.wait_for_timeout(300)
        page.screenshot(path=f"{name}.png")
        page.close()

    for name, (path, *how) in pages.items():
        draw(name, f"file://{output}/{path}", *how)
    for locale in ("en", "ja"):
        with zipfile.ZipFile(next((output / locale).glob("*.epub"))) as archive:
            archive.extractall(work / locale)
            chapter = next(name for name in archive.namelist() if b"queues/event.py" in archive.read(name))
        draw(f"epub-{locale}", f"file://{work / locale / chapter}", 560, 760, "light")
    browser.close()

for locale in ("en", "ja"):
    document = pypdfium2.PdfDocument(next((output / locale).glob("*.pdf")))
    page = next(page for page in document if "queues/event.py" in page.get_textpage().get_text_range())
    page.render(scale=0.9).to_pil().save(f"pdf-{locale}.png")
EOF
