#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the packages of tools/packages.txt that are missing.
#   tools/setup.sh GROUP…     GROUP: run, build, postgres, unit, test, clients, bench
# Quiet, and nothing at all when everything is there. Needs root or sudo only when something is missing.
# Never removes a package: where one is in the way, it names it and stops before anything is changed.
set -euo pipefail

readonly list="${BASH_SOURCE[0]%/*}/packages.txt"

fail() {
  echo "setup: $*" >&2
  exit 1
}

(($# > 0)) || fail "which groups? (run, build, postgres, unit, test, clients, bench)"
for group in "$@"; do
  grep -q "^$group " "$list" || fail "there is no group '$group' in $list"
done

command -v dpkg-query >/dev/null ||
  fail "this is not a Debian; install what $list names, then build with 'cmake --preset release'"

# Whether one of NAME|NAME… is installed, or the program of program=NAME is there.
is_installed() {
  local name status
  for name in ${1//|/ }; do
    if [[ $name == program=* ]]; then
      ! command -v "${name#program=}" >/dev/null || return 0
      continue
    fi
    status="$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)"
    [[ $status != installed ]] || return 0
  done
  return 1
}

# The first of NAME|NAME… that apt has, or the first of all, so that apt names it when it has none.
choose() {
  local name
  [[ $1 == *"|"* ]] || { echo "$1" && return; }
  for name in ${1//|/ }; do
    # Of a package that others only mention, it prints nothing.
    [[ -z $(apt-cache show --quiet=2 "$name" 2>/dev/null) ]] || { echo "$name" && return; }
  done
  echo "${1%%|*}"
}

# Sets `missing` to the packages to install.
choose_all() {
  local each
  missing=()
  for each in "${wanted[@]}"; do missing+=("$(choose "$each")"); done
}

wanted=()
while read -r group packages _; do
  [[ " $* " == *" $group "* ]] || continue
  # A package may be of several groups.
  [[ " ${wanted[*]} " == *" $packages "* ]] || is_installed "$packages" || wanted+=("$packages")
done < <(grep -E '^[a-z]' "$list")
((${#wanted[@]} > 0)) || exit 0
choose_all

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null ||
    fail "as root, first: apt-get install --no-remove --no-install-recommends ${missing[*]}"
  as_root=(sudo)
fi
# Runlevel 1 keeps packages from starting their services: tests start their own. What apt says is read
# below, so it speaks one language.
as_root+=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 LC_ALL=C)

log="$(mktemp)"
trap 'rm -f "$log"' EXIT

# run_apt ARGUMENT…: runs apt-get, whose output goes to the log and is shown when it fails.
run_apt() {
  if ! "${as_root[@]}" apt-get --quiet -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "'apt-get $1' did not succeed"
  fi
}
readonly install=(install --yes --no-install-recommends)

# The packages of the log's lines "Remv NAME …", which a simulation prints.
removed() {
  local word name
  while read -r word name _; do
    [[ $word != Remv ]] || printf '%s ' "$name"
  done <"$log"
}

run_apt update
choose_all
echo "setup: installing ${missing[*]}" >&2
run_apt "${install[@]}" --simulate "${missing[@]}"
in_the_way="$(removed)"
if [[ -n $in_the_way ]]; then
  echo "setup: for that apt would remove ${in_the_way% }, which is left as it is; nothing was installed." >&2
  fail "if nothing needs it, remove it first: apt-get remove ${in_the_way% }"
fi
run_apt "${install[@]}" --no-remove "${missing[@]}"

# Not now, but that they do at the next boot should surprise nobody.
for package in "${missing[@]}"; do
  case "$package" in
    nginx-light) service=nginx ;;
    postgresql-[0-9]*) service=postgresql ;;
    *) continue ;;
  esac
  echo "setup: $package will start with the machine from now on, unless: systemctl disable $service" >&2
done
