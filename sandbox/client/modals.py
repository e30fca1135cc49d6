"""A form that the bot opened: its fields, and what a user fills in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.limits.components import CHECKBOX, CHECKBOXES, INPUTS, RADIOS, SELECTS, TEXT_INPUT, UPLOAD
from sandbox.state.errors import OptionRefused
from sandbox.state.interactions import Interaction, Json, nested

LONGEST_TEXT = 4000
LISTS = (*SELECTS, CHECKBOXES, UPLOAD)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, with what it holds before anything is typed."""

    label: str
    component: Json

    @property
    def custom_id(self) -> str:
        """The name under which the bot receives it."""
        return str(self.component["custom_id"])

    @property
    def value(self) -> Any:
        """What is filled in already: text, the values chosen, or whether a box is ticked."""
        component = self.component
        if component["type"] == TEXT_INPUT:
            return component.get("value") or ""
        if component["type"] == CHECKBOX:
            return bool(component.get("default"))
        chosen = [option["value"] for option in component.get("options") or [] if option.get("default")]
        return chosen if component["type"] in LISTS else next(iter(chosen), None)


class Modal:
    """A form in front of the user whose interaction it answered."""

    def __init__(self, interaction: Interaction) -> None:
        assert interaction.modal is not None  # noqa: S101 - only an opened form is wrapped
        self.interaction = interaction
        self.title = str(interaction.modal["title"])
        self.custom_id = str(interaction.modal["custom_id"])
        self.components: list[Json] = interaction.modal["components"]
        self.fields = tuple(_fields(self.components))

    def __getitem__(self, name: str) -> Field:
        """Return the field of this custom_id or label; raises OptionRefused."""
        for field in self.fields:
            if name in (field.custom_id, field.label):
                return field
        raise OptionRefused(name, f"no such field; there are: {', '.join(field.label for field in self.fields)}")

    def submission(self, filled: Mapping[str, Any]) -> Json:
        """Return the data of the interaction that sends the form; raises OptionRefused as Discord's client would."""
        given = {self[name].custom_id: value for name, value in filled.items()}
        values = {field.custom_id: _checked(field, given.get(field.custom_id, field.value)) for field in self.fields}
        return {"custom_id": self.custom_id, "components": [_sent(item, values) for item in self.components]}


def _fields(components: list[Json]) -> Iterator[Field]:
    for row in components:
        for item in nested([row]):
            if item["type"] in INPUTS:
                yield Field(row.get("label") or item.get("label") or "", item)


def _checked(field: Field, value: Any) -> Any:
    component = field.component
    required = component.get("required", True)
    if component["type"] == TEXT_INPUT:
        shortest = max(component.get("min_length") or 0, int(bool(required)))
        longest = component.get("max_length") or LONGEST_TEXT
        if (value or required) and not shortest <= len(value) <= longest:
            raise OptionRefused(field.label, f"{len(value)} characters; {shortest} to {longest} are allowed")
    elif component["type"] in LISTS:
        check_choice(component, value, field.label, required=required)
    elif component["type"] == RADIOS and required and value is None:
        raise OptionRefused(field.label, "this field is required")
    return value


def check_choice(menu: Json, values: list[str], name: str, *, required: bool) -> None:
    """Refuse values that a menu doesn't have, too few or too many; raises OptionRefused."""
    known = [option["value"] for option in menu.get("options") or []]
    if strange := [value for value in values if known and value not in known]:
        raise OptionRefused(name, f"{strange} is none of the choices {known}")
    fewest = 1 if menu.get("min_values") is None else menu["min_values"]
    most = menu.get("max_values") or 1
    if (values or required) and not fewest <= len(values) <= most:
        raise OptionRefused(name, f"{len(values)} chosen; {fewest} to {most} are allowed")


def _sent(item: Json, values: Mapping[str, Any]) -> Json:
    """Return a component of the form as it is sent back: identity and value only."""
    sent: Json = {"type": item["type"], "id": item["id"]}
    if item.get("components"):
        sent["components"] = [_sent(inner, values) for inner in item["components"]]
    if item.get("component"):
        sent["component"] = _sent(item["component"], values)
    if item["type"] in INPUTS:
        key = "values" if item["type"] in LISTS else "value"
        sent |= {"custom_id": item["custom_id"], key: values[item["custom_id"]]}
    return sent
