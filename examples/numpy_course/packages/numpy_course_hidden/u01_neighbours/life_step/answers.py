# %% right="counts cell by cell"
def life_step(board):
    rows, columns = board.shape
    after = np.zeros_like(board)
    for row in range(rows):
        for column in range(columns):
            around = board[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
            count = around.sum() - board[row, column]
            if count == 3 or (count == 2 and board[row, column] == 1):
                after[row, column] = 1
    return after


# %% right="adds shifted views of a padded board"
def life_step(board):
    p = np.pad(board, 1)
    count = (
        p[:-2, :-2] + p[:-2, 1:-1] + p[:-2, 2:]
        + p[1:-1, :-2] + p[1:-1, 2:]
        + p[2:, :-2] + p[2:, 1:-1] + p[2:, 2:]
    )
    return ((count == 3) | (board & (count == 2))).astype(board.dtype)


# %% right="rolls a padded board"
def life_step(board):
    p = np.pad(board, 1)
    count = sum(np.roll(p, (d, r), axis=(0, 1)) for d in (-1, 0, 1) for r in (-1, 0, 1)) - p
    return np.where(p == 1, np.isin(count, [2, 3]), count == 3)[1:-1, 1:-1].astype(int)


# %% right="adds rows, then columns, and compares with the cell itself"
def life_step(board):
    p = np.pad(board, 1)
    three = p[:, :-2] + p[:, 1:-1] + p[:, 2:]
    nine = three[:-2] + three[1:-1] + three[2:]
    return ((nine == 3) | ((nine == 4) & (board == 1))).astype(int)


# %% wrong="counts the cell itself" diagnosis="counts_itself" points=2
def life_step(board):
    rows, columns = board.shape
    p = np.pad(board, 1)
    count = sum(p[d : d + rows, r : r + columns] for d in range(3) for r in range(3))
    return ((count == 3) | ((count == 2) & (board == 1))).astype(int)


# %% wrong="forgets the corners" diagnosis="four_neighbours" points=2
def life_step(board):
    p = np.pad(board, 1)
    count = p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:]
    return ((count == 3) | ((count == 2) & (board == 1))).astype(int)


# %% wrong="rolls the board" diagnosis="wraps_around" points=2
def life_step(board):
    shifts = [(d, r) for d in (-1, 0, 1) for r in (-1, 0, 1) if (d, r) != (0, 0)]
    count = sum(np.roll(board, shift, axis=(0, 1)) for shift in shifts)
    return ((count == 3) | ((count == 2) & (board == 1))).astype(int)


# %% wrong="leaves the edge alone" diagnosis="edge_stays" points=2
def life_step(board):
    rows, columns = board.shape
    after = board.copy()
    for row in range(1, rows - 1):
        for column in range(1, columns - 1):
            count = board[row - 1 : row + 2, column - 1 : column + 2].sum() - board[row, column]
            after[row, column] = count == 3 or (count == 2 and board[row, column] == 1)
    return after


# %% wrong="lets no cell be born" diagnosis="no_births" points=2
def life_step(board):
    rows, columns = board.shape
    p = np.pad(board, 1)
    count = sum(p[d : d + rows, r : r + columns] for d in range(3) for r in range(3)) - board
    return board * ((count == 2) | (count == 3))


# %% wrong="lets cells with two neighbours die" diagnosis="dies_with_two" points=2
def life_step(board):
    rows, columns = board.shape
    p = np.pad(board, 1)
    count = sum(p[d : d + rows, r : r + columns] for d in range(3) for r in range(3)) - board
    return (count == 3).astype(int)


# %% wrong="lets cells be born with two neighbours" diagnosis="born_with_two" points=2
def life_step(board):
    rows, columns = board.shape
    p = np.pad(board, 1)
    count = sum(p[d : d + rows, r : r + columns] for d in range(3) for r in range(3)) - board
    return ((count == 2) | (count == 3)).astype(int)


# %% wrong="lets nobody die" diagnosis="nobody_dies" points=2
def life_step(board):
    rows, columns = board.shape
    p = np.pad(board, 1)
    count = sum(p[d : d + rows, r : r + columns] for d in range(3) for r in range(3)) - board
    return np.maximum(board, count == 3)


# %% wrong="changes a copy while counting in it" diagnosis="changes_while_counting" points=2
def life_step(board):
    board = board.copy()
    rows, columns = board.shape
    for row in range(rows):
        for column in range(columns):
            around = board[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
            count = around.sum() - board[row, column]
            board[row, column] = count == 3 or (count == 2 and board[row, column])
    return board


# %% wrong="writes the new board into the old one" diagnosis="changes_its_input" points=2
def life_step(board):
    rows, columns = board.shape
    p = np.pad(board, 1)
    count = sum(p[d : d + rows, r : r + columns] for d in range(3) for r in range(3)) - board
    board[:] = (count == 3) | ((count == 2) & (board == 1))
    return board
