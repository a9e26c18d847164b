"""The explorer's figures are the published ones."""

import pytest

from cnnlab.widgets import architecture_explorer
from cnnlab.widgets.architectures import compute


@pytest.mark.parametrize(
    ("name", "parameters", "layers", "dense"),
    [
        ("lenet5", 61_706, 5, 59_134),
        ("alexnet", 61_100_840, 8, 58_631_144),
        ("vgg16", 138_357_544, 16, 123_642_856),
        ("googlenet", 6_998_552, 58, 1_025_000),
        ("resnet18", 11_689_512, 21, 513_000),
        ("densenet121", 7_978_856, 121, 1_025_000),
        ("mobilenet", 4_231_976, 28, 1_025_000),
        ("mobilenet_v2", 3_504_872, 53, 1_281_000),
        ("efficientnet_lite0", 4_652_008, 50, 1_281_000),
    ],
)
def test_parameters_and_where_they_lie(name, parameters, layers, dense):
    found = compute(name)
    assert (found.parameters, len(found.rows)) == (parameters, layers)
    assert sum(row.parameters for row in found.rows if row.dense) == dense
    assert found.rows[-1].cumulative == 1


def test_controls_change_the_picture():
    shell = architecture_explorer()
    shell.controls["right"].value = "alexnet"
    assert "alexnet has 8 layers" in shell.picture.alt
