"""How well a network recognises its languages: snippets of known texts, and what it takes them for."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

from models.decoder.recognise import FAVOUR_NATS, prepared
from models.errors import NothingToScore
from models.recognise import log_probabilities
from models.rnn import CharRNN
from models.words import AnyVocabulary

TEXTS_AT_ONCE = 16  # bounds memory, changes no figure


@dataclass(frozen=True)
class Recognised:
    """What the snippets of one language were taken for."""

    read_as: tuple[int, ...]  # snippets by language, all being equally likely
    right_against_others: int  # recognised although their writer was taken for one of whichever other language

    def right(self, language: int) -> float:
        """Return the share that was recognised."""
        return self.read_as[language] / sum(self.read_as)

    @property
    def right_against(self) -> float:
        """The share that was recognised against any other language's head start."""
        return self.right_against_others / sum(self.read_as)


def measure(
    model: CharRNN, vocabulary: AnyVocabulary, texts: Mapping[int, str], count: int, characters: int
) -> dict[int, Recognised]:
    """Recognise `count` snippets of each text, all by their language's number; raises NothingToScore."""
    found = {}
    with tqdm(total=count * len(texts), unit="snippet", leave=False, disable=None) as progress:
        for language, text in texts.items():
            snippets = cut(text, count, characters)
            ids = torch.tensor([prepared(vocabulary, snippet) for snippet in snippets]).T
            nats = []
            for some in torch.split(ids, TEXTS_AT_ONCE, dim=1):
                nats.append(log_probabilities(model, some))
                progress.update(some.shape[1])
            found[language] = _counted(torch.cat(nats), language)
    return found


def cut(text: str, count: int, characters: int) -> list[str]:
    """Return snippets from regular places, the first and last ones of the text among them; raises NothingToScore."""
    if len(text) < characters:
        raise NothingToScore(len(text))
    places = torch.linspace(0, len(text) - characters, count).long().tolist()
    return [text[place : place + characters] for place in places]


def _counted(nats: Tensor, language: int) -> Recognised:
    """nats (snippets, languages) of one language's snippets -> what they were taken for."""
    languages = nats.shape[1]
    others = nats + FAVOUR_NATS * (torch.arange(languages) != language)
    read_as = nats.argmax(1).bincount(minlength=languages)
    return Recognised(tuple(read_as.tolist()), int((others.argmax(1) == language).sum()))
