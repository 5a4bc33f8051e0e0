# make serve         set up, build the release if content changed, serve it on http://127.0.0.1:8000 (PORT=…, HOST=…)
# make test          set up, then all linters and tests
# make check         say what is wrong with the content
# make build         build the release if content changed
#                    SOURCE=… (also for serve): the text of a source, to show its wording beside our restatement
#                    PROOF=no (also for serve): publish without asking for every IRI first, which takes half a minute
# make selftest      attack a server on loopback for half an hour or so, and say which walls stand
# make bench         compare the server with others, quickly (BENCH=--full: at length; BENCH=--help: options)
# make bench-downloads  compare how fast files are sent with nginx, in one run
# make bench-peers   install those others into .venv-bench
# make lock          compute the pinned dependencies anew
# make clean         remove what was made here, except the releases
#
# Needed: Python 3.11 or later, make, git. PYTHON=… names an interpreter that is not found by itself.

HOST ?= 127.0.0.1
PORT ?= 8000
RELEASES ?= releases
SOURCE ?=
PROOF ?=
BENCH ?=
VENV ?= .venv
LOCKER ?= .venv-lock

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(LOCKER)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --quiet

.PHONY: serve build check test lint selftest bench bench-downloads bench-peers lock clean
.DEFAULT_GOAL := serve

serve: build
	@exec $(BIN)/travaux serve --releases "$(RELEASES)" --host "$(HOST)" --port "$(PORT)"

build: $(VENV)/.installed
	@$(BIN)/travaux build --releases "$(RELEASES)" $(if $(SOURCE),--source "$(SOURCE)") \
		$(if $(filter no,$(PROOF)),--no-proof)

check: $(VENV)/.installed
	@$(BIN)/travaux check --releases "$(RELEASES)"

test: lint
	$(BIN)/python -m pytest -q

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

selftest: build
	@$(BIN)/travaux selftest --long --releases "$(RELEASES)"

bench: build
	@cd tests && exec "$(abspath $(BIN))/python" -m bench --releases "$(abspath $(RELEASES))" $(BENCH)

bench-downloads: build
	@cd tests && exec "$(abspath $(BIN))/python" -m bench.downloads --releases "$(abspath $(RELEASES))" $(BENCH)

bench-peers: $(VENV)/.installed
	@sh tests/bench/install-peers .venv-bench "$(BIN)/python"

lock: $(LOCKER)/bin/uv
	$(LOCK) --extra build --output-file constraints.txt
	$(LOCK) --extra build --extra documents --extra dev --constraints constraints.txt --output-file constraints-dev.txt

clean:
	rm -rf "$(VENV)" "$(LOCKER)" .schemas .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find build server tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp says that what it depends on has been installed; it is written last, so a half-made one is redone.

$(VENV)/.python:
	@if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		python=$$(sh .ci/find-python $(PYTHON)) && echo "Making $(VENV) with $$python" && \
		"$$python" -m venv --clear "$(VENV)"; \
	fi
	@touch $@

$(VENV)/.installed: $(VENV)/.python constraints.txt pyproject.toml
	@echo "Installing what constraints.txt pins"
	@$(PIP) install --require-hashes -r constraints.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed constraints-dev.txt
	@echo "Installing what constraints-dev.txt pins"
	@$(PIP) install --require-hashes -r constraints-dev.txt
	@touch $@

$(LOCKER)/bin/uv:
	@python=$$(sh .ci/find-python $(PYTHON)) && "$$python" -m venv --clear "$(LOCKER)"
	@$(LOCKER)/bin/python -m pip --disable-pip-version-check --quiet install uv
