"""Muon for recurrent weights, gate by gate; AdamW for everything else."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from models.recipe import Optimisation
from models.rnn import CharRNN

# Quintic iteration towards the nearest orthogonal matrix, and its momentum: kellerjordan.github.io/posts/muon.
STEEP = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
MOMENTUM = 0.95
ADAMW_LIKE = 0.2  # root mean square of an update per learning rate, as AdamW's (arXiv:2502.16982)


def optimisers(model: CharRNN, how: Optimisation) -> list[torch.optim.Optimizer]:
    """Return those that together move all parameters: without a rate for Muon, AdamW alone."""
    if how.recurrent_learning_rate is None:
        return [_adamw(model.parameters(), how)]
    recurrent = [weight for name, weight in model.named_parameters() if ".weight_" in name]
    taken = set(map(id, recurrent))
    others = [parameter for parameter in model.parameters() if id(parameter) not in taken]
    dtype = torch.bfloat16 if how.precision == "bf16" else torch.float32
    return [
        Muon(recurrent, how.recurrent_learning_rate, how.weight_decay, model.architecture.hidden_size, dtype),
        _adamw(others, how),
    ]


def _adamw(parameters: Iterable[Tensor], how: Optimisation) -> torch.optim.Optimizer:
    return torch.optim.AdamW(parameters, how.learning_rate, how.betas, weight_decay=how.weight_decay, fused=True)


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised for each gate's block of a weight (gates * hidden, input) by itself.

    A gate's update then moves all directions of its input alike, also those with small gradients.
    """

    def __init__(
        self, parameters: Iterable[Tensor], lr: float, weight_decay: float, hidden_size: int, dtype: torch.dtype
    ) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})
        self._hidden_size, self._dtype = hidden_size, dtype

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Take one step; there is no closure."""
        for group in self.param_groups:
            for weight in group["params"]:
                momentum = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
                momentum.lerp_(weight.grad, 1 - MOMENTUM)
                blocks = weight.grad.lerp(momentum, MOMENTUM).view(-1, self._hidden_size, weight.shape[1])
                update = orthogonalised(blocks.to(self._dtype)).to(weight.dtype).reshape(weight.shape)
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.add_(update, alpha=-group["lr"] * ADAMW_LIKE * math.sqrt(max(blocks.shape[1:])))


def orthogonalised(blocks: Tensor) -> Tensor:
    """blocks (gates, rows, columns) -> each with all its singular values moved close to 1."""
    wide: Tensor = blocks if blocks.shape[1] <= blocks.shape[2] else blocks.mT
    wide = wide / (wide.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(ITERATIONS):
        gram = wide @ wide.mT
        mixed = torch.baddbmm(gram, gram, gram, beta=STEEP[1], alpha=STEEP[2])
        wide = torch.baddbmm(wide, mixed, wide, beta=STEEP[0])
    return wide if blocks.shape == wide.shape else wide.mT
