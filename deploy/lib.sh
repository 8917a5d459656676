# SPDX-FileCopyrightText: 2026 The Construct authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What start, stop and test share. Everything that they make stands in one ignored folder, .construct.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
STATE=$ROOT/.construct

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' RESET=$'\e[0m'; else BOLD='' DIM='' RED='' RESET=''; fi

step() { printf '%s==> %s%s\n' "$BOLD" "$*" "$RESET"; }
note() { printf '    %s%s%s\n' "$DIM" "$*" "$RESET"; }
fail() {
  printf '%s%s: %s%s\n' "$RED" "$(basename "$0")" "$*" "$RESET" >&2
  exit 1
}

# --- what the machine needs ------------------------------------------------------------------------------------

# Libraries to build with, and the two servers. Only what is missing is installed.
PACKAGES=(libpq-dev libhiredis-dev libssl-dev libsodium-dev libsqlite3-dev pkg-config postgresql redis-server openssl)

install_missing() {
  local missing=() package
  for package in "${PACKAGES[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = 'ii ' ] || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  step "Installing ${missing[*]}"
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these Debian packages are missing and only root can install them: ${missing[*]}"
    sudo=(sudo)
  fi
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/dev/null || fail 'apt-get could not install them; its message is above'
}

require_swift() {
  command -v swift >/dev/null || fail 'swift was not found on PATH; install Swift 6.3 from https://swift.org/install'
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
  [ "$(printf '6.3\n%s\n' "$version" | sort -V | head -1)" = 6.3 ] || fail "Swift 6.3 or newer is needed, found $version"
}

# --- private servers ---------------------------------------------------------------------------------------------

# The newest installed PostgreSQL; asked for when it is needed, since it may have been installed just now.
postgres_bin() { printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1; }

# A folder for Unix sockets: their paths may have 107 bytes at most, so a deep checkout gets one under /tmp.
socket_folder() { # STATE-FOLDER
  local folder=$1/run
  if [ ${#folder} -gt 80 ]; then
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
  else
    unshare --user --map-user=postgres --map-group=postgres "$@"
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
  local options="-c listen_addresses='' -c unix_socket_directories='$sockets' -c max_connections=200" setting
  for setting in "$@"; do options+=" -c $setting"; done
  as_postgres "$data" "$(postgres_bin)/pg_ctl" -D "$data" -l "$data/log" -w -t 60 -o "$options" start >/dev/null ||
    fail "PostgreSQL did not start; its log is $data/log"
}

stop_postgres() { # STATE-FOLDER
  local data=$1/postgres
  if [ ! -s "$data/postmaster.pid" ]; then return; fi
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

is_alive() { [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

# The first port from the given one on that nobody listens on.
free_port() {
  local port=$1
  while (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
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
    is_alive "$3" || { tail -5 "$4" >&2; fail "$1 ended; its log is $4"; }
    [ $SECONDS -lt $deadline ] || { tail -5 "$4" >&2; fail "$1 is not ready after 30 seconds; its log is $4"; }
    sleep 0.1
  done
}

# Ends a process that a pid file names: SIGTERM, and SIGKILL to one that does not end in 15 seconds.
end_process() { # PID-FILE
  if is_alive "$1"; then
    local pid deadline=$((SECONDS + 15))
    pid=$(cat "$1")
    kill -TERM "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do
      if [ $SECONDS -ge $deadline ]; then kill -KILL "$pid" 2>/dev/null || true; fi
      sleep 0.1
    done
  fi
  rm -f "$1"
}
