# ./dev abuse: attacks from inside, and what bystanders notice of them.

help_abuse() {
  cat <<'TEXT'
usage: ./dev abuse [--only NAME|ROW]… [--same-address] [--seconds N] [--short] [--write] [--list] [--without-browsers]

Builds the optimised server and attacks it, with its limits as shipped: a session, a person, an address
that does what it likes. Two people who call each other, and others who come to rooms, come back and
arrive anew, notice nothing, or the attack has succeeded. The server has a core of its own, everybody
else another one.

  --only NAME         attacks whose name holds NAME, or of that row of docs/security/abuse-cases.md
  --same-address      attackers come from the bystanders' address, who show their tokens
  --seconds N         each attack's time (10)
  --short             as in ./dev test: cores are shared, and times are not judged
  --write             writes the tables in docs/security/abuse.md
  --list              says what there is
  --without-browsers  leaves out what is done inside calls

Ends with a line "N passed, N failed".
TEXT
}

use build browsers

command_abuse() {
  command_setup test
  command_build
  attack_all "$@"
}

# attack_all OPTION…: what `./dev test abuse` does as well.
attack_all() {
  build_preset release bench_hub_cost
  NO_COLOR=1 VISAVIS_BINARY="$PWD/build/release/visavis" in_own_network node tests/abuse/run.ts "$@"
}
