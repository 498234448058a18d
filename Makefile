# Needs git, make, and Python >= 3.11 with its venv module. Installs nothing outside this folder.

SHELL := /bin/bash
MAKEFLAGS += --no-builtin-rules

# First the interpreters of pyenv, from their own folders: its shims fail for a version that is not selected. Then those
# of `make pythons`.
empty :=
PYENV_FOLDERS := $(wildcard $(HOME)/.pyenv/versions/3.1[1-9]*/bin)
PYTHONS_CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/typedsignals/pythons/bin
export PATH := $(subst $(empty) ,:,$(PYENV_FOLDERS) )$(PYTHONS_CACHE):$(PATH)
export UV_PYTHON_DOWNLOADS := never
# Trust the certificates of the machine, as pip does: behind a company's proxy, nothing else works.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)

# The first Python that runs, is new enough, and can create environments.
NEW_ENOUGH := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
BOOTSTRAP_PYTHON ?= $(shell export PATH='$(PATH)'; \
	for name in python3.11 python3.12 python3.13 python3.14 python3; do \
		$$name -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && command -v $$name && break; \
	done)

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALL := $(VENV)/bin/uv pip install --quiet --python $(PYTHON) --editable

# The examples that `make demo` runs and checks.
SHOP := examples/shop
# With a module that opens the shop, so that its receivers are connected.
SHOP_OPENED := $(subst /,.,$(SHOP) examples/shop_opened)
SHOP_RELAYED := examples/shop_relayed
SHOP_AND_RELAYED := $(subst /,.,$(SHOP) $(SHOP_RELAYED))
SHOP_BROKEN := $(wildcard examples/shop_broken/*.py)

.DEFAULT_GOAL := help
.PHONY: help demo test dev pythons lint docs bench clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.demo  ## run the example shop, check it and its twin with mistakes, and run it in several processes
	$(PYTHON) -m $(subst /,.,$(SHOP))
	@echo; echo "mypy on the shop:"
	$(PYTHON) -m mypy $(SHOP)
	@echo; echo "mypy on the same shop with mistakes, which it must find:"
	$(PYTHON) -m mypy $(SHOP_BROKEN); test $$? -eq 1
	@echo; echo "the shop's signals:"
	$(PYTHON) -m typedsignals catalog $(SHOP_OPENED)
	@echo; echo "the changes since its last release, two of which break senders or receivers:"
	$(PYTHON) -m typedsignals check $(SHOP_OPENED) --against $(SHOP)/signals-1.0.json; test $$? -eq 1
	@echo; echo "the shop in several processes, through a relay; one of them is killed:"
	$(PYTHON) -m $(subst /,.,$(SHOP_RELAYED))
	@echo; echo "the signals of this shop, some of which are carried to workers now:"
	$(PYTHON) -m typedsignals catalog $(SHOP_AND_RELAYED)
	@echo; echo "the changes since its last release, one of which makes messages that wait unreadable:"
	$(PYTHON) -m typedsignals check $(SHOP_AND_RELAYED) --against $(SHOP_RELAYED)/signals-1.0.json; test $$? -eq 1

test: $(VENV)/.nox  ## run every check: style, types, tests on each Python, documentation, the built wheel
	$(VENV)/bin/nox
	@echo "make test: all checks passed"

lint: $(VENV)/.nox  ## check style and types only
	$(VENV)/bin/nox --session lint mypy

docs: $(VENV)/.nox  ## build the documentation into docs/_build/html
	$(VENV)/bin/nox --session docs

bench: $(VENV)/.nox  ## measure side by side with peers
	$(VENV)/bin/nox --session bench

dev: $(VENV)/.dev  ## set up .venv with everything for development

pythons: $(VENV)/.uv  ## on Debian and its relatives: get Python 3.14 and 3.15 for the tests, without installing them
	PATH='$(abspath $(VENV))/bin':"$$PATH" .ci/pythons 3.14 3.15

clean:  ## remove everything that these commands created
	rm -rf $(VENV) .nox .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist docs/_build tests/node/node_modules*
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.uv:
	@test -n '$(BOOTSTRAP_PYTHON)' || { \
		echo 'make: needs Python >= 3.11 with its venv module (Debian, Ubuntu: apt-get install python3-venv)' >&2; exit 1; }
	$(BOOTSTRAP_PYTHON) -m venv --clear $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/.demo: $(VENV)/.uv pyproject.toml
	$(INSTALL) '.[cli,relay]' --group mypy
	@touch $@

$(VENV)/.nox: $(VENV)/.uv pyproject.toml
	$(VENV)/bin/uv pip install --quiet --python $(PYTHON) --group nox
	@touch $@

# What uv.lock names, from whatever package index this machine uses. `make test` takes the newest versions instead.
$(VENV)/.dev: $(VENV)/.uv pyproject.toml uv.lock
	$(VENV)/bin/uv export --quiet --frozen --all-extras --all-groups --no-emit-workspace --no-hashes -o $(VENV)/locked.txt
	$(INSTALL) . --requirement pyproject.toml --all-extras --group dev --constraint $(VENV)/locked.txt
	@touch $@
