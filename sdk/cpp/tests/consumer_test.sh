#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the SDK into a fresh prefix and builds a program outside the project against it, once with
# find_package and once with pkg-config, static and shared each. Run by ctest.
set -eu

cmake=$1 build=$2 consumer=$3 compiler=$4 sanitizer=$5

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c++20 -Wall -Wextra -Werror -Wno-missing-field-initializers"
[ -z "$sanitizer" ] || flags="$flags -fsanitize=$sanitizer"

"$cmake" --install "$build" --component sdk --prefix "$work/prefix" >"$work/log" || {
  cat "$work/log"
  exit 1
}
if [ -n "$(find "$work/prefix/include" -type l)" ]; then
  echo "a header was installed as a link" >&2
  exit 1
fi

"$cmake" -S "$consumer" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags"
"$cmake" --build "$work/build"
"$work/build/consumer_static"
"$work/build/consumer_shared"

pc=$(find "$work/prefix" -name farthing.pc)
libdir=$(dirname "$(dirname "$pc")")
pkg() { PKG_CONFIG_PATH="$(dirname "$pc")" pkg-config "$@"; }
# shellcheck disable=SC2046,SC2086  # the flags are lists
"$compiler" $flags "$consumer/consumer.cpp" -o "$work/with_pc" $(pkg --cflags --libs farthing)
LD_LIBRARY_PATH="$libdir" "$work/with_pc"
# shellcheck disable=SC2046,SC2086
"$compiler" $flags "$consumer/consumer.cpp" -o "$work/with_pc_static" $(pkg --cflags farthing) \
  "$libdir/libfarthing.a" $(pkg-config --libs libcurl) -pthread
"$work/with_pc_static"
[ "$(pkg --modversion farthing)" = "$("$work/with_pc_static")" ]

# Nothing but the SDK's own names leaves the shared library (weak ones are the standard library's).
foreign=$(nm -DC --defined-only "$libdir/libfarthing.so" | grep ' [TDB] ' | grep -v 'farthing::' || true)
if [ -n "$foreign" ]; then
  echo "the shared library exports: $foreign" >&2
  exit 1
fi
