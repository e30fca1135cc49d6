"""What may follow is chosen inside a chunk: by how the text so far ends, and by the alphabet of its language."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tempera.models.decoder.networks.contexts import contexts_of
from tempera.models.decoder.networks.model import DecodingModel
from tempera.models.decoder.texts.batch import Batch
from tempera.models.decoder.texts.detect_language import recognise
from tempera.models.engine.request import SampleRequest
from tempera.models.evaluation.generation import generate
from tempera.models.formats.card import Architecture, ModelCard, read_card
from tempera.models.library import Library
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams
from tempera.models.tokenizers.characters import Vocabulary
from tempera.models.tokenizers.words import WordVocabulary, _joins, context_class
from tests.fixtures_models import PLAY
from tests.models.test_words import PARTS, random_text

RELEASED = Library(Path(__file__).parents[2] / "models" / "checkpoints")
LETTERS = Vocabulary(tuple("\n abcdéあ"))
WORDS = WordVocabulary.of("".join(random_text(random.Random(2), 400) for _ in range(40)) + PLAY * 2, 3000)
REQUEST = SampleRequest(model="", prompt="a", language=0, params=SamplingParams(temperature=2.0, length=120, seed=1))


def writer_of(vocabulary: Vocabulary | WordVocabulary, alphabets: tuple[str, ...]) -> DecodingModel:
    torch.manual_seed(3)
    shape = Architecture(cell="gru", layers=1, hidden_size=16, embedding_size=8)
    return as_decoding_model(CharRNN(shape, len(vocabulary), len(alphabets)), vocabulary, alphabets)


def test_the_next_context_is_that_of_the_text_so_far() -> None:
    contexts = contexts_of(WORDS, ("", ""))
    assert contexts.next_context is not None
    choose_recipe, seen = random.Random(4), set()
    for _ in range(300):
        language, text = choose_recipe.randrange(2), random_text(choose_recipe, 5) + choose_recipe.choice(["", " "])
        context = contexts.of(language, context_class(text))
        seen.add(context)
        for _ in range(20):
            allowed = np.flatnonzero(np.isfinite(contexts.offsets[context]))
            index = int(choose_recipe.choice(allowed.tolist()))
            text += WORDS.added(text, index)
            context = int(contexts.next_context[context, index])
            assert context == contexts.of(language, context_class(text))
            seen.add(context)
    assert len(seen) == 12, "every class of both languages"


def test_what_is_forbidden_is_what_joins_wrongly_after_any_text_of_the_class() -> None:
    ends = {context_class(a + b): a + b for a in PARTS for b in PARTS}
    assert len(ends) == 6
    for each, end in ends.items():
        example = end if each != 4 else " "
        wrong = [not _joins(example, token) for token in WORDS.tokens]
        assert list(WORDS.forbidden[each]) == [*wrong, True]


def test_no_language_leaves_its_alphabet_whatever_the_prompt() -> None:
    alphabets = ("\n abc", "\n é", "")
    requests = [
        replace(REQUEST, prompt=prompt, language=language).with_params(seed=seed)
        for language in range(3)
        for seed, prompt in enumerate(["a", "é", "あ", "dあé "])
    ]
    texts = generate(writer_of(LETTERS, alphabets), requests)
    for request, text in zip(requests, texts, strict=True):
        assert set(text) == set(alphabets[request.language or 0] or LETTERS.characters)


def test_words_of_other_alphabets_are_not_written() -> None:
    alphabet = "\n ,.abcdefghijklmnopqrstuvwxyz'"
    texts = generate(writer_of(WORDS, (alphabet, "")), [replace(REQUEST, language=language) for language in (0, 1)])
    assert set(texts[0]) <= set(alphabet)
    assert not set(texts[1]) <= set(alphabet)


def test_where_an_alphabet_leaves_nothing_that_joins_rightly_all_of_it_may_follow() -> None:
    vocabulary = WordVocabulary(("a", " ,", "b"))
    contexts = contexts_of(vocabulary, ("ab",))
    assert not np.isneginf(contexts.offsets).all(1).any()
    assert np.isneginf(contexts.offsets[context_class("a")]).tolist() == [False, True, False, True]


def test_a_language_is_recognised_also_by_letters_that_it_never_writes() -> None:
    languages, alphabets = 2, ("\n ab", "\n b")
    network = CharRNN(Architecture(cell="rnn", layers=1, hidden_size=2, embedding_size=1), len(LETTERS), languages)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.initial[:, 0, 0] = 10 * torch.eye(2)
        network.get_parameter("layers.0.weight_hh").copy_(10 * torch.eye(2))
        network.output.weight[LETTERS.ids["é"], 1] = 8.0  # the second language likes what it may not write
    free, bound = as_decoding_model(network, LETTERS), as_decoding_model(network, LETTERS, alphabets)
    assert recognise(free, "éé", likely=0) == recognise(bound, "éé", likely=0) == 1


def test_words_are_written_a_chunk_at_a_time_as_they_are_one_by_one() -> None:
    texts = []
    for steps in (1, 16):
        batch, text = Batch(writer_of(WORDS, ("",))), ""
        batch.admit(0, replace(REQUEST, prompt="the "))
        while batch.rows:
            text += "".join(piece.text for piece in batch.advance(steps))
        texts.append(text)
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("alphabets", "message"),
    [({"fr": "ab"}, "not in `languages`"), ({"en": "xyz"}, "excludes the whole vocabulary")],
)
def test_a_card_names_alphabets_of_its_languages_that_leave_something(
    checkpoints: Path, alphabets: dict[str, str], message: str
) -> None:
    card = read_card(checkpoints / "other").model_dump()
    characters = {"characters": "\n abc", "alphabets": alphabets}
    with pytest.raises(ValueError, match=message):
        ModelCard.model_validate(card | characters)
    assert ModelCard.model_validate(card | {"alphabets": {"en": ""}}).alphabet_by_language == ("",)


def test_the_released_languages_write_no_letters_of_another_script() -> None:
    alphabets = RELEASED.card("multilingual").alphabets
    assert list(alphabets) == ["en", "fr", "de", "es", "ja"]
    for language, alphabet in alphabets.items():
        assert {"\n", " "} < set(alphabet)
        assert any("\u3040" <= each < "\ua000" for each in alphabet) == (language == "ja")
    assert set("éèç") < set(alphabets["fr"])
    assert not set("éñß") & set(alphabets["ja"])
    assert not [each for each in alphabets["ja"] if each.isascii() and each.islower()]
