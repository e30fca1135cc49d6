"""Checkpoints on disk: a folder with weights.safetensors and model.json, never pickle."""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from tempera.models.errors import BadCheckpoint
from tempera.models.formats.card import ModelCard, read_card
from tempera.models.formats.checkpoint_files import MAX_WEIGHTS_BYTES, WEIGHTS_FILE, open_regular
from tempera.models.networks.rnn import CharRNN

STORED_DTYPE = torch.float16
LARGEST_WEIGHT = torch.finfo(STORED_DTYPE).max  # also for weights stored as F32, so that sums stay finite


def serialized(model: CharRNN) -> bytes:
    """Return the weights file's content in fp16; raises ValueError if a weight overflows fp16."""
    weights = {name: value.detach().to("cpu", STORED_DTYPE).contiguous() for name, value in model.state_dict().items()}
    overflowing = [name for name, value in weights.items() if not value.isfinite().all()]
    if overflowing:
        raise ValueError(f"not finite in fp16: {', '.join(overflowing)}")
    return save(weights)


def load_checkpoint(folder: Path) -> tuple[CharRNN, ModelCard]:
    """Load a network in fp32 and evaluation mode, and its card; raises BadCheckpoint."""
    card = read_card(folder)
    path = folder / WEIGHTS_FILE
    try:
        with open_regular(path, MAX_WEIGHTS_BYTES) as file:
            tensors = load(file.read())
    except (SafetensorError, OSError) as error:
        raise BadCheckpoint(path, str(error)) from None
    if not all((tensor.abs() <= LARGEST_WEIGHT).all() for tensor in tensors.values()):
        raise BadCheckpoint(path, "contains weights that are NaN, infinite or too large for fp16")
    model = CharRNN(card.architecture, len(card.vocabulary), len(card.languages))
    model.load_state_dict(tensors)
    return model.eval().requires_grad_(requires_grad=False), card
