# ./dev format: every file as ./dev check wants it.

help_format() {
  cat <<'TEXT'
usage: ./dev format

Rewrites the files that clang-format, Prettier or ESLint's own fixes would write otherwise.
TEXT
}

use setup

command_format() {
  command_setup check
  cpp_sources | xargs -0r clang-format-19 -i
  npx --no-install eslint --fix .
  npx --no-install prettier --write --log-level warn .
}

# The project's own C++ files, zero-terminated; new ones that are not committed yet among them.
cpp_sources() {
  git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.h' |
    while IFS= read -r -d '' file; do
      [[ ! -f $file ]] || printf '%s\0' "$file"
    done
}
