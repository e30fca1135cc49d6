"""Start a training from a trained model, whose vocabulary grows by the characters of the new text."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from tempera.models.errors import BadRecipe
from tempera.models.formats.card import ModelCard
from tempera.models.formats.card_parts import Lineage
from tempera.models.formats.file_names import stored_path
from tempera.models.networks.checkpoint import load_checkpoint
from tempera.models.tokenizers.words import AnyVocabulary
from tempera.models.training.recipe import Recipe

NEW_ROW_DEVIATION = 0.02  # of the embeddings of new characters
UNLIKELY_NATS = 2.0  # by which new characters start below the least likely known one


@dataclass(frozen=True)
class StartModel:
    """A trained model, as a start."""

    card: ModelCard
    weights: dict[str, Tensor]
    language: int

    @property
    def lineage(self) -> Lineage:
        """What a card says about it."""
        card = self.card
        return Lineage(name=card.name, title=card.title, licence=card.licence, weights_sha256=card.weights_sha256)

    def weights_for(self, vocabulary: AnyVocabulary) -> dict[str, Tensor]:
        """Return the weights with rows for further characters: known ones keep theirs, new ones start small."""
        added = len(vocabulary) - len(self.card.vocabulary)
        generator = torch.Generator().manual_seed(0)
        weights = {name: value.clone() for name, value in self.weights.items()}
        for name, embedding in weights.items():
            if name.endswith("embedding.weight"):
                new = NEW_ROW_DEVIATION * torch.randn(added, embedding.shape[1], generator=generator)
                weights[name] = torch.cat([embedding, new])
        output, bias = weights["output.weight"], weights["output.bias"]
        weights["output.weight"] = torch.cat([output, output.new_zeros(added, output.shape[1])])
        weights["output.bias"] = torch.cat([bias, (bias.min() - UNLIKELY_NATS).expand(added)])
        weights["initial"] = weights["initial"][self.language : self.language + 1]
        return weights


def load_start(recipe: Recipe, recipe_path: Path) -> StartModel | None:
    """Load the model that a recipe starts from, if any; raises BadRecipe, BadCheckpoint, UnknownLanguage."""
    if recipe.start is None:
        return None
    folder = stored_path(recipe_path.parent, recipe.start.checkpoint)
    model, card = load_checkpoint(folder)
    if card.weights_sha256 != recipe.start.weights_sha256:
        raise BadRecipe(folder, "was replaced since the recipe was made; start anew with --restart")
    if (card.architecture, card.unit) != (recipe.model, recipe.unit):
        raise BadRecipe(recipe_path, f"model: must be that of {card.name}, which it starts from: {card.architecture}")
    if len(recipe.languages) > 1:
        raise BadRecipe(recipe_path, "languages: a training that starts from a model has a single one")
    return StartModel(card, model.state_dict(), card.language_index(recipe.start.language))
