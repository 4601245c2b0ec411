#!/bin/bash
# Finds a Python that Odoo 19 runs on and hands over to main.py; without one, unpacks the system's own into the cache
# folder. usage: start.sh COMMAND [ARGUMENTS]
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ "$(id -u)" = 0 ]; then default=/var/cache/odoo-credit; else default=${XDG_CACHE_HOME:-$(echo ~)/.cache}/odoo-credit; fi
home=${CREDIT_DEV_HOME:-$default}

suits() { command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

# Debian and Ubuntu keep Python's modules in python3-minimal and libpython3-stdlib; what these need comes along.
private_python() {
    local apt=$home/python-packages
    [ -d "$home" ] || { mkdir -p "$home" && touch "$home/this-is-a-cache-of-odoo-credit"; }
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$home/logs"
    echo "         no Python 3.10 to 3.13 here: unpacking this system's into $home/python"
    local options=(-q -y -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt" -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Acquire::Languages=none)
    {
        apt-get "${options[@]}" update &&
            apt-get "${options[@]}" install --download-only --no-install-recommends python3-minimal libpython3-stdlib &&
            rm -rf "$home/python.partial" &&
            for file in "$apt"/archives/*.deb; do dpkg-deb -x "$file" "$home/python.partial"; done &&
            rm -rf "$apt" && mv "$home/python.partial" "$home/python"
    } >> "$home/logs/python.log" 2>&1
}

# Its libraries are where only this finds them.
use_private_python() {
    local libraries=$(find "$home/python" -name '*.so*' -exec dirname {} + | sort -u | grep -v '/python3' | paste -sd:)
    export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    python=$(ls "$home"/python/usr/bin/python3.* | head -1)
}

for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3}; do
    if suits "$python"; then
        exec "$python" -B "$here/main.py" "$@"
    fi
done
if [ -z "${PYTHON:-}" ] && command -v dpkg-deb >/dev/null && { [ -d "$home/python" ] || private_python; }; then
    use_private_python
    suits "$python" && exec "$python" -B "$here/main.py" "$@"
fi
echo "error: Python 3.10 to 3.13 is needed and ${PYTHON:-none} was found" >&2
echo "   try: apt-get install python3 (as root), or set PYTHON to the path of one" >&2
exit 2
