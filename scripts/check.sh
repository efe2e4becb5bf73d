#!/usr/bin/env bash
# Everything that can be checked without running the program for long. All checks run; the script fails if any did.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()

step() {
    local name="$1"
    shift
    printf -- '— %s\n' "$name"
    "$@" || failed+=("$name")
}

templates() { git ls-files -z -- '*.html' | xargs -0 --no-run-if-empty "$bin/djhtml" --check --tabwidth 2; }

# A server is the same settings with another environment.
deployment() {
    local data
    data="$(mktemp -d)"
    env -i PATH="$PATH" $(scripts/new_env.sh | grep -E '^[A-Z]') DATA_DIR="$data" \
        "$bin/python" manage.py check --deploy --fail-level WARNING
    local status=$?
    rm -rf "$data"
    return "$status"
}

step "ruff check" "$bin/ruff" check .
step "ruff format" "$bin/ruff" format --check .
step "import contracts" "$bin/lint-imports" --no-cache
step "missing migrations" "$bin/python" manage.py makemigrations --check --dry-run
step "check" "$bin/python" manage.py check
step "check --deploy" deployment
step "mypy" "$bin/mypy"
step "templates" templates

if [ "${#failed[@]}" -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[@]}"
    exit 1
fi
echo "All checks passed."
