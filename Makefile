# Every command that a developer types. `make` alone lists them.

SHELL := /bin/bash
BIN := .venv/bin
# Two cores are the smallest machine that the portal is meant for. A file stays with one worker: what its tests share
# (a portal that runs) is made once.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-full matrix mutants check bench docs pins

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup:  ## make .venv with the pinned dependencies; look for system libraries
	@scripts/setup.sh base

setup-dev:  ## the same with what tests and checks need
	@scripts/setup.sh dev

demo: setup  ## run the portal with the demonstration region (PORT=8000)
	@exec $(BIN)/python manage.py demo

test: setup-dev  ## the suite, under ten minutes
	@$(PYTEST) -m "not slow"

test-full: setup-dev  ## the suite with the long lanes: every kill, every journey, the whole matrix
	@$(PYTEST)

matrix: setup-dev  ## ask the whole access matrix; its parts go to whichever worker is free
	@$(BIN)/python -m pytest tests/access -n 2 --dist worksteal

mutants: setup-dev  ## switch each permission call off in turn; the matrix must notice (PART=0/4 for a part)
	@$(BIN)/python scripts/mutants.py $(PART)

check: setup-dev  ## style, contracts, migrations, deployment settings, templates
	@scripts/check.sh

bench: setup-dev  ## measure, and write benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

docs: setup-dev  ## write the generated pages of docs/
	@$(BIN)/python manage.py write_docs

pins: setup-dev  ## compile requirements/ anew from pyproject.toml
	@scripts/pins.sh
