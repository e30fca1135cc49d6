"""The one callback of an interaction: a reply, a deferral, an update of the clicked message, completions or a form."""

import time
from copy import deepcopy

from sandbox.limits.components import check_modal, numbered
from sandbox.limits.messages import EPHEMERAL
from sandbox.rest.messages import Upload, edit, new_answer, publish, write
from sandbox.state.errors import ApiError, invalid_form
from sandbox.state.interactions import CallbackKind, Interaction, InteractionKind, Json
from sandbox.state.world import World

REPLIES = (CallbackKind.REPLY, CallbackKind.DEFER)
UPDATES = (CallbackKind.UPDATE, CallbackKind.DEFER_UPDATE)


def answer(world: World, interaction: Interaction, body: Json, uploads: list[Upload]) -> None:
    """Take the one callback that an interaction may have."""
    elapsed_seconds = time.monotonic() - interaction.created_seconds
    if interaction.acknowledged_after_seconds is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    if interaction.failed or elapsed_seconds > world.timing.acknowledge_seconds:
        raise ApiError(404, 10062, "Unknown interaction")
    if body.get("type") not in _allowed(interaction):
        raise invalid_form({("type",): ("BASE_TYPE_CHOICES", "Not a callback for this interaction.")})
    kind = CallbackKind(body["type"])
    try:
        _take(world, interaction, kind, body.get("data") or {}, uploads)
    except ApiError as error:
        raise _inside_data(error) from None
    interaction.callback = kind
    interaction.acknowledged_after_seconds = elapsed_seconds
    world.announce("interaction", interaction)


def _allowed(interaction: Interaction) -> tuple[CallbackKind, ...]:
    """Return the callbacks that this interaction may have; a form can't open another."""
    if interaction.kind is InteractionKind.AUTOCOMPLETE:
        return (CallbackKind.CHOICES,)
    updates = UPDATES if interaction.source else ()
    return (*REPLIES, *updates, *(() if interaction.kind is InteractionKind.MODAL else (CallbackKind.MODAL,)))


def _take(world: World, interaction: Interaction, kind: CallbackKind, data: Json, uploads: list[Upload]) -> None:
    if kind is CallbackKind.CHOICES:
        interaction.choices = checked_choices(data)
    elif kind is CallbackKind.MODAL:
        check_modal(data)
        interaction.modal = {**data, "components": numbered(deepcopy(data["components"]))}
    elif kind in REPLIES:
        _reply(world, interaction, kind is CallbackKind.DEFER, data, uploads)
    else:
        _update(world, interaction, kind, data, uploads)


def _reply(world: World, interaction: Interaction, deferred: bool, data: Json, uploads: list[Upload]) -> None:
    ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
    message = new_answer(world, interaction, ephemeral=ephemeral)
    message.loading = deferred
    if not deferred:
        write(world, message, data, uploads)
    interaction.original, interaction.ephemeral = message, ephemeral
    publish(world, message)


def _update(world: World, interaction: Interaction, kind: CallbackKind, data: Json, uploads: list[Upload]) -> None:
    """Change the clicked message, at once or later; it is @original from now on."""
    clicked = interaction.source
    if clicked is None or clicked.deleted:
        raise ApiError(404, 10008, "Unknown Message")
    if kind is CallbackKind.UPDATE:
        edit(world, clicked, data, uploads)
    interaction.original, interaction.ephemeral = clicked, clicked.ephemeral


def _inside_data(error: ApiError) -> ApiError:
    """Return the error with its faults placed where the callback holds the message."""
    return ApiError(error.status, error.code, error.message, {("data", *path): f for path, f in error.faults.items()})


def checked_choices(data: Json) -> list[Json]:
    """Return completion choices; refuses more than 25, and names or values that are too long."""
    choices: list[Json] = [choice for choice in data.get("choices") or [] if choice]
    faults: dict[tuple[str, ...], tuple[str, str]] = {}
    if len(choices) > 25:
        faults["choices",] = ("BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        for key in ("name", "value"):
            text = choice.get(key)
            if text is None or (isinstance(text, str) and not 1 <= len(text) <= 100):
                faults["choices", str(index), key] = ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if faults:
        raise invalid_form(faults)
    return choices
