"""Write an imported network as a checkpoint of ours."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from tempera.models.formats.card import ModelCard, checksum, write_checkpoint
from tempera.models.formats.card_parts import Imported
from tempera.models.importing.alphabet import Alphabet, alphabet
from tempera.models.importing.formats import read_network
from tempera.models.importing.mapped_file import MappedFile
from tempera.models.importing.network import ImportedNetwork

BY_TOKEN = ("embedding.weight", "output.weight", "output.bias")  # a row for each


@dataclass(frozen=True)
class Naming:
    """What the file doesn't say about a model."""

    name: str
    title: str
    licence: str
    language: str


def import_checkpoint(path: Path, folder: Path, naming: Naming, encoding: str) -> ModelCard:
    """Write the network in another program's file to a folder, and return its card; raises BadCheckpoint."""
    file, network = read_network(path)
    known = alphabet(file, network.tokens, encoding)
    kept = list(known.kept)
    weights = {name: value[kept] if name in BY_TOKEN else value for name, value in network.weights.items()}
    content = save({name: np.ascontiguousarray(value, np.float16) for name, value in weights.items()})
    card = _card(file, network, known, naming, content)
    write_checkpoint(folder, content, card)
    return card


def _card(file: MappedFile, network: ImportedNetwork, known: Alphabet, naming: Naming, weights: bytes) -> ModelCard:
    return ModelCard(
        name=naming.name,
        title=naming.title,
        description=f"Imported from a checkpoint of {network.program}.",
        languages=(naming.language,),
        licence=naming.licence,
        architecture=network.architecture,
        characters=known.characters,
        weights_sha256=checksum(weights),
        imported=Imported(
            program=network.program,
            file=os.fsencode(file.path.name).decode("utf-8", "replace"),  # a name in another encoding
            sha256=hashlib.sha256(file.content).hexdigest(),
            left_out_tokens=known.left_out,
            epochs=network.losses.epochs,
            train_nats_per_token=network.losses.train,
            validation_nats_per_token=network.losses.validation,
        ),
    )
