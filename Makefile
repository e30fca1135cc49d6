# Every target makes .venv by itself when it is missing or older than the pinned versions.
PYTHON ?= python3
# CPU-only PyTorch on Linux: make run TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt
# Exactly these files, checked by their hashes.
LOCKED := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --require-hashes --requirement
TEMPERA := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
PINS := pyproject.toml setup.py constraints.txt $(wildcard locks/*.txt) $(wildcard models/decoder/kernel/*.[ch] models/decoder/kernel/products/*.h)

# NumPy's own threads would wait for cores that the other workers use.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest

.PHONY: run test test-fast test-without-torch test-aarch64 test-sanitizers setup check format bench gallery cards temperature reference translations lesson docs release lock audit clean

run: $(VENV)/.run-ready
	@$(BIN)/python -m $(if $(DISCORD_TOKEN),bot,sandbox $(if $(PORT),--port $(PORT)))

setup: $(VENV)/.run-ready

# The whole suite on all cores, up to four; a part of it, as in make test ARGS="-k name", in one process.
test: $(VENV)/.dev-ready
	$(PYTEST) $(or $(ARGS),--numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder)

# Without processes, browser and training: well under a minute.
test-fast: $(VENV)/.dev-ready
	$(PYTEST) -m "not slow" $(or $(ARGS),--numprocesses auto --maxprocesses 4)

# What needs no torch, where there is no CPU build of it: make test-without-torch PYTHON=python3.13 VENV=.venv-3.13
test-without-torch: $(VENV)/.torchless-ready
	$(PYTEST) -p tests.without_torch $(or $(ARGS),--numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder)

# The kernel on ARM: apt install gcc-aarch64-linux-gnu qemu-user-static
test-aarch64: $(VENV)/.dev-ready
	$(BIN)/python -m tests.decoder.harness --compiler aarch64-linux-gnu-gcc --runner qemu-aarch64-static -static

# The kernel under AddressSanitizer and UndefinedBehaviorSanitizer.
test-sanitizers: $(VENV)/.dev-ready
	ASAN_OPTIONS=detect_leaks=0 $(BIN)/python -m tests.decoder.harness \
		-O1 -g -DTILES_IN_C -fsanitize=address,undefined -fno-sanitize-recover=all

# mypy doesn't follow editable installs: it reads the package through links.
check: $(VENV)/.dev-ready $(VENV)/links
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	MYPYPATH=$(VENV)/links $(BIN)/mypy

format: $(VENV)/.dev-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# On a machine that has nothing else to do. make bench ARGS="--rounds 2" for a quick look;
# ARGS="--save docs/performance" keeps every round's figures, and draws them.
bench: $(VENV)/.bench-ready
	@for name in decoding priming product event_loop_lag footprint training operations; do \
		$(BIN)/python -m benchmarks.$$name $(ARGS) || exit; \
	done
	$(BIN)/python -m benchmarks.quantization_error
	$(BIN)/python -m benchmarks.first_answer
	$(BIN)/python -m benchmarks.load $(ARGS)

gallery: $(VENV)/.dev-ready
	$(BIN)/python -m tests.gallery

temperature: $(VENV)/.run-ready
	$(BIN)/python -m models temperature --record --page docs/temperature.md

# The catalogues of all languages, with every message that is new; it says what is still to be translated.
translations: $(VENV)/.dev-ready
	$(BIN)/python -m tests.translations

# docs/reference.md: every command, option and setting.
reference: $(VENV)/.run-ready
	$(BIN)/python -m tests.reference

# Runs the code of docs/lesson.md, and writes what it prints there and into docs/lesson.ipynb; about two minutes.
lesson: $(VENV)/.dev-ready
	$(BIN)/python -m tests.lesson

# The pages as a site, build/site/index.html; a broken link ends it.
docs: reference $(VENV)/.docs-ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The wheel of what is committed, checked in an empty environment; RELEASE=1 tags the version, too.
release:
	@PYTHON="$(PYTHON)" TORCH_INDEX="$(TORCH_INDEX)" RELEASE="$(RELEASE)" bash .ci/release

train-%: $(VENV)/.run-ready
	$(BIN)/python -m models train models/recipes/$*.yaml

cards: $(VENV)/.run-ready
	$(BIN)/python -m models cards

# Dependencies that only another version of Python has stay as they are.
lock: $(VENV)/.bench-ready $(VENV)/.docs-ready $(VENV)/.audit-ready
	grep ';' constraints.txt > $(VENV)/elsewhere.txt
	$(BIN)/python -m pip freeze --all --exclude-editable --exclude tempera --exclude pip | sed 's/+cpu//' \
		| sort --ignore-case - $(VENV)/elsewhere.txt > $(VENV)/constraints.txt
	mv $(VENV)/constraints.txt constraints.txt
	$(BIN)/python .ci/lock.py

# Known vulnerabilities of what is installed, where the index can be asked.
audit: $(VENV)/.audit-ready
	@$(BIN)/python .ci/audit.py

clean:
	rm -rf $(VENV) build models/decoder/_kernel*

$(VENV)/.python-ready: $(PINS)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Tempera needs Python 3.11, 3.12 or 3.13: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	@echo "Installing Tempera into $(VENV) (first time: some minutes) ..."
	@$(PYTHON) -m venv $(VENV)
	@rm -rf build "models/decoder/_kernel$$($(BIN)/python -c "$$SUFFIX")"
	@touch $@

# PyTorch comes from an index of your choice, without hashes: each has builds of its own.
$(VENV)/.run-ready: $(VENV)/.python-ready
	@$(LOCKED) locks/run.txt
	@$(BIN)/python -c "$$TORCH" > $(VENV)/torch.txt
	@$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) --requirement $(VENV)/torch.txt
	@$(TEMPERA)
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready
	@$(LOCKED) locks/dev.txt
	@touch $@

$(VENV)/links: $(VENV)/.python-ready
	@mkdir -p $@/tempera
	@ln -sfn $(foreach part,tempera/__init__.py bot models storage sandbox,$(CURDIR)/$(part)) $@/tempera/
	@touch $@

# pip can't leave out one requirement: all the others are named.
$(VENV)/.torchless-ready: $(VENV)/.python-ready
	@$(BIN)/python -c "$$OTHERS" > $(VENV)/others.txt
	@$(PIP) --requirement $(VENV)/others.txt
	@$(PIP) --no-deps --editable .
	@touch $@

# Of this Python's own kernel: environments beside this one keep theirs.
define SUFFIX
import sysconfig
print(sysconfig.get_config_var("EXT_SUFFIX"))
endef
export SUFFIX

define TORCH
import tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
print(*(one for one in project["dependencies"] if one.startswith("torch")), sep="\n")
endef
export TORCH

define OTHERS
import tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
extras = project["optional-dependencies"]
print(*(one for one in project["dependencies"] + extras["plots"] + extras["dev"] if not one.startswith("torch")), sep="\n")
endef
export OTHERS

$(VENV)/.docs-ready: $(VENV)/.run-ready
	@$(PIP) --editable '.[plots,docs]'
	@touch $@

$(VENV)/.audit-ready: $(VENV)/.dev-ready
	@$(PIP) --editable '.[plots,audit]'
	@touch $@

$(VENV)/.bench-ready: $(VENV)/.dev-ready
	@$(PIP) --editable '.[plots,dev,bench]'
	@touch $@
