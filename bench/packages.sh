#!/bin/sh
# Make sure of the servers that Okno is measured beside, as Debian packages: installed when we are
# root. A measurement goes on without those that cannot be had, and says so.
set -eu

command -v nextcloud-spreed-signaling-server >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing nextcloud-spreed-signaling"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq -y --no-install-recommends nextcloud-spreed-signaling
else
    echo "To measure beside it: apt install nextcloud-spreed-signaling" >&2
fi
