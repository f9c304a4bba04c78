# Works with GNU make 3.81 (macOS) and newer, and with BSD make.

VENV = .venv
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check --quiet
COMPILE = $(VENV)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

.PHONY: demo test check simulate catalog words constraints clean

demo: $(VENV)/ready
	$(VENV)/bin/visavis demo

test: $(VENV)/ready-dev
	$(VENV)/bin/pytest -n auto --dist worksteal

# What a machine can judge without running the program.
check: $(VENV)/ready-dev
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/pytest -q tests/unit/test_house.py

# A longer run of the simulation: make simulate SEEDS=5000 GOOGLE_SEEDS=500
simulate: $(VENV)/ready-dev
	SEEDS=$${SEEDS:-2000} GOOGLE_SEEDS=$${GOOGLE_SEEDS:-200} $(VENV)/bin/pytest -n auto tests/simulation

# Every sentence that people read, collected for the translators; what is new is left empty there.
catalog: $(VENV)/ready-dev
	$(VENV)/bin/python -m tests.catalog

# The full text of all mails on one page, for somebody who reads them aloud.
words: $(VENV)/ready-dev
	@$(VENV)/bin/visavis preview --words build/words.html

# Newest versions that pyproject.toml allows, with the hashes of every platform's files.
constraints: $(VENV)/ready-dev
	$(COMPILE) --upgrade --extra postgresql --extra build -o constraints.txt pyproject.toml
	$(COMPILE) --upgrade --all-extras -c constraints.txt -o constraints-dev.txt pyproject.toml

clean:
	rm -rf $(VENV)

$(VENV)/ready: pyproject.toml constraints.txt
	@sh deploy/venv.sh $(VENV)
	$(PIP) install --require-hashes -r constraints.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready constraints-dev.txt
	$(PIP) install --require-hashes -r constraints-dev.txt
	@touch $@
