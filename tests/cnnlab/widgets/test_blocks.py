"""The chain of blocks computes what such blocks compute."""

from cnnlab.widgets import residual_block_explorer
from cnnlab.widgets.blocks import compute


def test_without_weights_a_residual_chain_passes_the_signal_and_a_plain_one_kills_it():
    residual, plain = (compute(kind, blocks=5, scale=0, normalised=False) for kind in (True, False))
    assert residual.signals == [residual.signals[0]] * 6
    assert residual.gradients[:-1] == [residual.gradients[0]] * 5  # the first ReLU shuts once
    assert plain.signals[1:] == [0] * 5
    assert plain.gradients[:-1] == [0] * 5


def test_small_weights_shrink_a_plain_chain_and_normalisation_repairs_it():
    small = compute(False, blocks=10, scale=0.3, normalised=False)
    repaired = compute(False, blocks=10, scale=0.3, normalised=True)
    assert small.signals[-1] < small.signals[0] / 1000
    assert repaired.signals[-1] > repaired.signals[0] / 10


def test_controls_change_the_picture():
    shell = residual_block_explorer()
    shell.controls["scale"].value = 0.0
    assert "signal: × 0" in shell.picture.alt
    shell.controls["kind"].value = "residual"
    assert "signal: × 1 from" in shell.picture.alt
