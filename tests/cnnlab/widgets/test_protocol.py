"""Every front end that knows Jupyter's own widgets, such as VS Code or Colab, can show ours."""

import json

import pytest
from ipywidgets import DOMWidget
from ipywidgets.embed import dependency_state

from cnnlab import data, models, widgets
from cnnlab.exercises.u06_training.augment import cutout

# What comes with ipywidgets. Anything else would have to be installed, or fetched by the browser.
KNOWN = {"@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output"}


@pytest.fixture(scope="module")
def shapes():
    return data.load("shapes10", n_train=20, n_test=40)


@pytest.fixture
def shown(monkeypatch):
    """The widgets that are shown during a test."""
    found = []
    bundle = DOMWidget._repr_mimebundle_

    def show(self, **options):
        found.append(self)
        return bundle(self, **options)

    monkeypatch.setattr(DOMWidget, "_repr_mimebundle_", show)
    return found


def test_all_controls_are_those_of_ipywidgets_and_ask_the_network_for_nothing(shown, shapes):
    net = models.small_resnet(depth=8, width=4)
    widgets.sliding_window(shapes.test.images[0, 0, ::4, ::4] / 255)
    widgets.shape_calculator(8)
    widgets.receptive_field_tracer(net, shapes.test.images[0] / 255)
    widgets.confusion_browser(net, shapes)
    widgets.filter_swap()
    widgets.architecture_explorer()
    widgets.residual_block_explorer()
    widgets.augmentation_explorer(shapes.test.images, {"holes": cutout})
    widgets.transfer_explorer(net)
    widgets.heat_browser(net, shapes, net.layer3)
    widgets.prediction("size", "How large?")
    widgets.training_monitor(net, shapes, epochs=1)
    assert len(shown) == 12
    for root in shown:
        state = dependency_state(root)
        assert {model["model_module"] for model in state.values()} <= KNOWN
        assert "src=" not in json.dumps(state)
