#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the packages of tools/packages.txt that are missing.
#   tools/setup.sh GROUP…     GROUP: run, build, postgres, unit, test, bench
# Quiet, and nothing at all when everything is there. Needs root or sudo only when something is missing.
# Never removes a package: where one is in the way, it names it and stops before anything is changed.
set -euo pipefail

readonly list="${BASH_SOURCE[0]%/*}/packages.txt"

fail() {
  echo "setup: $*" >&2
  exit 1
}

(($# > 0)) || fail "which groups? (run, build, postgres, unit, test, bench)"
for group in "$@"; do
  grep -q "^$group " "$list" || fail "there is no group '$group' in $list"
done

command -v dpkg-query >/dev/null ||
  fail "this is not a Debian; install what $list names, then build with 'cmake --preset release'"

missing=()
while read -r group package _; do
  [[ " $* " == *" $group "* ]] || continue
  status="$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)"
  # A package may be of several groups.
  [[ $status == installed || " ${missing[*]} " == *" $package "* ]] || missing+=("$package")
done < <(grep -E '^[a-z]' "$list")
((${#missing[@]} > 0)) || exit 0

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

echo "setup: installing ${missing[*]}" >&2
run_apt update
run_apt "${install[@]}" --simulate "${missing[@]}"
in_the_way="$(removed)"
if [[ -n $in_the_way ]]; then
  echo "setup: for that apt would remove ${in_the_way% }, which is left as it is; nothing was installed." >&2
  fail "if nothing needs it, remove it first: apt-get remove ${in_the_way% }"
fi
run_apt "${install[@]}" --no-remove "${missing[@]}"

# Not now, but that they do at the next boot should surprise nobody.
for service in nginx-light:nginx postgresql-15:postgresql; do
  if [[ " ${missing[*]} " == *" ${service%:*} "* ]]; then
    echo "setup: ${service%:*} will start with the machine from now on, unless: systemctl disable ${service#*:}" >&2
  fi
done
