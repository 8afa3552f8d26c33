#!/bin/sh
# Make .venv and install what the lock file names into it: environment.sh [dev]
# Needs a Python of 3.11 or newer with venv, and nothing else of the system.
set -eu
cd "$(dirname "$0")/.."

lock=requirements.lock
[ "${1-}" = dev ] && lock=requirements-dev.lock

usable='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
newer='import sys; sys.exit(sys.version_info[:2] < (3, 11))'

# The system's own Python first; one that is newer than those we test with only for want of another.
find_python() {
    for test in "$usable" "$newer"; do
        for name in ${PYTHON-} python3 python3.13 python3.12 python3.11; do
            if "$name" -c "$test" >/dev/null 2>&1; then
                command -v "$name"
                return
            fi
        done
    done
}

if ! .venv/bin/python -c "$newer" >/dev/null 2>&1; then
    python=$(find_python)
    if [ -z "$python" ]; then
        echo "Okno needs Python 3.11 or newer and found none." >&2
        echo "On Debian 12 or Ubuntu 24.04: apt install python3 python3-venv" >&2
        exit 1
    fi
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "$python has no venv. On Debian or Ubuntu: apt install python$version-venv" >&2
        exit 1
    fi
    echo "Making .venv with $python"
    "$python" -m venv --clear .venv
fi

# Installed already, from this very lock file?
mark=.venv/$lock.installed
if cmp -s "$lock" "$mark" && [ ! pyproject.toml -nt "$mark" ]; then
    exit 0
fi
echo "Installing what $lock names (a minute or two)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
    --no-build-isolation --editable .
cp "$lock" "$mark"
