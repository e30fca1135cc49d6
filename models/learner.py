"""What one training step learns: a function of step, weights and state, for all rows of a batch or a share of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.corpus import share_rows, streams
from models.recipe import Optimisation, Recipe
from models.rnn import CharRNN, Dropout

FULL_SOFTMAX_EVERY = 8  # steps; where there are several languages, the others keep to each one's alphabet


@dataclass(frozen=True)
class Share:
    """Every `count`-th row of the batch, from row `index` on."""

    index: int = 0
    count: int = 1


class Learner:
    """A network and the parallel streams of text, by language, that it learns from."""

    def __init__(
        self,
        recipe: Recipe,
        how: Optimisation,
        vocabulary_size: int,
        learned: Sequence[Tensor],
        *,
        share: Share = Share(),
        device: str = "cpu",
    ) -> None:
        self.how, self.learned, self.device = how, learned, device
        self.steps_per_pass = sum(map(len, learned)) // how.rows // how.window
        self.shares = share_rows(learned, how.rows)
        self.own = slice(share.index, None, share.count)
        languages = torch.repeat_interleave(torch.tensor(self.shares))[self.own]
        self.own_shares = torch.bincount(languages, minlength=len(learned)).tolist()
        self.languages = languages.to(device)
        self.alphabets = [torch.unique(ids).to(device) for ids in learned]
        torch.manual_seed(how.seed)
        rates = Dropout(**recipe.dropout.model_dump(), **asdict(share))
        self.model = CharRNN(recipe.model, vocabulary_size, len(learned), rates).to(device)
        self.model.train()

    def window(self, step: int) -> tuple[Tensor, Tensor]:
        """Return inputs and targets (time, own rows); each pass starts elsewhere in the text."""
        passes, index = divmod(step, self.steps_per_pass)
        draw = torch.Generator().manual_seed(self.how.seed * 100_003 + passes)
        time = index * self.how.window + torch.arange(self.how.window + 1)
        text = streams(self.learned, self.shares, torch.rand((), generator=draw).item(), time)[:, self.own]
        text = text.contiguous().to(self.device)
        return text[:-1], text[1:]

    def beginnings(self) -> Tensor:
        """Return each own row's initial state, that of its language."""
        return self.model.initial_state(self.languages)

    def learn(self, step: int, state: Tensor) -> tuple[float, Tensor]:
        """Set the gradients of one step; return its loss and the state (layers, parts, own rows, hidden) after it.

        Truncated backpropagation through time: the state is carried from window to window, gradients are not.
        The loss is in nats per character of the whole batch: those of all shares add up, and so do their gradients.
        Each step draws from a seed of its own, for all rows: nothing else, and no sharing, changes what it draws.
        """
        how = self.how
        torch.manual_seed(how.seed * 1_000_003 + step)
        inputs, targets = self.window(step)
        keep = torch.rand(how.rows)[self.own].to(self.device) >= how.state_reset_probability
        if step % self.steps_per_pass == 0:
            keep = torch.zeros_like(keep)
        # A GPU computes fp32 as TF32 instead: autocast would make its recurrent layers fp16, too coarse for gradients.
        with torch.autocast("cpu", torch.bfloat16, enabled=how.precision == "bf16"):
            hidden, last = self.model.read(inputs, torch.where(keep.unsqueeze(1), state, self.beginnings()))
            loss = self._nats(step, hidden, targets) / (how.rows * how.window)
        self.model.zero_grad()
        torch.autograd.backward(loss)
        return loss.item(), last.detach().float()

    def _nats(self, step: int, hidden: Tensor, targets: Tensor) -> Tensor:
        """Sum the losses; most steps compare a language's characters with those of its own alphabet alone.

        Next to thousands of kanji, the full softmax for European rows would cost as much as the network.
        """
        output = self.model.output
        if len(self.alphabets) == 1 or step % FULL_SOFTMAX_EVERY == 0:
            return functional.cross_entropy(output(hidden).float().flatten(0, 1), targets.flatten(), reduction="sum")
        nats = []
        parts = [torch.split(rows, self.own_shares, 1) for rows in (hidden, targets)]
        for seen, sought, alphabet in zip(*parts, self.alphabets, strict=True):
            if sought.numel():
                logits = functional.linear(seen, output.weight[alphabet], output.bias[alphabet])
                places = torch.searchsorted(alphabet, sought.flatten())
                nats.append(functional.cross_entropy(logits.float().flatten(0, 1), places, reduction="sum"))
        return torch.stack(nats).sum()
