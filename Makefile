# The one runner: the same commands here, in CI (.ci/run) and in the README. `make` alone lists them.
# Needs Python 3.11 or later with venv, and PyPI; no environment variable. What it makes is in .venv/ and var/.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py

# The first interpreter that can make a virtual environment; PYTHON=… chooses another.
ifndef PYTHON
PYTHON := $(shell for python in python3.11 python3 python python3.12 python3.13 python3.14; do \
  "$$python" -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; done)
endif

# What is installed is named by the sum of the files that say it: another sum installs again.
sum_of = $(shell cat $(1) | cksum | tr -d ' ')
RUN := $(VENV)/.run-$(call sum_of,requirements.txt)
DEV := $(VENV)/.dev-$(call sum_of,requirements.txt requirements-dev.txt)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all:

# PG=… is a folder of PostgreSQL programs, or "wheel", for any command; without it the newest there are (docs/operations.md).
ifdef PG
export THROUGHLINE_PG_BIN := $(PG)
endif

# Where the tests keep their database and files: never with the data of the developer.
TEST_ENV := THROUGHLINE_VAR="$(CURDIR)/var/test" THROUGHLINE_PG_FSYNC=off
# Pass more to pytest with ARGS="-k wait -x".
PYTEST := $(TEST_ENV) $(BIN)/python -m pytest -q
WORKERS ?= logical
# pytest's exit code for "no tests": a part of the suite may be empty still.
MAY_BE_EMPTY := || [ $$? -eq 5 ]

##@ Try it

.PHONY: demo
demo: $(RUN) ## Load companies, run a journey over them, then serve on http://127.0.0.1:8000 (SERVE=0: stop before that)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo_login
	@$(MANAGE) demo
ifneq ($(SERVE),0)
	@$(MANAGE) serve
endif

##@ Run it

.PHONY: run
run: $(RUN) ## The web server (BIND=127.0.0.1:8000); run `make migrate` first
	@exec $(BIN)/python -m gunicorn --config python:config.gunicorn config.wsgi:application

.PHONY: worker
worker: $(RUN) ## A Celery worker with the beat that wakes it; run one of these, more without -B
	@exec $(BIN)/python -m celery --quiet -A config worker -B --loglevel $${LOG_LEVEL:-WARNING}

.PHONY: engine
engine: $(RUN) ## The engine in a plain loop: the same work as `make worker`, without a broker
	@exec $(MANAGE) run_engine

.PHONY: migrate
migrate: $(RUN) ## Bring the database up to date
	@$(MANAGE) migrate

##@ Work on it

.PHONY: test
test: $(DEV) ## The test suite (PG=/usr/lib/postgresql/15/bin or PG=wheel, ARGS="-k name", WORKERS=2)
	@$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not browser and not broker" $(ARGS)

.PHONY: test-broker
test-broker: $(DEV) ## Workers on a real Redis, at REDIS_URL
	@$(PYTEST) -m broker $(ARGS) $(MAY_BE_EMPTY)

.PHONY: browser
browser: $(DEV) ## The tests in a browser: Debian's Chromium
	@$(PYTEST) -m browser $(ARGS) $(MAY_BE_EMPTY)

.PHONY: check
check: $(DEV) ## Style, types, layers, migrations, Django's checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-cache
	$(TEST_ENV) $(MANAGE) makemigrations --check --dry-run
	$(TEST_ENV) $(MANAGE) check --fail-level WARNING

.PHONY: format
format: $(DEV) ## Mend what ruff can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(DEV) ## Measure the engine against hand-written SQL (N=1000000: the million rows too); writes var/bench.json
	@$(BIN)/python -m tests.benchmarks $(if $(N),--n $(N))

.PHONY: bench-pages
bench-pages: $(DEV) ## Time each page and answer on a million accounts (SMALL=1: a small world); writes var/pages.json; half an hour
	@$(BIN)/python -m tests.benchmarks.pages $(if $(SMALL),--small)

.PHONY: lock
lock: $(DEV) ## Pin what requirements*.in ask for; UPGRADE=1 takes the newest
	@for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: \
	    --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) $$name.in --output-file $$name.txt; done

.PHONY: clean
clean: ## Remove .venv/ and what the checks and tests have left; your data in var/ stays
	@rm -rf $(VENV) var/test .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- Installing ---------------------------------------------------------------------------------------------------

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
	  echo "Throughline needs Python 3.11 or later with its venv module, and found none." >&2; \
	  echo "On Debian 12: apt-get install python3 python3-venv. Or name an interpreter: make PYTHON=/path/to/python3.11 …" >&2; \
	  exit 1; fi
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt | $(BIN)/python
	@echo "Installing requirements.txt"
	@$(PIP_INSTALL) -r requirements.txt
	@rm -f $(VENV)/.run-* && touch $@

$(DEV): requirements-dev.txt $(RUN)
	@echo "Installing requirements-dev.txt"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@rm -f $(VENV)/.dev-* && touch $@
