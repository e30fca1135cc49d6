"""The model card: what `model.json` says of a checkpoint, read and checked without loading weights."""

import hashlib
import json
from io import BufferedReader
from math import prod
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import BadCheckpoint, PromptEmpty, UnknownLanguage
from models.vocabulary import FittedText, Vocabulary
from models.words import WordVocabulary

AnyVocabulary = Vocabulary | WordVocabulary

CARD_FILE = "model.json"
WEIGHTS_FILE = "weights.safetensors"
MAX_CARD_BYTES = 4 * 2**20
MAX_WEIGHTS_BYTES = 512 * 2**20
MAX_HEADER_BYTES = 2**20
BYTES_PER_VALUE = {"F16": 2, "BF16": 2, "F32": 4}
GATES = {"rnn": 1, "gru": 3, "lstm": 4}
STATE_PARTS = {"rnn": 1, "gru": 1, "lstm": 2}  # hidden state; the LSTM's cell state beside it

NAME_PATTERN = r"^[a-z0-9][a-z0-9-]{0,31}$"


class Section(BaseModel):
    """Frozen and strict: an unknown key or a wrong type is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Architecture(Section):
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
        rows = self.gates * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {
            "initial": (languages, *self.state_shape),
            "embedding.weight": (vocabulary_size, self.embedding_size),
        }
        for layer in range(self.layers):
            width = self.hidden_size if layer else self.embedding_size
            shapes |= {
                f"layers.{layer}.weight_ih": (rows, width),
                f"layers.{layer}.weight_hh": (rows, self.hidden_size),
                f"layers.{layer}.bias_ih": (rows,),
                f"layers.{layer}.bias_hh": (rows,),
            }
        return shapes | {
            "output.weight": (vocabulary_size, self.hidden_size),
            "output.bias": (vocabulary_size,),
        }


class Corpus(Section):
    """The text a network was trained on."""

    title: str
    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    characters: int = Field(ge=1)
    licence: str


class Training(Section):
    """How the weights came to be; losses in nats per character."""

    corpora: tuple[Corpus, ...]
    split: str
    passes: float
    training_seconds: float
    calibration_factor: float
    tune_stream_nats_per_character: float
    stopped_early: bool = False  # before all passes of the recipe, since the tune loss no longer improved


class Evaluation(Section):
    """One reading of a held-out text, of the weights as stored."""

    file: str
    sha256: str
    split: str
    characters: int
    stream_nats_per_character: float
    win256_nats_per_character: float
    unknown_words: int = 0
    spelling_nats_per_character: float = 0.0  # what unknown words add to both figures, see models.words


class Sample(Section):
    """What the weights as stored write after a new line."""

    language: str
    temperature: float
    text: str


class ModelCard(Section):
    """Everything that is known of a checkpoint without its weights."""

    format: Literal["tempera-1"] = "tempera-1"
    name: str = Field(pattern=NAME_PATTERN)
    title: str = Field(min_length=1, max_length=80)
    description: str = Field(max_length=500)
    languages: tuple[str, ...] = Field(
        min_length=1
    )  # one initial state each, the first is where a text begins by default
    licence: str
    architecture: Architecture
    unit: Literal["character", "word"] = "character"
    characters: str = ""
    tokens: tuple[str, ...] = ()  # words, the most frequent first
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
        _check_size(path, MAX_CARD_BYTES)
        card = ModelCard.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadCheckpoint(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadCheckpoint(path, str(error)) from None
    _check_weights(folder / WEIGHTS_FILE, card.shapes)
    _check_sha256(folder / WEIGHTS_FILE, card.weights_sha256)
    return card


def _check_sha256(path: Path, promised: str) -> None:
    with _opened(path) as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != promised:
            raise BadCheckpoint(path, "is not the file that model.json describes: its sha256 differs")


def _check_size(path: Path, limit: int) -> int:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadCheckpoint(path, f"can't be read: {error.strerror}") from None
    if size > limit:
        raise BadCheckpoint(path, f"has {size:,} bytes, more than the {limit:,} that are allowed")
    return size


def _check_weights(path: Path, shapes: dict[str, tuple[int, ...]]) -> None:
    """Compare the safetensors header (huggingface.co/docs/safetensors) with the shapes a card promises."""
    size = _check_size(path, MAX_WEIGHTS_BYTES)
    header, header_bytes = _header(path, size)
    header.pop("__metadata__", None)
    if header.keys() != shapes.keys():
        odd = sorted(header.keys() ^ shapes.keys())
        raise BadCheckpoint(path, f"does not hold the tensors of its model.json: {', '.join(odd[:4])}")
    expected_bytes = header_bytes
    for name, shape in shapes.items():
        entry = header[name]
        if not isinstance(entry, dict) or str(entry.get("dtype")) not in BYTES_PER_VALUE:
            raise BadCheckpoint(path, f"{name} is not stored as F16, BF16 or F32")
        if entry.get("shape") != list(shape):
            raise BadCheckpoint(path, f"{name} has shape {entry.get('shape')}, model.json says {list(shape)}")
        expected_bytes += prod(shape) * BYTES_PER_VALUE[str(entry["dtype"])]
    if size != expected_bytes:
        raise BadCheckpoint(path, f"has {size:,} bytes, its tensors need {expected_bytes:,}: truncated or corrupt")


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise BadCheckpoint(path, f"can't be read: {error.strerror}") from None


def _header(path: Path, size: int) -> tuple[dict[str, dict[str, object]], int]:
    """Return the parsed header and the offset of the first tensor."""
    with _opened(path) as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, MAX_HEADER_BYTES):
            raise BadCheckpoint(path, "is not a safetensors file: its header is longer than allowed")
        try:
            header = json.loads(file.read(length))
        except (ValueError, RecursionError):
            raise BadCheckpoint(path, "is not a safetensors file: its header is not JSON") from None
    if not isinstance(header, dict):
        raise BadCheckpoint(path, "is not a safetensors file: its header is not an object")
    return header, 8 + length
