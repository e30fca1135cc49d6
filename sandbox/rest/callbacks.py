"""Handles interaction callbacks: replies, deferrals, message updates, autocomplete choices and modals."""

import time
from copy import deepcopy

from tempera.sandbox.limits.commands import check_choices
from tempera.sandbox.limits.messages import EPHEMERAL
from tempera.sandbox.limits.modals import check_modal
from tempera.sandbox.rest.messages import Upload, edit, new_response, write
from tempera.sandbox.state.components import assign_component_ids
from tempera.sandbox.state.errors import ApiError, invalid_form
from tempera.sandbox.state.interactions import CallbackType, Interaction, InteractionType
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.world import World

REPLIES = (CallbackType.REPLY, CallbackType.DEFER)
UPDATES = (CallbackType.UPDATE, CallbackType.DEFER_UPDATE)


def respond(world: World, interaction: Interaction, body: Json, uploads: list[Upload]) -> None:
    """Apply an interaction's only callback; raises ApiError if it is late, repeated or invalid."""
    elapsed_seconds = time.monotonic() - interaction.created_seconds
    if interaction.acknowledged_after_seconds is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    if interaction.failed or elapsed_seconds > world.timing.acknowledge_seconds:
        raise ApiError(404, 10062, "Unknown interaction")
    if body.get("type") not in _allowed_types(interaction):
        raise invalid_form({("type",): ("BASE_TYPE_CHOICES", "Not a valid callback type for this interaction.")})
    callback = CallbackType(body["type"])
    try:
        _apply(world, interaction, callback, body.get("data") or {}, uploads)
    except ApiError as error:
        raise _within_data(error) from None
    interaction.callback = callback
    interaction.acknowledged_after_seconds = elapsed_seconds
    world.announce("interaction", interaction)


def _allowed_types(interaction: Interaction) -> tuple[CallbackType, ...]:
    """Return the callback types valid for this interaction; a modal can't open another."""
    if interaction.kind is InteractionType.AUTOCOMPLETE:
        return (CallbackType.AUTOCOMPLETE,)
    updates = UPDATES if interaction.source_message else ()
    return (*REPLIES, *updates, *(() if interaction.kind is InteractionType.MODAL else (CallbackType.MODAL,)))


def _apply(world: World, interaction: Interaction, callback: CallbackType, data: Json, uploads: list[Upload]) -> None:
    if callback is CallbackType.AUTOCOMPLETE:
        interaction.choices = validated_choices(data)
    elif callback is CallbackType.MODAL:
        check_modal(data)
        interaction.modal = deepcopy(data)
        assign_component_ids(interaction.modal["components"])
    elif callback in REPLIES:
        _reply(world, interaction, callback is CallbackType.DEFER, data, uploads)
    else:
        _update(world, interaction, callback, data, uploads)


def _reply(world: World, interaction: Interaction, deferred: bool, data: Json, uploads: list[Upload]) -> None:
    ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
    message = new_response(world, interaction, ephemeral=ephemeral)
    message.loading = deferred
    if not deferred:
        write(world, message, data, uploads)
    interaction.original, interaction.ephemeral = message, ephemeral
    world.publish(message)


def _update(world: World, interaction: Interaction, callback: CallbackType, data: Json, uploads: list[Upload]) -> None:
    """Edit the clicked message, now or later; it becomes @original."""
    clicked = interaction.source_message
    if clicked is None or clicked.deleted:
        raise ApiError(404, 10008, "Unknown Message")
    if callback is CallbackType.UPDATE:
        edit(world, clicked, data, uploads)
    interaction.original, interaction.ephemeral = clicked, clicked.ephemeral


def _within_data(error: ApiError) -> ApiError:
    """Return the error with its field paths under `data`, which holds the message."""
    return ApiError(
        error.status, error.code, error.message, {("data", *path): field for path, field in error.errors.items()}
    )


def validated_choices(data: Json) -> list[Json]:
    """Return the autocomplete choices; raises ApiError."""
    choices: list[Json] = [choice for choice in data.get("choices") or [] if choice]
    check_choices(choices)
    return choices
