#!/bin/sh
# Makes the expected pictures of presets: tests/figures/pictures.sh [PRESET...]; without names, those there are.
# Look at each before it is committed.
set -e
folder=$(dirname "$0")/pictures
axo=$(dirname "$0")/../../build/release/axo
[ $# -gt 0 ] || set -- $(basename -s .png -a "$folder"/*.png)
for preset in "$@"; do "$axo" export "$preset" --to png -o "$folder/$preset.png"; done
