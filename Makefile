# `make run` and `make test` do all the set-up themselves; `make help` lists the rest.
# All paths are relative, so that the checkout may lie in a folder with a space in its name.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RIVALS := .venv-rivals
PORT ?= 8000
WORKERS ?= auto
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: help run test lint format bench screenshots lock sample clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.run ## serve the sample project on http://127.0.0.1:8000
	@$(BIN)/annotator init >/dev/null
	@$(BIN)/annotator demo --port $(PORT)
	@$(BIN)/annotator serve --port $(PORT)

test: $(VENV)/.test ## run all tests: units, browser, SQLite and PostgreSQL
	@.ci/debian-packages chromium
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

lint: $(VENV)/.test ## check style, types and templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint --quiet --check --lint templates

format: $(VENV)/.test ## put code and templates into their one form
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@$(BIN)/djlint --quiet --reformat templates || true

bench: $(VENV)/.test $(RIVALS)/.done ## measure speed and memory, and print the figures
	@$(BIN)/python benchmarks/run.py

screenshots: $(VENV)/.test ## draw the pictures of docs/ anew from the sample project
	@.ci/debian-packages chromium
	@$(BIN)/python docs/screenshots.py

sample: $(VENV)/.test ## write exports/sample anew from the sample project
	@$(BIN)/python exports/rebuild_sample.py

lock: ## pin the newest versions of all dependencies, with hashes
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
		--no-annotate --upgrade --extra build pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
		--no-annotate --upgrade --extra build --extra test pyproject.toml -o requirements-test.lock
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
		--no-annotate --upgrade --group rivals -o requirements-rivals.lock

clean: ## remove the environment and what tools left behind
	@rm -rf $(VENV) $(RIVALS) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.run: requirements.lock pyproject.toml
	@.ci/debian-packages venv
	@test -f $(VENV)/.test || $(MAKE) --no-print-directory environment LOCK=requirements.lock
	@touch $@

$(VENV)/.test: requirements-test.lock pyproject.toml
	@.ci/debian-packages venv
	@$(MAKE) --no-print-directory environment LOCK=requirements-test.lock
	@touch $@

$(RIVALS)/.done: requirements-rivals.lock
	@.ci/debian-packages venv
	@test -x $(RIVALS)/bin/python || $(PYTHON) -m venv $(RIVALS)
	@echo "Installing requirements-rivals.lock into $(RIVALS) ..."
	@$(RIVALS)/bin/python -m pip install --quiet --no-deps --require-hashes --requirement requirements-rivals.lock
	@touch $@

.PHONY: environment
environment:
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing $(LOCK) into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement $(LOCK)
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
