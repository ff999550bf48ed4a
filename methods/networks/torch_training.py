"""Training a PyTorch module: batches, AdamW, a learning rate that falls, and going back to the best epoch."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Context, Curves, Events
from umva.methods.networks.torch_files import import_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.methods.networks.network import Training
    from umva.methods.scaling import Scale

__all__ = ["train"]

_BLOCK = 8192

Part = tuple[Any, Any, Any]  # inputs, targets and weights of mean 1, as tensors


def train(
    module: Any,
    train: Events,
    validation: Events | None,
    *,
    how: Training,
    learning_rate: float,
    context: Context,
    scale: Scale,
) -> tuple[Curves, tuple[str, ...]]:
    """Train a module in place and return its loss by epoch, and a sentence if it went back to the best one.

    Parameters
    ----------
    module
        Gives log odds of classes, or targets in units of ``scale``.
    train, validation
        Events to learn from and to watch; weights are scaled to mean 1 in each.
    how
        Epochs, batch size, patience and schedule.
    learning_rate
        Size of the first steps.
    context
        Seed of the shuffling, and progress.
    scale
        Units of the targets of a regression.

    Raises
    ------
    MethodError
        If the loss becomes infinite or NaN.
    """
    torch = import_torch()
    loss = _loss(torch, train.problem.task)
    learn = _tensors(torch, train, scale)
    watch = None if validation is None else _tensors(torch, validation, scale)
    optimizer = torch.optim.AdamW(module.parameters(), lr=learning_rate)
    rng = np.random.default_rng(context.seed)
    stops = watch is not None and how.patience > 0
    curves: dict[str, list[float]] = {key: [] for key in ("train", "validation") if key == "train" or watch is not None}
    watched, best, kept = curves["train" if watch is None else "validation"], 0, None
    for epoch in range(how.epochs):
        for group in optimizer.param_groups:
            group["lr"] = how.learning_rate(learning_rate, watched)
        curves["train"].append(_epoch(torch, module, learn, loss, optimizer, rng, how.batch_of(train.n_events)))
        if watch is not None:
            curves["validation"].append(_watched(torch, module, watch, loss))
        if not all(np.isfinite(each[-1]) for each in curves.values()):
            msg = f"the loss is no longer finite after {epoch + 1} epochs: try a smaller learning rate"
            raise MethodError(msg)
        context.progress((epoch + 1) / how.epochs)
        if stops and (kept is None or watched[-1] < watched[best]):
            best, kept = epoch, copy.deepcopy(module.state_dict())
        if stops and epoch - best >= how.patience:
            break
    context.progress(1.0)
    values = {key: np.array(each) for key, each in curves.items()}
    if kept is None:
        return Curves(step="epoch", quantity="loss", values=values), ()
    module.load_state_dict(kept)
    note = f"Kept epoch {best + 1} of {len(watched)}, the best in validation."
    return Curves(step="epoch", quantity="loss", values=values, best=best + 1), (note,)


def _tensors(torch: Any, events: Events, scale: Scale) -> Part:
    """Return events as tensors."""
    regression = events.problem.task == "regression"
    y = scale.shrink(events.y) if regression else events.y.astype(np.int64)
    weight = (events.weight / events.weight.mean()).astype(np.float32)
    X, y, weight = (
        torch.from_numpy(np.array(each)) for each in (events.X, y, weight)
    )  # copies, which may be written to
    return X, y, weight


def _loss(torch: Any, task: str) -> Callable[[Any, Any], Any]:
    """Return the function that gives each event's loss from outputs and targets."""
    functional = torch.nn.functional

    def of_targets(outputs: Any, y: Any) -> Any:
        return ((outputs.reshape(len(y), -1) - y) ** 2).mean(dim=1)

    def of_classes(outputs: Any, y: Any) -> Any:
        outputs = outputs.reshape(len(y), -1)
        if outputs.shape[1] == 1:
            return functional.binary_cross_entropy_with_logits(outputs[:, 0], y.float(), reduction="none")
        return functional.cross_entropy(outputs, y, reduction="none")

    return of_targets if task == "regression" else of_classes


def _epoch(
    torch: Any, module: Any, learn: Part, loss: Callable[[Any, Any], Any], optimizer: Any, rng: Any, size: int
) -> float:
    """Take the steps of one epoch and return the mean loss; batches are of like size, none is of one event alone."""
    X, y, weight = learn
    module.train()
    total = 0.0
    order = rng.permutation(len(y))
    for batch in np.array_split(order, -(-len(order) // size)):
        rows = torch.from_numpy(batch)
        optimizer.zero_grad()
        found = (loss(module(X[rows]), y[rows]) * weight[rows]).mean()
        found.backward()
        optimizer.step()
        total += float(found.detach()) * len(batch)
    return total / len(order)


def _watched(torch: Any, module: Any, watch: Part, loss: Callable[[Any, Any], Any]) -> float:
    """Return the mean loss on the validation events."""
    X, y, weight = watch
    module.eval()
    with torch.no_grad():
        pieces = zip(X.split(_BLOCK), y.split(_BLOCK), weight.split(_BLOCK), strict=True)
        return float(sum(float((loss(module(x), t) * w).sum()) for x, t, w in pieces)) / len(y)
