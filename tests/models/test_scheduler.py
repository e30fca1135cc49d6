"""Who runs, who waits: the queue with plain numbers."""

import pytest

from tempera.models.engine.scheduler import Scheduler
from tempera.models.errors import EngineBusy


def test_texts_start_in_order_of_arrival_as_places_come_free() -> None:
    scheduler = Scheduler(max_running=2, max_waiting=5)
    for key in range(5):
        scheduler.submit(key, 100)
    assert scheduler.start() == [0, 1]
    scheduler.leave(1)
    scheduler.leave(3)
    assert scheduler.start() == [2]
    assert list(scheduler.waiting) == [4]


def test_a_burst_fills_running_places_before_the_queue_counts() -> None:
    scheduler = Scheduler(max_running=2, max_waiting=1)
    for key in range(3):
        scheduler.submit(key, 100)
    with pytest.raises(EngineBusy):
        scheduler.submit(3, 100)


def test_the_expected_wait_follows_what_is_left_and_the_measured_speed() -> None:
    scheduler = Scheduler(max_running=2, max_waiting=0, characters_per_second=100)
    for key, length in ((0, 1000), (1, 400)):
        scheduler.submit(key, length)
    scheduler.start()
    with pytest.raises(EngineBusy) as refused:
        scheduler.submit(2, 10)
    assert refused.value.expected_wait_seconds == pytest.approx(2 * 400 / 100)
    scheduler.written(1, 300)
    assert scheduler.expected_wait_seconds(1) == pytest.approx(2 * 100 / 100)
    for _ in range(100):
        scheduler.measured(1000, 1.0)
    assert scheduler.expected_wait_seconds(1) == pytest.approx(2 * 100 / 1000, rel=0.01)


def test_who_waits_further_back_also_waits_for_those_ahead() -> None:
    scheduler = Scheduler(max_running=2, max_waiting=3, characters_per_second=100)
    for key, length in enumerate((1000, 400, 4000, 100, 200)):
        scheduler.submit(key, length)
    scheduler.start()
    # The second ends at 400, the first at 1000, then the fourth, begun at 1000, at 1100, the fifth, from 1100, at 1300.
    assert [scheduler.expected_wait_seconds(place) for place in (1, 2, 3, 4)] == [8, 20, 22, 26]


def test_nothing_waits_for_an_idle_engine() -> None:
    assert Scheduler(max_running=1, max_waiting=0).expected_wait_seconds(1) == 0


def test_a_waiting_text_moves_up_as_others_leave() -> None:
    scheduler = Scheduler(max_running=1, max_waiting=5)
    for key in range(4):
        scheduler.submit(key, 100)
    scheduler.start()
    assert [scheduler.queue_position(key) for key in range(5)] == [0, 1, 2, 3, 0]
    scheduler.leave(1)
    assert [scheduler.queue_position(key) for key in range(4)] == [0, 0, 1, 2]
    scheduler.leave(0)
    scheduler.start()
    assert [scheduler.queue_position(key) for key in (2, 3)] == [0, 1]


def test_the_expected_end_of_a_text_counts_its_wait_and_those_it_shares_the_speed_with() -> None:
    scheduler = Scheduler(max_running=2, max_waiting=5, characters_per_second=100)
    for key, length in enumerate((1000, 400, 300)):
        scheduler.submit(key, length)
    scheduler.start()
    assert scheduler.expected_seconds(0) == pytest.approx(2 * 1000 / 100)
    wait_seconds = scheduler.expected_wait_seconds(1)
    assert wait_seconds > 0
    assert scheduler.expected_seconds(2) == pytest.approx(wait_seconds + 2 * 300 / 100)
    scheduler.leave(1)
    assert scheduler.expected_seconds(1) == 0
