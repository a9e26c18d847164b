from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnlab.training import EmptyDataError, LabelError, evaluate

from .toys import toy_batches, toy_net


def test_evaluation_equals_one_pass_over_everything():
    model, batches = toy_net(), toy_batches(3, last=5)
    found = evaluate(model, batches)
    x, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    model.eval()
    with torch.no_grad():
        logits = model(x)
    assert found.count == len(y) == 37
    assert found.loss == pytest.approx(F.cross_entropy(logits, y).item(), rel=1e-5)
    assert found.accuracy == pytest.approx((logits.argmax(1) == y).double().mean().item())
    for true, guess in zip(y.tolist(), logits.argmax(1).tolist(), strict=True):
        found.confusion[true, guess] -= 1
    assert not found.confusion.any()


def test_every_submodules_mode_is_restored_also_after_a_failure():
    model = toy_net(dropout=0.5).train()
    model[1].eval()
    modes = [module.training for module in model.modules()]
    evaluate(model, toy_batches(1))
    assert [module.training for module in model.modules()] == modes
    with pytest.raises(LabelError):
        evaluate(model, [(torch.zeros(1, 1, 8, 8), torch.tensor([9]))])
    assert [module.training for module in model.modules()] == modes


def test_batch_norm_is_not_moved_and_no_gradients_are_left():
    model = toy_net().train()
    before = model[1].running_mean.clone()
    evaluate(model, toy_batches(2))
    assert torch.equal(model[1].running_mean, before)
    assert all(p.grad is None for p in model.parameters())


def test_a_class_without_samples_has_no_accuracy():
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    found = evaluate(model, [(torch.zeros(2, 1, 8, 8), torch.tensor([0, 2]))])
    assert math.isnan(found.per_class["1"])
    assert "nan" in repr(found)


def test_class_names_come_from_the_data_set():
    class DataLike:
        class_names = ("up", "down", "left", "right")

        def batches(self, part: str, batch_size: int, **options: object):
            return toy_batches(2)

    found = evaluate(toy_net(), DataLike())
    assert list(found.per_class) == ["up", "down", "left", "right"]
    assert "up" in repr(found)


def test_nothing_to_evaluate_is_an_error():
    with pytest.raises(EmptyDataError, match="no batches"):
        evaluate(toy_net(), [])
