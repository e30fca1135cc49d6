"""/models and /help: what there is, on one screen."""

import pytest

from tempera.bot.commands.models import model_view
from tempera.bot.config.settings import ModelOverrides
from tempera.bot.replies.models import ModelView, overview, page
from tempera.models.formats.card import ModelCard
from tempera.models.formats.card_parts import Corpus, Evaluation, Sample, Training
from tempera.models.library import Library
from tempera.sandbox.client.exchange import Exchange
from tempera.sandbox.state.json_object import Json
from tests.bot.conftest import Room

pytestmark = pytest.mark.asyncio(loop_scope="module")
OVERRIDES = {"other": ModelOverrides(title="The *Other*", temperature=0.3, max_length=200)}
SECTIONS = {"models": {"overrides": OVERRIDES}}


async def embed_of(exchange: Exchange) -> Json:
    message = await exchange.answered()
    assert message.ephemeral
    (embed,) = message.embeds
    return embed


def fields(embed: Json) -> dict[str, str]:
    return {field["name"]: field["value"] for field in embed["fields"]}


async def test_all_models_are_listed_with_what_they_are(room: Room) -> None:
    embed = await embed_of(await room.sandbox.invoke("models", user=room.sandbox.bob))
    assert embed["description"].splitlines() == [
        r"**The \*Other\*** `other`",
        "Random weights.",
        "-# English · 6,204 parameters · MIT",
        "",
        "**Tiny** `tiny` · default",
        "Random weights.",
        "-# English · 11,168 parameters · MIT",
    ]


async def test_a_model_has_a_card(room: Room) -> None:
    embed = await embed_of(await room.sandbox.invoke("models", model="other"))
    assert embed["title"] == r"The \*Other\*"
    assert fields(embed) == {
        "Name": "other",
        "Languages": "English",
        "Licence": "MIT",
        "Network": "1 × GRU with 32 units, 6,204 parameters",
        "Own defaults": "temperature 0.3",
        "Limits": "temperature 2, length 200 characters",
        "Knows 28 characters": "abcdefghijklmnopqrstuvwxyz",
    }


async def test_an_unknown_model_is_refused(room: Room) -> None:
    message = await (await room.sandbox.invoke("models", model="nobody")).answered()
    assert message.content == "There is no model called nobody. Available models: other, tiny."
    assert message.ephemeral


@pytest.mark.parametrize("option", [("generate", "model"), ("models", "model"), ("channel model", "name")])
@pytest.mark.parametrize("typed", ["the", "OTH", "oth"])
async def test_models_complete_by_name_and_title(room: Room, option: tuple[str, str], typed: str) -> None:
    (choice,) = await room.sandbox.autocomplete(*option, typed)
    assert (choice.name, choice.value) == ("other · The *Other*", "other")


def trained(card: ModelCard, **changes: object) -> ModelCard:
    corpus = Corpus(title="Plays", file="plays.txt", sha256="0" * 64, characters=1_115_394, licence="public domain")
    training = Training(
        corpora=(corpus,),
        split="0.9",
        passes=3,
        training_seconds=60,
        calibration_factor=1,
        tune_stream_nats_per_character=1.4,
    )
    reading = Evaluation(
        file="plays.txt",
        sha256="0" * 64,
        split="val",
        characters=1000,
        stream_nats_per_character=1.3333,
        win256_nats_per_character=1.4,
    )
    written = tuple(Sample(language="en", temperature=each, text=f"\nKing *{each}* ") for each in (0.5, 0.8, 1.0))
    return card.model_copy(update={"training": training, "evaluations": (reading,), "samples": written} | changes)


def view_of(room: Room, card: ModelCard) -> ModelView:
    return model_view(card, room.bot.resources.settings)


async def test_a_card_shows_its_measured_temperature_unless_config_yaml_says_another(room: Room) -> None:
    library = room.bot.resources.library
    tiny, other = (library.card(name).model_copy(update={"default_temperature": 0.6}) for name in ("tiny", "other"))
    assert view_of(room, tiny).defaults["temperature"] == 0.6
    assert view_of(room, other).defaults["temperature"] == 0.3  # of the overrides
    with room.changed(generation={"default_temperature": 0.8}):
        assert view_of(room, tiny).defaults["temperature"] is None  # it isn't the model's own


async def test_a_card_tells_what_was_learned_from_and_how_well(room: Room) -> None:
    card = room.bot.resources.library.card("tiny")
    shown = {field.name: field.value for field in page(view_of(room, trained(card)), "en-US").fields}
    assert shown["Trained on"] == "Plays, 1,115,394 characters"
    assert shown["On text it has never seen"] == (
        "plays.txt: as uncertain as a choice among 3.8 equally likely characters (1.333 nats)"
    )
    assert shown["At temperature 0.8"] == r"King \*0.8\*"


async def test_very_many_or_very_wordy_models_stay_within_discords_limits(room: Room) -> None:
    card = room.bot.resources.library.card("tiny")
    samples = (Sample(language="en", temperature=0.8, text="*" * 300),)
    wordy = trained(card, description="*" * 500, characters="".join(map(chr, range(0x4E00, 0x5E00))), samples=samples)
    listed = overview([view_of(room, wordy)] * 50, "en-US")
    assert 3000 < len(listed.description or "") <= 4096
    one = page(view_of(room, wordy), "en-US")
    assert len(one) <= 6000
    assert all(len(field.value or "") <= 1024 for field in one.fields)


async def test_a_damaged_model_hides_no_other(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    library: Library = room.bot.resources.library
    (library.folder / "broken").mkdir()
    (library.folder / "broken" / "model.json").touch()
    try:
        embed = await embed_of(await room.sandbox.invoke("models"))
    finally:
        (library.folder / "broken" / "model.json").unlink()
        (library.folder / "broken").rmdir()
    assert "`tiny`" in embed["description"]
    assert "broken" in caplog.text


async def test_help_fits_one_screen_and_shows_a_member_what_members_can_use(room: Room) -> None:
    message = await (await room.sandbox.invoke("help", user=room.sandbox.bob)).answered()
    assert message.ephemeral
    assert len(message.content.splitlines()) <= 16
    assert len(message.content) <= 1200
    named = {line.split("**")[1] for line in message.content.splitlines() if line.startswith("**/")}
    assert named == {f"/{name}" for name in room.sandbox.commands} - {"/channel", "/server", "/voice", "/Continue this"}
    assert "**Continue this** under Apps" in message.content
    assert "**/preset** *save · edit · " in message.content


async def test_help_shows_those_who_look_after_channels_more(room: Room) -> None:
    message = await (await room.sandbox.invoke("help", user=room.sandbox.alice)).answered()
    entry = (
        "**/channel** *model · temperature · length · top_k · top_p · min_p · finish · on · off · show · reset*: Set"
    )
    assert entry in message.content
