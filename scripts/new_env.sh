#!/usr/bin/env bash
# Print .env.example with every <random-…> replaced by a secret of its own. Usage: scripts/new_env.sh > .env
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077
while IFS= read -r line; do
    while [[ $line =~ \<random-[a-z]+\> ]]; do
        # Letters and figures only: a secret may stand inside an address.
        value="$(head -c 512 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9')"
        line="${line/"${BASH_REMATCH[0]}"/"${value:0:56}"}"
    done
    printf '%s\n' "$line"
done <.env.example
