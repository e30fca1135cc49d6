"""Muon for recurrent weights, gate by gate; AdamW for everything else."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from tempera.models.networks.rnn import CharRNN
from tempera.models.training.recipe import Optimization

# Quintic iteration towards the nearest orthogonal matrix, and its momentum: kellerjordan.github.io/posts/muon.
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
MOMENTUM = 0.95
ADAMW_RMS = 0.2  # RMS of an update per unit of learning rate, matching AdamW's (arXiv:2502.16982)


def build_optimizers(model: CharRNN, config: Optimization) -> list[torch.optim.Optimizer]:
    """Return optimizers that together cover all parameters: only AdamW if there is no rate for Muon."""
    if config.recurrent_learning_rate is None:
        return [_adamw(model.parameters(), config)]
    recurrent = [weight for name, weight in model.named_parameters() if ".weight_" in name]
    recurrent_ids = set(map(id, recurrent))
    others = [parameter for parameter in model.parameters() if id(parameter) not in recurrent_ids]
    dtype = torch.bfloat16 if config.precision == "bf16" else torch.float32
    return [
        Muon(recurrent, config.recurrent_learning_rate, config.weight_decay, model.architecture.hidden_size, dtype),
        _adamw(others, config),
    ]


def _adamw(parameters: Iterable[Tensor], config: Optimization) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        parameters, config.learning_rate, config.betas, weight_decay=config.weight_decay, fused=True
    )


def learning_rate_factor(step: int, steps: int, warmup_fraction: float) -> float:
    """Linear warm-up, then cosine decay to zero (arXiv:1608.03983)."""
    warmup = warmup_fraction * steps
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1.0, steps - warmup)))


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalized separately for each gate's block of a weight (gates * hidden, input).

    Each gate's update then has equal magnitude in all input directions, even those with small gradients.
    """

    def __init__(
        self, parameters: Iterable[Tensor], lr: float, weight_decay: float, hidden_size: int, dtype: torch.dtype
    ) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})
        self._hidden_size, self._dtype = hidden_size, dtype

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Take one step; closures are not supported."""
        for group in self.param_groups:
            for weight in group["params"]:
                momentum = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
                momentum.lerp_(weight.grad, 1 - MOMENTUM)
                blocks = weight.grad.lerp(momentum, MOMENTUM).view(-1, self._hidden_size, weight.shape[1])
                update = orthogonalize(blocks.to(self._dtype)).to(weight.dtype).reshape(weight.shape)
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.add_(update, alpha=-group["lr"] * ADAMW_RMS * math.sqrt(max(blocks.shape[1:])))


def orthogonalize(blocks: Tensor) -> Tensor:
    """blocks (gates, rows, columns) -> blocks whose singular values are all close to 1."""
    wide: Tensor = blocks if blocks.shape[1] <= blocks.shape[2] else blocks.mT
    wide = wide / (wide.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(ITERATIONS):
        gram = wide @ wide.mT
        polynomial = torch.baddbmm(gram, gram, gram, beta=NEWTON_SCHULZ[1], alpha=NEWTON_SCHULZ[2])
        wide = torch.baddbmm(wide, polynomial, wide, beta=NEWTON_SCHULZ[0])
    return wide if blocks.shape == wide.shape else wide.mT
