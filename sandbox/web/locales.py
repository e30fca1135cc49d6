"""The languages that a visitor can choose for Discord's client, by their own names."""

LOCALES = {
    "en-US": "English, US",
    "en-GB": "English, UK",
    "fr": "Français",
    "de": "Deutsch",
    "es-ES": "Español",
    "es-419": "Español, LATAM",
    "ja": "日本語",
    "pt-BR": "Português do Brasil",
}
