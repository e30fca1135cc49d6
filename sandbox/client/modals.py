"""A modal that the bot opened: its fields, and the values that a user submits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tempera.sandbox.limits.bounds import TEXT_INPUT_VALUE
from tempera.sandbox.state.components import INPUTS, SELECTS, ComponentType, walk
from tempera.sandbox.state.errors import InvalidOption
from tempera.sandbox.state.interactions import Interaction
from tempera.sandbox.state.json_object import Json

MULTI_VALUED = (*SELECTS, ComponentType.CHECKBOX_GROUP, ComponentType.FILE_UPLOAD)


@dataclass(frozen=True, slots=True)
class ModalField:
    """A field of a modal, with its initial value."""

    label: str
    component: Json

    @property
    def custom_id(self) -> str:
        """The id by which the bot receives the value."""
        return str(self.component["custom_id"])

    @property
    def value(self) -> Any:
        """The initial value: text, selected values, or whether a checkbox is ticked."""
        component = self.component
        if component["type"] == ComponentType.TEXT_INPUT:
            return component.get("value") or ""
        if component["type"] == ComponentType.CHECKBOX:
            return bool(component.get("default"))
        selected = [option["value"] for option in component.get("options") or [] if option.get("default")]
        return selected if component["type"] in MULTI_VALUED else next(iter(selected), None)


class Modal:
    """A modal shown to the user whose interaction opened it."""

    def __init__(self, interaction: Interaction) -> None:
        assert interaction.modal is not None  # noqa: S101 - created only for interactions that opened one
        self.interaction = interaction
        self.title = str(interaction.modal["title"])
        self.custom_id = str(interaction.modal["custom_id"])
        self.components: list[Json] = interaction.modal["components"]
        self.fields = tuple(_fields(self.components))

    def __getitem__(self, name: str) -> ModalField:
        """Return the field with this custom_id or label; raises InvalidOption."""
        for field in self.fields:
            if name in (field.custom_id, field.label):
                return field
        raise InvalidOption(name, f"no such field; this modal has: {', '.join(field.label for field in self.fields)}")

    def submission(self, values: Mapping[str, Any]) -> Json:
        """Return the submission's interaction data; raises InvalidOption for what Discord's client would refuse."""
        given = {self[name].custom_id: value for name, value in values.items()}
        sent = {field.custom_id: _validated(field, given.get(field.custom_id, field.value)) for field in self.fields}
        return {"custom_id": self.custom_id, "components": [_submitted(one, sent) for one in self.components]}


def _fields(components: list[Json]) -> Iterator[ModalField]:
    for row in components:
        for component in walk([row]):
            if component["type"] in INPUTS:
                yield ModalField(row.get("label") or component.get("label") or "", component)


def _validated(field: ModalField, value: Any) -> Any:
    component = field.component
    required = component.get("required", True)
    if component["type"] == ComponentType.TEXT_INPUT:
        _check_text(field, value, required=required)
    elif component["type"] in MULTI_VALUED:
        check_selection(component, value, field.label, required=required)
    elif component["type"] == ComponentType.RADIO_GROUP and required and value is None:
        raise InvalidOption(field.label, "this field is required")
    return value


def _check_text(field: ModalField, text: str, *, required: bool) -> None:
    minimum = max(field.component.get("min_length") or 0, int(required))
    maximum = field.component.get("max_length") or TEXT_INPUT_VALUE.maximum
    if (text or required) and not minimum <= len(text) <= maximum:
        raise InvalidOption(field.label, f"must have {minimum} to {maximum} characters, not {len(text)}")


def check_selection(menu: Json, values: list[str], name: str, *, required: bool) -> None:
    """Raise InvalidOption for values that a select menu doesn't offer, too few or too many."""
    known = [option["value"] for option in menu.get("options") or []]
    if unknown := [value for value in values if known and value not in known]:
        raise InvalidOption(name, f"{unknown} is not one of the choices {known}")
    minimum = 1 if menu.get("min_values") is None else menu["min_values"]
    maximum = menu.get("max_values") or 1
    if (values or required) and not minimum <= len(values) <= maximum:
        raise InvalidOption(name, f"select {minimum} to {maximum} values, not {len(values)}")


def _submitted(component: Json, values: Mapping[str, Any]) -> Json:
    """Return a component as a submission carries it: type, ids and value only."""
    submitted: Json = {"type": component["type"], "id": component["id"]}
    if component.get("components"):
        submitted["components"] = [_submitted(child, values) for child in component["components"]]
    if component.get("component"):
        submitted["component"] = _submitted(component["component"], values)
    if component["type"] in INPUTS:
        key = "values" if component["type"] in MULTI_VALUED else "value"
        submitted |= {"custom_id": component["custom_id"], key: values[component["custom_id"]]}
    return submitted
