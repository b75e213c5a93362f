# Registratura's commands. Each needs Python 3.11 or newer and make, and builds what it lacks; `make` alone lists them.

SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8080
WORKERS ?= 2

BIN := .venv/bin
READY := .venv/.ready
UV := build/uv/bin/uv

# Fails with one sentence where $(PYTHON) is missing or too old.
REQUIRE_PYTHON = @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "Registratura needs Python 3.11 or newer, and '$(PYTHON)' is `$(PYTHON) --version 2>&1 || echo missing`." \
	"Install one and name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }

.PHONY: help demo test check bench messages lock clean

help:
	@echo 'make demo      try the bot in a browser: no token, no network (PORT=8080)'
	@echo 'make test      run the tests (WORKERS=2, ARGS="tests/test_booking.py -k hold")'
	@echo 'make check     lint, formatting, types'
	@echo 'make bench     measure speed'
	@echo 'make messages  gather the texts of the code into locales/'
	@echo 'make lock      choose versions anew and write requirements.lock'
	@echo 'make clean     remove what was built, the virtual environment too'

demo: $(READY)
	@$(BIN)/registratura demo --port $(PORT)

test: $(READY)
	@$(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) $(ARGS)

check: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo 'Not formatted: run $(BIN)/ruff format' >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary

bench: $(READY)
	@$(BIN)/python -m tests.bench

# No file names or line numbers in the catalogues, so that moving code changes no translation file; guessed (fuzzy)
# translations are refused by the tests, so none are made. The template keeps its date while its texts stay the same.
messages: $(READY)
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --no-location --sort-by-file --width 120 --add-comments "Translators:" \
		--project registratura --version "" --copyright-holder "Registratura contributors" \
		--output-file build/bot.pot bot dialogs
	@grep -v '^"POT-Creation-Date:' build/bot.pot > build/bot.pot.texts
	@grep -v '^"POT-Creation-Date:' locales/bot.pot 2>/dev/null | cmp -s - build/bot.pot.texts \
		|| cp build/bot.pot locales/bot.pot
	@for language in ru en; do \
		$(BIN)/pybabel --quiet update --domain bot --input-file locales/bot.pot --output-dir locales \
			--locale $$language --init-missing --width 120 --no-fuzzy-matching --ignore-pot-creation-date || exit 1; \
	done

# Has an environment of its own: it must work where the lock it replaces does not install.
lock: $(UV)
	@$(UV) pip compile --quiet pyproject.toml --all-extras --group build --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --upgrade --custom-compile-command 'make lock' \
		--output-file requirements.lock

clean:
	@rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	@find bot dialogs storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that is already here and complete stays as it is: pip then has nothing to fetch.
$(READY): requirements.lock pyproject.toml
	$(REQUIRE_PYTHON)
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(UV):
	$(REQUIRE_PYTHON)
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
