"""Every scene of the gallery, in the order in which they are shown."""

from tests.gallery.scenes import (
    buttons,
    channels,
    commands,
    dial,
    generate,
    languages,
    out_of_reach,
    pages,
    presets,
    privacy,
    refusals,
)

THEMES = (commands, generate, buttons, dial, out_of_reach, refusals, presets, channels, privacy, languages, pages)
SCENES = tuple(scene for theme in THEMES for scene in theme.SCENES)
