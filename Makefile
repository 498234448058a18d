# Everything for a machine with git, make and Python >= 3.11: `make help` lists the commands.

MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

# Interpreters that pyenv manages are found by their own folders: its shims fail where a version is not selected.
export PATH := $(subst $() $(),:,$(strip $(wildcard $(HOME)/.pyenv/versions/3.1[1-9]*/bin) $(PATH)))
export UV_PYTHON_DOWNLOADS := never

NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
BOOTSTRAP_PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,\
	$(shell $(name) -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && command -v $(name))))

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALL := $(VENV)/bin/uv pip install --quiet --python $(PYTHON)

$(VENV)/.uv:
	$(if $(BOOTSTRAP_PYTHON),,$(error Python >= 3.11 with its venv module is needed (Debian, Ubuntu: apt-get install python3-venv)))
	$(BOOTSTRAP_PYTHON) -m venv --clear $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/.dev: $(VENV)/.uv pyproject.toml
	$(INSTALL) --group dev --editable '.[cli,flask,blinker,async]'
	@touch $@

.PHONY: dev
dev: $(VENV)/.dev  ## set up .venv with all that developing needs
