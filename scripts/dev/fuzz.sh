# ./dev fuzz: random input for the parsers, under ASan and UBSan.

help_fuzz() {
  cat <<'TEXT'
usage: ./dev fuzz [TARGET|all] [SECONDS]

Runs one fuzz target, or each in turn, for SECONDS (60). New inputs that reach new code are kept in
build/fuzz-corpus/TARGET; an input that breaks something is left in build/fuzz-findings/TARGET-…, and
build/fuzz/tests/fuzz/TARGET FILE replays it.
TEXT
}

use build

command_fuzz() {
  local wanted=${1:-all} seconds=${2:-60} target targets=() passed=0 failed=0
  [[ $seconds =~ ^[0-9]+$ ]] || die "SECONDS is a number, not '$seconds'"
  command_setup fuzz
  build_preset fuzz
  for target in build/fuzz/tests/fuzz/*_fuzz; do
    [[ -x $target ]] && targets+=("$(basename "$target")")
  done
  if [[ $wanted != all ]]; then
    [[ " ${targets[*]} " == *" $wanted "* ]] || die "there is no target '$wanted'; there are: ${targets[*]}"
    targets=("$wanted")
  fi
  for target in "${targets[@]}"; do
    printf 'fuzzing %s for %d s\n' "$target" "$seconds"
    if fuzz_target "$target" "$seconds"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0 && passed > 0))
}

fuzz_target() {
  local target=$1 seconds=$2 seeds dictionary=tests/fuzz/${1%_fuzz}.dict
  local arguments=("build/fuzz-corpus/$target")
  mkdir -p "build/fuzz-corpus/$target" build/fuzz-findings
  # Seeds kept in the repository, and those that the build makes of the protocol's vectors.
  for seeds in tests/fuzz/corpus/"${1%_fuzz}" build/fuzz/tests/fuzz/corpus/"${1%_fuzz}"; do
    [[ ! -d $seeds ]] || arguments+=("$seeds")
  done
  [[ ! -f $dictionary ]] || arguments+=("-dict=$dictionary")
  "build/fuzz/tests/fuzz/$target" "${arguments[@]}" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="build/fuzz-findings/$target-"
}
