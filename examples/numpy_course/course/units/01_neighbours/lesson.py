# %% [markdown]
# # What the neighbours say

# %%
import numpy as np
from numpy_course import check, hint

# %% [markdown]
# A single number often says little. Compared with the numbers next to it, it says a lot: a thermometer that jumps by
# three degrees in a second is broken, and a cell without neighbours is lonely.
#
# In this unit you write two functions that look at neighbours:
#
# 1. `moving_average` smooths a noisy measurement,
# 2. `life_step` plays one round of Conway's Game of Life.
#
# Both work on NumPy arrays and return new ones. If you get stuck, run `hint("moving_average")` in a cell of its own;
# each time you run it, it tells you a little more.
#
# ## 1. Smoothing a measurement
#
# Here is the temperature of a room, measured every hour for a day. The room warms up slowly, and the thermometer is
# a cheap one: each reading is off by about half a degree.

# %%
hours = np.arange(24)
true_temperature = 18 + 3 * np.sin(hours / 24 * np.pi)
measured = true_temperature + np.random.default_rng(1).normal(0, 0.5, 24)
measured.round(1)

# %% [markdown]
# The errors go up as often as down, so the mean of a few neighbouring readings is closer to the truth than any one of
# them. A **moving average** of width 3 takes the mean of readings 0, 1, 2, then of readings 1, 2, 3, and so on:
#
# ```
# readings   4   8   3   1   5
#           └─ 5 ──┘
#               └─ 4 ──┘
#                   └─ 3 ──┘
# ```
#
# Five readings have three windows of width 3. How many windows of width $w$ do $n$ readings have?
#
# ### Your turn
#
# Write `moving_average`. A loop is fine, and so is anything NumPy offers.


# %% todo="moving_average"
def moving_average(x, width):
    """The mean of every window of `width` neighbouring numbers.

    `x` is a one-dimensional array of whole or real numbers and at least `width` long. The result
    is an array with one number for each window that fits.
    """
    ### BEGIN SOLUTION
    return np.array([x[start : start + width].mean() for start in range(len(x) - width + 1)])
    ### END SOLUTION


# %% test="moving_average" points=10
check.moving_average(moving_average)

# %% [markdown]
# ### See for yourself
#
# The wider the window, the smoother the curve. Is a wider window always better? Try 9 and 15: at which hours is the
# curve wrong now, and why?

# %% tags=["explore"]
smooth = check.use(moving_average)
width = 5
middle = slice(width // 2, 24 - width // 2)
print(f"error of a reading:  {np.abs(measured - true_temperature).mean():.2f} degrees")
print(
    f"error of the average: {np.abs(smooth(measured, width) - true_temperature[middle]).mean():.2f} degrees"
)

# %% [markdown]
# ## 2. Neighbours in two dimensions
#
# John Conway's *Game of Life* is played on a board of cells, each dead (0) or alive (1). A cell has eight neighbours:
# left, right, above, below, and the four across the corners. From one round to the next,
#
# - a living cell with two or three living neighbours stays alive,
# - a dead cell with exactly three living neighbours comes to life,
# - every other cell is dead.
#
# All cells change at the same moment: what happens to one never depends on what has just happened to another. Beyond
# the edge of the board everything is dead.
#
# Three cells in a row are the smallest thing that moves. The outer two have one living neighbour each and die, the
# middle one has two and stays, and the cells above and below it have three:
#
# ```
# · · · · ·        · · · · ·
# · · · · ·        · · █ · ·
# · █ █ █ ·   →    · · █ · ·
# · · · · ·        · · █ · ·
# · · · · ·        · · · · ·
# ```
#
# ### Your turn
#
# Write `life_step`. Counting neighbours cell by cell works. There is also a way without any loop over cells: put a
# border of zeros around the board with `np.pad`, and add up eight shifted views of it.


# %% todo="life_step"
def life_step(board):
    """The board one round later, as a new array; the old one stays as it is.

    `board` is a two-dimensional array of zeros and ones.
    """
    ### BEGIN SOLUTION
    rows, columns = board.shape
    padded = np.pad(board, 1)
    neighbours = sum(
        padded[down : down + rows, right : right + columns]
        for down in range(3)
        for right in range(3)
        if (down, right) != (1, 1)
    )
    return ((neighbours == 3) | ((neighbours == 2) & (board == 1))).astype(int)
    ### END SOLUTION


# %% test="life_step" points=14
check.life_step(life_step)

# %% [markdown]
# ### See for yourself
#
# Five cells that walk: a *glider*. Run the cell and watch where it is after four rounds. How many rounds does it take
# to reach the corner, and what is left of it there?

# %% tags=["explore"]
step = check.use(life_step)
board = np.zeros((6, 12), dtype=int)
board[0, 1] = board[1, 2] = board[2, 0] = board[2, 1] = board[2, 2] = 1
for round_number in range(5):
    print(f"round {round_number}")
    print("\n".join(" ".join("·█"[cell] for cell in row) for row in board))
    board = step(board)

# %% [markdown]
# ## What you can do now
#
# A window that slides over numbers and a sum over neighbours are the same idea in one and in two dimensions. You will
# meet it again: blurring a picture, finding edges, and the layers of a convolutional network all ask the neighbours.
