# ./dev test: every test, in stages.

help_test() {
  cat <<'TEXT'
usage: ./dev test [STAGE…]

Builds what the stages need and runs them, all by default:

  house        the rules of the house: who may include whom, what no file may hold
  unit         the C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer
  tsan         those of the server's rooms under ThreadSanitizer (the cores have no threads)
  web          the tests of the SDK and the app, without a browser
  integration  the optimised server on real sockets, against other people's clients
  sanitized    the integration tests against the server under ASan, then under TSan
  fuzz         every fuzz target for a few seconds, from its corpus
  abuse        attacks from inside, for a moment each, and what each message costs the hub; ./dev abuse measures
  e2e          calls between real browsers
  nat          the same from behind NATs and firewalls; ./dev nat has the whole matrix

Each stage's output is in build/test-logs. Ends with a line "N passed, N failed"; exits with 1 where
one failed, or took longer than VISAVIS_STAGE_SECONDS (1500). VISAVIS_FUZZ_SECONDS sets the time for each fuzz target (10).
TEXT
}

use build browsers fuzz nat abuse

readonly stages=(house unit tsan web integration sanitized fuzz abuse e2e nat)
readonly test_logs=build/test-logs
readonly skipped='dev: skipped:'
# A stage that hangs is a failure that says where, not a build that never ends.
readonly stage_seconds_max=${VISAVIS_STAGE_SECONDS:-1500}

command_test() {
  (($#)) || set -- "${stages[@]}"
  local stage known=" ${stages[*]} "
  for stage in "$@"; do
    [[ $known == *" $stage "* ]] || die "there is no stage '$stage'; the stages are${known% }"
  done
  command_setup test
  mkdir -p "$test_logs"
  passed_all=0 failed_all=0 summary=''
  for stage in "$@"; do
    run_stage "$stage"
  done
  printf '\n%-12s %7s %7s %7s\n%s\n' stage passed failed time "$summary"
  printf '%d passed, %d failed\n' "$passed_all" "$failed_all"
  ((failed_all == 0))
}

# Never called as part of a condition: bash would ignore `set -e` in all that it calls.
run_stage() {
  local stage=$1 log=$test_logs/$1.log start=$SECONDS status passed failed line
  printf '%s …\n' "$stage" >&2
  set +e
  in_time "stage_$stage" >"$log" 2>&1 </dev/null
  status=$?
  set -e
  read -r passed failed < <(count_tests <"$log")
  # A stage that died before it could count, or that ran nothing, has failed, unless it says why it need not run.
  if ((failed == 0 && status == 0)) && grep "^$skipped" "$log" >&2; then
    :
  elif ((failed == 0 && (status != 0 || passed == 0))); then
    failed=1
  fi
  if ((failed)); then
    tail -n 80 "$log" >&2
    say "dev: all of it is in $log"
  fi
  printf -v line '%-12s %7d %7d %5d s' "$stage" "$passed" "$failed" "$((SECONDS - start))"
  say "$line"
  summary+=$line$'\n'
  passed_all=$((passed_all + passed)) failed_all=$((failed_all + failed))
}

# in_time FUNCTION: runs it in a process group of its own, which does not outlive stage_seconds_max.
in_time() {
  set -m
  (
    set +m -e
    "$1"
  ) &
  local group=$! watchdog status
  (
    set +m
    # On the clock, not asleep: a sleep would outlive who is killed for it.
    read -rt "$stage_seconds_max" <> <(:)
    printf 'dev: killed after %d s\n' "$stage_seconds_max"
    kill -TERM -- "-$group"
    read -rt 10 <> <(:)
    kill -KILL -- "-$group"
  ) 2>/dev/null &
  watchdog=$!
  set +m
  trap 'kill -TERM -- "-$group" "-$watchdog" 2>/dev/null; exit 130' INT TERM
  wait "$group"
  status=$?
  trap - INT TERM
  kill -KILL -- "-$watchdog" 2>/dev/null
  wait "$watchdog" 2>/dev/null
  return "$status"
}

# Sums the closing lines of ctest, Vitest, node:test, Python's unittest and our own in a stage's output.
count_tests() {
  sed $'s/\e\\[[0-9;]*m//g' | awk '
    # 97% tests passed, 3 tests failed out of 120
    /^[0-9]+% tests passed, [0-9]+ tests failed out of [0-9]+/ { failed += $4; passed += $NF - $4 }
    #       Tests  1 failed | 45 passed | 2 skipped (48)
    /^ +Tests +[0-9]+ (failed|passed)/ {
      for (i = 2; i < NF; i++) {
        if ($(i + 1) == "failed") failed += $i
        if ($(i + 1) == "passed") passed += $i
      }
    }
    # a file that did not even load:  Test Files  1 failed | 3 passed (4), and no failed test of its own
    /^ Test Files +[0-9]+ failed/ { files_failed = $3 }
    # ℹ pass 12, or in TAP: # pass 12
    /^(ℹ|#) pass [0-9]+$/ { passed += $3 }
    /^(ℹ|#) (fail|cancelled) [0-9]+$/ { failed += $3 }
    # Ran 14 tests in 0.2s, then OK or FAILED (failures=1, errors=2)
    /^Ran [0-9]+ tests? in / { passed += $2 }
    /^FAILED \(.*(failures|errors)=/ {
      n = 0
      while (match($0, /(failures|errors)=[0-9]+/)) {
        split(substr($0, RSTART, RLENGTH), pair, "=")
        n += pair[2]
        $0 = substr($0, RSTART + RLENGTH)
      }
      failed += n; passed -= n
    }
    /^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
    END { if (!failed) failed = files_failed; print passed + 0, failed + 0 }'
}

stage_house() { python3 -m unittest discover -v -s tests/house -p '*_test.py'; }

stage_unit() {
  build_web
  build_preset asan
  ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 run_ctest asan
}

stage_tsan() {
  build_web
  build_preset tsan server_tests
  TSAN_OPTIONS=second_deadlock_stack=1 run_ctest tsan -R '^server_'
}

# run_ctest PRESET [OPTION…]
run_ctest() {
  local preset=$1
  shift
  without_aslr ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure --no-tests=error --timeout 120 "$@"
}

stage_web() {
  build_web
  NO_COLOR=1 npm test --workspace web/sdk
  NO_COLOR=1 npm test --workspace web/app
}

stage_integration() {
  command_build
  run_integration release
}

stage_sanitized() {
  build_web
  build_preset asan visavis
  build_preset tsan visavis
  # The server is that much slower; only waits that would fail depend on it.
  VISAVIS_TEST_PACE=4 run_integration asan
  VISAVIS_TEST_PACE=8 run_integration tsan
}

run_integration() {
  NO_COLOR=1 VISAVIS_BINARY="$PWD/build/$1/visavis" without_aslr npm test --workspace tests/integration
}

stage_fuzz() { command_fuzz all "${VISAVIS_FUZZ_SECONDS:-10}"; }

stage_abuse() {
  command_build
  # What happens inside calls is a scenario of the stage e2e.
  attack_all --short --without-browsers
}

stage_e2e() {
  command_build
  NO_COLOR=1 VISAVIS_BINARY="$PWD/build/release/visavis" in_own_network npm test --workspace tests/e2e
}

stage_nat() {
  if ! nat_lab_works; then
    say "$skipped no network namespaces with nftables can be made here"
    # Where changes are judged, it must run.
    [[ ${CI:-} != true ]]
    return
  fi
  command_build
  run_nat short
}
