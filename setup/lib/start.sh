#!/bin/bash
# Finds a Python that Odoo 19 runs on and hands over to main.py. usage: start.sh COMMAND [ARGUMENTS]
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

suits() { command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3}; do
    if suits "$python"; then
        exec "$python" -B "$here/main.py" "$@"
    fi
done
echo "error: Python 3.10 to 3.13 is needed and ${PYTHON:-none} was found" >&2
echo "   try: apt-get install python3 (as root), or set PYTHON to the path of one" >&2
exit 2
