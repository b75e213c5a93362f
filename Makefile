# The commands of Registratura. They need make and Python 3.11 or newer and set up their environment; `make` lists them.
# With another Python: make test PYTHON=python3.13 VENV=build/python3.13

SHELL := /bin/sh
# Tests start a hundred programs: each would compile everything anew if Python kept nothing.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8080
WORKERS ?= 4

BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV := build/uv/bin/uv
PLAIN_HEADER := sed -E '/^"(Project-Id-Version|Report-Msgid-Bugs-To|P.*-Date|Last-Translator|Language-Team|Generated-By):/d'

# Fails with one sentence if $(PYTHON) is missing or too old.
REQUIRE_PYTHON = @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	found=`$(PYTHON) --version 2>/dev/null || echo missing`; \
	echo "Registratura needs Python 3.11 or newer, and '$(PYTHON)' is $$found." \
	"Install one and name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }

.PHONY: help demo test cover check bench attack crash drill soak crowd race faults fuzz crawl map recorded messages texts lock audit clean

help:
	@echo 'make demo      try the bot in a browser without a token or network (PORT=8080)'
	@echo 'make test      run the tests (WORKERS=4, ARGS="tests/chat/booking -k hold")'
	@echo 'make cover     run the tests and fail if branch coverage is under the floor in pyproject.toml'
	@echo 'make check     check lint, formatting and types'
	@echo 'make bench     measure speed'
	@echo 'make race      run 100 000 random operations in 64 tasks (SEED=1 repeats a run)'
	@echo 'make faults    fail each statement and each Telegram call of a journey once; run each unit of work twice'
	@echo 'make attack    attack the running demo while parents use it (SECONDS=60, PLANT=owner breaks a guard, PLANT=each each)'
	@echo 'make crash     kill the bot many times while people use it (KILLS=200, OUTAGES=10, SEED=1)'
	@echo 'make drill     lose the machine under load and restore from the stream (VISITS=10, SEED=1)'
	@echo 'make soak      let parents and clinics work for an hour and look for what grows (SECONDS=3600, SEED=1)'
	@echo 'make crowd     let many people book at the same time (PEOPLE=300, TOWN=large)'
	@echo 'make fuzz      send 100 000 random and corrupted updates (SEED=1 repeats a run)'
	@echo 'make crawl     press every button of a town ten times the demo, and type at every prompt'
	@echo 'make map       write the map of the chat into CONTRIBUTING.md'
	@echo 'make recorded  write what the current code shows of the recorded week'
	@echo 'make messages  extract the texts of the code into locales/'
	@echo 'make texts     print every text with example facts in both languages (ONLY=booking)'
	@echo 'make lock      update all versions in the two lock files'
	@echo 'make audit     ask for known vulnerabilities of the locked versions'
	@echo 'make clean     remove build results and the virtual environment'

demo: $(READY)
	@$(BIN)/registratura demo --port $(PORT)

test: $(READY)
	@$(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) --dist worksteal $(ARGS)

# The pages in build/coverage/pages/index.html show the lines that no test has run.
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

race faults fuzz crawl: $(READY)
	@$(BIN)/python -m tests.stress $@ $(SEED)

crash: $(READY)
	@$(BIN)/python -m tests.crash --kills $(or $(KILLS),200) --outages $(or $(OUTAGES),10) --seed $(or $(SEED),1)

soak: $(READY)
	@MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 $(BIN)/python -m tests.crash.soak --seconds $(or $(SECONDS),3600) --seed $(or $(SEED),1)

drill: $(READY)
	@$(BIN)/python -m tests.crash.drill --visits $(or $(VISITS),10) --seed $(or $(SEED),1)

crowd: $(READY)
	@PEOPLE=$(or $(PEOPLE),300) TOWN=$(TOWN) $(BIN)/python -m pytest --quiet --capture=no tests/stress/test_crowd.py

map: $(READY)
	@WRITE_MAP=1 $(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) tests/chat/test_crawler.py

# With PLANT=each every planted fault must make a run of its own fail.
attack: $(READY)
	@$(BIN)/python -m tests.attack --seconds $(or $(SECONDS),60) $(if $(PLANT),--plant $(PLANT))

# For a screen that is changed on purpose: the difference shows what people who upgrade will see.
recorded: $(READY)
	@$(BIN)/python -m tests.chat.write_recorded_week

# Catalogues have no file names, line numbers, wrapping or dates, which would change with unrelated edits. The tests
# refuse fuzzy translations, so none are made.
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

texts: $(READY)
	@$(BIN)/python -m tests.texts $(ONLY)

# Uses its own environment: it must work even if the present locks cannot be installed. What the bot needs to run is locked
# apart from what tests need; the second lock has the same versions of the first.
COMPILE = $(UV) pip compile --quiet pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock'

lock: $(UV)
	@$(COMPILE) --upgrade --output-file requirements.lock
	@$(COMPILE) --all-extras --constraint requirements.lock --output-file requirements-dev.lock

# Where no source of advisories answers, a line says so. It has its own environment and is no part of `make check`.
audit: $(READY) build/uv/bin/pip-audit
	@$(BIN)/python -m tests.audit build/uv/bin/pip-audit requirements.lock

clean:
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	@find bot dialogs storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Keeps a complete environment as it is, so that pip has nothing to download.
$(READY): requirements-dev.lock pyproject.toml
	$(REQUIRE_PYTHON)
	@echo 'Building the environment in $(VENV), once: a minute or two.' >&2
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(UV):
	$(REQUIRE_PYTHON)
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv

build/uv/bin/pip-audit: $(UV)
	@build/uv/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
