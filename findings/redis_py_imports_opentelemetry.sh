#!/usr/bin/env bash
# redis-py 8.1.0, opentelemetry-sdk 1.45.2.
#
# Expected: its metrics for OpenTelemetry are off unless they are asked for, so that a program that does
# not ask pays nothing for a package that happens to be installed beside it.
# Seen: `import redis` and a connection, which is never opened, import the SDK wherever it is installed:
# dozens of modules and some MiB in each process.
#
# Exit code 0: seen as told. 1: it behaves otherwise now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check redis==8.1.0
loaded() {
    "$folder/venv/bin/python" -c "
import sys, redis
redis.Redis(port=1)
print(sum(name.split('.')[0] == 'opentelemetry' for name in sys.modules))"
}
before=$(loaded)
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2
after=$(loaded)
echo "modules of opentelemetry that 'import redis' loads: $before without the SDK, $after with it"
((before == 0 && after > 20))
