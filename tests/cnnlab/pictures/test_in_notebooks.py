"""What a notebook, and the page exported from it, shows of a picture."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

CODE = """
%matplotlib inline
import torch
from torch import nn
from cnnlab.pictures import kernel_grid
from cnnlab.training import fit
batches = [(torch.randn(8, 1, 4, 4), torch.arange(8) % 2)] * 4
fit(nn.Sequential(nn.Flatten(), nn.Linear(16, 2)), (batches, None), epochs=3, live_plot=True)
kernel_grid(torch.eye(2), title="Identity & more")
"""


def test_one_image_with_alternative_text_and_one_line_of_progress():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    NotebookClient(notebook, timeout=120).execute()
    progress, live, picture = notebook.cells[0].outputs
    assert "100%" in progress.data["text/plain"]
    assert "\n" not in progress.data["text/plain"]
    assert set(live.data) == set(picture.data) == {"text/html", "text/plain"}
    assert live.data["text/plain"].startswith("Learning curves over 3 epochs.")
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert 'alt="Identity &amp; more. 2×2 grid of numbers, row by row: 1, 0; 0, 1."' in page
    assert 'alt="Learning curves over 3 epochs.' in page
