# What every command of ./dev uses. Sourced with the repository's root as the working directory.

readonly toolchain=build/toolchain
readonly jobs=$(nproc)
# The pinned Node and npm come before whatever the machine has.
export PATH="$PWD/$toolchain/bin:$PATH"
# ccache finds what another clone or build folder has compiled.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

loaded=' '

# use NAME…: sources scripts/dev/NAME.sh, once.
use() {
  local name
  for name in "$@"; do
    if [[ $loaded != *" $name "* ]]; then
      loaded+="$name "
      source "scripts/dev/$name.sh"
    fi
  done
}

say() { printf '%s\n' "$*" >&2; }

die() {
  say "dev: $*"
  exit 1
}

# True where --help is among the options; what follows `--` belongs to somebody else.
wants_help() {
  local argument
  for argument in "$@"; do
    case "$argument" in
      --) return 1 ;;
      --help | -h) return 0 ;;
    esac
  done
  return 1
}

# quietly LOG COMMAND…: runs it with its output in LOG, which is shown where it fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    say "dev: failed: $*"
    say "dev: all of it is in $log"
    return 1
  fi
}

# without_aslr COMMAND…: the sanitizers of g++ 12 map their shadow at fixed addresses and die at start
# where the kernel randomises more than 28 bits. Inherited, so it also covers what COMMAND starts.
without_aslr() {
  local bits
  bits=$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)
  if ((bits > 28)) && setarch "$(uname -m)" -R true 2>/dev/null; then
    setarch "$(uname -m)" -R "$@"
  else
    "$@"
  fi
}

# configure PRESET: CMake's first run for a preset; later ones are Ninja's own business.
configure() {
  [[ -f build/$1/build.ninja ]] || quietly "build/logs/configure-$1.log" cmake --preset "$1"
}
