"""Names that earlier versions used in recipes, model cards, run folders and options, and today's names for them."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, ValidationInfo

FIELDS = {  # today's name: the earlier one
    "optimization": "optimisation",
    "epochs": "passes",
    "epoch": "pass",
    "batch_size": "rows",
    "sequence_length": "window",
    "warmup_fraction": "warmup_share",
    "validation": "tune",
    "validation_stream_nats_per_character": "tune_stream_nats_per_character",
    "best_validation": "best_tune",
    "recent_train_losses": "since_assessed",
    "optimizers": "optimisers",
    "schedulers": "schedules",
}
SPLITS = {"val": "test", "tune": "validation", "fit": "train"}  # the earlier name: today's
WHOLE_TRAINING_PART = {"train": "train+validation"}  # `train` meant both before
_EARLIER_FIELDS = {earlier: name for name, earlier in FIELDS.items()}
_EARLIER_KEY = re.compile(rf'"({"|".join(_EARLIER_FIELDS)})":')


def accepted_names(field: str) -> AliasChoices:
    """Return the names under which pydantic reads a field."""
    return AliasChoices(field, FIELDS[field]) if field in FIELDS else AliasChoices(field)


def renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with today's names as its keys."""
    return {_EARLIER_FIELDS.get(name, name): value for name, value in values.items()}


def renamed_json(content: str) -> str:
    """Return JSON with today's names as its keys."""
    return _EARLIER_KEY.sub(lambda found: f'"{_EARLIER_FIELDS[found[1]]}":', content)


def is_earlier_card(content: str) -> bool:
    """Say whether the JSON of a model card was written by a version whose `train` split held the validation part."""
    return '"tune_stream_nats_per_character"' in content


def current_split(name: Any, info: ValidationInfo) -> Any:
    """Return today's name of a split on a card."""
    of_earlier_card = bool(info.context and info.context.get("earlier"))
    return (SPLITS | WHOLE_TRAINING_PART if of_earlier_card else SPLITS).get(name, name)
