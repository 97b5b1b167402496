# make demo   the COBA network: compile time, speed, firing rate, a raster picture
# make test   the tests
# make check  under a minute: lint, and those tests of ir, passes and house rules that are quick
# make lint   ruff (format and lint) and mypy
# make sizes  the table of file, function and class sizes
# make bench  the benchmarks, each against its rivals (python -m benchmarks list; run NAME)
#
# Everything runs in a virtual environment of its own, .venv; PYTHON names the interpreter that makes it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The root of the repository is the package: mypy needs a folder that holds it under its name.
SOURCE := $(VENV)/source
TYPED := MYPYPATH=$(SOURCE)

.PHONY: demo test check lint format sizes bench clean

demo: $(VENV)/demo.stamp
	$(BIN)/python examples/demo.py

test: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TYPED) $(BIN)/mypy --exclude '(^|/)tests/' -p ranvier
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m 'not long' tests/ir tests/passes tests/house

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(TYPED) $(BIN)/mypy --exclude '(^|/)tests/' -p ranvier
	$(TYPED):tests $(BIN)/mypy tests

format: $(VENV)/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

sizes: $(VENV)/test.stamp
	$(BIN)/python -m pytest -q -s tests/house/test_sizes.py

bench: $(VENV)/demo.stamp
	$(BIN)/python -m benchmarks run all

clean:
	rm -rf $(VENV) build *.egg-info

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ranvier needs Python 3.11 or later; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[plot]'
	touch $@

$(VENV)/test.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[plot,test]'
	mkdir -p $(SOURCE)
	ln -sfn ../.. $(SOURCE)/ranvier
	touch $@ $(VENV)/demo.stamp
