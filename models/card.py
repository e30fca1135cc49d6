"""The model card: what `model.json` says of a checkpoint, read and checked without loading weights."""

import hashlib
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from models.checkpoint_files import (
    ANOTHER_FILE,
    CARD_FILE,
    GATES,
    MAX_CARD_BYTES,
    MAX_WEIGHTS_BYTES,
    STATE_PARTS,
    WEIGHTS_FILE,
    Shapes,
    open_regular,
    parameter_shapes,
    stored_tensors,
    write_whole,
)
from models.errors import BadCheckpoint, PromptEmpty, UnknownLanguage
from models.old_names import accepted_names, current_split, is_earlier_card
from models.vocabulary import FittedText, Vocabulary
from models.words import AnyVocabulary, WordVocabulary

NAME_PATTERN = r"^[a-z0-9][a-z0-9-]{0,31}$"


class StrictModel(BaseModel):
    """Frozen and strict: an unknown key or a wrong type is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=AliasGenerator(validation_alias=accepted_names)
    )


class Architecture(StrictModel):
    """The shape of a CharRNN."""

    cell: Literal["rnn", "gru", "lstm"]
    layers: int = Field(ge=1, le=8)
    hidden_size: int = Field(ge=1, le=4096)
    embedding_size: int = Field(ge=1, le=4096)

    @property
    def gates(self) -> int:
        """How many blocks of `hidden_size` rows a recurrent weight has."""
        return GATES[self.cell]

    @property
    def state_shape(self) -> tuple[int, int, int]:
        """The shape of one text's state: (layers, parts, hidden)."""
        return self.layers, STATE_PARTS[self.cell], self.hidden_size

    def shapes(self, vocabulary_size: int, languages: int) -> dict[str, tuple[int, ...]]:
        """Return each parameter's shape by its name in the weights file."""
        sizes = self.model_dump()
        return parameter_shapes(**sizes, vocabulary_size=vocabulary_size, languages=languages)


class Corpus(StrictModel):
    """The text a network was trained on."""

    title: str
    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    characters: int = Field(ge=1)
    licence: str


class Training(StrictModel):
    """How the weights came to be; losses in nats per character."""

    corpora: tuple[Corpus, ...]
    split: str
    epochs: float
    training_seconds: float
    calibration_factor: float
    validation_stream_nats_per_character: float
    stopped_early: bool = False  # before all epochs of the recipe, since the validation loss no longer improved


class Evaluation(StrictModel):
    """One reading of a held-out text, of the weights as stored."""

    file: str
    sha256: str
    split: Annotated[str, BeforeValidator(current_split)]
    characters: int
    stream_nats_per_character: float
    win256_nats_per_character: float
    unknown_words: int = 0
    spelling_nats_per_character: float = 0.0  # what unknown words add to both figures, see models.words


class Sample(StrictModel):
    """What the weights as stored write after a new line."""

    language: str
    temperature: float
    text: str


class ModelCard(StrictModel):
    """Everything that is known of a checkpoint without its weights."""

    format: Literal["tempera-1"] = "tempera-1"
    name: str = Field(pattern=NAME_PATTERN)
    title: str = Field(min_length=1, max_length=80)
    description: str = Field(max_length=500)
    # one initial state each, the first is where a text begins by default
    languages: tuple[str, ...] = Field(min_length=1)
    licence: str
    architecture: Architecture
    unit: Literal["character", "word"] = "character"
    characters: str = ""
    tokens: tuple[str, ...] = ()  # words, the most frequent first
    alphabets: dict[str, str] = {}  # by language: what its texts are written with; none or "" = everything
    weights_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    training: Training | None = None
    evaluations: tuple[Evaluation, ...] = ()
    samples: tuple[Sample, ...] = ()

    @model_validator(mode="after")
    def _one_vocabulary(self) -> Self:
        known, other = (self.characters, self.tokens) if self.unit == "character" else (self.tokens, self.characters)
        if not known or other:
            raise ValueError("the unit `character` needs `characters`, the unit `word` needs `tokens`, alone")
        if len(set(known)) != len(known):
            raise ValueError(f"a {self.unit} stands twice")
        return self

    @model_validator(mode="after")
    def _something_can_be_written(self) -> Self:
        for language, alphabet in self.alphabets.items():
            if language not in self.languages:
                raise ValueError(f"an alphabet of {language!r}, which is not among `languages`")
            if alphabet and all(self.vocabulary.outside(alphabet)):
                raise ValueError(f"the alphabet of {language!r} leaves nothing to write")
        return self

    @property
    def alphabet_by_language(self) -> tuple[str, ...]:
        """Return each language's alphabet, in the order of `languages`; "" = everything."""
        return tuple(self.alphabets.get(language, "") for language in self.languages)

    @property
    def vocabulary(self) -> AnyVocabulary:
        """The characters or words the network knows."""
        return Vocabulary(tuple(self.characters)) if self.unit == "character" else WordVocabulary(self.tokens)

    def language_index(self, language: str | None) -> int:
        """Return which initial state is a language's, without one the first; raises UnknownLanguage."""
        if language is None:
            return 0
        if language not in self.languages:
            raise UnknownLanguage(self.name, language, self.languages)
        return self.languages.index(language)

    def fit_prompt(self, prompt: str) -> FittedText:
        """Return the prompt in the model's characters or words; raises PromptEmpty."""
        fitted = self.vocabulary.fit(prompt)
        if not fitted.text.strip():
            raise PromptEmpty(self.name, fitted.dropped or fitted.unknown, self.unit)
        return fitted

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Each parameter's shape by name."""
        return self.architecture.shapes(len(self.vocabulary), len(self.languages))

    @property
    def parameters(self) -> int:
        """How many numbers the network has learned."""
        return sum(prod(shape) for shape in self.shapes.values())


def vocabulary_entries(vocabulary: AnyVocabulary) -> dict[str, Any]:
    """Return what a card says of a vocabulary."""
    if isinstance(vocabulary, WordVocabulary):
        return {"unit": "word", "tokens": vocabulary.tokens}
    return {"unit": "character", "characters": "".join(vocabulary.characters)}


def read_card(folder: Path) -> ModelCard:
    """Read a checkpoint's card and check that its weights file can belong to it; raises BadCheckpoint.

    Size and header of the weights are compared first, then their sha256: no file, however wrong, takes memory.
    """
    path = folder / CARD_FILE
    try:
        with open_regular(path, MAX_CARD_BYTES) as file:
            content = file.read().decode()
        card = ModelCard.model_validate_json(content, context={"earlier": is_earlier_card(content)})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadCheckpoint(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadCheckpoint(path, str(error)) from None
    _check_weights(folder / WEIGHTS_FILE, card.shapes, card.weights_sha256)
    return card


def _check_weights(path: Path, shapes: Shapes, promised: str) -> None:
    with open_regular(path, MAX_WEIGHTS_BYTES) as file:
        stored_tensors(path, file, shapes)
        file.seek(0)
        if hashlib.file_digest(file, "sha256").hexdigest() != promised:
            raise BadCheckpoint(path, ANOTHER_FILE)


def write_card(folder: Path, card: ModelCard) -> None:
    """Write or replace a checkpoint's card."""
    write_whole(folder / CARD_FILE, (card.model_dump_json(indent=2) + "\n").encode())
