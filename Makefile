# make run: set up and start the bot.  make test: set up and run all that CI runs.  make quick: the same without what takes
# long (no processes, no training, no whole model).  make setup: set up only.  make fmt: format.
# make cluster: three replicas behind nginx on a PostgreSQL of their own, before a simulated Telegram, until Ctrl-C.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN = .venv/bin
# Half as many again as there are cores: much of the time a test waits for a bot, not for the processor.
WORKERS ?= $(shell cores=$$(nproc 2>/dev/null || sysctl -n hw.ncpu); echo $$((cores * 3 / 2)))

# Where an environment forbids it, each of some hundred starts would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test types pytest quick fmt setup clean cluster

run: .venv/installed
	@echo "Starting the bot: $(BIN)/python run_bot.py"
	@$(BIN)/python run_bot.py

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j 2 types pytest

# Beside the tests: mypy keeps one core busy for half a minute.
types:
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python run_bot.py check

pytest:
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

quick: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m 'not slow'

fmt: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: .venv/installed-dev

cluster: .venv/installed-dev
	$(BIN)/python -m tests.cluster

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11")'
	@echo "Setting up .venv: some 450 MB, a minute or so; later starts do without"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python deploy/install.py requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@$(BIN)/python deploy/install.py requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .hypothesis
