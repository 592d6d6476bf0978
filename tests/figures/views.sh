#!/usr/bin/env bash
# Makes the sheets of all views with what real runs give them: tests/figures/views.sh [FOLDER]; without one, those
# that are kept. Look at each before it is committed.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
gallery=$here/../../build/release/tests/test_window_gallery
[[ -x $gallery ]] || { echo "There is no $gallery yet: run ./check first." >&2; exit 1; }
folder=${1:-$here/views}
mkdir -p "$folder"
QT_QPA_PLATFORM=offscreen AXO_FIGURES=$folder "$gallery"
rm -f "$folder/views-projector@2x.png" # its letters are large already
