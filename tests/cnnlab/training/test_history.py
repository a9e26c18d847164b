from __future__ import annotations

import json
import math

import pytest

from cnnlab.errors import CnnlabError
from cnnlab.training import Epoch, History


def row(epoch: int, accuracy: float, loss: float = 1.0, train: float = 1.0) -> Epoch:
    return Epoch(epoch, train, 0.5, loss, accuracy, 0.1, 1.0)


def test_best_is_the_highest_validation_accuracy_then_the_lowest_loss():
    rows = [row(1, 0.5), row(2, 0.8, loss=0.9), row(3, 0.8, loss=0.4), row(4, 0.7)]
    assert History(rows=rows).best.epoch == 3


def test_best_skips_rows_whose_validation_was_cut_off():
    assert History(rows=[row(1, 0.5), row(2, math.nan)]).best.epoch == 1


def test_without_validation_best_is_the_lowest_training_loss():
    rows = [row(1, math.nan, train=0.9), row(2, math.nan, train=0.3), row(3, math.nan, train=0.5)]
    assert History(rows=rows).best.epoch == 2


def test_an_empty_history_says_so():
    history = History()
    assert "No epochs" in repr(history)
    with pytest.raises(CnnlabError, match="empty"):
        _ = history.best
    with pytest.raises(CnnlabError, match="empty"):
        history.plot()


def test_the_table_has_a_line_for_each_epoch_and_stars_the_best():
    lines = History(rows=[row(1, 0.5), row(2, 0.9), row(3, math.nan)]).table().splitlines()
    assert len(lines) == 4
    assert [line.endswith("*") for line in lines] == [False, False, True, False]
    assert "–" in lines[3]
    assert len({line.rstrip(" *").__len__() for line in lines[1:]}) == 1


def test_html_has_header_cells_and_escapes_the_reason():
    history = History(rows=[row(1, 0.5)], stop_reason="<b>")
    page = history._repr_html_()
    assert page.count('<th scope="col">') == 7
    assert "&lt;b&gt;" in page


def test_plain_data_and_back():
    history = History(rows=[row(1, 0.5)], timings={"total": 1.5}, stop_reason="done")
    assert History.from_dict(json.loads(json.dumps(history.to_dict()))) == history


def test_unknown_columns_are_named():
    with pytest.raises(CnnlabError, match=r"no column 'loss'.*train_loss"):
        History().column("loss")
