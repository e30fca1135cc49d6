"""Training recipes: strict YAML, one opinion per line."""

import json
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError

from models.card import NAME_PATTERN, Architecture, Section
from models.errors import BadRecipe
from models.strict_yaml import CONSTRUCTOR_FAULTS, UniqueKeyLoader

Share = Annotated[float, Field(ge=0, lt=1)]


class CorpusFile(Section):
    """One text to train on; a relative path starts at the recipe's folder."""

    file: str
    title: str
    licence: str


class DropoutRates(Section):
    """Probabilities, see models.rnn.Dropout."""

    input: float = Field(ge=0, lt=1)
    between: float = Field(ge=0, lt=1)
    output: float = Field(ge=0, lt=1)
    recurrent_weight: float = Field(ge=0, lt=1)


class Optimisation(Section):
    """AdamW over parallel streams with carried state, warm-up, then cosine to zero."""

    passes: float = Field(gt=0, le=10_000)
    rows: int = Field(ge=1, le=4096)
    window: int = Field(ge=1, le=4096)
    learning_rate: float = Field(gt=0, le=1)
    betas: tuple[Share, Share]
    weight_decay: float = Field(ge=0, le=1)
    warmup_share: float = Field(ge=0, lt=1)
    clip_norm: float = Field(gt=0)
    state_reset_probability: float = Field(ge=0, le=1)
    precision: Literal["bf16", "fp32"]
    seed: int = Field(ge=0, lt=2**31)


class Finish(Section):
    """A last stage over the whole training part, tune part included, from the weights that were selected."""

    passes: float = Field(gt=0, le=10_000)
    learning_rate: float = Field(gt=0, le=1)


class Recipe(Section):
    """Everything that decides what a training run gives."""

    name: str = Field(pattern=NAME_PATTERN)
    title: str = Field(min_length=1, max_length=80)
    description: str = Field(max_length=500)
    languages: tuple[str, ...]
    licence: str
    corpora: tuple[CorpusFile, ...] = Field(min_length=1)
    model: Architecture
    dropout: DropoutRates
    optimisation: Optimisation
    finish: Finish | None = None

    @property
    def finishing(self) -> Optimisation | None:
        """How the last stage learns."""
        return self.optimisation.model_copy(update=self.finish.model_dump()) if self.finish else None


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; raises BadRecipe naming the first key that is wrong."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), UniqueKeyLoader)  # noqa: S506 - a SafeLoader
        return Recipe.model_validate_json(json.dumps(content, default=str))  # JSON's lists may be tuples
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRecipe(path, f"{' > '.join(map(str, first['loc']))}: {first['msg']}") from None
    except yaml.YAMLError as error:
        raise BadRecipe(path, f"is not YAML: {error}") from None
    except (OSError, *CONSTRUCTOR_FAULTS) as error:
        raise BadRecipe(path, f"can't be read: {error}") from None
