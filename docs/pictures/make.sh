#!/usr/bin/env bash
# Make the pictures of this folder anew: pages as Chromium shows them, PDF pages as Poppler does.
# Needs chromium and pdftoppm (Debian: chromium, poppler-utils). Build all editions first.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
output=$here/../../output

page() { # NAME PATH WIDTH HEIGHT
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
    --disable-background-networking --user-data-dir="$(mktemp -d)" \
    --screenshot="$here/$1.png" --window-size="$3,$4" "file://$output/$2" 2>/dev/null
}

page page-ja ja/html/queues.html 1280 1000
page page-en en/html/queues.html 1280 1000
page phone-it it/html/cooperative.html 500 1000
page editions index.html 1000 900
pdftoppm -r 60 -f 13 -l 13 -png -singlefile "$output"/ja/*.pdf "$here/pdf-ja"
pdftoppm -r 60 -f 13 -l 13 -png -singlefile "$output"/en/*.pdf "$here/pdf-en"
