#!/usr/bin/env bash
# onnxruntime 1.32.0, wheel for Linux.
#
# Expected: to import a library that runs models writes nothing. Its documentation tells of telemetry
# in the builds for Windows, and `disable_telemetry_events()` turns it off.
# Seen: `import onnxruntime` alone makes ~/.cache/Microsoft/DeveloperTools/.onnxruntime with the id of a
# device and a database of events to be sent, and the library names the address of a collector.
# `disable_telemetry_events()` comes too late for that: it can only be called once all is written.
# With ORT_DISABLE_TELEMETRY=1 in the environment before the import nothing is written.
#
# Exit code 0: seen as told. 1: it behaves otherwise now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnxruntime==1.32.0 numpy==2.4.6
files_after() { # the program $1 in a home of its own, with what else is to be in its environment
    local home
    home=$(mktemp -d -p "$folder")
    env -u XDG_CACHE_HOME HOME="$home" "${@:2}" "$folder/venv/bin/python" -c "$1" >&2
    find "$home" -type f | wc -l
}
import=$(files_after "import onnxruntime" NO=matter)
disabled=$(files_after "import onnxruntime; onnxruntime.disable_telemetry_events()" NO=matter)
told=$(files_after "import onnxruntime" ORT_DISABLE_TELEMETRY=1)
echo "files in the home after the import: $import; with disable_telemetry_events: $disabled; with ORT_DISABLE_TELEMETRY: $told"
((import > 0 && disabled > 0 && told == 0))
