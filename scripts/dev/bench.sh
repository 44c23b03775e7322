# ./dev bench: our figures beside those of other servers.

help_bench() {
  cat <<'TEXT'
usage: ./dev bench [NAME] [ARGUMENT…]

Builds the optimised server and measures it, interleaved in one run with the servers it is compared
to. `./dev bench` alone lists the benchmarks; ./dev bench NAME -- --help shows one's arguments.
TEXT
}

use build

command_bench() {
  command_setup bench
  command_build
  build_preset release bench_generator bench_turn_generator
  VISAVIS_BINARY="$PWD/build/release/visavis" node bench/run.ts "$@"
}
