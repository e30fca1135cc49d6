"""A recipe as commented YAML: every choice with its reason."""

import json
from collections.abc import Mapping

from tempera.models.corpora.text import DOCUMENT_SEPARATOR
from tempera.models.formats.card_parts import StrictModel
from tempera.models.training.recipe import CorpusFile, Recipe

TEMPLATE = """\
# Generated for this text on this machine; repeat the run with `python -m models train` and this file.
name: {name}
title: {title}
description: {description}
languages: {languages}  # und: undetermined
licence: {licence}
corpora:
  - file: {file}{more}
    title: {corpus}
    licence: {corpus_licence}
    sha256: {sha256}
layout: {layout}
held_out: {held_out}
model:  # {reason[model]}
  cell: {model.cell}
  layers: {model.layers}
  hidden_size: {model.hidden_size}
  embedding_size: {model.embedding_size}
  encoder: {encoder}
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
MORE_FILES = """
    more_files: {files}
    separator: {separator}"""
START = """\
start:
  checkpoint: {checkpoint}
  language: {language}
  weights_sha256: {weights_sha256}
"""
FINISH = """\
finish:  # a stage on all of the text
  part: {part}
  epochs: {epochs}
  recurrent_learning_rate: {recurrent_learning_rate}
  learning_rate: {learning_rate}
"""


def as_yaml(recipe: Recipe, reasons: Mapping[str, str]) -> str:
    """Return a recipe of one text; JSON strings and lists are valid YAML."""
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
        "sha256": corpus.sha256,
        "layout": recipe.layout,
        "held_out": recipe.held_out,
        "encoder": recipe.model.encoder,
        "betas": recipe.optimization.betas,
    }
    filled = TEMPLATE.format(
        **{key: _as_json(value) for key, value in quoted.items()},
        more=_more_files(corpus),
        model=recipe.model,
        dropout=recipe.dropout,
        config=recipe.optimization,
        reason=reasons,
    )
    return filled + _filled(START, recipe.start) + _filled(FINISH, recipe.finish)


def _filled(template: str, section: StrictModel | None) -> str:
    values = section.model_dump() if section else {}
    return template.format(**{key: _as_json(value) for key, value in values.items()}) if values else ""


def _more_files(corpus: CorpusFile) -> str:
    if not corpus.more_files and corpus.separator == DOCUMENT_SEPARATOR:
        return ""
    return MORE_FILES.format(files=_as_json(corpus.more_files), separator=_as_json(corpus.separator))


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
