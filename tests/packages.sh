#!/bin/sh
# Make sure of the programs that tests run, as Debian packages: installed when we are root.
set -eu

missing=""
need() { # a program or a file that shows the package is there, the package
    command -v "$1" >/dev/null 2>&1 || ls $1 >/dev/null 2>&1 || missing="$missing $2"
}
need chromium chromium
need firefox-esr firefox-esr
need pulseaudio pulseaudio
need redis-server redis-server
need turnserver coturn
need ip iproute2
need '/usr/lib/*/faketime/libfaketime.so.1' libfaketime
need '/usr/lib/postgresql/*/bin/initdb' postgresql

[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    apt-get install -qq -y --no-install-recommends $missing
else
    echo "The tests need these packages: apt install$missing" >&2
    exit 1
fi
