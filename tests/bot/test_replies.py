import random
import string
from dataclasses import replace
from typing import Any

import pytest

from tempera.bot.action import Action
from tempera.bot.replies.answer import (
    EARLIER_SEED,
    IN_FILE,
    REPEATING,
    WRITING,
    AnswerView,
    Ending,
    finished,
    growing,
    waiting,
)
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SamplingParams
from tempera.models.tokenizers.characters import FittedText


def view(prompt: str = "ROMEO:", fitted: FittedText | None = None, first_draw: int = 0, **changes: Any) -> AnswerView:
    params = SamplingParams(**{"temperature": 0.8, "length": 4000, "seed": 7} | changes)
    request = SampleRequest(model="tiny", prompt=prompt, params=params, first_draw=first_draw)
    return AnswerView(request, fitted or FittedText(prompt, (), ()), "en-US")


def utf16_units(text: str) -> int:
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def test_an_answer_is_the_prompt_the_text_and_a_line_on_its_making() -> None:
    reply = finished(view(), "\nBut soft!")
    assert reply.content == "**ROMEO:**\nBut soft!\n-# tiny · T 0.8 · seed 7"
    assert reply.file is None


def test_the_line_names_every_setting_that_is_on() -> None:
    reply = finished(view(temperature=0.0, top_k=40, top_p=0.9), "x" * 2468)
    assert reply.content.endswith("\n-# tiny · T 0 · top-k 40 · top-p 0.9")


def test_the_line_names_a_language_that_there_was_a_choice_of() -> None:
    german = replace(view(), language="de")
    assert finished(german, "a").content.endswith("\n-# tiny · Deutsch · T 0.8 · seed 7")
    assert waiting(german, 2).content.endswith("\n-# tiny · Deutsch · T 0.8 · seed 7 · waiting, number 2 in the queue")
    assert "· tlh ·" in growing(replace(german, language="tlh"), "a").content


def test_zero_has_no_sign() -> None:
    assert finished(view(temperature=-0.0), "a").content.endswith(" · T 0")


def test_windows_line_ends_are_shown_as_one() -> None:
    assert finished(view("Oh\r\nmy"), "\r\na").content.startswith("**Oh**\n**my**\na\n-# ")


def test_a_text_at_its_models_limit_cannot_be_made_hotter() -> None:
    at_limit = replace(view(temperature=1.2), max_temperature=1.2)
    assert Action.HOTTER not in finished(at_limit, "a").actions
    assert Action.COOLER in finished(at_limit, "a").actions
    assert Action.HOTTER in finished(view(temperature=1.2), "a").actions


def test_a_growing_answer_says_so() -> None:
    assert growing(view(), " But").content == f"**ROMEO:** But\n-# tiny · T 0.8 · seed 7 · {WRITING}"


def test_a_seed_of_an_earlier_version_is_said_from_the_first_state_to_the_last() -> None:
    earlier = replace(view(), earlier_seed=True)
    for reply in (waiting(earlier, 2), growing(earlier, " But"), finished(earlier, " But")):
        assert f"\n-# {EARLIER_SEED}\n-# tiny · T 0.8 · seed 7" in reply.content
    assert EARLIER_SEED not in finished(view(), " But").content


def test_an_answer_that_ended_early_says_why() -> None:
    assert "\n-# Stopped.\n-# tiny" in finished(view(), "a", Ending.STOPPED).content


def test_a_text_that_ended_in_a_loop_says_the_way_out() -> None:
    loop = "of the sea and the state "
    late = "".join(random.Random(1).choices(string.ascii_letters, k=3000)) + loop * 20
    assert finished(view(), late).content.splitlines()[-2] == f"-# {REPEATING}"
    assert f"\n-# {REPEATING}\n-# tiny" in finished(view(), f"To be{loop * 6}").content
    assert REPEATING not in growing(view(), loop * 6).content
    assert REPEATING not in finished(view(), f"{loop * 6}or not to be").content
    assert REPEATING not in finished(view(temperature=2.0), loop * 6).content


def test_who_clicked_is_said_without_a_ping_of_its_own() -> None:
    reply = finished(replace(view(), asked_by=5), "a")
    assert reply.content == "**ROMEO:**a\n-# tiny · T 0.8 · seed 7 · asked for by <@5>"


@pytest.mark.parametrize(
    ("prompt", "text", "shown"),
    [
        ("so it g", "oes on", "**so it** goes on"),
        ("so it goes", " on", "**so it goes** on"),
        ("so it goes.", "On", "**so it goes.**On"),
        ("so", "on", "soon"),
    ],
)
def test_half_a_word_that_a_continuation_ends_is_not_bold(prompt: str, text: str, shown: str) -> None:
    assert finished(view(prompt, first_draw=2), text).content.startswith(f"{shown}\n-# ")
    assert finished(view("The ki"), "ng").content.startswith("**The ki**ng")


def test_buttons_say_which_temperature_they_lead_to() -> None:
    labels = {button.action: button.label for button in finished(view(), "a").buttons}
    assert (labels[Action.HOTTER], labels[Action.COOLER]) == ("Hotter → 1.0", "Cooler → 0.6")
    assert labels[Action.AGAIN] == "Again"
    limited = {button.action: button.label for button in finished(replace(view(), max_temperature=0.9), "a").buttons}
    assert limited[Action.HOTTER] == "Hotter → 0.9"


def test_a_text_without_draws_has_no_seed_and_no_other_version() -> None:
    greedy = finished(view(temperature=0.0), "a")
    assert greedy.content == "**ROMEO:**a\n-# tiny · T 0"
    assert Action.AGAIN not in greedy.actions


@pytest.mark.parametrize("prompt", ["ROMEO:", "*" * 1500])
def test_a_waiting_answer_says_its_queue_position_and_can_be_stopped(prompt: str) -> None:
    reply = waiting(view(prompt), 12)
    assert reply.content.endswith("\n-# tiny · T 0.8 · seed 7 · waiting, number 12 in the queue")
    assert utf16_units(reply.content) <= 2000
    assert reply.actions == (Action.STOP,)


def test_only_a_continuation_begins_with_the_end_of_what_was_there() -> None:
    prompt = "so it goes " * 100
    first, further = view(prompt), view(prompt, first_draw=1000)
    assert first.prompt == prompt
    assert further.prompt[0] == "…"
    assert prompt.endswith(further.prompt[1:])
    assert 100 < len(further.prompt) < 200
    assert view("Oh my", first_draw=3).prompt == "Oh my"


def test_a_continuations_file_holds_everything_from_the_first_prompt_on() -> None:
    prompt = "so it goes " * 100
    last = finished(view(prompt, first_draw=1000), "a" * 3000)
    assert last.file
    assert last.file.text == prompt + "a" * 3000


def test_changed_characters_are_reported() -> None:
    fitted = FittedText("e", (("é", "e"), ("\u0301", "e"), ("*", "-"), ("\u00a0", " ")), ("漢", "\n"))
    content = finished(view("é*漢", fitted), "a").content
    assert (
        "\n-# Not in this model's alphabet: é → e, U+0301 → e, \\* → -, U+00A0 → U+0020, 漢 removed, U+000A removed\n"
        in content
    )


def test_very_many_changed_characters_are_counted() -> None:
    dropped = tuple(chr(0x4E00 + index) for index in range(1000))
    content = finished(view("x", FittedText("x", (), dropped)), "a").content
    assert "removed, and 988 more\n" in content


@pytest.mark.parametrize("prompt", ["a", "*" * 1500, "\n".join("ab " * 500)])
@pytest.mark.parametrize("text", ["a" * 4000, "*" * 4000, "😀" * 4000, "-# a\n" * 800, ""])
def test_no_message_is_longer_than_discord_takes_and_nothing_is_lost(prompt: str, text: str) -> None:
    last = finished(view(prompt), text)
    assert utf16_units(growing(view(prompt), text).content) <= 2000
    assert utf16_units(last.content) <= 2000
    if last.file:
        assert last.file.text == prompt + text
        assert last.file.name == "tiny-7.txt"
        assert f"…\n-# {IN_FILE}\n" in last.content
        assert utf16_units(last.content) > 1990  # shows as much as it can
    else:
        assert IN_FILE not in last.content


def test_the_longest_text_that_fits_is_not_attached() -> None:
    room = 2000 - len(finished(view(), "").content)
    letters = "".join(
        random.Random(1).choices(string.ascii_letters, k=room + 5)
    )  # a loop would be told in one more line
    texts = [finished(view(), letters[:length]) for length in range(room - 5, room + 5)]
    fitting = [reply for reply in texts if reply.file is None]
    assert 2000 in [len(reply.content) for reply in fitting]
    assert len(fitting) < len(texts)


def test_white_space_before_a_prompt_is_kept_from_being_stripped() -> None:
    assert finished(view("\n x"), "a").content.startswith("\u200b\n **x**a")


def test_white_space_at_the_end_of_a_text_is_kept_by_the_line_below() -> None:
    assert finished(view(), "a \n\n").content.startswith("**ROMEO:**a \n\n\n-# tiny")
