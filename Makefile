# Each target sets up all that it needs. Python 3.11 or newer and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo up test faults alerts soak compose property check audit fix bench docs pictures lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gouji needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: setup
	$(BIN)/gouji demo

up: setup
	$(BIN)/gouji up

# The second line waits much of the time for the servers that it starts, and has a short form of `make faults` in it.
# In one run with the first, which takes all of the processor, its scans would be last everywhere.
test: setup
	$(BIN)/python -m pytest -n 2 tests/unit tests/golden tests/property
	$(BIN)/python -m pytest -n 5 --dist loadfile tests/faults tests/contract tests/integration tests/system

# Every fault, one after the other: three quarters of an hour. What came of each goes to build/faults.jsonl.
faults: setup
	rm -f build/faults.jsonl
	FAULTS=all $(BIN)/python -m pytest tests/faults --ignore tests/faults/test_alerts.py

# Each alert of deploy/monitoring, by its fault made for real, before a Prometheus (Debian's `prometheus`): half an hour.
alerts: setup
	FAULTS=all $(BIN)/python -m pytest tests/faults/test_alerts.py

# Many documents in one run; build/soak.svg shows the memory of each process.
SOAK ?= 20000
soak: setup
	SOAK=$(SOAK) $(BIN)/python -m pytest tests/faults/test_soak.py

# docker-compose.yml on an engine of its own, without a registry of images; where there can be no
# engine it says why. A quarter of an hour, the first time some minutes more (build/compose).
compose: setup
	$(BIN)/python tests/compose/run.py

# Ten times as many generated documents as in `make test`; PROPERTY_SEED=1000 draws others.
property: setup
	PROPERTY_SCALE=10 $(BIN)/python -m pytest -n 2 tests/property tests/unit/workers/test_batch_races.py

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m deploy.check

# Known flaws of what the image runs. Asks an advisory service, by default or by PIP_AUDIT (`-s osv`), so it is
# no part of `check`, which needs no network.
audit: setup
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	build/audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements-run.lock $(PIP_AUDIT)

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python -m benchmarks

docs: setup
	$(BIN)/python docs/generate.py
	$(BIN)/python deploy/monitoring/generate.py

# What the documents show of the pages; needs Chromium and fonts-noto-cjk, a minute and a half.
pictures: setup
	$(BIN)/python docs/pictures.py

# Versions and hashes only: no address of an index belongs in a lock. Compile with an early Python 3.11
# (Debian 12 has 3.11.2): what only that needs is in the lock then, and does no harm elsewhere.
COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate

# The first is for development; the image is built and run from the others, at the same versions.
lock: setup
	$(COMPILE) --upgrade --extra local --extra ocr --extra otel --extra dev --output-file requirements.lock pyproject.toml
	$(COMPILE) --constraint requirements.lock --extra ocr --extra otel --output-file requirements-run.lock pyproject.toml
	$(COMPILE) --constraint requirements.lock --only-build-deps --build-deps-for wheel \
	    --output-file requirements-build.lock pyproject.toml

clean:
	rm -rf $(VENV) .gouji build dist
