"""Administers guilds: permissions, threads, the bot's membership, and outages."""

from dataclasses import replace

from tempera.sandbox.gateway.gateway import Gateway
from tempera.sandbox.payloads.objects import changed_guild_json, channel_json, guild_json, member_json, role_json
from tempera.sandbox.state.guilds import Channel, ChannelType, Guild, Overwrite, Role, User
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.locales import DEFAULT_LOCALE, LOCALES
from tempera.sandbox.state.world import World


class GuildAdmin:
    """Changes guilds, and sends the bot a gateway event for each change."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    def allow(self, user: User, permission: int, *, channel: Channel | None = None, guild: Guild | None = None) -> None:
        """Allow a user permissions in a channel or category, or else by a role in the guild."""
        self._change_permissions(user, permission, 0, channel, guild)

    def deny(self, user: User, permission: int, *, channel: Channel | None = None, guild: Guild | None = None) -> None:
        """Deny a user permissions in a channel or category, or else everywhere in the guild."""
        self._change_permissions(user, 0, permission, channel, guild)

    def _change_permissions(
        self, user: User, allow: int, deny: int, channel: Channel | None, guild: Guild | None
    ) -> None:
        affected = self._world.guild_of(channel) if channel else guild or self._world.guild
        if affected is None:
            raise ValueError("a DM has no permissions to change")
        if channel is None:
            self._change_role(affected, user, allow, deny)
        for overwritten in [channel] if channel else self._needing_overwrite(affected, user, deny):
            self._overwrite(affected, overwritten, user, allow, deny)
        self._world.announce("guilds_changed")

    def _needing_overwrite(self, guild: Guild, user: User, deny: int) -> list[Channel]:
        """Return the channels where changing the user's role alone would have no effect."""
        from_everyone = bool(guild.roles[0].permissions & deny)
        channels = [one for one in guild.channels if one.kind is not ChannelType.THREAD]
        return [one for one in channels if from_everyone or user.id in guild.overwrites.get(one.id, {})]

    def _change_role(self, guild: Guild, user: User, allow: int, deny: int) -> None:
        """Change the role that only this user has, creating it when it is first needed."""
        own = next((role for role in guild.roles_of(user) if role.name == f"{user.name}'s"), None)
        role = own or Role(self._world.new_id(), f"{user.name}'s", 0)
        changed = replace(role, permissions=role.permissions & ~deny | allow)
        if own:
            guild.roles[guild.roles.index(own)] = changed
        else:
            guild.roles.append(changed)
            guild.member_roles.setdefault(user.id, []).append(changed.id)
        event = "GUILD_ROLE_UPDATE" if own else "GUILD_ROLE_CREATE"
        self._dispatch(guild, event, {"role": role_json(changed, guild.roles.index(changed))})
        if user.bot:  # updates of other members require a privileged intent
            self._dispatch(guild, "GUILD_MEMBER_UPDATE", member_json(user, guild))

    def _overwrite(self, guild: Guild, channel: Channel, user: User, allow: int, deny: int) -> None:
        overwrites = guild.overwrites.setdefault(channel.id, {})
        before = overwrites.get(user.id, Overwrite())
        overwrites[user.id] = Overwrite(before.allow & ~deny | allow, before.deny & ~allow | deny)
        for one in guild.channels:
            if channel.id in (one.id, one.parent_id) and one.kind is not ChannelType.THREAD:
                self._dispatch(guild, "CHANNEL_UPDATE", channel_json(one, guild))

    def start_thread(self, channel: Channel, name: str, *, user: User | None = None) -> Channel:
        """Start a public thread in a channel."""
        guild = self._world.guild_of(channel)
        if guild is None or channel.kind in (ChannelType.THREAD, ChannelType.CATEGORY):
            raise ValueError(f"#{channel.name} can't have threads")
        thread = Channel(
            self._world.new_id(),
            name,
            0,
            kind=ChannelType.THREAD,
            parent_id=channel.id,
            guild_id=guild.id,
            owner=user or self._world.alice,
        )
        guild.channels.append(thread)
        self._dispatch(guild, "THREAD_CREATE", {**channel_json(thread, guild), "newly_created": True})
        self._world.announce("guilds_changed")
        return thread

    def dm_channel(self, user: User) -> Channel:
        """Return the user's DM channel with the bot, opening it if necessary."""
        channels = self._world.dm_channels
        if user.id not in channels:
            channels[user.id] = Channel(self._world.new_id(), "Tempera", 0, kind=ChannelType.DM, owner=user)
        return channels[user.id]

    def add_person(self, name: str, *, guild: Guild | None = None) -> User:
        """Let a new person join a guild."""
        person = User(self._world.new_id(), name, name.capitalize())
        self._world.locales[person.id] = DEFAULT_LOCALE
        (guild or self._world.guild).members[person.id] = person
        return person

    def set_guild_locale(self, guild: Guild, locale: str) -> None:
        """Change a guild's language; raises ValueError for one that Discord doesn't have."""
        if locale not in LOCALES:
            raise ValueError(f"{locale} is none of Discord's locales: {', '.join(LOCALES)}")
        guild.preferred_locale = locale
        if guild.id in self._world.bot_guilds:
            self._dispatch(guild, "GUILD_UPDATE", changed_guild_json(guild))
        self._world.announce("guilds_changed")

    def add_guild(self, guild: Guild) -> None:
        """Found a guild, and add the bot to it."""
        self._world.guilds[guild.id] = guild
        self.add_bot(guild)

    def remove_bot(self, guild: Guild) -> None:
        """Remove the bot from a guild."""
        self._world.bot_guilds.discard(guild.id)
        self._world.commands = {key: value for key, value in self._world.commands.items() if key[0] != guild.id}
        self._dispatch(guild, "GUILD_DELETE", {"id": str(guild.id)})
        self._world.announce("commands_changed")

    def add_bot(self, guild: Guild) -> None:
        """Add the bot to a guild."""
        self._world.bot_guilds.add(guild.id)
        body = guild_json(guild)
        del body["unavailable"]  # Discord omits it for a new guild
        self._dispatch(guild, "GUILD_CREATE", body)
        self._world.announce("commands_changed")

    def begin_outage(self, guild: Guild) -> None:
        """Make a guild unavailable; the bot remains a member."""
        self._world.unavailable_guilds.add(guild.id)
        self._dispatch(guild, "GUILD_DELETE", {"id": str(guild.id), "unavailable": True})

    def end_outage(self, guild: Guild) -> None:
        """Make a guild available again."""
        self._world.unavailable_guilds.discard(guild.id)
        self._dispatch(guild, "GUILD_CREATE", guild_json(guild))

    def unlock_command(self, command: str, *, guild: Guild | None = None) -> None:
        """Show a command to everyone in the guild, overriding the permissions that the bot set."""
        self._world.unlocked_commands.add(((guild or self._world.guild).id, command))
        self._world.announce("commands_changed")

    def _dispatch(self, guild: Guild, event: str, body: Json) -> None:
        self._gateway.send_guild_event(event, {**body, "guild_id": str(guild.id)})
