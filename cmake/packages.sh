# Sourced by ./run, ./test and .ci/run: what the project needs from the
# system, and how it gets there. On Debian and its relatives apt installs what
# is missing; elsewhere we say what is needed and go on with what there is.

readonly PACKAGES_FOR_STEPS="g++ cmake make"
readonly PACKAGES_FOR_TESTS="$PACKAGES_FOR_STEPS libgtest-dev libgmock-dev \
libbenchmark-dev libhiredis-dev redis-server redis-tools python3 \
python3-redis memcached netcat-openbsd nodejs npm procps"
readonly PACKAGES_FOR_BENCHMARKS="$PACKAGES_FOR_STEPS libbenchmark-dev \
redis-server redis-tools memcached golang-go valgrind python3"
readonly PACKAGES_FOR_PROFILES="$PACKAGES_FOR_STEPS libbenchmark-dev \
linux-perf valgrind python3"
readonly PACKAGES_FOR_PLOTS="python3 python3-matplotlib"
readonly PACKAGES_FOR_CI="$PACKAGES_FOR_TESTS golang-go clang clang-format \
ninja-build"

has_command() {
  local name
  for name; do command -v "$name" >/dev/null && return; done
  return 1
}

has_header() {
  local path
  for path in "/usr/include/$1" "/usr/local/include/$1"; do
    [ -e "$path" ] && return
  done
  return 1
}

# Whether what the package brings is there, however it came.
has_package() {
  case $1 in
    g++) has_command c++ g++ clang++ ;;
    make) has_command make ninja ;;
    ninja-build) has_command ninja ;;
    clang) has_command clang++ ;;
    libgtest-dev) has_header gtest/gtest.h ;;
    libgmock-dev) has_header gmock/gmock.h ;;
    libbenchmark-dev) has_header benchmark/benchmark.h ;;
    libhiredis-dev) has_header hiredis/hiredis.h ;;
    redis-tools) has_command redis-cli && has_command redis-benchmark ;;
    netcat-openbsd) has_command nc ;;
    golang-go) has_command go ;;
    linux-perf) has_command perf ;;
    nodejs) has_command node ;;
    procps) has_command ps ;;
    python3-redis) /usr/bin/python3 -c 'import redis' 2>/dev/null ;;
    python3-matplotlib) /usr/bin/python3 -c 'import matplotlib' 2>/dev/null ;;
    *) has_command "$1" ;;
  esac
}

# install_packages PACKAGE...: installs those that are missing, says so
# before, and installs nothing else.
install_packages() {
  local package missing=()
  for package; do
    has_package "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if ! has_command apt-get; then
    echo "$0: this system has no apt-get. Needed, under Debian's names, and" \
      "not found: ${missing[*]}" >&2
    echo "$0: going on without." >&2
    return
  fi
  echo "Not installed yet, and needed: ${missing[*]}" >&2
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! has_command sudo; then
      echo "$0: install them as root, then call me again:" \
        "apt-get install ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  echo "Installing them with apt-get now; this can take some minutes." >&2
  apt_install "${missing[@]}"
}

# A service that comes with a package must not start: the tests start servers
# of their own, and a port 6379 that is suddenly open is nobody's wish.
# policy-rc.d is Debian's way to say so; one that is there stays.
apt_install() {
  local policy=/usr/sbin/policy-rc.d log status=0
  log=$(mktemp)
  if [ -e "$policy" ]; then
    policy=
  else
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
  fi
  {
    "${as_root[@]}" apt-get -q update &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y install --no-install-recommends "$@"
  } >"$log" 2>&1 </dev/null || status=$?
  [ -n "$policy" ] && "${as_root[@]}" rm -f "$policy"
  if [ "$status" -ne 0 ]; then
    tail -n 30 "$log" >&2
    echo "$0: apt-get could not install: $* (all it said: $log)" >&2
    exit 1
  fi
  rm -f "$log"
}
