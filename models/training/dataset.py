"""The texts of a recipe as token ids, by language."""

from pathlib import Path

import torch
from torch import Tensor

from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.tokenizers.words import WordVocabulary
from tempera.models.training.corpus import read_text
from tempera.models.training.recipe import Recipe


class Dataset:
    """A recipe's texts, and the vocabulary of their training and validation parts."""

    def __init__(self, recipe: Recipe, recipe_path: Path) -> None:
        self.recipe, self.languages = recipe, recipe.languages
        self.texts = [read_text(recipe_path.parent / corpus.file) for corpus in recipe.corpora]
        known = "".join(text.split("train+validation") for text in self.texts)
        size = recipe.vocabulary_size
        self.vocabulary = WordVocabulary.of(known, size) if size else Vocabulary.of(known)

    def ids(self, split: str) -> list[Tensor]:
        """Return the token ids of a split by language; texts of one language are concatenated."""
        parts = self.by_language(split, repeated=split != "validation")
        return [torch.tensor(self.vocabulary.encode(part)) for part in parts.values()]

    def by_language(self, split: str, *, repeated: bool = False) -> dict[str, str]:
        """Return a split of the texts by language, each text once or with its repeats per epoch."""
        parts = dict.fromkeys(self.languages, "")
        for corpus, text in zip(self.recipe.corpora, self.texts, strict=True):
            parts[self.recipe.language_of(corpus)] += text.split(split) * (corpus.repeats if repeated else 1)
        return parts

    def nats_per_character(self, split: str, nats_per_token: float) -> float:
        """Convert a loss per token on a split; unknown words are spelled out."""
        scored = [self.vocabulary.scored(text.split(split)) for text in self.texts]
        nats = sum(nats_per_token * len(text.ids) + text.spelling_nats for text in scored)
        return nats / sum(text.characters for text in scored)
