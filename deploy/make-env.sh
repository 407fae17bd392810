#!/bin/sh
# Writes .env with new secrets, beside docker-compose.yml; one that is there is left alone.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
    echo "make-env.sh: there is an .env already; its secrets are in use. Delete it to make new ones." >&2
    exit 1
fi
umask 077
while IFS= read -r line; do
    case $line in
    *=) printf '%s%s\n' "$line" "$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <deploy/example.env >.env.new
mv .env.new .env
echo "make-env.sh: .env is written. Keep it; who reads it has all keys." >&2
