# `make help` lists the targets. Each target creates the virtual environment it needs.

# The first Python that is new enough. Choose another with `make PYTHON=/path/to/python3 ...`.
NEW_ENOUGH := import ensurepip, sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c "$(NEW_ENOUGH)" 2>/dev/null && echo $$python && break; done)

# Two environments, so that `make run` uses only the packages in the production lock.
DEV := .venv/ready
PRODUCTION := .venv-run/ready

LOCK := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" --extra postgres

.DEFAULT_GOAL := help
.PHONY: help setup sandbox run doctor test coverage chaos image-check guide-check bench lint format lock screenshots clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(DEV) ## create the virtual environment for development in .venv

sandbox: $(DEV) ## try the bot offline in the browser (ARGS="--port 9000 --fast")
	.venv/bin/python bot.py sandbox $(ARGS)

run: $(PRODUCTION) ## run the bot with the settings in .env
	.venv-run/bin/python bot.py $(ARGS)

doctor: $(PRODUCTION) ## check settings, database, tokens and callbacks
	.venv-run/bin/python bot.py doctor

TESTS := -m pytest --numprocesses auto --dist worksteal $(ARGS)

test: $(DEV) ## run all tests, or some of them (ARGS="-k callback")
ifdef COVERAGE
	.venv/bin/coverage erase
	.venv/bin/coverage run $(TESTS)
	.venv/bin/coverage combine --quiet
	.venv/bin/coverage report
else
	.venv/bin/python $(TESTS)
endif

coverage: ## run all tests and measure the branch coverage, which must be at least 95 %
	@$(MAKE) test COVERAGE=1

chaos: $(DEV) ## run the bot for minutes under random failures (ARGS="--seed 7 --database sqlite")
	.venv/bin/python -m tests.chaos $(ARGS)

image-check: $(DEV) ## build and test the container image (PYTHON_IMAGE=..., BUILD_OPTIONS=...)
	.venv/bin/python -m tests.container

guide-check: $(DEV) ## run every command of docs/deploy.md with Docker Compose (REGISTRY=127.0.0.1:5000)
	.venv/bin/python -m tests.container.guide

bench: $(DEV) ## measure the bot's CPU, memory and latency (ARGS="--quick", "--json", "--plots docs/bench")
	.venv/bin/python -m benchmarks $(ARGS)

SCHEMA := .venv/bin/check-jsonschema --quiet --builtin-schema

lint: $(DEV) ## check formatting, lint, imports, types and workflows
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/lint-imports --no-logo
	.venv/bin/mypy
	.venv/bin/zizmor --offline --quiet .github
	$(SCHEMA) vendor.github-workflows .github/workflows/*.yml
	$(SCHEMA) vendor.dependabot .github/dependabot.yml
	$(SCHEMA) vendor.github-issue-forms .github/ISSUE_TEMPLATE/bug.yml .github/ISSUE_TEMPLATE/feature.yml
	$(SCHEMA) vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SCHEMA) vendor.compose-spec compose.yaml

format: $(DEV) ## format the code and apply ruff's fixes
	.venv/bin/ruff check --fix-only
	.venv/bin/ruff format

lock: $(DEV) ## update both lock files from pyproject.toml (ARGS=--upgrade to use newer versions)
	$(LOCK) $(ARGS) --output-file requirements.lock
	$(LOCK) $(ARGS) --group dev --constraint requirements.lock --output-file requirements-dev.lock

screenshots: $(DEV) ## take the README's screenshots of the sandbox and record its demo
	.venv/bin/python -m tests.browser.screenshots $(ARGS)

clean: ## remove everything the other targets created, except data/ and .env
	rm -rf .venv .venv-run .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find bot.py benchmarks cogs flux_bot tests -name __pycache__ -prune -exec rm -rf {} +

$(DEV): requirements-dev.lock
$(PRODUCTION): requirements.lock
$(DEV) $(PRODUCTION):
	@"$(or $(PYTHON),false)" -c "$(NEW_ENOUGH)" 2>/dev/null || { echo "flux-bot needs Python 3.11 or newer with\
	 its venv module (on Debian: python3-venv). If your Python has another name, run make PYTHON=..." >&2; exit 1; }
	@echo "Installing the packages in $(@D). This takes about half a minute, once ..."
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --requirement $<
	@touch $@
