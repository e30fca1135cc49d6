"""The form of Edit: the prompt and the most important parameters of a text, for a new one."""

from collections.abc import Mapping
from dataclasses import replace

import discord

from tempera.bot.answers.start import AnswerRequest, random_seed, start
from tempera.bot.exceptions import OverLimit, TextGone
from tempera.bot.forms.form import Field, Form, Interaction, number, number_field
from tempera.bot.replies import commands as descriptions
from tempera.bot.replies.params import description, param_name
from tempera.bot.replies.translation.catalog import catalog
from tempera.bot.resources import Resources
from tempera.bot.scopes.limits import Limits, limits_of
from tempera.bot.scopes.permissions import may_generate
from tempera.models.engine.request import SampleRequest
from tempera.models.sampling_params import SPECS

MAX_PROMPT_CHARACTERS = 4000  # of Discord
PROMPT = "prompt"
IN_FORM = tuple(SPECS[name] for name in ("temperature", "length", "seed"))


class EditForm(Form):
    """The prompt, temperature, length and seed of a text."""

    def __init__(self, resources: Resources, before: SampleRequest, generation_id: int, locale: str) -> None:
        t = catalog(locale).text
        super().__init__(resources, t(descriptions.EDIT_TITLE), locale)
        self._before, self._generation_id = before, generation_id
        prompt = Field(
            custom_id=PROMPT,
            default=before.prompt[-MAX_PROMPT_CHARACTERS:],
            max_length=MAX_PROMPT_CHARACTERS,
            style=discord.TextStyle.paragraph,
        )
        self.add_field(t(descriptions.PROMPT_FIELD), t(descriptions.PROMPT), prompt)
        for spec in IN_FORM:
            hint = description(spec, locale, show_default=spec.is_random)
            value = getattr(before.params, spec.name)
            self.add_field(param_name(spec, locale).capitalize(), hint, number_field(spec, value))

    async def on_submit(self, interaction: Interaction) -> None:
        """Answer with the new text; raises BadEntry, OverLimit, TextGone and what refuses a text."""
        await may_generate(self._resources, interaction)
        parent = await self._resources.texts.find(self._generation_id)
        if parent is None:
            raise TextGone
        sample = edited(self._before, self.entries, random_seed(), limits_of(self._resources.settings, parent.model))
        request = AnswerRequest(sample=sample, private=parent.private, parent_id=parent.id)
        await start(self._resources, interaction, request)


def edited(before: SampleRequest, typed: Mapping[str, str], drawn_seed: int, limits: Limits) -> SampleRequest:
    """Return the request for what was typed; an empty field changes nothing, but draws a seed.

    Raises BadEntry, OverLimit.
    """
    typed_numbers = {spec: typed[spec.name].strip() for spec in IN_FORM}
    params = {spec.name: number(spec, text) for spec, text in typed_numbers.items() if text}
    for name in ("temperature", "length"):
        if params.get(name, 0) > (limit := getattr(limits, name)):
            raise OverLimit(before.model, name, limit)
    prompt = typed[PROMPT]
    if prompt == before.prompt[-MAX_PROMPT_CHARACTERS:]:
        prompt, first_draw = before.prompt, before.first_draw
    else:
        first_draw = 0
    return replace(before, prompt=prompt, first_draw=first_draw).with_params(**{"seed": drawn_seed} | params)
