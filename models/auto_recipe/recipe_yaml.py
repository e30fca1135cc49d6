"""A recipe as commented YAML: every choice with its reason."""

import json
from collections.abc import Mapping

from tempera.models.training.recipe import Recipe

TEMPLATE = """\
# Generated for this text on this machine; repeat the run with `python -m models train` and this file.
name: {name}
title: {title}
description: {description}
languages: {languages}  # und: undetermined
licence: {licence}
corpora:
  - file: {file}
    title: {corpus}
    licence: {corpus_licence}
model:  # {reason[model]}
  cell: lstm
  layers: {model.layers}
  hidden_size: {model.hidden_size}
  embedding_size: {model.embedding_size}
dropout:  # {reason[dropout]}
  input: {dropout.input}
  between: {dropout.between}
  output: {dropout.output}
  recurrent_weight: {dropout.recurrent_weight}
optimization:
  epochs: {config.epochs}  # {reason[epochs]}
  batch_size: {config.batch_size}  # {reason[batch]}
  sequence_length: {config.sequence_length}
  recurrent_learning_rate: {config.recurrent_learning_rate}  # {reason[rates]}
  learning_rate: {config.learning_rate}
  betas: {betas}
  weight_decay: {config.weight_decay}
  warmup_fraction: {config.warmup_fraction}
  clip_norm: {config.clip_norm}
  state_reset_probability: {config.state_reset_probability}  # lets generation start from the initial state
  precision: {config.precision}  # {reason[precision]}
  patience: {config.patience}  # {reason[patience]}
  seed: {config.seed}
"""


def as_yaml(recipe: Recipe, reasons: Mapping[str, str]) -> str:
    """Return a recipe of one text without a final stage; JSON strings and lists are valid YAML."""
    (corpus,) = recipe.corpora
    quoted = {
        "name": recipe.name,
        "title": recipe.title,
        "description": recipe.description,
        "languages": recipe.languages,
        "licence": recipe.licence,
        "file": corpus.file,
        "corpus": corpus.title,
        "corpus_licence": corpus.licence,
        "betas": recipe.optimization.betas,
    }
    return TEMPLATE.format(
        **{key: json.dumps(value, ensure_ascii=False) for key, value in quoted.items()},
        model=recipe.model,
        dropout=recipe.dropout,
        config=recipe.optimization,
        reason=reasons,
    )
