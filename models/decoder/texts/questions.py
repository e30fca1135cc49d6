"""Answers to questions about a text: what could come next, how likely each of its characters was, in which language."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tempera.models.decoder.arithmetic.network import Ids, State
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.texts.detect_language import READ_CHARACTERS, STEPS, log_probabilities, prepared, recognise
from tempera.models.engine.request import SampleRequest
from tempera.models.errors import InvalidRequest

MAX_READ_TOKENS = 1000  # before the place that is asked about: more change next to nothing
MAX_TEXT_CHARACTERS = 4000  # whose surprise is asked for; other texts wait meanwhile
MAX_TOP, MAX_TEMPERATURES = 100, 10

Answer = dict[str, Any]
Nats = NDArray[np.float64]


def answer(model: DecodingModel, request: SampleRequest, question: Mapping[str, Any]) -> Answer:
    """Return what is asked; raises InvalidRequest for what is no question, KeyError for unknown characters."""
    match question:
        case {"top": int(top), "temperatures": list(temperatures)} if _are_bounded(top, temperatures):
            return odds(model, request, top, temperatures)
        case {"text": str(text)} if len(text) <= MAX_TEXT_CHARACTERS:
            return {"surprises": surprises(model, request, text)}
        case {"languages": True}:
            ids = np.array(prepared(model.vocabulary, request.prompt[-READ_CHARACTERS:]), np.int32)
            return {"nats": log_probabilities(model, ids).tolist()}
    raise InvalidRequest("it asks nothing that is known")


def _are_bounded(top: int, temperatures: list[object]) -> bool:
    numbers = all(isinstance(each, float | int) and 0 <= each <= 100 for each in temperatures)
    return 1 <= top <= MAX_TOP and len(temperatures) <= MAX_TEMPERATURES and numbers


def odds(model: DecodingModel, request: SampleRequest, top: int, temperatures: list[float]) -> Answer:
    """Return the most likely next tokens, and their probabilities at each temperature among all that may follow."""
    language = _language(model, request)
    state, ids = model.start(request, language)
    ids = ids[-MAX_READ_TOKENS:]
    model.network.read(state, ids[:-1, None])
    state.ids[:] = ids[-1]
    model.spare_whole_word(state, 0, request)
    logits = model.network.logits(state, ids[-1:, None])[0, 0].astype(np.float64)
    order = np.argsort(-logits, kind="stable")[:top]
    order = order[np.isfinite(logits[order])]
    return {
        "language": language,
        "tokens": [model.vocabulary.token(int(index)) for index in order],
        "probabilities": [_probabilities(logits, temperature)[order].tolist() for temperature in temperatures],
    }


def _probabilities(logits: Nats, temperature: float) -> Nats:
    """softmax(logits / T); at T = 0 the first of the most likely has them all."""
    if not temperature:
        weights = (np.arange(len(logits)) == logits.argmax()).astype(np.float64)
    else:
        weights = np.exp((logits - logits.max()) / temperature)
    shares: Nats = weights / weights.sum()
    return shares


def surprises(model: DecodingModel, request: SampleRequest, text: str) -> list[tuple[str, float]]:
    """Return the pieces of a text that follows the prompt, each with -log p at T = 1 in nats, ignoring alphabets."""
    state, before = model.start(request, _language(model, request))
    read = model.read_text(request) + text
    ids = np.array(model.vocabulary.encode(read), np.int32)
    return list(
        zip(model.vocabulary.pieces(read)[len(before) :], _surprises(model, state, ids, len(before)), strict=True)
    )


def _surprises(model: DecodingModel, state: State, ids: Ids, before: int) -> list[float]:
    """Return -log p of all ids but the first `before`."""
    state.context[:] = model.contexts.unrestricted
    start = max(0, before - MAX_READ_TOKENS)
    model.network.read(state, ids[start : before - 1, None])
    nats: list[float] = _nats(model, state, ids[before - 1 :]).tolist()
    return nats


def _nats(model: DecodingModel, state: Any, ids: Ids) -> Nats:
    """ids (n,) -> -log p (n - 1,) of all but the first."""
    found = [np.zeros(0)]
    for start in range(0, len(ids) - 1, STEPS):
        given, following = ids[:-1][start : start + STEPS], ids[1:][start : start + STEPS]
        logits = model.network.logits(state, given[:, None])[:, 0].astype(np.float64)
        logits -= logits.max(1, keepdims=True)
        found.append(np.log(np.exp(logits).sum(1)) - logits[np.arange(len(following)), following])
    return np.concatenate(found)


def _language(model: DecodingModel, request: SampleRequest) -> int:
    if request.language is not None:
        return request.language
    return recognise(model, request.prompt, request.likely_language)
