# Everything the project does, one word each. Needs Python 3.11 or newer, git and make; brings the rest itself.

TOOLS := .tools
UV ?= $(TOOLS)/bin/uv
BIN := .venv/bin
READY := .venv/.ready
# A server has the bot alone, without the tools of development.
SERVER := .venv/.server
# PostgreSQL's driver on a server: make setup-server EXTRA=postgres
EXTRA ?=

# The first Python that is new enough; `make PYTHON=…` chooses another.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $(name))))

# Never another Python than the one that is here, and never a lock file changed in passing.
export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON := $(PYTHON)

.PHONY: help setup setup-server demo run test test-postgres lint types format check-format bench screenshots clean

help:
	@echo "make demo          try the bot in a browser: no token, no messenger, demonstration data"
	@echo "make run           run the real bot; BOT_TOKEN is in .env or in the environment"
	@echo "make test          all tests, the browser's included"
	@echo "make lint types    what ruff, deptry, vulture and mypy say;  make format: put the code into shape"
	@echo "make test-postgres the tests that need a database, on a PostgreSQL of their own"
	@echo "make screenshots   take the pictures of the documents anew"
	@echo "make bench         the measurements of docs/measurements.md"
	@echo "make setup         only install, so that the rest starts at once"
	@echo "make setup-server  the same for a server: without the tools of development, nothing built there"

setup: $(READY)

setup-server:
	@rm -f $(SERVER)
	@$(MAKE) --no-print-directory $(SERVER)

demo: $(READY)
	$(BIN)/python -m bot demo $(if $(PORT),--port $(PORT))

run: $(if $(wildcard $(SERVER)),$(SERVER),$(READY))
	@test -e .env || install -m 600 .env.example .env
	$(BIN)/python -m bot run

test: $(READY)
	sh scripts/install-chromium.sh
	$(BIN)/python -m pytest -n auto --dist worksteal

test-postgres: $(READY)
	sh scripts/install-postgres.sh
	$(BIN)/python -m scripts.with_postgres $(BIN)/python -m pytest -n auto --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/deptry .
	$(BIN)/vulture

types: $(READY)
	$(BIN)/mypy .

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check-format: $(READY)
	$(BIN)/ruff format --check .

bench: $(READY)
	$(BIN)/python -m benchmarks

screenshots: $(READY)
	sh scripts/install-chromium.sh
	$(BIN)/python -m scripts.screenshots

clean:
	rm -rf .venv $(TOOLS) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen
	@rm -f $(SERVER)
	@touch $@

$(SERVER): $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --no-dev --no-build $(if $(EXTRA),--extra $(EXTRA))
	@rm -f $(READY)
	@touch $@

$(TOOLS)/bin/uv: scripts/install_uv.py scripts/uv.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1; }
	$(PYTHON) scripts/install_uv.py $(TOOLS)
	@touch $@
