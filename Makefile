# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DATA ?= var

.PHONY: help run test lint soak bench lock screenshots clean chromium

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/ready ## make the environment, collect the demonstration, open the console
	@$(BIN)/otterwatch --data-dir $(DATA) start

test: .venv/ready-dev chromium lint ## the first tier of tests, with all it needs
	@$(BIN)/python -m pytest

lint: .venv/ready-dev ## style, types and the directions of imports
	@$(BIN)/ruff format --check -q . || { echo "run: .venv/bin/ruff format"; exit 1; }
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports

soak: .venv/ready-dev chromium ## kills and faults, many times over (an hour or more)
	@$(BIN)/python -m pytest -m soak --timeout 7200

bench: .venv/ready-dev ## figures as ratios, each from one run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file; done

screenshots: .venv/ready-dev chromium ## the pictures of the README, from the demonstration
	@$(BIN)/python docs/make_screenshots.py

lock: ## renew both locks from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	@uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean: ## remove the environment and caches; data stays
	@rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Python 3.11 or later, under whichever name this system has it.
.venv/bin/python:
	@for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	  if command -v $$name >/dev/null && $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making the environment with $$($$name --version) ..."; $$name -m venv .venv; exit 0; fi; done; \
	echo "Python 3.11 or later with its venv module is needed. Debian, Ubuntu: apt install python3 python3-venv. macOS: brew install python@3.13"; exit 1

.venv/ready: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing what Otterwatch needs (some 100 packages, a few minutes) ..."
	@$(PIP) install -qq --require-hashes -r requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation -e . 2>/dev/null || $(PIP) install -qq --no-deps -e .
	@touch $@

.venv/ready-dev: .venv/bin/python requirements-dev.lock pyproject.toml
	@echo "Installing what the tests need ..."
	@$(PIP) install -qq --require-hashes -r requirements-dev.lock
	@$(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@ .venv/ready

# The browser tests look at the console as a person would. Without a Chromium they are skipped, and say so.
chromium: .venv/ready-dev
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then exit 0; fi; \
	if command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then \
	  echo "Installing Chromium and fonts for the browser tests ..."; S=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$S apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$S apt-get install -y -qq chromium fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji >/dev/null || true; \
	else $(BIN)/python -m playwright install chromium || echo "No Chromium could be installed: the browser tests will be skipped."; fi
