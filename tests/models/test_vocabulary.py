"""Prompts in a network's alphabet: what stays, what is replaced, what goes."""

import pytest

from tempera.models.errors import PromptEmpty
from tempera.models.library import Library
from tempera.models.tokenizers.characters import Vocabulary

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
PLAIN = Vocabulary.of("\n !',-.:;?" + LETTERS)


@pytest.mark.parametrize(
    ("prompt", "fitted"),
    [
        ("To be", "To be"),
        ("\u2018tis", "'tis"),
        ("caf\u00e9", "cafe"),
        ("cafe\u0301", "cafe"),
        ("stra\u00dfe", "strasse"),
        ("\u0152uvre", "OEuvre"),
        ("Nay\u2014stay", "Nay--stay"),
        ("wait\u2026", "wait..."),
        ("a\u00b4b", "a'b"),
        ("\uff32\uff4f\uff4d\uff45\uff4f", "Romeo"),
        ("\ufb01ne", "fine"),
        ("a\u00a0b", "a b"),
        ("a\r\nb", "a\nb"),
        ("\u201cHark\u201d", "''Hark''"),
    ],
)
def test_unknown_characters_take_their_closest_known_form(prompt: str, fitted: str) -> None:
    assert PLAIN.fit(prompt).text == fitted


def test_what_has_no_known_form_is_dropped_and_reported_once() -> None:
    fitted = PLAIN.fit("Romeo \u611b\u611b \U0001f600 \u00e9\u00e9")
    assert fitted.text == "Romeo   ee"
    assert fitted.dropped == ("\u611b", "\U0001f600")
    assert fitted.replaced == (("\u00e9", "e"),)


def test_a_known_character_is_never_replaced() -> None:
    french = Vocabulary.of("\u2019\u00e9e' ")
    assert french.fit("\u2019\u00e9").text == "\u2019\u00e9"


def test_straight_quotes_become_curly_where_only_those_are_known() -> None:
    assert Vocabulary.of("\u2019l").fit("l'").text == "l\u2019"


def test_letters_change_case_where_only_the_other_case_is_known() -> None:
    assert Vocabulary.of("abc ").fit("ABC\u00c1").text == "abca"


def test_decomposed_text_is_composed_before_it_is_compared() -> None:
    assert Vocabulary.of("\u00e9").fit("e\u0301").text == "\u00e9"
    assert len(Vocabulary.of("e\u0301")) == 1


def test_ids_and_characters_are_inverse() -> None:
    assert PLAIN.decode(PLAIN.encode("To be, or not")) == "To be, or not"


@pytest.mark.parametrize("prompt", ["\u611b", "123", "  7  ", "\u200b"])
def test_a_prompt_with_nothing_left_is_refused(library: Library, prompt: str) -> None:
    with pytest.raises(PromptEmpty) as refused:
        library.fit_prompt("other", prompt)
    assert refused.value.model == "other"
    assert refused.value.dropped == tuple(prompt.strip())
