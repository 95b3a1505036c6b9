#!/usr/bin/env bash
# Brings CPython 3.14 and 3.15 beside the system's own on Debian 12, from packages of Debian's "forky" release.
# Usage: extra.sh DIR     then DIR/usr/bin/python3.14 and DIR/usr/bin/python3.15 run, ssl and test suite included, and
# DIR/packages holds what else awaits (trio, anyio, uvloop, aiohttp, pytest-asyncio …) for Python 3.12 and newer.
# Changes nothing outside DIR, except that it installs the package patchelf. A minute at first, then nothing to do.
set -euo pipefail

versions=(3.14 3.15)
root=$(mkdir -p "${1:?usage: extra.sh DIR}" && cd "$1" && pwd)

complete() {
  local version
  for version in "${versions[@]}"; do
    PYTHONPATH="$root/packages" "$root/usr/bin/python$version" -c 'import asyncio, ssl, trio, pytest_asyncio, aiohttp' \
      2>/dev/null || return 1
  done
}

# The Debian mirror that this machine uses already, from either form of apt's source lists.
mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^#' |
    grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' '
}

if complete; then exit 0; fi
source=$(mirror || true)
[[ -n $source ]] || { echo "extra.sh: apt's sources name no Debian mirror" >&2; exit 1; }
command -v patchelf >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends patchelf; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $source forky main" >"$work/sources.list"
apt=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=-
  -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
packages=(libc6 libgcc-s1 libbz2-1.0 libdb5.3t64 libexpat1 libffi8 liblzma5 libncursesw6 libreadline8t64
  libsqlite3-0 libssl3t64 libtinfo6 libuuid1 libzstd1 zlib1g media-types tzdata)
for version in "${versions[@]}"; do
  packages+=("python$version" "python$version-minimal" "libpython$version-minimal" "libpython$version-stdlib"
    "libpython$version-testsuite")
done

apt-get "${apt[@]}" update
libraries=(trio outcome sortedcontainers attr sniffio idna anyio typing-extensions uvloop nest-asyncio aiohttp multidict
  yarl frozenlist aiosignal propcache aiohappyeyeballs pytest pytest-asyncio pluggy iniconfig packaging pygments)

mkdir "$work/libraries"
(cd "$work/debs" && apt-get "${apt[@]}" download "${packages[@]}")
(cd "$work/libraries" && apt-get "${apt[@]}" download "${libraries[@]/#/python3-}")
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$root"; done
for deb in "$work"/libraries/*.deb; do dpkg-deb -x "$deb" "$work/unpacked"; done
rm -rf "$root/packages"
mv "$work/unpacked/usr/lib/python3/dist-packages" "$root/packages"

# They need a newer C library than the system's: point each interpreter at the one unpacked beside it.
for version in "${versions[@]}"; do
  patchelf --set-interpreter "$root/usr/lib64/ld-linux-x86-64.so.2" \
    --force-rpath --set-rpath "$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/python$version"
  "$root/usr/bin/python$version" -c 'import asyncio, ssl, sys; print("ready:", sys.version.split()[0])'
done
