#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the packages of tools/packages.txt that are missing.
#   tools/setup.sh GROUP…     GROUP: run, build, test
# Quiet, and nothing at all when everything is there. Needs root or sudo only when something is missing.
set -euo pipefail

readonly list="${BASH_SOURCE[0]%/*}/packages.txt"

fail() {
  echo "setup: $*" >&2
  exit 1
}

(($# > 0)) || fail "which groups? (run, build, test)"
for group in "$@"; do
  grep -q "^$group " "$list" || fail "there is no group '$group' in $list"
done

command -v dpkg-query >/dev/null ||
  fail "this is not a Debian; install what $list names, then build with 'cmake --preset release'"

missing=()
while read -r group package _; do
  [[ " $* " == *" $group "* ]] || continue
  status="$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)"
  [[ $status == installed ]] || missing+=("$package")
done < <(grep -E '^[a-z]' "$list")
((${#missing[@]} > 0)) || exit 0

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null ||
    fail "as root, first: apt-get install --no-install-recommends ${missing[*]}"
  as_root=(sudo)
fi
# Runlevel 1 keeps packages from starting their services: tests start their own.
as_root+=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1)

echo "setup: installing ${missing[*]}" >&2
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
for step in "update" "install --yes --no-install-recommends ${missing[*]}"; do
  # shellcheck disable=SC2086  # one word an argument
  if ! "${as_root[@]}" apt-get --quiet -o DPkg::Lock::Timeout=300 $step >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "'apt-get ${step%% *}' did not succeed"
  fi
done
