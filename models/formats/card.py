"""The model card: `model.json` of a checkpoint, read and validated without loading weights."""

import hashlib
from math import prod
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from tempera.models.corpora.splits import SplitRule
from tempera.models.errors import BadCheckpoint, PromptEmpty, UnknownLanguage
from tempera.models.formats.card_parts import TEMPERATURE, Copied, Evaluation, Imported, Sample, StrictModel, Training
from tempera.models.formats.checkpoint_files import (
    CARD_FILE,
    GATES,
    MAX_CARD_BYTES,
    STATE_PARTS,
    WEIGHTS_FILE,
    check_weights,
    open_regular,
    parameter_shapes,
    write_atomically,
)
from tempera.models.formats.layouts import END, Layout
from tempera.models.formats.old_names import is_earlier_card
from tempera.models.tokenizers.characters import FittedText, Vocabulary
from tempera.models.tokenizers.words import AnyVocabulary, WordVocabulary

NAME_PATTERN = r"^[a-z0-9][a-z0-9-]{0,31}$"


class Architecture(StrictModel):
    """The shape of a CharRNN."""

    cell: Literal["rnn", "gru", "lstm", "gru-reset-before"]
    layers: int = Field(ge=1, le=8)
    hidden_size: int = Field(ge=1, le=4096)
    embedding_size: int = Field(ge=1, le=4096)
    encoder: bool = False  # a second network of this shape, which reads the input of a pair

    @property
    def gates(self) -> int:
        """Number of gates: blocks of `hidden_size` rows in a recurrent weight matrix."""
        return GATES[self.cell]

    @property
    def state_shape(self) -> tuple[int, int, int]:
        """The shape of one text's state: (layers, parts, hidden)."""
        return self.layers, STATE_PARTS[self.cell], self.hidden_size

    def shapes(self, vocabulary_size: int, languages: int) -> dict[str, tuple[int, ...]]:
        """Return each parameter's shape by its name in the weights file."""
        sizes = self.model_dump()
        return parameter_shapes(**sizes, vocabulary_size=vocabulary_size, languages=languages)


class ModelCard(StrictModel):
    """All metadata of a checkpoint."""

    format: Literal["tempera-1"] = "tempera-1"
    name: str = Field(pattern=NAME_PATTERN)
    title: str = Field(min_length=1, max_length=80)
    description: str = Field(max_length=500)
    # one initial state each; the first is the default
    languages: tuple[str, ...] = Field(min_length=1)
    licence: str
    architecture: Architecture
    unit: Literal["character", "word"] = "character"
    layout: Layout = "running"
    characters: str = ""
    tokens: tuple[str, ...] = ()  # words, most frequent first
    alphabets: dict[str, str] = Field({})  # allowed characters by language; missing or "" = all
    weights_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    training: Training | None = None
    imported: Imported | None = None
    evaluations: tuple[Evaluation, ...] = ()
    samples: tuple[Sample, ...] = ()
    copied: tuple[Copied, ...] = ()
    # None: not measured
    default_temperature: float | None = Field(None, ge=TEMPERATURE.minimum, le=TEMPERATURE.maximum)

    @model_validator(mode="after")
    def _has_one_vocabulary(self) -> Self:
        known, other = (self.characters, self.tokens) if self.unit == "character" else (self.tokens, self.characters)
        if not known or other:
            raise ValueError(
                "`unit: character` requires `characters`, `unit: word` requires `tokens`, and neither allows the other"
            )
        if len(set(known)) != len(known):
            raise ValueError(f"a {self.unit} is listed twice")
        return self

    @model_validator(mode="after")
    def _records_can_end(self) -> Self:
        if self.architecture.encoder != (self.layout == "pairs"):
            raise ValueError("`layout: pairs` requires an encoder, and no other layout allows one")
        if self.layout != "running" and END not in self.vocabulary.ids:
            raise ValueError(f"`layout: {self.layout}` requires a line end in the vocabulary")
        return self

    @model_validator(mode="after")
    def _alphabets_are_usable(self) -> Self:
        for language, alphabet in self.alphabets.items():
            if language not in self.languages:
                raise ValueError(f"alphabet for {language!r}, which is not in `languages`")
            if alphabet and all(self.vocabulary.outside(alphabet)[0]):
                raise ValueError(f"the alphabet of {language!r} excludes the whole vocabulary")
        return self

    def rule_of(self, sha256: str) -> SplitRule:
        """Return which parts of a text were held out from training, by its checksum; the end of any other text."""
        corpora = self.training.corpora if self.training else ()
        is_learned = any(corpus.sha256 == sha256 for corpus in corpora)
        return self.training.held_out if self.training and is_learned else "end"

    @property
    def alphabet_by_language(self) -> tuple[str, ...]:
        """Each language's alphabet, in the order of `languages`; "" = all characters."""
        return tuple(self.alphabets.get(language, "") for language in self.languages)

    @property
    def vocabulary(self) -> AnyVocabulary:
        """The network's vocabulary of characters or words."""
        return Vocabulary(tuple(self.characters)) if self.unit == "character" else WordVocabulary(self.tokens)

    def language_index(self, language: str | None) -> int:
        """Return the index of a language's initial state, 0 for None; raises UnknownLanguage."""
        if language is None:
            return 0
        if language not in self.languages:
            raise UnknownLanguage(self.name, language, self.languages)
        return self.languages.index(language)

    def fit_prompt(self, prompt: str) -> FittedText:
        """Return the prompt with unknown characters or words replaced or dropped; raises PromptEmpty.

        A blank prompt stands for the beginning of a text, of a line if it has a line end; a record begins with the
        last line. What answers an input needs one.
        """
        fitted = self.vocabulary.fit(self._wanted(prompt))
        if not fitted.text.strip() and (prompt.strip() or self.layout == "pairs"):
            raise PromptEmpty(self.name, fitted.dropped or fitted.unknown, self.unit)
        return fitted

    def _wanted(self, prompt: str) -> str:
        match self.layout:
            case "lines":
                return prompt.rpartition(END)[2].lstrip()
            case "pairs":
                return " ".join(prompt.split())
        return prompt if prompt.strip() else END if END in prompt else ""

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Each parameter's shape by name."""
        return self.architecture.shapes(len(self.vocabulary), len(self.languages))

    @property
    def parameters(self) -> int:
        """Number of parameters."""
        return sum(prod(shape) for shape in self.shapes.values())


def vocabulary_entries(vocabulary: AnyVocabulary) -> dict[str, Any]:
    """Return a vocabulary as fields of a card."""
    if isinstance(vocabulary, WordVocabulary):
        return {"unit": "word", "tokens": vocabulary.tokens}
    return {"unit": "character", "characters": "".join(vocabulary.characters)}


def read_card(folder: Path) -> ModelCard:
    """Read a checkpoint's card and check its weights file against it; raises BadCheckpoint.

    Size and header of the weights are checked first, then the sha256, so that no file can exhaust memory.
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
    check_weights(folder / WEIGHTS_FILE, card.shapes, card.weights_sha256)
    return card


def write_card(folder: Path, card: ModelCard) -> None:
    """Write or replace a checkpoint's card."""
    write_atomically(folder / CARD_FILE, (card.model_dump_json(indent=2) + "\n").encode())


def write_checkpoint(folder: Path, weights: bytes, card: ModelCard) -> None:
    """Write both files of a checkpoint, each atomically."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / WEIGHTS_FILE, weights)
    write_card(folder, card)


def checksum(weights: bytes) -> str:
    """Return the sha256 of a weights file's content."""
    return hashlib.sha256(weights).hexdigest()
