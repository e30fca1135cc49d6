"""The last lesson of a network that speaks several languages, for its initial states alone: all else stays.

Ordinary training hardly reaches them: few of its windows begin in one, and a text soon tells its language by itself.
Here every snippet begins in each of them: its own is to make it probable (one-to-many), and more probable than the
others do (many-to-one), from the first character on.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import trange

from models.decoder.recognise import BEGINNING
from models.recognise import by_character
from models.rnn import CharRNN
from models.words import AnyVocabulary

STEPS = 300
SNIPPETS = 4  # of each language in a step
CHARACTERS = 24
HEARD = (1, 3, 8, 24)  # characters after which the language is to be told
LEARNING_RATE = 0.02  # falls to zero
CLIP_NORM = 1.0


def learn_beginnings(model: CharRNN, vocabulary: AnyVocabulary, texts: Sequence[Tensor], *, bf16: bool = False) -> None:
    """Learn the initial states from texts (characters,), one for each language; the draws are always the same."""
    places = torch.Generator().manual_seed(0)
    languages = torch.arange(len(texts)).repeat_interleave(SNIPPETS)
    model.eval().requires_grad_(requires_grad=False)
    model.initial.requires_grad = True
    optimiser = torch.optim.Adam([model.initial], lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, STEPS)
    for _ in trange(STEPS, desc="initial states", unit="step", leave=False, disable=None):
        snippets = torch.stack([_snippet(text, vocabulary, places) for text in texts for _ in range(SNIPPETS)], dim=1)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            loss = _loss(by_character(model, snippets), languages)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.initial, CLIP_NORM)
        optimiser.step()
        schedule.step()
    model.requires_grad_(requires_grad=True)


def _snippet(text: Tensor, vocabulary: AnyVocabulary, places: torch.Generator) -> Tensor:
    """Return a stretch of a text from anywhere, as the first of a line."""
    place = int(torch.randint(len(text) - CHARACTERS, (), generator=places))
    beginning = torch.tensor(vocabulary.encode(BEGINNING if BEGINNING in vocabulary.ids else ""), dtype=text.dtype)
    return torch.cat([beginning, text[place : place + CHARACTERS]])


def _loss(nats: Tensor, languages: Tensor) -> Tensor:
    """nats (characters, texts, languages) -> -log P(language | text) after some characters, and nats per character."""
    so_far = nats.cumsum(0)
    told = [functional.cross_entropy(so_far[min(heard, len(nats)) - 1], languages) for heard in HEARD]
    own = so_far[-1].gather(1, languages.unsqueeze(1)).mean() / len(nats)
    return torch.stack(told).mean() - own
