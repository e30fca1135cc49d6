"""Loops are found where they are, and nowhere in ordinary text."""

import random
import string

import pytest

from tempera.models.loops import Loop, ends_in_loop, is_caught_in_loop, loop_fraction, loops

PROSE = (
    "It was the hour of the evening when the lamps are lit, and the old man who kept the bridge had gone in to his "
    "supper; a child stood at the rail and counted the barges, seven of them, each with a dog, a stove and a line of "
    "washing. Nobody called. The water went under, brown and slow, as it had done before there was a bridge at all."
)


def noise(length: int, alphabet: str = string.ascii_lowercase, seed: float = 1) -> str:
    return "".join(random.Random(seed).choices(alphabet, k=length))


@pytest.mark.parametrize("unit", [1, 2, 3, 4, 5, 17, 141, 300])
@pytest.mark.parametrize("before", ["", PROSE])
def test_a_loop_is_found_with_its_unit_and_its_ends(unit: int, before: str) -> None:
    once = "#" + noise(unit - 1, string.digits + string.ascii_uppercase)
    looping = (once * (1000 // unit))[: 1000 - unit // 2]  # the last time round is cut off
    (found,) = loops(f"{before}[{looping}]{PROSE}")
    assert found == Loop(len(before) + 1, len(before) + 1 + len(looping), unit)


def test_a_loop_that_begins_late_is_a_share_of_the_text_and_its_end() -> None:
    text = PROSE + "the sea of the state of " * 50
    assert loop_fraction(text) == pytest.approx(1200 / len(text), abs=0.01)
    assert ends_in_loop(text)
    assert not ends_in_loop(f"{text}salt")


def test_japanese_loops_too() -> None:
    once = "吾輩は猫である。名前はまだ無い。どこで生れたか頓と見当がつかぬ。"
    (found,) = loops("何でも薄暗いじめじめした所で" + once * 4)
    assert (found.unit, found.end - found.start) == (len(once), 4 * len(once))
    assert loops(once * 2 + "何でも" + once) == [Loop(0, 2 * len(once), len(once))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "aa",
        PROSE,
        f"{PROSE}...... {PROSE}",
        "| name | value |\n| ---- | ----- |\n| loss | 1.3997 |\n",
        f"Chapter 1\n{'-' * 72}\n{PROSE}",
        "Ha, ha, ha, ha! No, no, no.",
        "\n".join(f"{line} down the dale,\nHey nonny, nonny, the wind and the rain," for line in PROSE.split(" ")[:12]),
        "".join(f"{number}. The cat sat on the mat.\n" for number in range(30)),
        noise(4000),
    ],
)
def test_ordinary_text_does_not_loop(text: str) -> None:
    assert loops(text) == []
    assert loop_fraction(text) == 0
    assert not ends_in_loop(text)


def test_a_line_said_twice_at_once_is_one_short_loop_but_no_end_in_circles() -> None:
    line = "With that she sighed as she stood,\n"
    text = f"{PROSE}\n{line * 2}"
    assert [loop.unit for loop in loops(text)] == [len(line)]
    assert not ends_in_loop(text)


def test_a_slip_breaks_a_loop_in_two() -> None:
    once = "And then the sea of the state. "
    text = once * 5 + "And then the sea of the salt. " + once * 5
    found = loops(text)
    assert [loop.unit for loop in found] == [len(once)] * 2
    assert found[0].end < found[1].start + len(once)
    assert 0.9 < loop_fraction(text) < 1


def test_a_loop_inside_a_loop_counts_once() -> None:
    text = ("ab" * 60 + PROSE) * 3
    assert [loop.unit for loop in loops(text)] == [120 + len(PROSE)]
    assert loop_fraction(text) == 1


def test_two_loops_that_overlap_count_their_characters_once() -> None:
    first, second = "abcdefgh" * 10 + "abc", "abcxyz" * 10
    text = first + second[3:]
    found = loops(text)
    assert [loop.unit for loop in found] == [8, 6]
    assert found[1].start < found[0].end
    assert loop_fraction(text) == 1


@pytest.mark.parametrize("alphabet", ["ab", "abc"])
def test_the_same_loops_are_found_as_by_comparing_everything(alphabet: str) -> None:
    for seed in range(20):
        text = noise(60, alphabet, seed) + noise(7, alphabet, seed) * 6 + noise(60, alphabet, seed + 100)
        text += noise(1 + seed, alphabet, seed + 200) * (120 // (1 + seed))
        assert loops(text) == by_definition(text)


def by_definition(text: str) -> list[Loop]:
    """Compare every character with the one before it, unit by unit."""
    found = []
    for unit in range(1, len(text) // 2 + 1):
        fewest, start = max(2 * unit, 24 if unit >= 4 else 80), 0
        for place in range(unit, len(text) + 1):
            if place == len(text) or text[place] != text[place - unit]:
                if place - start >= fewest and not any(
                    text[start + size : place] == text[start : place - size] for size in range(1, unit)
                ):
                    found.append(Loop(start, place, unit))
                start = place - unit + 1
    inside = {
        loop
        for loop in found
        for other in found
        if loop != other and other.start <= loop.start and loop.end <= other.end
    }
    return sorted(set(found) - inside, key=lambda loop: loop.start)


def test_a_text_ends_in_a_loop_if_one_of_its_loops_is_long_and_ends_there() -> None:
    draw, looping = random.Random(1), 0
    for _ in range(3000):
        unit = noise(draw.randint(1, 70), "abc"[: draw.randint(1, 3)], draw.random())
        text = noise(draw.randint(0, 40), "ab", draw.random()) + (unit * 200)[: draw.randint(0, 230)]
        text += draw.choice(["", "", "", "x"])
        expected = any(loop.end == len(text) and loop.end - loop.start >= 100 for loop in loops(text))
        assert ends_in_loop(text) == expected, text
        looping += expected
    assert 1000 < looping < 2000


def test_a_text_is_caught_too_if_it_was_in_a_loop_before_it_was_brought_to_its_end() -> None:
    loop = "of the sea and the state "
    assert is_caught_in_loop(loop * 20, 500)
    assert is_caught_in_loop(loop * 16 + "of the seaside.", 400)
    assert not is_caught_in_loop(loop * 16 + "of the seaside.", 500)
    assert not is_caught_in_loop("It was late. " + loop + "and then they went home.", 20)
