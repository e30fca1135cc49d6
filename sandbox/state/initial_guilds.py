"""What is there at the start: two servers with their channels, people and roles."""

from collections.abc import Callable, Mapping

from sandbox.state.interactions import CATEGORY, Channel, Guild, Role, User
from sandbox.state.permissions import Permission

NewId = Callable[[], int]
TOPICS = {
    "general": "Say hello, then try /generate",
    "poems": "Verses and other accidents",
    "laboratory": "Turn the temperature up here",
}


def first_guild(new_id: NewId, alice: User, bob: User, bot: User) -> Guild:
    """Found the server that everything happens in; Alice owns it."""
    guild = _found("Tempera", "writing", TOPICS, new_id, alice, (alice, bob, bot))
    poets = Role(new_id(), "poets", 0)
    app = Role(new_id(), "Tempera", Permission.APP, managed=True)
    guild.roles += [poets, app]
    guild.member_roles[bot.id] = [app.id]
    return guild


def second_guild(new_id: NewId, alice: User, bob: User, bot: User) -> Guild:
    """Found another server; Bob owns it, and Alice is a plain member."""
    topics = {"lobby": "Another server, with its own rules", "workshop": "Work in progress"}
    guild = _found("Atelier", "rooms", topics, new_id, bob, (bob, alice, bot))
    app = Role(new_id(), "Tempera", Permission.APP, managed=True)
    guild.roles.append(app)
    guild.member_roles[bot.id] = [app.id]
    return guild


def _found(
    name: str, category: str, topics: Mapping[str, str], new_id: NewId, owner: User, members: tuple[User, ...]
) -> Guild:
    guild_id = new_id()  # the role @everyone bears the server's own id
    above = Channel(new_id(), category, 0, kind=CATEGORY, guild_id=guild_id)
    channels = [
        Channel(new_id(), title, position, topic=topic, parent_id=above.id, guild_id=guild_id)
        for position, (title, topic) in enumerate(topics.items())
    ]
    everyone = Role(guild_id, "@everyone", Permission.MEMBER)
    return Guild(guild_id, name, owner.id, [everyone], [above, *channels], list(members))
