"""`life_step`: one round of Conway's Game of Life."""

from __future__ import annotations

import numpy as np

from cnnlab.check.draw import Draw
from cnnlab.check.exercise import Exercise
from cnnlab.check.explain import agree
from cnnlab.learner import LearnerCode
from numpy_course.exercises.u01_neighbours._telling import telling

AROUND = [(down, right) for down in range(3) for right in range(3) if (down, right) != (1, 1)]


def life_step(board: np.ndarray) -> np.ndarray:
    """(rows, columns) → (rows, columns): who lives one round later; beyond the edge all is dead."""
    return _next(board, neighbours(board))


def neighbours(board: np.ndarray, places: list[tuple[int, int]] = AROUND) -> np.ndarray:
    """How many of the cells at these places around each cell are alive."""
    rows, columns = board.shape
    padded = np.pad(board, 1)
    shifted = [padded[down : down + rows, right : right + columns] for down, right in places]
    return np.sum(shifted, axis=0)


def _next(board: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.where(board == 1, (count == 2) | (count == 3), count == 3).astype(int)


exercise = Exercise("life_step", {"life_step": life_step}, refuses=["scipy.*"])


@exercise.mistake(
    "counts_itself", "A cell counts itself as its own neighbour. It has eight, and is none of them."
)
def _(board: np.ndarray) -> np.ndarray:
    return _next(board, neighbours(board) + board)


@exercise.mistake(
    "four_neighbours", "The neighbours across the corners are left out. A cell has eight."
)
def _(board: np.ndarray) -> np.ndarray:
    return _next(board, neighbours(board, [(0, 1), (1, 0), (1, 2), (2, 1)]))


@exercise.mistake(
    "wraps_around",
    "Your board has no edge: cells on the left have neighbours on the right, as with `np.roll` or "
    "with the index -1. Beyond the edge everything is dead.",
)
def _(board: np.ndarray) -> np.ndarray:
    shifts = [np.roll(board, (down - 1, right - 1), (0, 1)) for down, right in AROUND]
    return _next(board, np.sum(shifts, axis=0))


@exercise.mistake(
    "edge_stays",
    "Cells at the edge of the board stay as they are. They live and die like all the others.",
)
def _(board: np.ndarray) -> np.ndarray:
    after = board.copy()
    after[1:-1, 1:-1] = life_step(board)[1:-1, 1:-1]
    return after


@exercise.mistake("no_births", "No cell comes to life. A dead cell with three neighbours does.")
def _(board: np.ndarray) -> np.ndarray:
    return life_step(board) * board


@exercise.mistake(
    "dies_with_two", "A living cell with two living neighbours dies here. It stays alive."
)
def _(board: np.ndarray) -> np.ndarray:
    return (neighbours(board) == 3).astype(int)


@exercise.mistake(
    "born_with_two", "A dead cell with two living neighbours comes to life here. It takes three."
)
def _(board: np.ndarray) -> np.ndarray:
    return np.isin(neighbours(board), [2, 3]).astype(int)


@exercise.mistake("nobody_dies", "Living cells never die here, lonely or crowded.")
def _(board: np.ndarray) -> np.ndarray:
    return board | (neighbours(board) == 3)


@exercise.mistake(
    "changes_while_counting",
    "Cells are counted after some of their neighbours have changed already. All change at the same "
    "moment: write into a new board and count in the old one.",
)
def _(board: np.ndarray) -> np.ndarray:
    after = board.copy()
    for place in np.ndindex(*board.shape):
        after[place] = life_step(after)[place]
    return after


def agree_on_board(learner: LearnerCode, draw: Draw, rows: int, columns: int) -> None:
    (board,) = telling(exercise, lambda: (draw.bits(rows, columns),))
    agree(learner, exercise, board)


@exercise.visible("a small board")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_board(learner, draw, 4, 5)


@exercise.visible("a wide board")
def _(learner: LearnerCode, draw: Draw) -> None:
    agree_on_board(learner, draw, 4, 9)
