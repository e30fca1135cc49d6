"""What happens when someone clicks a pinned preset under an answer."""

from dataclasses import replace

from tempera.bot.answers.clicks.clicked import Interaction, shown_text
from tempera.bot.answers.generate import request_for
from tempera.bot.answers.start import start
from tempera.bot.exceptions import PresetGone, StillWriting
from tempera.bot.resources import Resources
from tempera.bot.scopes.permissions import may_generate
from tempera.bot.scopes.resolve import Options
from tempera.storage.pins import shared_preset
from tempera.storage.presets import count_use


async def preset_clicked(resources: Resources, interaction: Interaction, preset_id: int, generation_id: int) -> None:
    """Answer the same prompt with a pinned preset; everything that refuses it is raised before anything is sent."""
    message_id = interaction.message.id if interaction.message else None
    generation = await shown_text(resources, interaction, generation_id, message_id)
    if generation.id in resources.stops:
        raise StillWriting
    preset = await shared_preset(resources.database, interaction.guild_id or 0, preset_id)
    if preset is None:
        raise PresetGone
    await may_generate(resources, interaction)
    with resources.clicks.only_once((interaction.user.id, preset_id, generation.id)):
        await count_use(resources.database, preset.id)
        options = Options(prompt=generation.prompt, preset=preset.name)
        request = await request_for(resources, interaction, options, private=generation.private, preset=preset)
        await start(resources, interaction, replace(request, parent_id=generation.id))
