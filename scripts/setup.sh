#!/usr/bin/env bash
# Make .venv and install the pinned dependencies. Usage: scripts/setup.sh base|dev
# Needs Python 3.11 or 3.12 and nothing else. Does nothing when all is in place already.
set -euo pipefail
cd "$(dirname "$0")/.."

kind="${1:-base}"
pins="requirements/$kind.txt"
stamp=".venv/.installed-$kind"

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.12 python3.11 python3 python /usr/bin/python3.12 /usr/bin/python3.11; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && fits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    say "Нужен Python 3.11 или 3.12: установите его или укажите путь: make setup PYTHON=/путь/к/python3.12"
    return 1
}

may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

apt_install() {
    local run=()
    [ "$(id -u)" = 0 ] || run=(sudo -n)
    # The second try is for a machine whose list of packages is old or was never read.
    "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
        { "${run[@]}" apt-get update -qq >/dev/null 2>&1
          "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
}

make_venv() {
    local python="$1" version
    if [ -x .venv/bin/python ] && fits .venv/bin/python; then return; fi
    say "Создаю .venv ($("$python" --version))"
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 && return
    rm -rf .venv
    if command -v uv >/dev/null; then uv venv -q --python "$python" .venv; return; fi
    # Debian keeps the venv module in a package of its own.
    version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    if may_install && apt_install "python$version-venv"; then "$python" -m venv .venv; return; fi
    say "В $python нет модуля venv: установите пакет python$version-venv (apt-get install python$version-venv)."
    return 1
}

install_pins() {
    local digest
    digest="$(sha256sum "$pins" | cut -d' ' -f1)"
    if [ "$(cat "$stamp" 2>/dev/null)" = "$digest" ]; then return; fi
    say "Устанавливаю зависимости из $pins"
    if ! { command -v uv >/dev/null && uv pip install -q --python .venv/bin/python --require-hashes -r "$pins"; }; then
        .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$pins"
    fi
    printf '%s' "$digest" >"$stamp"
}

python="$(find_python)"
make_venv "$python"
install_pins
# What PDF reports and browser tests need beyond Python: name it, and install it where that is allowed.
missing="$(.venv/bin/python scripts/system_libraries.py "$kind")"
if [ -n "$missing" ]; then
    if may_install; then
        say "Устанавливаю системные пакеты: $missing"
        # shellcheck disable=SC2086  # a list of package names
        apt_install $missing || say "Не удалось установить: $missing. Без них не работают PDF (pango, шрифты) и тесты в браузере (chromium)."
    else
        say "Не хватает системных пакетов: $missing. Установите их: sudo apt-get install $missing"
    fi
fi
