"""Fine-tune the initial states of a multilingual network at the end of training; all other weights are frozen.

Ordinary training barely updates them: few sequences start in an initial state, and a text soon reveals its language.
Here every snippet is scored from every initial state. Its own language's state should make it likely (generation) and
more likely than the others do (language detection), from the first character on.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import trange

from tempera.models.decoder.texts.detect_language import BEGINNING
from tempera.models.evaluation.language_likelihoods import log_likelihoods_by_position
from tempera.models.networks.rnn import CharRNN
from tempera.models.tokenizers.words import AnyVocabulary

STEPS = 300
SNIPPETS = 4  # per language and step
CHARACTERS = 24
POSITIONS = (1, 3, 8, 24)  # after these characters, the language should be detected
LEARNING_RATE = 0.02  # decays linearly to zero
CLIP_NORM = 1.0


def train_initial_states(
    model: CharRNN, vocabulary: AnyVocabulary, texts: Sequence[Tensor], *, bf16: bool = False
) -> None:
    """Train the initial states on texts (characters,), one per language; snippets are drawn from a fixed seed."""
    offsets = torch.Generator().manual_seed(0)
    languages = torch.arange(len(texts)).repeat_interleave(SNIPPETS)
    model.eval().requires_grad_(requires_grad=False)
    model.initial.requires_grad = True
    optimizer = torch.optim.Adam([model.initial], lr=LEARNING_RATE)
    scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, STEPS)
    for _ in trange(STEPS, desc="initial states", unit="step", leave=False, disable=None):
        snippets = torch.stack([_snippet(text, vocabulary, offsets) for text in texts for _ in range(SNIPPETS)], dim=1)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            loss = _loss(log_likelihoods_by_position(model, snippets), languages)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.initial, CLIP_NORM)
        optimizer.step()
        scheduler.step()
    model.requires_grad_(requires_grad=True)


def _snippet(text: Tensor, vocabulary: AnyVocabulary, offsets: torch.Generator) -> Tensor:
    """Return a random excerpt of a text, preceded by a line break if the vocabulary has one."""
    offset = int(torch.randint(len(text) - CHARACTERS, (), generator=offsets))
    prefix = torch.tensor(vocabulary.encode(BEGINNING if BEGINNING in vocabulary.ids else ""), dtype=text.dtype)
    return torch.cat([prefix, text[offset : offset + CHARACTERS]])


def _loss(nats: Tensor, languages: Tensor) -> Tensor:
    """nats (characters, texts, languages) -> language cross-entropy at POSITIONS plus cross-entropy per character."""
    cumulative = nats.cumsum(0)
    detection = [
        functional.cross_entropy(cumulative[min(position, len(nats)) - 1], languages) for position in POSITIONS
    ]
    likelihood = cumulative[-1].gather(1, languages.unsqueeze(1)).mean() / len(nats)
    return torch.stack(detection).mean() - likelihood
