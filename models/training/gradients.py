"""Gradients of one training step: a pure function of step, weights and state, for a batch or a shard of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor
from torch.nn import functional

from tempera.models.networks.records import IGNORED, PaddedBatch
from tempera.models.networks.rnn import CharRNN, Dropout
from tempera.models.training.batches import training_batches
from tempera.models.training.recipe import Optimization, Recipe

FULL_SOFTMAX_EVERY = 8  # steps; multilingual networks use each language's own alphabet in the others


@dataclass(frozen=True)
class Shard:
    """The rows of a batch that one process computes: every `world_size`-th one, starting at `rank`."""

    rank: int = 0
    world_size: int = 1


class Replica:
    """A process's copy of the network, and its shard of the parallel text streams."""

    def __init__(
        self,
        recipe: Recipe,
        config: Optimization,
        vocabulary_size: int,
        train_ids: Sequence[Tensor],
        *,
        shard: Shard = Shard(),
        device: str = "cpu",
    ) -> None:
        self.config, self.device = config, device
        self.batches = training_batches(recipe.layout, train_ids, config)
        self.shard_rows = slice(shard.rank, None, shard.world_size)
        languages = torch.repeat_interleave(torch.tensor(self.batches.rows_by_language))[self.shard_rows]
        self.shard_rows_by_language = torch.bincount(languages, minlength=len(train_ids)).tolist()
        self.languages = languages.to(device)
        self.alphabets = [torch.unique(ids).to(device) for ids in train_ids]
        torch.manual_seed(config.seed)
        rates = Dropout(**recipe.dropout.model_dump(), **asdict(shard))
        self.model = CharRNN(recipe.model, vocabulary_size, len(train_ids), rates).to(device)
        self.model.train()

    def initial_states(self) -> Tensor:
        """Return the initial state of each row of the shard, according to its language."""
        return self.model.initial_state(self.languages)

    def forward_backward(self, step: int, state: Tensor) -> tuple[float, Tensor]:
        """Compute gradients; return the loss and the new state (layers, parts, shard rows, hidden).

        Truncated backpropagation through time: the state of running text is carried from batch to batch, gradients
        are not. Records start in initial states, or after their inputs, and return the state that was given.
        Losses and gradients are normalized by the whole batch, so those of all shards add up.
        Each step is seeded separately and draws for all rows, so neither sharding nor resuming changes its dropout.
        """
        config = self.config
        torch.manual_seed(config.seed * 1_000_003 + step)
        whole = self.batches.batch(step)
        batch = whole.rows(self.shard_rows, self.device)
        keep = torch.rand(config.batch_size)[self.shard_rows].to(self.device) >= config.state_reset_probability
        if step % self.batches.steps_per_epoch == 0:
            keep = torch.zeros_like(keep)
        # GPUs use TF32 instead: autocast would run cuDNN's recurrent layers in fp16, which is too coarse for gradients.
        with torch.autocast("cpu", torch.bfloat16, enabled=config.precision == "bf16"):
            hidden, last = self.model.read(batch.inputs, self._start(batch, state, keep))
            loss = self._loss(step, hidden, batch.targets) / whole.predictions
        self.model.zero_grad()
        torch.autograd.backward(loss)
        return loss.item(), last.detach().float() if self.batches.carries_state else state

    def _start(self, batch: PaddedBatch, state: Tensor, keep: Tensor) -> Tensor:
        """Return the states in which the rows start; keep (shard rows,): those whose state is carried."""
        if self.batches.carries_state:
            return torch.where(keep.unsqueeze(1), state, self.initial_states())
        return self.model.start_state(batch.sources, self.languages)

    def _loss(self, step: int, hidden: Tensor, targets: Tensor) -> Tensor:
        """Return the summed loss; in most steps, each language's softmax covers only its own alphabet.

        With thousands of kanji, a full softmax for European rows would cost as much as the rest of the network.
        """
        output = self.model.output
        if len(self.alphabets) == 1 or step % FULL_SOFTMAX_EVERY == 0:
            logits = output(hidden).float().flatten(0, 1)
            return functional.cross_entropy(logits, targets.flatten(), reduction="sum", ignore_index=IGNORED)
        nats = []
        parts = [torch.split(rows, self.shard_rows_by_language, 1) for rows in (hidden, targets)]
        for hidden_part, target_part, alphabet in zip(*parts, self.alphabets, strict=True):
            if target_part.numel():
                logits = functional.linear(hidden_part, output.weight[alphabet], output.bias[alphabet])
                positions = torch.searchsorted(alphabet, target_part.flatten())
                nats.append(functional.cross_entropy(logits.float().flatten(0, 1), positions, reduction="sum"))
        return torch.stack(nats).sum()
