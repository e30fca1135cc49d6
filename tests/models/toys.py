"""A toy text, and a recipe that learns it in seconds."""

import random
from pathlib import Path
from typing import Any

import yaml

WORDS = ["to", "be", "or", "not", "that", "is", "the", "question", "nobler", "mind", "suffer", "slings"]
RECIPE: dict[str, Any] = {
    "name": "toy",
    "title": "Toy",
    "description": "A toy.",
    "languages": ["en"],
    "licence": "MIT",
    "corpora": [{"file": "toy.txt", "title": "Toy text", "licence": "public domain"}],
    "model": {"cell": "lstm", "layers": 1, "hidden_size": 32, "embedding_size": 8},
    "dropout": {"input": 0.1, "between": 0.1, "output": 0.1, "recurrent_weight": 0.1},
    "optimization": {
        "epochs": 4,
        "batch_size": 8,
        "sequence_length": 32,
        "recurrent_learning_rate": 0.01,
        "learning_rate": 0.01,
        "betas": [0.9, 0.99],
        "weight_decay": 0.01,
        "warmup_fraction": 0.1,
        "clip_norm": 1.0,
        "state_reset_probability": 0.05,
        "precision": "fp32",
        "seed": 1,
    },
}


def toy_text(words: int = 5000) -> str:
    choose_recipe = random.Random(4)
    return " ".join(choose_recipe.choice(WORDS) + choose_recipe.choice(["", "", ",", ".\n"]) for _ in range(words))


def write_recipe(folder: Path, content: object) -> Path:
    path = folder / "toy.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def losses(recipe: Path) -> list[str]:
    rows = (recipe.parent / "runs" / "toy" / "losses.csv").read_text().splitlines()
    return [row.rsplit(",", 2)[0] for row in rows]  # all but copies, which need samples, and seconds
