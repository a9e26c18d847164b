"""Cells run in this process as IPython would run them, each after the last, whatever happens."""

import linecache

from cnnlab.check.cell_runner import run_cells


def test_an_error_is_told_and_the_next_cell_runs():
    told = []
    found = run_cells(
        ["a = 1", "b = a / 0", "c = a + 1"], lambda number, problem: told.append((number, problem))
    )
    assert (found["a"], found["c"], "b" in found) == (1, 2, False)
    ((number, problem),) = told
    assert (number, type(problem)) == (1, ZeroDivisionError)


def test_magics_and_commands_are_passed_over():
    cells = ["%matplotlib inline\na = 1", "!pip install nothing\nb = 2", "%%bash\nexit 3", "c = 3"]
    told = []
    found = run_cells(cells, lambda *problem: told.append(problem))
    assert (found["a"], found["b"], found["c"], told) == (1, 2, 3, [])
    assert run_cells(["in_colab = 'google.colab' in str(get_ipython())"])["in_colab"] is False


def test_what_is_no_python_is_told_like_any_error():
    told = []
    run_cells(["def f(:"], lambda number, problem: told.append(type(problem)))
    assert told == [SyntaxError]


def test_lines_can_be_quoted():
    found = run_cells(["def f():\n    return 7"])
    code = found["f"].__code__
    assert linecache.getline(code.co_filename, 2) == "    return 7"
