# %% right="Prewitt's kernels as tensors"
def edge_kernels():
    vertical = torch.tensor([[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]])
    return {"vertical": vertical, "horizontal": vertical.T, "blur": torch.ones(3, 3) / 9}

# %% right="Sobel's kernels as lists, the other sign, a Gaussian blur" shown="The middle row counts twice, which smooths along the edge; the other sign only turns bright and dark around."
def edge_kernels():
    return {
        "vertical": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
        "horizontal": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
        "blur": [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]],
    }

# %% right="NumPy arrays, tiny kernels in the middle"
import numpy as np


def edge_kernels():
    difference = np.array([[0, 0, 0], [0, -0.5, 0.5], [0, 0, 0]])
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]]) / 5
    return {"vertical": difference, "horizontal": difference.transpose(), "blur": cross}

# %% right="second differences, whole numbers, large weights" shown="It compares each pixel with both neighbours, so a line gives more than an edge, and an even slope gives nothing."
def edge_kernels():
    across = torch.tensor([100, -200, 100])
    vertical = torch.stack([across, across, across])
    blur = torch.full((3, 3), 0.1)
    blur[1, 1] = 0.2
    return {"vertical": vertical, "horizontal": vertical.t().contiguous(), "blur": blur}

# %% wrong="calls the kernel that looks up and down vertical" diagnosis="edges_swapped" points=2
def edge_kernels():
    # A vertical edge is thought to be a change in the vertical direction.
    down = torch.tensor([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]])
    return {"vertical": down, "horizontal": down.T, "blur": torch.ones(3, 3) / 9}

# %% wrong="draws a line instead of a difference" diagnosis="not_balanced" points=2
def edge_kernels():
    # A kernel is thought to look like the thing it finds.
    line = torch.tensor([[0.0, 1, 0], [0, 1, 0], [0, 1, 0]])
    return {"vertical": line, "horizontal": line.T, "blur": torch.ones(3, 3) / 9}

# %% wrong="one kernel for all edges" diagnosis="answers_to_both_edges" points=2
def edge_kernels():
    # The Laplace kernel finds edges, so it is thought to do for both.
    laplace = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
    return {"vertical": laplace, "horizontal": laplace, "blur": torch.ones(3, 3) / 9}

# %% wrong="a checkerboard, which no straight edge excites" diagnosis="answers_to_nothing" points=2
def edge_kernels():
    # Weights that add up to 0 are thought to be enough.
    board = torch.tensor([[1.0, -1, 0], [-1, 1, 0], [0, 0, 0]])
    return {"vertical": board, "horizontal": board, "blur": torch.ones(3, 3) / 9}

# %% wrong="adds the neighbours without dividing" diagnosis="blur_changes_brightness" points=4
def edge_kernels():
    # Blurring is thought to be adding up the neighbourhood.
    vertical = torch.tensor([[-1.0, 0, 1]] * 3)
    return {"vertical": vertical, "horizontal": vertical.T, "blur": torch.ones(3, 3)}

# %% wrong="a sharpening kernel for a blur" diagnosis="blur_keeps_details" points=4
def edge_kernels():
    # Any kernel that sums to 1 is thought to blur.
    vertical = torch.tensor([[-1.0, 0, 1]] * 3)
    sharpen = torch.tensor([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    return {"vertical": vertical, "horizontal": vertical.T, "blur": sharpen}

# %% wrong="subtracts the corners in a blur" diagnosis="blur_subtracts" points=4
def edge_kernels():
    # A sum of 1 and a soft middle are thought to be enough for an average.
    vertical = torch.tensor([[-1.0, 0, 1]] * 3)
    blur = torch.tensor([[-0.1, 0.2, -0.1], [0.2, 0.6, 0.2], [-0.1, 0.2, -0.1]])
    return {"vertical": vertical, "horizontal": vertical.T, "blur": blur}

# %% wrong="returns the kernels as a tuple" diagnosis="not_a_dictionary" points=0
def edge_kernels():
    # Three results are thought to be returned side by side.
    vertical = torch.tensor([[-1.0, 0, 1]] * 3)
    return vertical, vertical.T, torch.ones(3, 3) / 9
