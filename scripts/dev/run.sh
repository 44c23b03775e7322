# ./dev run: the server in the foreground.

help_run() {
  cat <<'TEXT'
usage: ./dev run [--lan] [OPTION…]

Builds what has changed, starts the server and prints the address to open. Ctrl-C stops it.

  --lan     serve HTTPS to the local network on port 8443, with a certificate of its own making that
            browsers warn about once (a camera needs HTTPS everywhere but on localhost)
  OPTION…   options of `visavis serve`, such as --listen 127.0.0.1:9000; see
            build/release/visavis serve --help
TEXT
}

use build

command_run() {
  local lan=false listen=false argument options=()
  for argument in "$@"; do
    case "$argument" in
      --lan) lan=true ;;
      --listen | --listen=*) listen=true && options+=("$argument") ;;
      *) options+=("$argument") ;;
    esac
  done
  if $lan; then
    options+=(--tls-self-signed)
    $listen || options+=(--listen 0.0.0.0:8443)
  fi
  command_build
  # exec: signals sent to this script reach the server itself.
  exec build/release/visavis serve "${options[@]}" > >(announce)
}

# Passes the server's ready lines on and adds the addresses that a person can open.
announce() {
  trap '' INT TERM # the server decides when to stop; this ends with its output
  local line address
  while IFS= read -r line; do
    printf '%s\n' "$line"
    if [[ $line =~ ^listening\ on\ (https?)://(.+):([0-9]+)$ ]]; then
      local scheme=${BASH_REMATCH[1]} host=${BASH_REMATCH[2]} port=${BASH_REMATCH[3]}
      case "$host" in
        127.* | '[::1]' | 0.0.0.0 | '[::]') printf '\n  Open %s://localhost:%s\n' "$scheme" "$port" ;;
      esac
      case "$host" in
        0.0.0.0 | '[::]')
          for address in $(hostname -I); do
            [[ $address == *:* ]] || printf '    or %s://%s:%s from another device\n' "$scheme" "$address" "$port"
          done
          ;;
      esac
      printf '\n'
    fi
  done
}
