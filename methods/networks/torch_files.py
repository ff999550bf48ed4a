"""PyTorch modules on disk: the arithmetic of a module as a list of operations in JSON, its weights as plain arrays.

PyTorch's own formats run what they contain: ``torch.save`` and ``torch.export.save`` pickles, TorchScript programs. Here
``torch.export`` writes down which operations turn inputs into outputs, and only operations of PyTorch's core set
(``torch.Tag.core``: functions of tensors that change nothing, and know no files) are written and read. Neither the module's
class nor its source is needed to read it back.
"""

from __future__ import annotations

import importlib
import io
import json
import logging
import operator
import re
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from umva.errors import MethodError, RunError
from umva.methods.chunks import chunks
from umva.methods.inputs import require_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Graph", "as_module", "export", "import_torch", "restore", "threads"]

_BLOCK = 1024
_NAME = re.compile(r"aten\.(\w+)\.(\w+)")


def import_torch() -> Any:
    """Return PyTorch.

    Raises
    ------
    MethodError
        If it is not installed.
    """
    try:
        return importlib.import_module("torch")
    except ImportError as error:
        msg = "PyTorch is not installed: pip install 'umva[torch]'"
        raise MethodError(msg) from error


@contextmanager
def threads(torch: Any, number: int) -> Iterator[None]:
    """Let PyTorch use so many threads for a while."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True)
class Graph:
    """A module's arithmetic for blocks of events of one size.

    Parameters
    ----------
    steps
        Name of the result, operation, arguments and keywords, in the order they are done; JSON alone.
    result
        Which of them is the output.
    n_variables
        Columns of the input.
    tensors
        Weights and other constants by name.
    learnt
        Those of them that a training changes.

    Raises
    ------
    ValueError
        If an operation is not one of the core set.
    """

    steps: list[tuple[str, str, list[Any], dict[str, Any]]]
    result: str
    n_variables: int
    tensors: dict[str, NDArray[Any]]
    learnt: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Look up the operations, once."""
        torch = import_torch()
        vars(self)["_operations"] = [_operation(torch, step[1]) for step in self.steps]
        vars(self)["_constants"] = _constants(torch)
        vars(self)["_weights"] = {name: torch.from_numpy(array.copy()) for name, array in self.tensors.items()}

    def __call__(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the outputs, shape ``(n_events, n_outputs)``.

        Events pass in blocks of one size, the last filled up with zeros, and on one thread: the answer to an event does
        not depend on its company.

        Raises
        ------
        MethodError
            If the events have another number of variables than the module took.
        """
        require_inputs(X, self.n_variables, method="the network")
        torch = import_torch()
        answers: list[NDArray[np.float64]] = []
        with torch.inference_mode(), threads(torch, 1):
            for part in chunks(max(1, len(X)), _BLOCK):
                block = np.zeros((_BLOCK, self.n_variables), np.float32)
                block[: len(X[part])] = X[part]
                outputs = self.run(torch.from_numpy(block)).reshape(_BLOCK, -1)[: len(X[part])]
                answers.append(outputs.numpy().astype(np.float64))
        return np.concatenate(answers)

    def write(self, folder: Path) -> None:
        """Write ``graph.json`` and ``weights.npz``."""
        record = {key: getattr(self, key) for key in ("steps", "result", "n_variables", "learnt")}
        (folder / "graph.json").write_text(json.dumps(record), encoding="utf-8")
        arrays: dict[str, Any] = self.tensors
        np.savez(folder / "weights.npz", **arrays)

    def run(self, block: Any, weights: Mapping[str, Any] | None = None) -> Any:
        """Return the outputs of a block of events, as tensors; with other weights than its own if these are given."""
        known = {**vars(self)["_weights"], **(weights or {}), "": block}
        for (name, _, arguments, keywords), operation in zip(self.steps, vars(self)["_operations"], strict=True):
            known[name] = operation(*self._values(arguments, known), **self._values(keywords, known))
        return known[self.result]

    def _values(self, item: Any, known: dict[str, Any]) -> Any:
        """Return ``item`` with names replaced by what they stand for."""
        if isinstance(item, list):
            return [self._values(each, known) for each in item]
        if isinstance(item, dict) and "node" in item:
            return known[item["node"]]
        if isinstance(item, dict) and "constant" in item:
            return vars(self)["_constants"][item["constant"]]
        return {key: self._values(each, known) for key, each in item.items()} if isinstance(item, dict) else item


def export(module: Any, n_variables: int, *, name: str) -> Graph:
    """Return the arithmetic of ``module``, in evaluation, on inputs of shape ``(n_events, n_variables)``.

    Raises
    ------
    MethodError
        If it cannot be written down: its ``forward`` branches on values, changes buffers, or uses other operations.
    """
    torch = import_torch()
    module.eval()
    try:
        with warnings.catch_warnings(), _unlogged():
            warnings.simplefilter("ignore")
            program = torch.export.export(module, (torch.zeros(_BLOCK, n_variables),)).run_decompositions()
        return _written(torch, program, module, n_variables)
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        msg = f"PyTorch module {name} cannot be saved without pickle, as torch.export does not take it: {reason}"
        raise MethodError(msg) from error


def as_module(graph: Graph) -> Any:
    """Return a PyTorch module that does the arithmetic of ``graph`` and can be trained further.

    It learns the weights that the module learnt which was exported; the arithmetic is that of evaluation, so that dropout is
    gone and batch normalisation stands still.
    """
    torch = import_torch()

    class Continued(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            weights = {name: torch.from_numpy(graph.tensors[name].copy()) for name in graph.learnt}
            self.weights = torch.nn.ParameterDict(weights)

        def forward(self, X: Any) -> Any:
            blocks = []
            for part in X.split(_BLOCK):
                padding = torch.zeros(_BLOCK - len(part), X.shape[1])
                block = torch.cat([part, padding]) if len(padding) else part
                blocks.append(graph.run(block, dict(self.weights.items())).reshape(_BLOCK, -1)[: len(part)])
            return torch.cat(blocks) if len(blocks) > 1 else blocks[0]

    return Continued()


def restore(folder: Path) -> Graph:
    """Return the graph that :meth:`Graph.write` wrote into ``folder``; nothing but core operations can be in it.

    Raises
    ------
    RunError
        If the files cannot be read, or name anything else.
    """
    path = folder / "graph.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        with (folder / "weights.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            learnt = tuple(name for name in record.get("learnt", ()) if stored[name].dtype.kind == "f")
            graph = Graph(record["steps"], record["result"], int(record["n_variables"]), dict(stored), learnt)
        graph(np.zeros((0, graph.n_variables), np.float32))
    except (AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError, BadZipFile) as error:
        reason = str(error).strip().partition("\n")[0]
        msg = f"{path}: cannot be read as the graph of a PyTorch module ({reason})"
        raise RunError(msg) from error
    return graph


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep what torch.export logs and prints of a failure to ourselves: the error says it."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
            yield
    finally:
        logging.disable(before)


def _written(torch: Any, program: Any, module: Any, n_variables: int) -> Graph:
    """Return an exported program as a graph."""
    signature = program.graph_signature
    if len(signature.output_specs) != 1:
        msg = "it changes its buffers in evaluation, or has more than one output"
        raise ValueError(msg)
    held = {**program.constants, **dict(module.named_parameters()), **dict(module.named_buffers())}
    held |= {key: value for key, value in module.state_dict().items() if key not in held}
    tensors, given = {}, {}
    for spec in signature.input_specs:
        if spec.target is None:
            given[spec.arg.name] = ""
        else:
            tensors[spec.arg.name] = held[spec.target].detach().numpy().copy()
    learnt = tuple(spec.arg.name for spec in signature.input_specs if spec.target in signature.parameters)
    nodes = [each for each in program.graph.nodes if each.op == "call_function"]
    steps = []
    for node in nodes:
        target = "getitem" if node.target is operator.getitem else str(node.target)
        _operation(torch, target)
        steps.append((node.name, target, _plain(torch, list(node.args), given), _plain(torch, node.kwargs, given)))
    return Graph(steps, signature.output_specs[0].arg.name, n_variables, tensors, learnt)


def _plain(torch: Any, item: Any, given: dict[str, str]) -> Any:
    """Return arguments of an operation as JSON; ``given`` renames the input."""
    if isinstance(item, torch.fx.Node):
        return {"node": given.get(item.name, item.name)}
    if isinstance(item, list | tuple):
        return [_plain(torch, each, given) for each in item]
    if isinstance(item, dict):
        return {key: _plain(torch, each, given) for key, each in item.items()}
    if item is None or isinstance(item, bool | int | float | str):
        return item
    name = str(item).removeprefix("torch.")
    if name not in _constants(torch):
        msg = f"{item!r} among the arguments of an operation"
        raise ValueError(msg)
    return {"constant": name}


def _constants(torch: Any) -> dict[str, Any]:
    """Return data types, layouts and the device that operations may be told, by name."""
    kinds = torch.dtype, torch.layout, torch.memory_format
    found = {str(each).removeprefix("torch."): each for each in vars(torch).values() if isinstance(each, kinds)}
    return {**found, "cpu": torch.device("cpu")}


def _operation(torch: Any, name: str) -> Callable[..., Any]:
    """Return an operation of the core set that gives the same for the same."""
    if name == "getitem":
        return operator.getitem
    match = _NAME.fullmatch(name)
    found = getattr(getattr(torch.ops.aten, match[1], None), match[2], None) if match else None
    tags = found.tags if isinstance(found, torch._ops.OpOverload) else ()
    pure = torch.Tag.core in tags and torch.Tag.nondeterministic_seeded not in tags
    if found is None or not pure or found._schema.is_mutable or match is None or match[1].startswith("empty"):
        msg = f"operation {name!r} is not one of PyTorch's core operations"
        raise ValueError(msg)
    operation: Callable[..., Any] = found
    return operation
