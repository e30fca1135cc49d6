"""Words as tokens: cutting loses nothing, sampled words join rightly, new words take a known form or stay unknown."""

import math
import random
import sys
from itertools import accumulate, product
from typing import Any

import pytest
import torch

from tempera.models.decoder.texts.batch import Batch
from tempera.models.engine.request import SampleRequest
from tempera.models.formats.card import Architecture
from tempera.models.networks.decoding import as_decoding_model
from tempera.models.networks.rnn import CharRNN
from tempera.models.sampling_params import SamplingParams
from tempera.models.tokenizers.words import WordVocabulary, context_class, tokenize
from tests.fixtures_models import PLAY

KNOWN = WordVocabulary.of(PLAY * 2, 1000)
BLANKS = WordVocabulary.of((PLAY + "the\tnight \t\u3000love  \tRomeo\n") * 2, 1000)
# Of every kind that the rule tells apart, so that every pair of kinds meets.
PARTS = [
    *("the", "Lord", "é", "9", "_", "漢字", "'", "\u2019", "'s", "\u2019d"),
    *("\n", "\n\n", " ", "  ", "\t", ",", "-", "(", "\u0301"),
]


def random_text(choose_recipe: random.Random, length: int) -> str:
    """Anything at all that Unicode can say, or the parts in any order."""
    if choose_recipe.random() < 0.5:
        return "".join(choose_recipe.choices(PARTS, k=length))
    points = (
        choose_recipe.choice((choose_recipe.randrange(0x250), choose_recipe.randrange(sys.maxunicode)))
        for _ in range(length)
    )
    return "".join(chr(point) for point in points if not 0xD800 <= point < 0xE000)


def network(vocabulary: WordVocabulary) -> CharRNN:
    torch.manual_seed(3)
    return CharRNN(Architecture(cell="gru", layers=1, hidden_size=16, embedding_size=8), len(vocabulary)).eval()


def request(prompt: str, **settings: Any) -> SampleRequest:
    params = SamplingParams(**{"temperature": 2.0, "length": 300, "seed": 1} | settings)
    return SampleRequest(model="", prompt=prompt, params=params)


def written(vocabulary: WordVocabulary, *requests: SampleRequest) -> list[str]:
    """Write texts together."""
    batch = Batch(as_decoding_model(network(vocabulary), vocabulary))
    texts = [""] * len(requests)
    for key, wanted in enumerate(requests):
        batch.admit(key, wanted)
    while batch.rows:
        for piece in batch.advance(7):
            texts[piece.key] += piece.text
    return texts


def test_tokens_joined_are_the_text_whatever_it_is() -> None:
    choose_recipe = random.Random(1)
    for _ in range(3000):
        text = random_text(choose_recipe, choose_recipe.randrange(60))
        assert "".join(tokenize(text)) == text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("To be, or not", ["To", " be", ",", " or", " not"]),
        ("ROMEO:\nAy me!\n\nJULIET:", ["ROMEO", ":", "\n", "Ay", " me", "!", "\n\n", "JULIET", ":"]),
        ("'Tis the lords' man's", ["'", "Tis", " the", " lords", "'", " man", "'s"]),
        ("l\u2019œuvre, 12 %", ["l", "\u2019œuvre", ",", " 12", " %"]),
        ("well-beloved -- no", ["well", "-", "beloved", " -", "-", " no"]),
        ("  Come   night \n ", ["  ", "Come", "   ", "night", " \n", " "]),
        ("a\tb\u00a0c", ["a", "\t", "b", "\u00a0", "c"]),
        ("", []),
    ],
)
def test_the_rule_is_this(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


def test_where_a_token_ends_depends_on_two_characters_before_it_alone() -> None:
    """On this rests that a text taken up again in its middle is cut as it was written."""
    for before, first, second in product(PARTS, repeat=3):
        text, added = before + first, second
        if tokenize(text + added) == [*tokenize(text), *tokenize(added)]:
            assert tokenize(text[-2:] + added) == [*tokenize(text[-2:]), *tokenize(added)]


def test_sampled_words_are_cut_as_they_were_sampled() -> None:
    """Thousands of texts at T = 2 by a network that knows next to nothing, after every kind of ending."""
    vocabulary = WordVocabulary.of("".join(a + b + c for a, b, c in product(PARTS, repeat=3)) * 2, 5000)
    prompts = [a + b + c for a, b, c in product(("x", "'", "é "), PARTS, PARTS) if (a + b + c).strip(" ")]
    requests = [request(prompt, seed=seed, length=40) for seed, prompt in enumerate(prompts * 3)]
    assert len(requests) > 3000
    for start in range(0, len(requests), 500):
        batch = Batch(as_decoding_model(network(vocabulary), vocabulary))
        several = requests[start : start + 500]
        for key, wanted in enumerate(several):
            batch.admit(key, wanted)
        tokens: dict[int, list[str]] = {key: [] for key in range(len(several))}
        while batch.rows:
            for piece in batch.advance(1):
                tokens[piece.key] += [piece.text] if piece.text else []
        for key, wanted in enumerate(several):
            before, sampled = tokenize(wanted.prompt), tokens[key]
            if before[-1] == " " and sampled:
                before, sampled = before[:-1], [" " + sampled[0], *sampled[1:]]
            assert tokenize(wanted.prompt + "".join(tokens[key])) == [*before, *sampled]
            assert all(token in vocabulary.ids for token in sampled)


def test_the_unknown_word_is_never_sampled_however_likely() -> None:
    sure = network(KNOWN)
    with torch.no_grad():
        sure.output.bias[KNOWN.unknown] = 1e4
    batch = Batch(as_decoding_model(sure, KNOWN))
    for seed in range(20):
        batch.admit(seed, request("Come", seed=seed, temperature=seed / 10))
    texts = [""] * 20
    for piece in batch.advance(100):
        texts[piece.key] += piece.text
    assert min(map(len, texts)) > 100


def test_a_vocabulary_in_which_nothing_joins_rightly_still_writes() -> None:
    bare = WordVocabulary(("a",))
    assert written(bare, request("a", length=5)) == ["aaaaa"]


def test_a_text_ends_before_the_word_that_would_be_too_long() -> None:
    whole = written(KNOWN, request("Come", length=200))[0]
    texts = written(KNOWN, *(request("Come", length=length) for length in range(1, 150)))
    ends = word_ends(whole)
    for length, text in zip(range(1, 150), texts, strict=True):
        assert text == whole[: max(end for end in ends if end <= length)]


def word_ends(text: str) -> list[int]:
    """Return where words end, and the start."""
    return list(accumulate(map(len, tokenize(text)), initial=0))


def test_going_on_is_one_long_text_from_every_word_of_it() -> None:
    long = request("Come, nigt's ", length=400)
    whole = written(KNOWN, long)[0]
    places = word_ends(whole)[:-1]
    assert len(places) > 50
    assert written(KNOWN, *(long.resumed(whole[:place]) for place in places)) == [whole[place:] for place in places]


def test_pieces_end_where_words_end_also_when_the_stop_string_may_have_begun() -> None:
    whole = written(KNOWN, request("Come", length=200))[0]
    ends = word_ends(whole)
    batch, texts = Batch(as_decoding_model(network(KNOWN), KNOWN)), [""] * 100
    for start in range(len(texts)):
        batch.admit(start, request("Come", length=200, stop=whole[start : start + 5] + "#"))
    held_back = 0
    while batch.rows:
        for piece in batch.advance(1):
            texts[piece.key] += piece.text
            held_back += len(texts[piece.key]) < len(max(texts, key=len))
            assert len(texts[piece.key]) in ends
    assert texts == [whole] * len(texts)
    assert held_back


@pytest.mark.parametrize("size", [1, 2, 3, 7, 12])
def test_stop_strings_are_found_inside_words_and_across_them(size: int) -> None:
    whole = written(KNOWN, request("Come", length=400))[0]
    stops = [whole[start : start + size] for start in range(0, 300, 7)]
    texts = written(KNOWN, *(request("Come", length=400, stop=stop) for stop in stops))
    assert texts == [whole.partition(stop)[0] for stop in stops]


def test_a_space_at_the_end_of_a_prompt_is_the_next_words() -> None:
    texts = written(KNOWN, *(request("Come ", length=60, seed=seed) for seed in range(20)))
    assert not any(text.startswith(" ") for text in texts)
    assert all(token in KNOWN.ids for text in texts for token in tokenize("Come " + text))
    assert KNOWN.encode("Come ") == KNOWN.encode("Come")


@pytest.mark.parametrize(
    ("prompt", "text", "replaced", "unknown"),
    [
        ("Come, night", "Come, night", (), ()),
        ("come", " come", (), ()),  # known after a space alone
        ("romeo", " Romeo", (("romeo", "Romeo"),), ()),
        ("Come, NIGHT", "Come, night", (("NIGHT", "night"),), ()),
        ("my cafe", " my cafe", (), ("cafe",)),
        ("the níght", " the night", (("níght", "night"),), ()),
        ("I don\u2019t", "I don't", (("\u2019t", "'t"),), ()),
        ("\u201cI come\u201d", '"I come"', (("\u201c", '"'), ("\u201d", '"')), ()),
        ("Come\u2026", "Come...", (("\u2026", "..."),), ()),
        ("the ｎｉｇｈｔ", " the night", (("ｎｉｇｈｔ", "night"),), ()),
        ("Come, gizmo 漢字 gizmo", "Come, gizmo 漢字 gizmo", (), ("gizmo", "漢字")),
        ("Come,   night\t\u00a0night", "Come, night night", (), ()),
        ("Come \r\n\r\n\r\nnight", "Come\n\n night", (), ()),
        ("Come ", "Come ", (), ()),
    ],
)
def test_new_words_take_their_closest_known_form_or_stay_unknown(
    prompt: str, text: str, replaced: tuple[tuple[str, str], ...], unknown: tuple[str, ...]
) -> None:
    fitted = KNOWN.fit(prompt)
    assert (fitted.text, fitted.replaced, fitted.unknown, fitted.unit) == (text, replaced, unknown, "word")


def test_an_unknown_word_is_read_as_the_unknown_word() -> None:
    assert KNOWN.encode("Come, gizmo") == [KNOWN.ids["Come"], KNOWN.ids[","], KNOWN.unknown]


def test_a_prompt_with_no_known_word_has_nothing_left() -> None:
    assert KNOWN.fit("gizmo 漢字\n  ").text == ""
    assert KNOWN.fit(" \n").text == ""


@pytest.mark.parametrize("vocabulary", [KNOWN, BLANKS], ids=["no blanks", "tabs too"])
def test_a_fitted_prompt_with_a_text_is_the_whole_fitted(vocabulary: WordVocabulary) -> None:
    """As Continue needs it: the words of the user are kept, and fitted anew with all that was written."""
    choose_recipe = random.Random(5)
    parts = [*PARTS, "gizmo", "night", "lords", "\u201c", "`", "…", "№", "&", "(", "½", "Ⅷ", "\r\n", "㈠", "ﬁ"]
    drawn = ["".join(choose_recipe.choices(parts, k=choose_recipe.randrange(1, 9))) for _ in range(600)]
    # A network may begin with an indentation where the prompt ends in blanks that it does not know.
    prompts = [*dict.fromkeys(drawn), *["the-\u0301\t", "the\t ", "the   ", "the\u3000", "the "] * 40]
    fitted = [vocabulary.fit(prompt).text for prompt in prompts]
    known = [(prompt, text) for prompt, text in zip(prompts, fitted, strict=True) if text.strip()]
    assert len(known) > 500
    requests = [request(start, seed=seed, length=30) for seed, (_, start) in enumerate(known)]
    for (prompt, start), text in zip(known, written(vocabulary, *requests), strict=True):
        assert vocabulary.fit(prompt + text).text == start + text


def test_a_vocabulary_holds_the_most_frequent_words_and_none_that_stand_once() -> None:
    vocabulary = WordVocabulary.of("b b b a a a a c c d ", 4)
    assert vocabulary.tokens == (" a", " b", " c")
    assert (len(vocabulary), vocabulary.unknown) == (4, 3)
    assert WordVocabulary.of("b b b a a a a c c d ", 100).tokens == (" a", " b", " c")


def test_ids_and_words_are_inverse() -> None:
    assert KNOWN.decode(KNOWN.encode(PLAY)) == PLAY


def test_spelling_is_a_code_for_any_word() -> None:
    """Shares of all words of one letter, an end and nothing more add up to less than 1; unseen letters cost most."""
    letters = sorted(set("".join(KNOWN.tokens)))
    share = math.fsum(math.exp(-KNOWN.spelling_nats(letter)) for letter in letters)
    end = math.exp(-KNOWN.spelling_nats(""))
    assert share / end + end == pytest.approx(1, abs=0.01)
    assert share / end + end < 1
    assert KNOWN.spelling_nats("e") < KNOWN.spelling_nats("ROMEO") < KNOWN.spelling_nats("漢字漢字")


def test_every_way_a_text_may_end_is_one_of_six() -> None:
    ends = {context_class(a + b) for a, b in product(PARTS, repeat=2)}
    assert ends == set(range(6))
    assert len(KNOWN.forbidden) == 6
