"""Data-parallel training: worker processes compute the gradients of their shards of each batch.

Workers are stateless between steps: each receives the weights and the hidden state of its rows, and returns gradients,
new state and loss. So they can be killed, and a run can be resumed with any number of them.
"""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from tempera.models.errors import WorkerEnded
from tempera.models.memory import keep_freed
from tempera.models.training.gradients import Replica, Shard
from tempera.models.training.recipe import Optimization, Recipe

LOST = (EOFError, ConnectionError)  # raised by a pipe when the other process is gone


class WorkerPool:
    """All processes except rank 0, which owns weights and optimizers; a context manager."""

    def __init__(
        self, recipe: Recipe, config: Optimization, vocabulary_size: int, train_ids: Sequence[Tensor], count: int
    ) -> None:
        self._task = recipe, config, vocabulary_size
        self._train_ids = train_ids
        self._shards = [Shard(index, count) for index in range(1, count)]
        self.processes: list[BaseProcess] = []
        self._pipes: list[Connection] = []

    def __enter__(self) -> Self:
        spawn = multiprocessing.get_context("spawn")
        texts = [ids.numpy().astype(np.int32) for ids in self._train_ids] if self._shards else []
        for shard in self._shards:
            local, remote = spawn.Pipe()
            arguments = remote, *self._task, texts, shard, torch.get_num_threads()
            process = spawn.Process(target=_work, args=arguments, daemon=True)
            process.start()
            remote.close()
            self._pipes.append(local)
            self.processes.append(process)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self.processes:
            process.join()
            process.close()
        self._pipes, self.processes = [], []

    def start_step(self, step: int, model: nn.Module, state: Tensor) -> None:
        """Start a step on all workers; state (layers, parts, rows, hidden) of the whole batch. Raises WorkerEnded."""
        for pipe, rows in self._rows(state):
            try:
                pipe.send(step)
                _send(pipe, [*model.parameters(), rows])
            except LOST:
                raise WorkerEnded from None

    def finish_step(self, model: nn.Module, state: Tensor) -> float:
        """Add the workers' gradients, update their rows' state and return their total loss; raises WorkerEnded."""
        total = 0.0
        for pipe, rows in self._rows(state):
            try:
                *gradients, after, loss = _receive(pipe, [*model.parameters(), rows, torch.zeros(1)])
            except LOST:
                raise WorkerEnded from None
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                cast("Tensor", parameter.grad).add_(gradient)
            rows.copy_(after)
            total += loss.item()
        return total

    def _rows(self, state: Tensor) -> Iterator[tuple[Connection, Tensor]]:
        for pipe, shard in zip(self._pipes, self._shards, strict=True):
            yield pipe, state[:, :, shard.rank :: shard.world_size]


def _work(
    pipe: Connection,
    recipe: Recipe,
    config: Optimization,
    vocabulary_size: int,
    texts: list[npt.NDArray[np.int32]],
    shard: Shard,
    threads: int,
) -> None:
    """Compute the requested steps until rank 0 is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; rank 0 decides when to stop
    torch.set_num_threads(threads)
    replica = Replica(recipe, config, vocabulary_size, [torch.from_numpy(ids).long() for ids in texts], shard=shard)
    keep_freed()
    parameters = list(replica.model.parameters())
    state = replica.initial_states().detach()
    try:
        while True:
            step = pipe.recv()
            *weights, state = _receive(pipe, [*parameters, state])
            for parameter, weight in zip(parameters, weights, strict=True):
                parameter.data = weight
            loss, state = replica.forward_backward(step, state)
            _send(pipe, [*(cast("Tensor", parameter.grad) for parameter in parameters), state, torch.tensor([loss])])
    except LOST:
        return


def _send(pipe: Connection, tensors: Sequence[Tensor]) -> None:
    pipe.send_bytes(torch.cat([tensor.detach().flatten() for tensor in tensors]).numpy().data)


def _receive(pipe: Connection, like: Sequence[Tensor]) -> list[Tensor]:
    """Receive tensors of these shapes, sent as one fp32 message."""
    sizes = [tensor.numel() for tensor in like]
    numbers = torch.empty(sum(sizes))
    pipe.recv_bytes_into(numbers.numpy())
    return [part.view_as(tensor) for part, tensor in zip(torch.split(numbers, sizes), like, strict=True)]
