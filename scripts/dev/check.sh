# ./dev check: what a reviewer should not have to say.

help_check() {
  cat <<'TEXT'
usage: ./dev check [CHECK…]

Runs these, or the ones named, and changes nothing:

  format    clang-format over the C++
  lint      ESLint over the TypeScript
  prettier  Prettier over TypeScript, CSS, HTML, JSON, YAML
  types     tsc --strict over every workspace
  lock      the lock files hold no download addresses
  tidy      clang-tidy over the C++; what was clean and has not changed is not looked at again
TEXT
}

use build format

readonly checks=(format lint prettier lock types tidy)

command_check() {
  (($#)) || set -- "${checks[@]}"
  local check known=" ${checks[*]} " start status failed=()
  for check in "$@"; do
    [[ $known == *" $check "* ]] || die "there is no check '$check'; the checks are${known% }"
  done
  command_setup check
  for check in "$@"; do
    start=$SECONDS
    # Not part of a condition: bash would ignore `set -e` in all that it calls.
    set +e
    (
      set -e
      "check_$check"
    )
    status=$?
    set -e
    ((status == 0)) || failed+=("$check")
    printf '%-9s %s  %d s\n' "$check" "$( ((status == 0)) && echo ok || echo FAILED)" "$((SECONDS - start))" >&2
  done
  ((${#failed[@]} == 0)) || die "not clean: ${failed[*]}; ./dev format mends what is only form"
}

check_format() { cpp_sources | xargs -0r clang-format-19 --dry-run -Werror; }

# ESLint and tsc read types that are not in the repository but made from it.
generate_types() { npm run generate --workspaces --if-present >/dev/null; }

check_lint() {
  generate_types
  npx --no-install eslint --max-warnings 0 .
}

check_prettier() { npx --no-install prettier --check --log-level warn .; }

check_types() {
  generate_types
  npm run check --workspaces --if-present
}

check_lock() {
  local lock
  for lock in package-lock.json scripts/dev/toolchain/package-lock.json; do
    if grep -nE '"resolved": "[a-z+]+:' "$lock"; then
      die "$lock holds download addresses; remove node_modules and run npm install with this folder's .npmrc"
    fi
  done
}

check_tidy() {
  # clang's own configuration: clang-tidy cannot read what g++ precompiled. Each time, for files that are new.
  quietly build/logs/configure-tidy.log cmake -B build/tidy -G Ninja \
    -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
  # Headers that the build makes.
  quietly build/logs/made-for-tidy.log cmake --build build/tidy --target core_signaling_messages
  python3 scripts/dev/tidy.py build/tidy
}
