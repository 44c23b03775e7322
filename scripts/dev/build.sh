# ./dev build: the web app, then the optimised server that carries it.

help_build() {
  cat <<'TEXT'
usage: ./dev build

Builds the web app and the optimised server with the app inside it: build/release/visavis.
TEXT
}

use setup

command_build() {
  (($# == 0)) || die "build takes no arguments"
  command_setup build
  build_web
  build_preset release
}

# Vite takes seconds, so it runs only where something that it reads has changed.
build_web() {
  local stamp=build/web.stamp state
  state=$(find web protocol package-lock.json tsconfig.base.json -type f \
    -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/generated/*' -print0 |
    sort -z | xargs -0 sha256sum | sha256sum)
  if [[ -f $stamp && $(cat "$stamp") == "$state" && -f web/app/dist/index.html ]]; then
    return 0
  fi
  say "Building the web app"
  quietly build/logs/web-generate.log npm run generate --workspaces --if-present
  quietly build/logs/web-build.log npm run build --workspaces --if-present
  mkdir -p build
  printf '%s\n' "$state" >"$stamp"
}

# build_preset PRESET [TARGET…]
build_preset() {
  local preset=$1
  shift
  configure "$preset"
  say "Building the server ($preset)"
  quietly "build/logs/build-$preset.log" without_aslr ninja -C "build/$preset" -j "$jobs" "$@"
}
