# Where browsers run for tests.

# in_own_network COMMAND…: in a network with one interface that leads nowhere. Browsers offer no loopback
# address to each other, so a machine without any other interface would have no calls; and nothing in
# here can reach, or be disturbed by, what is outside.
in_own_network() {
  local enter=(unshare --net)
  ((EUID == 0)) || enter=(unshare --user --map-root-user --net)
  local build='PATH=$PATH:/usr/sbin
    ip link set lo up && ip link add calls0 type veth peer name calls1 &&
    ip address add 10.77.0.2/24 dev calls0 && ip link set calls0 up && ip link set calls1 up &&
    ip route add default via 10.77.0.1'
  if "${enter[@]}" sh -c "$build"; then
    "${enter[@]}" sh -c "$build && exec \"\$@\"" sh "$@"
  else
    say "dev: no network namespace can be made here; the browsers use the machine's own network"
    "$@"
  fi
}
