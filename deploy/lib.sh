# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What start, stop, conversation and test share. Everything that they make stands in one ignored folder, .construct.
#
# CONSTRUCT_STATE names another folder, and CONSTRUCT_BUILD=debug takes the debug build: so the test script runs a stack of its own.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
STATE=${CONSTRUCT_STATE:-$ROOT/.construct}
BUILD=${CONSTRUCT_BUILD:-release}
# See Package.swift.
export CONSTRUCT_ACROSS_MODULES=1

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' RESET=$'\e[0m'; else BOLD='' DIM='' RED='' RESET=''; fi

step() { printf '%s==> %s%s\n' "$BOLD" "$*" "$RESET"; }
note() { printf '    %s%s%s\n' "$DIM" "$*" "$RESET"; }
fail() {
  printf '%s%s: %s%s\n' "$RED" "$(basename "$0")" "$*" "$RESET" >&2
  exit 1
}

# Goes on as the only one that works in a folder: two at once would start everything twice.
run_alone() { # STATE-FOLDER "$@"
  local lock=$1/lock status=0
  shift
  if [ "${CONSTRUCT_LOCK:-}" = "$lock" ]; then return; fi
  mkdir -p "${lock%/*}" 2>/dev/null || true
  (: >>"$lock") 2>/dev/null || fail "$(id -un) cannot write to ${lock%/*}; did another user run this before?"
  # With --close, since the servers that are started would hold the lock as long as they live.
  CONSTRUCT_LOCK=$lock flock --nonblock --conflict-exit-code 75 --close "$lock" "$0" "$@" || status=$?
  [ $status -ne 75 ] || fail "another start, stop or test is at work in ${lock%/*}; wait for it"
  exit $status
}

# --- what the machine needs ------------------------------------------------------------------------------------

# What the Swift toolchain needs on Debian, libraries to build with, and the two servers. Only what is missing is installed.
PACKAGES=(
  binutils ca-certificates gcc git libc6-dev libcurl4 libedit2 libncurses6 libstdc++-12-dev libxml2 libz3-4 tzdata zlib1g-dev
  libhiredis-dev libpq-dev libsodium-dev libsqlite3-dev libssl-dev pkg-config
  openssl postgresql redis-server
)

prepare_machine() {
  command -v swift >/dev/null || fail 'swift was not found on PATH; install Swift 6.3 from https://swift.org/install'
  install_missing
  require_swift
}

install_missing() {
  local missing=() package
  command -v dpkg-query >/dev/null || fail "this is no Debian; install what these Debian packages hold: ${PACKAGES[*]}"
  for package in "${PACKAGES[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = 'ii ' ] || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "these Debian packages are missing; as root: apt-get install --no-install-recommends ${missing[*]}"
    sudo=(sudo)
  fi
  step "Installing ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/dev/null || fail 'apt-get could not install them; its message is above'
}

require_swift() {
  local version
  # Its own message says which library is missing, if it is one.
  version=$(swift --version) || fail "$(command -v swift) does not run"
  version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$version" | head -1)
  [ "$(printf '6.3\n%s\n' "$version" | sort -V | head -1)" = 6.3 ] || fail "Swift 6.3 or newer is needed, found $version"
}

# --- private servers ---------------------------------------------------------------------------------------------

# The newest installed PostgreSQL; asked for when it is needed, since it may have been installed just now.
postgres_bin() { printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1; }

# A folder for Unix sockets. Their paths may have 107 bytes at most and stand in connection strings and URLs, so a checkout
# that is deep or has a space or the like in its path gets one under /tmp.
socket_folder() { # STATE-FOLDER
  local folder=$1/run
  if [ ${#folder} -gt 80 ] || [[ $folder == *[!A-Za-z0-9._/-]* ]]; then
    folder=/tmp/construct-$(id -u)-$(printf %s "$1" | cksum | cut -d' ' -f1)
  fi
  mkdir -p "$folder"
  chmod 755 "$folder"
  printf '%s\n' "$folder"
}

# PostgreSQL refuses to run as root. Root runs it as the package's user if that one can reach the folder, and else in a
# user namespace in which root has another number.
as_postgres() { # FOLDER COMMAND…
  local folder=$1
  shift
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  elif setpriv --reuid=postgres --regid=postgres --clear-groups test -x "$(dirname "$folder")" 2>/dev/null; then
    chown -R postgres:postgres "$folder"
    setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
  elif unshare --user --map-user=postgres --map-group=postgres true 2>/dev/null; then
    unshare --user --map-user=postgres --map-group=postgres "$@"
  else
    fail "PostgreSQL does not run as root, and its user cannot reach $folder; move the checkout out of $HOME"
  fi
}

postgres_is_up() { "$(postgres_bin)/pg_isready" -q -h "$1" -U construct -d postgres; }

start_postgres() { # STATE-FOLDER SOCKET-FOLDER [SETTING…]
  local data=$1/postgres sockets=$2/postgres
  shift 2
  mkdir -p "$data" "$sockets"
  if postgres_is_up "$sockets"; then return; fi
  as_postgres "$sockets" true
  if [ ! -s "$data/PG_VERSION" ]; then
    as_postgres "$data" chmod 700 "$data"
    as_postgres "$data" "$(postgres_bin)/initdb" -D "$data" -U construct --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
  fi
  # Nobody else on this machine may connect: within it everybody is believed to be who they say.
  local options="-c listen_addresses='' -c unix_socket_directories='$sockets' -c unix_socket_permissions=0700" setting
  options+=' -c max_connections=200'
  for setting in "$@"; do options+=" -c $setting"; done
  as_postgres "$data" "$(postgres_bin)/pg_ctl" -D "$data" -l "$data/log" -w -t 60 -o "$options" start >/dev/null ||
    fail "PostgreSQL did not start; its log is $data/log"
}

stop_postgres() { # STATE-FOLDER SOCKET-FOLDER
  local data=$1/postgres status=0
  "$(postgres_bin)/pg_isready" -q -h "$2/postgres" 2>/dev/null || status=$?
  # 2 and above: nobody answers. A pid file that a reboot has left may name a stranger by now.
  if [ $status -ge 2 ]; then return; fi
  as_postgres "$data" "$(postgres_bin)/pg_ctl" -D "$data" -w -m fast stop >/dev/null || true
}

start_redis() { # SOCKET-FOLDER [SETTING…]
  local folder=$1
  shift
  if redis-cli -s "$folder/redis.sock" ping >/dev/null 2>&1; then return; fi
  # Nothing is saved: Redis is transport here, never the truth.
  redis-server --port 0 --unixsocket "$folder/redis.sock" --unixsocketperm 700 --save '' --appendonly no \
    --daemonize yes --pidfile "$folder/redis.pid" --logfile "$folder/redis.log" --dir "$folder" "$@" >/dev/null
  local deadline=$((SECONDS + 20))
  until redis-cli -s "$folder/redis.sock" ping >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || fail "Redis did not start; its log is $folder/redis.log"
    sleep 0.1
  done
}

stop_redis() { redis-cli -s "$1/redis.sock" shutdown nosave >/dev/null 2>&1 || true; }

# --- processes and ports -----------------------------------------------------------------------------------------

# The executable of the process that a pid file names, as the kernel knows it: " (deleted)" behind it says that the file has
# been built anew. Nothing if the process has ended, or if its number belongs to a stranger since a reboot.
executable() { # PID-FILE
  local path
  [ -s "$1" ] && path=$(readlink "/proc/$(cat "$1")/exe" 2>/dev/null) && [[ $path == "$ROOT"/* ]] && printf '%s\n' "$path"
}

is_alive() { executable "$1" >/dev/null; } # PID-FILE

# The first port from the given one on that nobody listens on.
free_port() {
  local port
  for ((port = $1; port < $1 + 400; port++)); do
    if ! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
  fail "all ports from $1 to $((port - 1)) are in use"
}

# The port that a file remembers, if nobody has taken it meanwhile, else the first free one from the given one on, which the
# file remembers from now on.
kept_port() { # FILE PORT
  local port
  port=$(cat "$1" 2>/dev/null) || port=''
  if [ -z "$port" ] || (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    port=$(free_port "$2")
    printf '%s\n' "$port" >"$1"
  fi
  printf '%s\n' "$port"
}

# The status code of an HTTP GET on this machine, without needing curl.
http_status() { # PORT PATH
  local line
  exec 8<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&8
  IFS= read -rt 2 line <&8 || line=''
  exec 8>&-
  line=${line#* }
  printf '%s\n' "${line%% *}"
}

wait_ready() { # NAME PORT PID-FILE LOG
  local deadline=$((SECONDS + 30))
  until [ "$(http_status "$2" /health/ready 2>/dev/null)" = 200 ]; do
    kill -0 "$(cat "$3")" 2>/dev/null || { tail -5 "$4" >&2; fail "$1 ended; its log is $4"; }
    [ $SECONDS -lt $deadline ] || { tail -5 "$4" >&2; fail "$1 is not ready after 30 seconds; its log is $4"; }
    sleep 0.1
  done
}

# Ends a process that a pid file names: SIGTERM, and SIGKILL to one that does not end in 30 seconds, of which draining may take 25.
end_process() { # PID-FILE
  if is_alive "$1"; then
    local pid deadline=$((SECONDS + 30))
    pid=$(cat "$1")
    kill -TERM "$pid" 2>/dev/null || true
    while is_alive "$1"; do
      if [ $SECONDS -ge $deadline ]; then kill -KILL "$pid" 2>/dev/null || true; fi
      sleep 0.1
    done
  fi
  rm -f "$1"
}
