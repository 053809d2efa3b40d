# `make chat` and `make test` each do all the set-up they need on a fresh clone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEPS := pyproject.toml constraints.txt

.PHONY: chat test lint index audit clean
.DEFAULT_GOAL := chat

# What runs the program. torch goes first: the CPU build, where the machine or the PyTorch index has one, instead of gigabytes of CUDA.
$(BIN)/.installed: $(DEPS)
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Rapporteur needs Python 3.11 or newer: make PYTHON=python3.12 chat")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet torch==2.13.0 $(TORCH_INDEX)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(BIN)/.installed-dev: $(BIN)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# Index what is new in documents/ and open the chat on http://127.0.0.1:7860.
chat: $(BIN)/.installed
	$(BIN)/python app.py

index: $(BIN)/.installed
	$(BIN)/rapporteur index

test: $(BIN)/.installed-dev
	$(BIN)/python -m pytest

lint: $(BIN)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The pinned versions against the database of known holes, in an environment of the tool's own. Needs the network.
audit:
	test -x $(VENV)-audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)-audit && $(VENV)-audit/bin/python -m pip install --quiet pip-audit; }
	$(VENV)-audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

clean:
	rm -rf $(VENV) $(VENV)-audit .index .mypy_cache .ruff_cache .pytest_cache
