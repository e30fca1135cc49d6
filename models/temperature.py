"""What temperature does to a network: many texts written at once, through the decoder's own batch, and measured."""

from pathlib import Path

import torch
from torch.nn.utils.rnn import pad_sequence
from tqdm import tqdm

from models.card import ModelCard
from models.checkpoint import load_checkpoint
from models.choice import never_written, open_choice
from models.decoder.loading import load
from models.decoder.model import DecodingModel
from models.engine.request import SampleRequest
from models.ladder import Reading, Rung, Study
from models.loops import ends_in_loop, loop_share
from models.rnn import CharRNN
from models.sampling import inverse, shares
from models.sampling_params import SamplingParams
from models.seen_words import SeenWords, read_seen_words, words
from models.writing import opening, write

LADDER = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5, 1.75, 2.0)
OPENING_CHARACTERS = 40
READING_STEPS = 4  # bounds memory where the vocabulary is large; more is slower, too


def study(folder: Path, texts: int, length: int, seed: int) -> Study:
    """Write and measure `texts` texts of `length` characters at each temperature; text n has seed `seed` + n.

    Each begins with some characters that the network draws at T = 1 from its seed, so that even at T = 0 one text is
    not like another, and goes on from them with the same draws at every temperature; languages take turns.
    Raises BadCheckpoint.
    """
    model, card = load_checkpoint(folder)
    writer, seen = load(folder, card.weights_sha256), read_seen_words(folder)
    beginnings = openings(writer, card, texts, seed)
    requests = [one.with_params(temperature=temperature, length=length) for temperature in LADDER for one in beginnings]
    written = write(writer, requests, bar=True)
    entropies = mean_entropies(model, writer, requests, written)
    readings = [
        read(request.prompt, text, entropy, seen)
        for request, text, entropy in zip(requests, written, entropies, strict=True)
    ]
    rungs = [tuple(readings[first : first + texts]) for first in range(0, len(readings), texts)]
    honest = LADDER.index(1.0) * texts
    return Study(
        name=card.name,
        title=card.title,
        rungs=tuple(map(Rung, LADDER, rungs)),
        choice=open_choice(model, writer, requests[honest], written[honest]),
        unit=card.unit,
    )


def openings(model: DecodingModel, card: ModelCard, texts: int, seed: int) -> list[SampleRequest]:
    """Return requests that go on from openings drawn at T = 1."""
    requests = [
        SampleRequest(
            model=card.name,
            prompt=opening(card.vocabulary),
            language=number % len(card.languages),
            params=SamplingParams(temperature=1.0, length=OPENING_CHARACTERS, seed=seed + number),
        )
        for number in range(texts)
    ]
    opened = write(model, requests, bar=True)
    return [request.after(text, OPENING_CHARACTERS) for request, text in zip(requests, opened, strict=True)]


@torch.inference_mode()
def mean_entropies(
    model: CharRNN, writer: DecodingModel, requests: list[SampleRequest], texts: list[str]
) -> list[float]:
    """Return the entropy in nats per character of the distributions that each text was drawn from, by its mean."""
    prompts = [writer.vocabulary.encode(request.prompt) for request in requests]
    rows = [
        torch.tensor(prompt + writer.vocabulary.encode(text)[:-1]) for prompt, text in zip(prompts, texts, strict=True)
    ]
    firsts, ends = torch.tensor([len(prompt) - 1 for prompt in prompts]), torch.tensor([len(row) for row in rows])
    ids = pad_sequence(rows)  # (time, rows)
    inverse_temperatures = inverse(
        torch.tensor([request.params.temperature for request in requests], dtype=torch.float64)
    )
    state = model.initial_state(torch.tensor([request.language for request in requests]))
    never = torch.stack([never_written(writer.contexts, request) for request in requests])
    nats = torch.zeros(len(rows), dtype=torch.float64)
    for start in tqdm(range(0, len(ids), READING_STEPS), unit="chunk", desc="reading", leave=False):
        logits, state = model(ids[start : start + READING_STEPS], state)
        logits = logits.masked_fill(never, -torch.inf)
        places = torch.arange(start, start + len(logits)).unsqueeze(1)
        shaped = shares(logits.flatten(0, 1).double(), inverse_temperatures.repeat(len(logits), 1))
        entropies = torch.special.entr(shaped).sum(1).view(len(logits), -1)
        nats += torch.where((firsts <= places) & (places < ends), entropies, 0).sum(0)
    return [total / max(1, len(text)) for total, text in zip(nats.tolist(), texts, strict=True)]


def read(prompt: str, text: str, entropy: float, seen: SeenWords | None) -> Reading:
    """Measure one text; its first and its last word may be parts of words, so they do not count."""
    whole = words(text)[1:-1]
    unseen = sum(word not in seen for word in whole) / max(1, len(whole)) if seen is not None else None
    return Reading(
        prompt=prompt,
        text=text,
        entropy=entropy,
        loop_share=loop_share(text),
        ends_in_loop=ends_in_loop(text),
        unseen_share=unseen,
        distinct_words=1000 * len(set(whole)) / max(1, len(whole)),
    )
