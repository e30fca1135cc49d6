"""What /admin says fits in a message, however much there is to say."""

from tempera.bot.replies.admin import Difference, changes, refusal

MORE = "… and more; the log has all of it."


def test_a_long_difference_is_cut_and_says_so() -> None:
    many = [Difference(("models", "overrides", f"m{number}", "title"), "*" * 80, None, False) for number in range(100)]
    said = changes(many, (), "en-US")
    assert 1500 < len(said) <= 2000
    assert said.endswith(f"\n{MORE}")
    assert changes(many[:1], (), "en-US").splitlines()[1].endswith(" → none")


def test_many_errors_are_cut_and_say_so() -> None:
    said = refusal(["config.yaml › 漢字 @everyone" * 4] * 100, "en-US")
    assert len(said) <= 2000
    assert r"\@everyone" in said
    assert said.endswith(f"\n{MORE}")
