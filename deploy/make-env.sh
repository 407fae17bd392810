#!/bin/sh
# Writes .env beside docker-compose.yml, with new secrets. Of one that is there it keeps each line, and adds
# those that it lacks: a newer version may ask for more.
set -eu
cd "$(dirname "$0")/.."
umask 077

with_secrets() {
    while IFS= read -r line; do
        case $line in
        *=) printf '%s%s\n' "$line" "$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done
}

if [ ! -e .env ]; then
    with_secrets <deploy/example.env >.env.new
    mv .env.new .env
    echo "make-env.sh: .env is written. Keep it; who reads it has all keys." >&2
    exit
fi
missing=$(grep '=$' deploy/example.env | while IFS= read -r name; do
    grep -q "^$name." .env || printf '%s\n' "$name"
done)
if [ -z "$missing" ]; then
    echo "make-env.sh: there is an .env already, and it lacks nothing." >&2
    exit
fi
# Its last line may have no end.
added=$(printf '%s\n' "$missing" | with_secrets)
printf '\n%s\n' "$added" >>.env
printf 'make-env.sh: there is an .env already; added to it:\n%s\n' "$missing" >&2
