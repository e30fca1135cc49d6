"""Generate texts at many temperatures with the decoder, and measure them."""

from pathlib import Path

import torch
from torch.nn.utils.rnn import pad_sequence
from tqdm import tqdm

from tempera.models.decoder.networks.loading import load
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.fluency import inner_words, unseen_fraction
from tempera.models.evaluation.generation import generate
from tempera.models.evaluation.prompts import draw_prompts
from tempera.models.formats.training_words import TrainingWords, read_training_words
from tempera.models.loops import ends_in_loop, loop_fraction
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.networks.rnn import CharRNN
from tempera.models.temperature_study.next_token import example_distribution, forbidden_tokens
from tempera.models.temperature_study.softmax import inverse, shares
from tempera.models.temperature_study.temperature_sweep import TemperaturePoint, TemperatureSweep, TextMetrics

SWEEP_TEMPERATURES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5, 1.75, 2.0)
READING_STEPS = 4  # bounds memory with large vocabularies; more is not faster


def run_sweep(folder: Path, texts: int, length: int, seed: int) -> TemperatureSweep:
    """Generate and measure `texts` texts of `length` characters per temperature; text n has seed `seed` + n.

    Each text continues a prompt that the network samples at T = 1, so that texts differ even at T = 0, and uses the
    same random numbers at every temperature. Languages alternate. Raises BadCheckpoint.
    """
    model, card = load_checkpoint(folder)
    decoder, training_words = load(folder, card.weights_sha256), read_training_words(folder)
    starts = draw_prompts(decoder, card, texts, seed)
    requests = [
        start.with_params(temperature=temperature, length=length)
        for temperature in SWEEP_TEMPERATURES
        for start in starts
    ]
    generated = generate(decoder, requests, bar=True)
    entropies = mean_entropies(model, decoder, requests, generated)
    metrics = [
        measure_text(request.prompt, text, entropy, training_words)
        for request, text, entropy in zip(requests, generated, entropies, strict=True)
    ]
    points = [tuple(metrics[first : first + texts]) for first in range(0, len(metrics), texts)]
    at_one = SWEEP_TEMPERATURES.index(1.0) * texts
    return TemperatureSweep(
        name=card.name,
        title=card.title,
        points=tuple(map(TemperaturePoint, SWEEP_TEMPERATURES, points)),
        distribution=example_distribution(model, decoder, requests[at_one], generated[at_one]),
        unit=card.unit,
    )


@torch.inference_mode()
def mean_entropies(
    model: CharRNN, decoder: DecodingModel, requests: list[SampleRequest], texts: list[str]
) -> list[float]:
    """Return the mean entropy of each text's sampling distributions, in nats per character."""
    prompts = [decoder.vocabulary.encode(request.prompt) for request in requests]
    rows = [
        torch.tensor(prompt + decoder.vocabulary.encode(text)[:-1]) for prompt, text in zip(prompts, texts, strict=True)
    ]
    firsts, ends = torch.tensor([len(prompt) - 1 for prompt in prompts]), torch.tensor([len(row) for row in rows])
    ids = pad_sequence(rows)  # (time, rows)
    inverse_temperatures = inverse(
        torch.tensor([request.params.temperature for request in requests], dtype=torch.float64)
    )
    state = model.initial_state(torch.tensor([request.language for request in requests]))
    forbidden = torch.stack([forbidden_tokens(decoder.contexts, request) for request in requests])
    nats = torch.zeros(len(rows), dtype=torch.float64)
    for start in tqdm(range(0, len(ids), READING_STEPS), unit="chunk", desc="reading", leave=False, disable=None):
        logits, state = model(ids[start : start + READING_STEPS], state)
        logits = logits.masked_fill(forbidden, -torch.inf)
        positions = torch.arange(start, start + len(logits)).unsqueeze(1)
        probabilities = shares(logits.flatten(0, 1).double(), inverse_temperatures.repeat(len(logits), 1))
        entropies = torch.special.entr(probabilities).sum(1).view(len(logits), -1)
        nats += torch.where((firsts <= positions) & (positions < ends), entropies, 0).sum(0)
    return [total / max(1, len(text)) for total, text in zip(nats.tolist(), texts, strict=True)]


def measure_text(prompt: str, text: str, entropy: float, training_words: TrainingWords | None) -> TextMetrics:
    """Measure one text, without its first and last words, which may be incomplete."""
    inner = inner_words(text)
    return TextMetrics(
        prompt=prompt,
        text=text,
        entropy=entropy,
        loop_fraction=loop_fraction(text),
        ends_in_loop=ends_in_loop(text),
        unseen_fraction=None if training_words is None else unseen_fraction(text, training_words),
        distinct_words=1000 * len(set(inner)) / max(1, len(inner)),
    )
