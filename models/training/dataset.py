"""The texts of a recipe as token ids, by language."""

from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from tempera.models.corpora.layouts import clean_records
from tempera.models.corpora.text import Text, read_training_text
from tempera.models.errors import BadRecipe
from tempera.models.formats.file_names import stored_path
from tempera.models.formats.layouts import END, PAIR_SEPARATOR
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.tokenizers.words import AnyVocabulary, WordVocabulary
from tempera.models.training.recipe import CorpusFile, Recipe


class Dataset:
    """A recipe's texts, and their vocabulary."""

    def __init__(self, recipe: Recipe, recipe_path: Path, known: AnyVocabulary | None = None) -> None:
        """`known`: the vocabulary that a training starts from."""
        self.recipe, self.languages = recipe, recipe.languages
        self.texts = [self._read(corpus, recipe_path.parent) for corpus in recipe.corpora]
        self.vocabulary = known.grown("".join(text.text for text in self.texts)) if known else self._vocabulary()

    def _read(self, corpus: CorpusFile, folder: Path) -> Text:
        """Read a text; raises BadRecipe if it is unusable or not the one that the recipe names."""
        files = [stored_path(folder, file) for file in (corpus.file, *corpus.more_files)]
        text = read_training_text(files, corpus.separator).by_rule(self.recipe.held_out)
        if corpus.sha256 not in {None, text.sha256}:
            raise BadRecipe(text.path, "has changed since the recipe was made: restore it, or train under another name")
        if self.recipe.layout == "running":
            return text
        return clean_records(text, paired=self.recipe.layout == "pairs")

    def _vocabulary(self) -> AnyVocabulary:
        """Return all characters, also those that occur in held-out parts alone; or the most frequent words."""
        if size := self.recipe.vocabulary_size:
            return WordVocabulary.of("".join(text.split("train+validation") for text in self.texts), size)
        end = END if self.recipe.layout != "running" else ""
        characters = "".join(text.text for text in self.texts) + end
        return Vocabulary.of(characters.replace(PAIR_SEPARATOR, "") if self.recipe.layout == "pairs" else characters)

    @cached_property
    def learned(self) -> list[str]:
        """The parts of the texts from which gradients come before the last stage."""
        return [text.split("train") for text in self.texts]

    def ids(self, split: str) -> list[Tensor]:
        """Return the token ids of a split by language; texts of one language are concatenated.

        Records have their end before and after each of them, and the two of a pair are two of them.
        """
        parts = list(self.by_language(split, repeated=split != "validation").values())
        if self.recipe.layout != "running":
            parts = [END + part.replace(PAIR_SEPARATOR, END) for part in parts]
        return [torch.tensor(self.vocabulary.encode(part)) for part in parts]

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
