"""Measure language detection on snippets of texts whose language is known."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

from tempera.models.decoder.texts.detect_language import FAVOUR_NATS, prepared
from tempera.models.errors import NothingToScore
from tempera.models.evaluation.language_likelihoods import log_likelihoods
from tempera.models.networks.rnn import CharRNN
from tempera.models.tokenizers.words import AnyVocabulary

TEXTS_AT_ONCE = 16  # bounds memory without affecting the result


@dataclass(frozen=True)
class DetectionResult:
    """The detected languages of one language's snippets."""

    predicted: tuple[int, ...]  # snippets by detected language, with a uniform prior
    correct_against_bias: int  # detected correctly although the prior favored any other language

    def accuracy(self, language: int) -> float:
        """Return the fraction detected correctly with a uniform prior."""
        return self.predicted[language] / sum(self.predicted)

    @property
    def accuracy_against_bias(self) -> float:
        """The fraction detected correctly even if the prior favors any other language."""
        return self.correct_against_bias / sum(self.predicted)


def measure_accuracy(
    model: CharRNN, vocabulary: AnyVocabulary, texts: Mapping[int, str], count: int, characters: int
) -> dict[int, DetectionResult]:
    """Detect the language of `count` snippets per text; texts and results by language index. Raises NothingToScore."""
    results = {}
    with tqdm(total=count * len(texts), unit="snippet", leave=False, disable=None) as progress:
        for language, text in texts.items():
            snippets = regular_snippets(text, count, characters)
            ids = torch.tensor([prepared(vocabulary, snippet) for snippet in snippets]).T
            nats = []
            for batch in torch.split(ids, TEXTS_AT_ONCE, dim=1):
                nats.append(log_likelihoods(model, batch))
                progress.update(batch.shape[1])
            results[language] = _result(torch.cat(nats), language)
    return results


def regular_snippets(text: str, count: int, characters: int) -> list[str]:
    """Return evenly spaced snippets, from the start to the end of the text; raises NothingToScore."""
    if len(text) < characters:
        raise NothingToScore(len(text))
    offsets = torch.linspace(0, len(text) - characters, count).long().tolist()
    return [text[offset : offset + characters] for offset in offsets]


def _result(nats: Tensor, language: int) -> DetectionResult:
    """nats (snippets, languages) of one language's snippets -> detection result."""
    languages = nats.shape[1]
    biased = nats + FAVOUR_NATS * (torch.arange(languages) != language)
    predicted = nats.argmax(1).bincount(minlength=languages)
    return DetectionResult(tuple(predicted.tolist()), int((biased.argmax(1) == language).sum()))
