# ./dev nat: calls between networks of every kind, in network namespaces.

help_nat() {
  cat <<'TEXT'
usage: ./dev nat [short|full] [--relay own|coturn] [--only REGEXP]

Builds the optimised server and lets real browsers call each other through it from behind every kind of
NAT and firewall: networks made of namespaces and nftables, which end with the command.
  short          six cells: direct, each way to the relay, mixed, Firefox; a room with a broken link and with
                 a narrow uplink; a large file and a cut; what the check and the doctor say
  full           all pairs of networks between two Chromium, a selection with Firefox (default)
  --relay NAME   what relays: the server itself (default) or coturn, for comparison
  --only REGEXP  cells whose title matches, such as 'chromium behind symmetric calls'

The table is in build/nat.md. What failed is in tests/artifacts/failed.
TEXT
}

use build

command_nat() {
  command_setup test
  command_build
  nat_lab_works || die "no network namespaces with nftables can be made here"
  run_nat "$@"
}

run_nat() {
  NO_COLOR=1 VISAVIS_BINARY="$PWD/build/release/visavis" in_nat_lab node tests/e2e/nat/run.ts "$@"
}

nat_lab_works() { in_nat_lab sh -c 'ip netns add trial && ip netns delete trial && nft list ruleset'; }

# in_nat_lab COMMAND…: in namespaces of its own, where it may do to the network, to /run and to /etc/hosts
# what it likes. They end with it, however it ends: the kernel kills what still runs in them (--kill-child),
# and networks and files go when nobody is left.
in_nat_lab() {
  local enter=(unshare --net --mount --pid --fork --kill-child --mount-proc)
  ((EUID == 0)) || enter+=(--user --map-root-user)
  # The shell stays, as the one that reaps the orphans.
  # shellcheck disable=SC2016 # that is for the inner shell
  VISAVIS_NAT_LAB=1 PATH=$PATH:/usr/sbin "${enter[@]}" sh -c '
    mount -t tmpfs lab /run && mkdir /run/netns /run/tmp && export TMPDIR=/run/tmp && "$@"
    exit $?' sh "$@"
}
