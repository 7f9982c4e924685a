# Two targets do everything on a fresh machine with python3 (3.11-3.13), python3-venv and make:
#   make demo    the whole bot with sample issues on a loopback page, no token needed
#   make test    everything that can be tested here; the last lines name what was skipped
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
PIP     = $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL = $(PIP) install --require-hashes --only-binary :all: --no-deps

.PHONY: help demo test lint types check-quality docs pictures lock clean

help:
	@sed -n '2,4s/^# *//p' $(MAKEFILE_LIST)

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "zhouzhi needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/.made
	$(INSTALL) -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(INSTALL) -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.run
	$(BIN)/zhouzhi demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

check-quality: lint types
	$(BIN)/python -m bot.cli.docs --check

# The command tables of both READMEs and docs/configuration.md, from the routes and the settings model.
docs: $(VENV)/.run
	$(BIN)/python -m bot.cli.docs

# docs/pictures, from the demo and previews of the samples; needs Debian's chromium.
pictures: $(VENV)/.dev
	$(BIN)/python -m tests.e2e.pictures

# Needs uv on PATH. The locks name no registry host: hashes alone decide.
lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet --upgrade --output-file requirements/run.txt
	uv pip compile pyproject.toml --group build --group dev --group e2e --constraints requirements/run.txt --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet \
	  --output-file requirements/dev.txt

clean:
	rm -rf $(VENV) data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
