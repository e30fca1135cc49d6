"""Training recipes: strict YAML."""

import json
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import yaml
from pydantic import Field, ValidationError, model_validator

from tempera.models.corpora.splits import LearnedSplit, SplitRule
from tempera.models.corpora.text import DOCUMENT_SEPARATOR
from tempera.models.errors import BadRecipe
from tempera.models.formats.card import NAME_PATTERN, Architecture
from tempera.models.formats.card_parts import StrictModel
from tempera.models.formats.file_names import StoredName
from tempera.models.formats.layouts import Layout
from tempera.models.formats.strict_yaml import CONSTRUCTOR_FAULTS, UniqueKeyLoader

Precision = Literal["bf16", "fp32"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
Fraction = Annotated[float, Field(ge=0, lt=1)]


class CorpusFile(StrictModel):
    """A text to train on: a file, or several or a folder of them as one; paths are relative to the recipe's folder."""

    file: StoredName
    more_files: tuple[StoredName, ...] = ()
    separator: str = DOCUMENT_SEPARATOR  # between documents
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")  # None = any text
    title: str
    licence: str
    language: str | None = None  # one of the recipe's languages; None = the first
    repeats: int = Field(default=1, ge=1, le=100)  # times per epoch


class DropoutRates(StrictModel):
    """Dropout probabilities, see tempera.models.networks.rnn.Dropout."""

    input: float = Field(ge=0, lt=1)
    between: float = Field(ge=0, lt=1)
    output: float = Field(ge=0, lt=1)
    recurrent_weight: float = Field(ge=0, lt=1)


class Optimization(StrictModel):
    """Muon and AdamW, or AdamW alone, on parallel streams with carried state; warm-up, then cosine decay to 0."""

    epochs: float = Field(gt=0, le=10_000)
    batch_size: int = Field(ge=1, le=4096)
    sequence_length: int = Field(ge=1, le=4096)
    recurrent_learning_rate: float | None = Field(gt=0, le=1)  # Muon's; None = AdamW for recurrent weights, too
    learning_rate: float = Field(gt=0, le=1)  # AdamW's, for embedding, output and biases
    betas: tuple[Fraction, Fraction]
    weight_decay: float = Field(ge=0, le=1)
    warmup_fraction: float = Field(ge=0, lt=1)
    clip_norm: float = Field(gt=0)
    state_reset_probability: float = Field(ge=0, le=1)
    precision: Precision  # bf16 falls back to fp32, see tempera.models.training.precision
    patience: int = Field(default=0, ge=0)  # validations without improvement before stopping early; 0 = off
    seed: int = Field(ge=0, lt=2**31)


class Finish(StrictModel):
    """A final stage on training and validation part together, or on all, starting from the selected weights."""

    part: LearnedSplit = "train+validation"
    epochs: float = Field(gt=0, le=10_000)
    recurrent_learning_rate: float | None = Field(gt=0, le=1)
    learning_rate: float = Field(gt=0, le=1)


class Start(StrictModel):
    """The model that training starts from."""

    checkpoint: StoredName  # its folder, relative to the recipe's
    language: str | None = None  # whose initial state it starts with; None = the first
    weights_sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Recipe(StrictModel):
    """Everything that determines the result of a training run."""

    name: str = Field(pattern=NAME_PATTERN)
    title: str = Field(min_length=1, max_length=80)
    description: str = Field(max_length=500)
    languages: tuple[str, ...] = Field(min_length=1)
    licence: str
    corpora: tuple[CorpusFile, ...] = Field(min_length=1)
    unit: Literal["character", "word"] = "character"
    vocabulary_size: int | None = Field(default=None, ge=16, le=65_536)  # words, including the unknown word
    layout: Layout = "running"
    held_out: SplitRule = "end"
    start: Start | None = None
    model: Architecture
    dropout: DropoutRates
    optimization: Optimization
    finish: Finish | None = None

    @model_validator(mode="after")
    def _every_language_has_a_text(self) -> Self:
        if {self.language_of(corpus) for corpus in self.corpora} != set(self.languages):
            raise ValueError("the languages of `corpora` must be those in `languages`, each at least once")
        return self

    @model_validator(mode="after")
    def _words_are_counted(self) -> Self:
        if (self.unit == "word") != (self.vocabulary_size is not None):
            raise ValueError("`vocabulary_size` is required with `unit: word`, and not allowed otherwise")
        return self

    @model_validator(mode="after")
    def _layout_fits(self) -> Self:
        if self.model.encoder != (self.layout == "pairs"):
            raise ValueError("`layout: pairs` requires `encoder: true`, and no other layout allows it")
        if self.layout != "running" and (len(self.languages) > 1 or self.held_out != "lines"):
            raise ValueError(f"`layout: {self.layout}` requires a single language and `held_out: lines`")
        return self

    @property
    def token(self) -> str:
        """The unit of losses, abbreviated."""
        return "char" if self.unit == "character" else "token"

    def language_of(self, corpus: CorpusFile) -> str:
        """Return the language of a text."""
        return corpus.language or self.languages[0]

    def in_precision(self, precision: Precision) -> Self:
        """Return the same recipe in another precision."""
        config = self.optimization.model_copy(update={"precision": precision})
        return self.model_copy(update={"optimization": config})

    @property
    def finishing(self) -> Optimization | None:
        """The settings of the final stage."""
        if not self.finish:
            return None
        return self.optimization.model_copy(update=self.finish.model_dump(exclude={"part"}))


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; raises BadRecipe with the first invalid key."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), UniqueKeyLoader)  # noqa: S506 - a SafeLoader
        return Recipe.model_validate_json(
            json.dumps(content, default=str)
        )  # strict mode accepts lists as tuples only in JSON
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRecipe(path, f"{' > '.join(map(str, first['loc']))}: {first['msg']}") from None
    except yaml.YAMLError as error:
        raise BadRecipe(path, f"is not valid YAML: {error}") from None
    except (OSError, *CONSTRUCTOR_FAULTS) as error:
        raise BadRecipe(path, f"can't be read: {error}") from None
