# YAFDP's commands. `make` alone lists them. Environments are made when a command needs them, once.
.DEFAULT_GOAL := help
.PHONY: help run up down logs status order load fuzz trace redrive resume deploy test check fmt lock bench-start bench-push sam-local clean

ENVIRONMENT := sh local/environment.sh
PYTHON := .venv/bin/python
LOCAL := $(PYTHON) -m local
OPERATIONS := $(PYTHON) -m operations
THERE = $(if $(STACK),--stack $(STACK)) $(if $(REGION),--region $(REGION))
REQUIREMENTS := local/requirements
COMPILE = .venv/bin/uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.13 --universal $(UPGRADE)

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: ## build, deploy, seed and serve the platform here; Ctrl-C stops it
	@$(ENVIRONMENT) run emulator
	@exec $(LOCAL) run

up: ## the same in the background; returns when the platform answers
	@$(ENVIRONMENT) run emulator
	@$(LOCAL) up

down: ## stop the platform that runs in the background
	@$(ENVIRONMENT) run
	@$(LOCAL) down

deploy: ## build and deploy what changed into the platform that runs
	@$(ENVIRONMENT) run emulator
	@$(LOCAL) deploy

status: ## what runs, where it answers, and what waits in its queues
	@$(ENVIRONMENT) run
	@$(LOCAL) status

logs: ## the functions' and the emulator's logs (WORDS=<service, function or id>, FOLLOW=1)
	@$(ENVIRONMENT) run
	@$(LOCAL) logs $(WORDS) $(if $(FOLLOW),--follow)

order: ## place a demo order and watch it
	@$(ENVIRONMENT) run
	@$(PYTHON) -m local.order

load: ## 1,000 orders from 8 clients against the platform that runs (ORDERS=, CLIENTS=)
	@$(ENVIRONMENT) run
	@$(PYTHON) -m local.load --orders $(or $(ORDERS),1000) --clients $(or $(CLIENTS),8)

fuzz: ## the REST API by its contract, as each role, against the platform that runs (SEED=, ROLE=, EXAMPLES=)
	@$(ENVIRONMENT) test
	@$(PYTHON) -m local.fuzz $(if $(SEED),--seed $(SEED)) $(if $(ROLE),--role $(ROLE)) --examples $(or $(EXAMPLES),50)

trace: ## the traces of an order, as a tree (ID=<order, correlation or trace id>)
	@$(ENVIRONMENT) run
	@$(LOCAL) trace $(ID)

redrive: ## what waits in dead-letter queues; QUEUE=<name or all> takes it back (FROM_JOURNAL=1), PURGE=1 deletes it (YES=1); STACK=, REGION= in the cloud
	@$(ENVIRONMENT) run
	@$(OPERATIONS) redrive $(QUEUE) $(if $(PURGE),--purge) $(if $(YES),--yes) $(if $(FROM_JOURNAL),--from-journal) $(THERE)

resume: ## orders that need attention, executions that ended badly; ORDER=<id>, EXECUTION=<name, order id or ARN> lets one go on; STACK=, REGION= in the cloud
	@$(ENVIRONMENT) run
	@$(OPERATIONS) resume $(or $(EXECUTION),$(ORDER)) $(THERE)

test: ## every test, in one run of two processes (ARGS="-n 0" for one)
	@$(ENVIRONMENT) test emulator
	@$(PYTHON) -m pytest tests --numprocesses 2 $(ARGS)

check: ## format, lint, types and the template's laws, in seconds
	@$(ENVIRONMENT) test
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/cfn-lint template.yaml

fmt: ## format the code
	@$(ENVIRONMENT) test
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: ## compile the pinned requirements from the .in files (UPGRADE=--upgrade takes newer ones)
	@$(ENVIRONMENT) run
	@cd $(REQUIREMENTS) && for set in uv run emulator; do ../../$(COMPILE) $$set.in -o $$set.txt || exit 1; done
	@cd $(REQUIREMENTS) && ../../$(COMPILE) test.in -c run.txt -o test.txt
	@cd layers/platform && ../../$(COMPILE) requirements.in -o requirements.txt

bench-push: ## from the click to the push, state by state, beside the sum of the bare hops (ORDERS=200)
	@$(ENVIRONMENT) run
	@$(PYTHON) -m local.bench_push --orders $(or $(ORDERS),200)

bench-start: ## measure how long a fresh clone takes to its first confirmed order, cold and warm
	@sh local/bench_start.sh

sam-local: ## test the real `sam local` in containers; or SERVE=1 (PORT=3001), or SAMPLE=<function>/<sample> (needs Docker)
	@$(ENVIRONMENT) test emulator
	@$(PYTHON) -m local.sam_local $(if $(SERVE),serve --port $(or $(PORT),3001),$(if $(SAMPLE),invoke $(SAMPLE),check))
	@$(if $(SERVE)$(SAMPLE),,$(PYTHON) -m pytest -vv tests/sam_local $(ARGS))

clean: ## remove environments, builds and the local run's state
	@if [ -x $(PYTHON) ]; then $(LOCAL) down; fi
	rm -rf .venv .venv-emulator .venv*.log .aws-sam .local .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
