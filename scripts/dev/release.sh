# ./dev release: keeps what later versions are tried against.

help_release() {
  cat <<'TEXT'
usage: ./dev release

Builds this version and keeps it in tests/compat/VERSION: its SDK as npm packs it, and a data directory that its server
has written, with the identity of somebody who was there. From then on ./dev test has that SDK call people at
the new server, and has the new server open that directory. To be run once, on the commit that is the release, after
the version has been raised in CMakeLists.txt and the package.json files and CHANGELOG.md names it.
TEXT
}

use build

command_release() {
  (($# == 0)) || die "release takes no arguments"
  command_setup test
  command_build
  local version kept
  version=$(build/release/visavis --version)
  version=${version#visavis }
  kept=tests/compat/$version
  [[ ! -e $kept ]] || die "$kept is there already: a version is released once"
  mkdir -p "$kept"
  quietly build/logs/release.log npm run build --workspace web/sdk -- --sourcemap false
  quietly build/logs/release.log npm pack --workspace web/sdk --pack-destination "$kept"
  mv "$kept"/visavis-client-*.tgz "$kept/sdk.tgz"
  VISAVIS_BINARY="$PWD/build/release/visavis" node tests/integration/compat/record.ts "$kept"
  say "Kept in $kept; commit it with the release."
}
