"""Checkpoints on disk: a folder with weights.safetensors and model.json; no pickle."""

import hashlib
import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from models.card import CARD_FILE, WEIGHTS_FILE, ModelCard, read_card
from models.errors import BadCheckpoint
from models.rnn import CharRNN

STORED = torch.float16
LARGEST_WEIGHT = torch.finfo(STORED).max  # also of weights stored as F32: their sums stay finite


def stored(model: CharRNN) -> bytes:
    """Return the weights as they will stand on disk (fp16); raises ValueError on a weight that fp16 can't hold."""
    weights = {name: value.detach().to("cpu", STORED).contiguous() for name, value in model.state_dict().items()}
    odd = [name for name, value in weights.items() if not value.isfinite().all()]
    if odd:
        raise ValueError(f"not finite in fp16: {', '.join(odd)}")
    return save(weights)


def checksum(weights: bytes) -> str:
    """Return the sha256 that a card names its weights by."""
    return hashlib.sha256(weights).hexdigest()


def write_checkpoint(folder: Path, weights: bytes, card: ModelCard) -> None:
    """Write both files; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / WEIGHTS_FILE, weights)
    write_card(folder, card)


def write_card(folder: Path, card: ModelCard) -> None:
    """Write or replace a checkpoint's card."""
    write_whole(folder / CARD_FILE, (card.model_dump_json(indent=2) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, safe against a power cut."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def load_checkpoint(folder: Path) -> tuple[CharRNN, ModelCard]:
    """Load a network in fp32, ready to decode, and its card; raises BadCheckpoint."""
    card = read_card(folder)
    path = folder / WEIGHTS_FILE
    try:
        tensors = load(path.read_bytes())
    except (SafetensorError, OSError) as error:
        raise BadCheckpoint(path, str(error)) from None
    if not all((tensor.abs() <= LARGEST_WEIGHT).all() for tensor in tensors.values()):
        raise BadCheckpoint(path, "holds weights that are not numbers or too large to compute with")
    model = CharRNN(card.architecture, len(card.vocabulary), len(card.languages))
    model.load_state_dict(tensors)
    return model.eval().requires_grad_(requires_grad=False), card
