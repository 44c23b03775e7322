# ./dev soak: what takes minutes, in real browsers.

help_soak() {
  cat <<'TEXT'
usage: ./dev soak [file|calls|room…] [--megabytes N] [--calls N] [--minutes N]

Builds the optimised server and uses it for long:
  file     one file of N megabytes (1000) between two Chromium, from disk to disk
  calls    N calls in a row (200) between Chromium and Firefox, on the same two pages
  room     three people in a room for N minutes (10)
All of them by default. Each says what it measured, and fails where memory grows or a link breaks. ./dev test
has the short forms: 200 MB with a cut, ten calls in a row, and rooms of three for a moment.
TEXT
}

use build browsers

command_soak() {
  command_setup test
  command_build
  NO_COLOR=1 VISAVIS_BINARY="$PWD/build/release/visavis" in_own_network node tests/e2e/soak/run.ts "$@"
}
