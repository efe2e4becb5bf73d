#!/usr/bin/env bash
# Compile requirements/*.txt from pyproject.toml: every version pinned, every file's hash written, for Python 3.11 and 3.12.
# No address of a package registry may get into the files (tests/test_architecture.py).
set -euo pipefail
cd "$(dirname "$0")/.."
uv="$(command -v uv || echo .venv/bin/uv)"
compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" "$@"
}
compile --output-file requirements/base.txt
compile --extra dev --constraint requirements/base.txt --output-file requirements/dev.txt
