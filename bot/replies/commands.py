"""Descriptions of commands and options; Discord allows at most 100 characters."""

from tempera.bot.replies.translation.catalog import N_

GENERATE = "Continue your text, character by character"
PROMPT = "The beginning of the text"
MODEL = "The model that writes"
PRESET = "Saved options; explicit options override them"
PRIVATE = "Show the answer only to you"
LANGUAGE = "Language of the text (default: detected from your prompt)"
SEE_SETTINGS = N_("see /settings")
RANDOM = N_("random")

COMPARE = "Continue your text at several temperatures, or with several models, side by side"
BY = "What differs between the texts (default: temperature)"
VALUES = "Temperatures like 0.2 0.7 1.5, or names of models (default: the usual ones)"

DIAL = "See the odds of the next character at several temperatures"
DIAL_TEMPERATURE = "A temperature to highlight (default: the one that applies here)"

CONTINUE_THIS = "Continue this"
MENU = N_("In a message's menu: **Continue this** under Apps takes its text as the prompt")

PRESETS = "Save options under a name"
SAVE = "Save options as a preset; without any, a form opens"
PRESET_NAME = "Name of the preset"
OWN_PRESET = "One of your presets"
USABLE_PRESET = "A preset that you can use here"
SHARED_PRESET = "A preset that this server shares"
OPENING = "Text inserted before every prompt"
EDIT = "Edit one of your presets in a form"
USE = "Continue your text with a preset"
LIST = "List the presets that you can use here"
SHOW = "Show everything that a preset sets"
DELETE = "Delete one of your presets; a copy that a server shares stays"
SHARE = "Share a copy of your preset with this server (needs Manage Server)"
DESCRIPTION = "What the preset is for, in a few words"
PIN = "Make a shared preset a button under every answer in this server (needs Manage Server)"
UNPIN = "Remove a preset's button (needs Manage Server)"
UNSHARE = "Stop sharing a preset in this server (needs Manage Server)"

BUILT_IN_DESCRIPTIONS = {
    "safe": N_("Few mistakes, few surprises"),
    "balanced": N_("A bit of both"),
    "brainstorm": N_("Inventive, with invented words"),
    "greedy": N_("Always the most likely character"),
}

CHANNEL = "Set defaults for /generate in this server"
WHERE = "Thread, channel, category or server (default: the nearest)"
CHANNEL_MODEL = "Set the model that writes here"
CHANNEL_PARAM = "Set the {param} of texts here"
CHANNEL_ON = "Turn /generate on here"
CHANNEL_OFF = "Turn /generate off here"
ON_OR_OFF = "on or off"
CHANNEL_SHOW = "Show the settings that apply here, and where they are set"
CHANNEL_RESET = "Clear these settings so that the wider scope applies"
SETTING = "Clear only this setting (default: all)"
SETTINGS = "Show the model and the settings that apply here, and why"
VOICE = "Renamed to /settings"

SERVER = "What this server allows: blocked words, quotas, a cooldown"
SERVER_BLOCK = "Block a word in prompts and texts here (needs Manage Server)"
SERVER_WORD = "A whole word, or several, in any language"
SERVER_ALLOW = "Stop blocking a word here (needs Manage Server)"
SERVER_BLOCKED_WORD = "A word that this server blocks"
SERVER_COOLDOWN = "Set the minimum time between one person's texts here (needs Manage Server)"
SERVER_SECONDS = "Seconds; 0 = only the bot's own cooldown"
SERVER_QUOTA = "Set how many texts a day those with a role can request here (needs Manage Server)"
SERVER_ROLE = "The role; if someone has several, the highest quota counts"
SERVER_TEXTS = "Texts a day (default: no quota for this role)"
SERVER_RULES = "Show what is blocked and limited here (needs Manage Server)"
MODELS = "List the models and their cards"
MODEL_CARD = "Show this model's full card"
HISTORY = "Your own texts: list, search, show, replay or export them"
HISTORY_LIST = "List your texts, newest first"
HISTORY_SEARCH = "Find your texts by words in them or in their prompts"
HISTORY_WORDS = "Words in the text or its prompt; the last one can be incomplete"
HISTORY_SHOW = "Show one of your texts"
HISTORY_TEXT = "The text's number, as in #123"
HISTORY_REPLAY = "Write one of your texts again, with the same seed"
HISTORY_EXPORT = "Get all your texts as a file"
PRIVACY = "What Tempera stores about you"
PRIVACY_SHOW = "Show what is stored about you, and for how long"
PRIVACY_EXPORT = "Get everything that is stored about you as a file"
PRIVACY_DELETE = "Delete everything that is stored about you"
HELP = "What Tempera does, and how to use it"
ADMIN = "Manage Tempera"
RELOAD = "Reload config.yaml; if it has errors, nothing changes"
BLOCK = "Block a user or a server from using the bot"
UNBLOCK = "Stop blocking a user or a server"
BLOCKED = "List the users and servers that are blocked"
BLOCK_USER = "The user, by name or id"
BLOCK_SERVER = "The server's id"
STATUS = "Show queue, decoder, models, memory, latency and database"

FORM_TITLE = N_("Preset {name}")
EDIT_TITLE = N_("Edit")
PROMPT_FIELD = N_("Prompt")
FORM_MODEL = N_("Model")
FORM_MODELS = N_("One of: {models}")
FORM_OPENING = N_("Opening text")

GUIDE = N_(
    """Tempera continues your text, one character at a time. Try:
`/generate prompt:ROMEO: temperature:0.8`
Low temperatures are cautious, high ones are wild; the same seed gives the same text.
Some models write in several languages: they continue in that of your prompt, or in the one you choose.
The buttons under a text write another one, a hotter or a cooler one, continue it, or delete it.
"""
)
PRIVACY_PAGE = N_("The operator's privacy page: <{url}>")
