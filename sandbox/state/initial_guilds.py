"""The guilds that exist at the start, with their channels, members and roles."""

from collections.abc import Callable, Mapping

from tempera.sandbox.state.guilds import Channel, ChannelType, Guild, Role, User
from tempera.sandbox.state.permissions import Permission

NewId = Callable[[], int]
TOPICS = {
    "general": "Say hello, then try /generate",
    "poems": "Verse and happy accidents",
    "laboratory": "Turn up the temperature here",
}
SECOND_TOPICS = {"lobby": "Another server with its own settings", "workshop": "Work in progress"}


def first_guild(new_id: NewId, alice: User, bob: User, bot: User) -> Guild:
    """Create the main guild, owned by Alice."""
    guild = _guild("Tempera", "writing", TOPICS, new_id, (alice, bob, bot))
    guild.roles.append(Role(new_id(), "poets", 0))
    _add_bot_role(guild, new_id(), bot)
    return guild


def second_guild(new_id: NewId, alice: User, bob: User, bot: User) -> Guild:
    """Create another guild, owned by Bob, in which Alice is a plain member."""
    guild = _guild("Atelier", "rooms", SECOND_TOPICS, new_id, (bob, alice, bot))
    _add_bot_role(guild, new_id(), bot)
    return guild


def _add_bot_role(guild: Guild, role_id: int, bot: User) -> None:
    guild.roles.append(Role(role_id, bot.display_name, Permission.APP, managed=True))
    guild.member_roles[bot.id] = [role_id]


def _guild(name: str, category: str, topics: Mapping[str, str], new_id: NewId, members: tuple[User, ...]) -> Guild:
    """Create a guild owned by its first member."""
    guild_id = new_id()  # also the id of the role @everyone
    parent = Channel(new_id(), category, 0, kind=ChannelType.CATEGORY, guild_id=guild_id)
    channels = [
        Channel(new_id(), title, position, topic=topic, parent_id=parent.id, guild_id=guild_id)
        for position, (title, topic) in enumerate(topics.items())
    ]
    everyone = Role(guild_id, "@everyone", Permission.MEMBER)
    return Guild(
        guild_id, name, members[0].id, [everyone], [parent, *channels], {member.id: member for member in members}
    )
