# Everything is done from here; `make help` lists it. Each target prepares .venv by itself and is quick when nothing changed.
.DEFAULT_GOAL := help
.PHONY: help run test check prove bench lock format
PY := .venv/bin/python
# more than there are cores: tests wait about as much as they compute
WORKERS := $(shell echo $$(($$(nproc) * 3 / 2)))

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## the whole product on this machine: bot, portal, Telegram, an SMS phone and a mailbox; prints an address
	@scripts/prepare run
	@exec $(PY) -m bot demo

test: ## everything that CI checks (needs chromium and pdfinfo)
	@scripts/prepare dev
	@scripts/programs
	@scripts/lint
	@exec .venv/bin/pytest -n $(WORKERS) --dist loadgroup

check: ## the quick half: format, lint, types, import contracts, quick tests
	@scripts/prepare dev
	@scripts/lint
	@exec .venv/bin/pytest -q -n $(WORKERS) --dist loadgroup -m "not slow and not proof"

prove: ## the proofs at full counts, reports in docs/proof/ (one row: make prove ROW=T13)
	@scripts/prepare dev
	@exec $(PY) -m tests.prove $(ROW)

bench: ## measure; prints a table
	@scripts/prepare dev
	@exec $(PY) -m bench

format: ## put the code into the shape that `check` asks for
	@scripts/prepare dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

lock: ## resolve the dependencies of pyproject.toml anew (needs uv)
	@scripts/lock
