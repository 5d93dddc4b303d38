#!/bin/sh
# install.sh DIRECTORY: the clients of package-lock.json, with their tests
# beside them; nothing is done when that very lock file is installed.
set -eu
cd "$(dirname "$0")"
mkdir -p "$1"
cp ./*_test.js package.json "$1"
if cmp -s package-lock.json "$1/installed-lock.json"; then exit; fi
cp package-lock.json "$1"
cd "$1"
npm ci --ignore-scripts --no-audit --no-fund
cp package-lock.json installed-lock.json
