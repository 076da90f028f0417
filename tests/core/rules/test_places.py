"""The places where the bot may be used."""

from flux_bot.core.rules.places import Access, PlaceRefused, Places

HOME, ELSEWHERE = 1, 2


def found(places: Places, guild_id: int | None, *, by_user_install: bool) -> Access | str:
    """Return who may use the bot in a place, or the reason why nobody may."""
    try:
        return places.access(guild_id, by_user_install=by_user_install)
    except PlaceRefused as refused:
        return refused.text.message_id


def test_access() -> None:
    """Servers that are not allowed are refused; outside of servers and for user installs, only members are served."""
    everybody, members = Access.EVERYBODY, Access.MEMBERS
    no_server, no_install = "place-server", "place-user-install"
    only_home = frozenset({HOME})
    for places, expected in (
        (Places(), [everybody] * 6),
        (Places(user_installs=False), [everybody, everybody, everybody, no_install, no_install, no_install]),
        (Places(only_home), [everybody, no_server, members, everybody, members, members]),
        (Places(only_home, user_installs=False), [everybody, no_server, members, no_install, no_install, no_install]),
    ):
        where = [(guild_id, installed) for installed in (False, True) for guild_id in (HOME, ELSEWHERE, None)]
        assert [found(places, guild_id, by_user_install=one) for guild_id, one in where] == expected, places
