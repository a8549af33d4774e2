# Everything is set up on the way: a Python 3.11 or newer is all that is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# One more than there are cores: tests wait for servers, kernels and browsers.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: demo test lint lab lock documents clean

demo: $(READY)  ## schemas, data, rollups and the reports; prints where to look
	$(BIN)/workbench demo

test: $(READY)  ## lint, then the whole suite, notebooks included
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(if $(WORKBENCH_REAL_DATA),,$(if $(wildcard ../shared/data/README.md),WORKBENCH_REAL_DATA=$(abspath ../shared/data))) \
		$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

lint: $(READY)  ## check and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lab: $(READY)  ## JupyterLab on notebooks/
	$(BIN)/workbench lab

lock:  ## resolve requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --group dev pyproject.toml -o requirements.lock

documents: $(READY)  ## write what the documents ask for, and where it is, into README.md and sql/<platform>/README.md
	$(BIN)/python tests/documents/render.py

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; set PYTHON=/path/to/python3.11") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

clean:  ## remove what was made here; the embedded database stays (`workbench db destroy` removes it)
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis reports/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
