# make demo   the main job on the sample reports        make test    every test
# make check  format, lint, types, contracts, tests     make long    the full figures, by hand

PYTHON ?= python3
BIN := .venv/bin
# No call leaves the machine: telemetry and update checks are off everywhere.
export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false
export PREFECT_SERVER_UI_V2_ENABLED = false
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test check long lint bench coverage samples clean

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: .venv/.installed
	@rm -rf demo
	@ONCOFLAG_DATA_DIR=demo $(BIN)/oncoflag ingest sample_reports; status=$$?; \
	  [ $$status -eq 0 ] || [ $$status -eq 3 ] || exit $$status
	@ONCOFLAG_DATA_DIR=demo $(BIN)/oncoflag cases --flagged
	@echo "To see these cases in a browser: $(BIN)/oncoflag serve --demo"

# A process a core; the tests of one file stay together, for they share what it sets up.
test: .venv/.installed tests/web/node_modules
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# The rules for accessible pages; without npm the test that needs them skips with a sentence.
tests/web/node_modules: tests/web/package-lock.json
	@if npm ci --silent --no-audit --no-fund --prefix tests/web; then touch $@; \
	  else echo "npm could not install axe-core: the pages are not held to its rules"; fi

lint: .venv/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

long: .venv/.installed
	$(BIN)/python -m pytest --long

bench: .venv/.installed
	for script in $$(grep -l __main__ benchmarks/*.py); do $(BIN)/python $$script || exit 1; done

coverage: .venv/.installed
	$(BIN)/python -m pytest tests/actionability --cov=actionability --cov-branch --cov-fail-under=95

samples: .venv/.installed
	$(BIN)/python sample_reports/make.py

clean:
	rm -rf .venv demo tests/web/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
