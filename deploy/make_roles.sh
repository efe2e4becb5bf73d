#!/usr/bin/env bash
# Make the three users and the database that .env names. Run by the postgres image once, when its volume is new.
set -euo pipefail

run() { psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --dbname=postgres "$@"; }

# The parts of an address: scheme://user:password@host/database?options
user_of() { local rest="${1#*://}"; printf %s "${rest%%:*}"; }
password_of() { local rest="${1#*://*:}"; printf %s "${rest%%@*}"; }
database_of() { local rest="${1%%\?*}"; printf %s "${rest##*/}"; }

make_user() { # address, further rights
    run --set=user="$(user_of "$1")" --set=password="$(password_of "$1")" <<SQL
CREATE ROLE :"user" LOGIN ${2:-} PASSWORD :'password';
SQL
}

make_user "$DATABASE_OWNER_URL" CREATEDB
make_user "$DATABASE_URL"
make_user "$DATABASE_WORKER_URL"

run --set=owner="$(user_of "$DATABASE_OWNER_URL")" --set=database="$(database_of "$DATABASE_OWNER_URL")" <<'SQL'
CREATE DATABASE :"database" OWNER :"owner";
SQL
