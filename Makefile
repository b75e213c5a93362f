# Registratura's commands. Each needs Python 3.11 or newer and make, and builds what it lacks; `make` alone lists them.
# Another Python has an environment of its own: make test PYTHON=python3.13 VENV=build/python3.13

SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8080
WORKERS ?= 4

BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV := build/uv/bin/uv
PLAIN_HEADER := sed -E '/^"(Project-Id-Version|Report-Msgid-Bugs-To|P.*-Date|Last-Translator|Language-Team|Generated-By):/d'

# Fails with one sentence where $(PYTHON) is missing or too old.
REQUIRE_PYTHON = @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	found=`$(PYTHON) --version 2>/dev/null || echo missing`; \
	echo "Registratura needs Python 3.11 or newer, and '$(PYTHON)' is $$found." \
	"Install one and name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }

.PHONY: help demo test cover check bench crash crowd race faults fuzz map messages lock clean

help:
	@echo 'make demo      try the bot in a browser: no token, no network (PORT=8080)'
	@echo 'make test      run the tests (WORKERS=4, ARGS="tests/chat/booking -k hold")'
	@echo 'make cover     run the tests, measure branch coverage, fail under the floor in pyproject.toml'
	@echo 'make check     lint, formatting, types'
	@echo 'make bench     measure speed'
	@echo 'make race      a hundred thousand deeds by 64 tasks (SEED=1 repeats one)'
	@echo 'make faults    fail every statement and every call of a journey once'
	@echo 'make crash     kill the bot again and again while people use it (KILLS=200, SEED=1)'
	@echo 'make crowd     three hundred people at once (PEOPLE=300)'
	@echo 'make fuzz      a hundred thousand spoilt updates (SEED=1 repeats one)'
	@echo 'make map       write the map of the chat into CONTRIBUTING.md'
	@echo 'make messages  gather the texts of the code into locales/'
	@echo 'make lock      choose versions anew and write requirements.lock'
	@echo 'make clean     remove what was built, the virtual environment too'

demo: $(READY)
	@$(BIN)/registratura demo --port $(PORT)

test: $(READY)
	@$(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) --dist worksteal $(ARGS)

# Leaves pages that show what no test has run: build/coverage/pages/index.html
cover: $(READY)
	@rm -rf build/coverage && mkdir -p build/coverage
	@$(BIN)/coverage run -m pytest --quiet --numprocesses $(WORKERS) --dist worksteal $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage html --quiet --fail-under 0
	@printf 'branch coverage, per cent: ' && $(BIN)/coverage report --format total

check: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo 'Not formatted: run $(BIN)/ruff format' >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary

bench: $(READY)
	@$(BIN)/python -m tests.bench

race faults fuzz: $(READY)
	@$(BIN)/python -m tests.stress $@ $(SEED)

crash: $(READY)
	@$(BIN)/python -m tests.crash --kills $(or $(KILLS),200) --seed $(or $(SEED),1)

crowd: $(READY)
	@PEOPLE=$(or $(PEOPLE),300) $(BIN)/python -m pytest --quiet --capture=no tests/stress/test_crowd.py

map: $(READY)
	@WRITE_MAP=1 $(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) tests/chat/test_crawler.py

# Nothing that changes by itself is kept: no file names, line numbers, wrapping or dates. Guessed (fuzzy) translations
# are refused by the tests, so none are made.
messages: $(READY)
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --no-location --sort-by-file --no-wrap --header-comment "# Texts of Registratura." \
		--output-file build/all.pot bot dialogs
	@$(PLAIN_HEADER) build/all.pot > locales/bot.pot
	@for language in ru en; do \
		catalogue=locales/$$language/LC_MESSAGES/bot.po; \
		$(BIN)/pybabel --quiet update --domain bot --input-file locales/bot.pot --output-file $$catalogue \
			--locale $$language --init-missing --no-wrap --no-fuzzy-matching --ignore-obsolete && \
		$(PLAIN_HEADER) $$catalogue > build/plain.po && mv build/plain.po $$catalogue || exit 1; \
	done

# Has an environment of its own: it must work where the lock it replaces does not install.
lock: $(UV)
	@$(UV) pip compile --quiet pyproject.toml --all-extras --group build --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --upgrade --custom-compile-command 'make lock' \
		--output-file requirements.lock

clean:
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	@find bot dialogs storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that is already here and complete stays as it is: pip then has nothing to fetch.
$(READY): requirements.lock pyproject.toml
	$(REQUIRE_PYTHON)
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(UV):
	$(REQUIRE_PYTHON)
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
