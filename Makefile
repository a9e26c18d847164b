# Everything starts here, on a machine with Python, make and (for system packages) apt.
#   make setup       .venv with both distributions        make lab        open the course in JupyterLab
#   make demo        grade a sample class                  make notebooks  build source_notebooks/ and release/
#   make check       before each commit, < 2 minutes       make bench      measure everything (hours)
#   make test        lint, prove the course, run all tests make colab      the course with Colab's versions

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo check test lint prove lab notebooks colab bench

setup: $(READY)

$(READY): pyproject.toml autograder/pyproject.toml constraints.txt tools/setup.sh
	PYTHON="$(PYTHON)" bash tools/setup.sh
	@touch $(READY)

demo: setup
	$(BIN)/autograder demo -j 2

check: setup
	$(BIN)/python tools/check.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

prove: setup
	$(BIN)/autograder build --check
	$(BIN)/autograder answers
	$(BIN)/autograder validate -j 2

# Three at a time, on two cores too: tests wait, for browsers and for what they stop.
test: lint prove
	$(BIN)/python -m pytest -n 3 --dist worksteal

lab: setup
	$(BIN)/jupyter lab release

notebooks: setup
	$(BIN)/autograder build

colab: setup
	$(BIN)/python -m pytest -m nightly tests/project/test_colab.py

bench: setup
	$(BIN)/python benchmarks/generator_speed.py --save
	$(BIN)/python benchmarks/fit_overhead.py --save
	$(BIN)/python benchmarks/tutorial_loop.py --threads 2 --save
	$(BIN)/python benchmarks/time_to_accuracy.py --threads 2 --save
	$(BIN)/python benchmarks/engine_overhead.py --save
	$(BIN)/python benchmarks/grading_speed.py --unit 01_convolutions --whole 0 --save
	$(BIN)/python benchmarks/grading_speed.py --unit 02_lenet --save
	$(BIN)/python benchmarks/class_growth.py --save
	$(BIN)/python benchmarks/kill_and_resume.py --save
	$(BIN)/python benchmarks/sandbox_levels.py --save
	$(BIN)/python benchmarks/attacks_on_stock.py --save
	$(BIN)/python benchmarks/widget_latency.py --save
	$(BIN)/python benchmarks/fashion_ladder.py --seeds 3 --save
	$(BIN)/python benchmarks/report.py
	$(BIN)/python benchmarks/experiments.py --save
