"""What a server's owner does: permissions, threads, and whether the bot is a member at all."""

from dataclasses import replace

from sandbox.gateway.gateway import Gateway
from sandbox.payloads.objects import channel_json, guild_json, member_json, role_json
from sandbox.state.interactions import CATEGORY, DIRECT, THREAD, Channel, Guild, Json, Overwrite, Role, User
from sandbox.state.world import World


class GuildChanges:
    """Changes of the servers; the bot is told of each."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def allow(self, user: User, permission: int, *, channel: Channel | None = None, guild: Guild | None = None) -> None:
        """Give a user permissions: in this channel or category, else by a role in the server."""
        self._change(user, permission, 0, channel, guild)

    def deny(self, user: User, permission: int, *, channel: Channel | None = None, guild: Guild | None = None) -> None:
        """Take permissions from a user: in this channel or category, else everywhere in the server."""
        self._change(user, 0, permission, channel, guild)

    def _change(self, user: User, allow: int, deny: int, channel: Channel | None, guild: Guild | None) -> None:
        there = self._world.guild_of(channel) if channel else guild or self._world.guild
        if there is None:
            raise ValueError("a direct message has no permissions to change")
        if channel is None:
            self._change_role(there, user, allow, deny)
        for place in [channel] if channel else self._exceptions(there, user, deny):
            self._overwrite(there, place, user, allow, deny)
        self._world.announce("guilds_changed")

    def _exceptions(self, guild: Guild, user: User, deny: int) -> list[Channel]:
        """Return the channels where a change of the role alone would not be felt."""
        for_all = bool(guild.roles[0].permissions & deny)
        channels = [one for one in guild.channels if one.kind != THREAD]
        return [one for one in channels if for_all or user.id in guild.overwrites.get(one.id, {})]

    def _change_role(self, guild: Guild, user: User, allow: int, deny: int) -> None:
        """Change the role that only this user has; it is made at the first change."""
        own = next((role for role in guild.roles_of(user) if role.name == f"{user.name}'s"), None)
        role = own or Role(self._world.new_id(), f"{user.name}'s", 0)
        changed = replace(role, permissions=role.permissions & ~deny | allow)
        if own:
            guild.roles[guild.roles.index(own)] = changed
        else:
            guild.roles.append(changed)
            guild.member_roles.setdefault(user.id, []).append(changed.id)
        event = "GUILD_ROLE_UPDATE" if own else "GUILD_ROLE_CREATE"
        self._tell(guild, event, {"role": role_json(changed, guild.roles.index(changed))})
        if user.bot:  # of other members only a privileged intent tells
            self._tell(guild, "GUILD_MEMBER_UPDATE", member_json(user, guild))

    def _overwrite(self, guild: Guild, channel: Channel, user: User, allow: int, deny: int) -> None:
        place = guild.overwrites.setdefault(channel.id, {})
        before = place.get(user.id, Overwrite())
        place[user.id] = Overwrite(before.allow & ~deny | allow, before.deny & ~allow | deny)
        for one in guild.channels:
            if channel.id in (one.id, one.parent_id) and one.kind != THREAD:
                self._tell(guild, "CHANNEL_UPDATE", channel_json(one, guild))

    def start_thread(self, channel: Channel, name: str, *, user: User | None = None) -> Channel:
        """Start a public thread in a channel."""
        guild = self._world.guild_of(channel)
        if guild is None or channel.kind in (THREAD, CATEGORY):
            raise ValueError(f"there can be no thread in {channel.name}")
        thread = Channel(
            self._world.new_id(),
            name,
            0,
            kind=THREAD,
            parent_id=channel.id,
            guild_id=guild.id,
            starter=user or self._world.alice,
        )
        guild.channels.append(thread)
        self._tell(guild, "THREAD_CREATE", {**channel_json(thread, guild), "newly_created": True})
        self._world.announce("guilds_changed")
        return thread

    def direct_messages(self, user: User) -> Channel:
        """Return the user's conversation with the bot."""
        known = self._world.direct_channels
        if user.id not in known:
            known[user.id] = Channel(self._world.new_id(), "Tempera", 0, kind=DIRECT, starter=user)
        return known[user.id]

    def remove_bot(self, guild: Guild) -> None:
        """Take the bot out of a server."""
        self._world.bot_guilds.discard(guild.id)
        self._world.commands = {key: value for key, value in self._world.commands.items() if key[0] != guild.id}
        self._tell(guild, "GUILD_DELETE", {"id": str(guild.id)})
        self._world.announce("commands_changed")

    def add_bot(self, guild: Guild) -> None:
        """Invite the bot into a server."""
        self._world.bot_guilds.add(guild.id)
        body = guild_json(guild)
        del body["unavailable"]  # by this a new server differs from one that is back
        self._tell(guild, "GUILD_CREATE", body)
        self._world.announce("commands_changed")

    def begin_outage(self, guild: Guild) -> None:
        """Let Discord lose a server for a while: it is unavailable, yet the bot is still a member."""
        self._world.unavailable_guilds.add(guild.id)
        self._tell(guild, "GUILD_DELETE", {"id": str(guild.id), "unavailable": True})

    def end_outage(self, guild: Guild) -> None:
        """Bring a lost server back."""
        self._world.unavailable_guilds.discard(guild.id)
        self._tell(guild, "GUILD_CREATE", guild_json(guild))

    def unlock(self, command: str, *, guild: Guild | None = None) -> None:
        """Show a command to everyone in the server, as its admins may do against the bot's defaults."""
        self._world.unlocked_commands.add(((guild or self._world.guild).id, command))
        self._world.announce("commands_changed")

    def _tell(self, guild: Guild, event: str, body: Json) -> None:
        self._gateway.send_guild_event(event, {**body, "guild_id": str(guild.id)})
