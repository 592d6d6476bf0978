#!/usr/bin/env bash
# Takes the pictures of README from the real window, on a display of its own.
#   tests/figures/screenshot.sh [FILE [ARGUMENT...]]     default: tests/figures/readme.png, what a first start shows
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
axonometry=$here/../../build/release/axonometry
file=${1:-$here/readme.png}
shift "$(($# < 1 ? $# : 1))"
[[ -x $axonometry ]] || { echo "There is no $axonometry yet: run ./check or ./lab first." >&2; exit 1; }
command -v Xvfb >/dev/null || { echo "Xvfb is missing (package xvfb)." >&2; exit 1; }

# Xvfb itself finds a free display and says which.
exec 3<> <(:)
Xvfb -displayfd 3 -screen 0 1920x1200x24 -nolisten tcp >/dev/null 2>&1 &
server=$!
trap 'kill "$server"' EXIT
read -rt 20 number <&3
DISPLAY=:$number WAYLAND_DISPLAY='' QT_QPA_PLATFORM=xcb \
    "$axonometry" --theme light --after 6 --size 1600x1000 "$@" --screenshot "$file"
