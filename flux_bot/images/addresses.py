"""Which addresses are public, and which links of a user may be passed on. No name is looked up here.

``images.py`` asks ``is_public_address`` about every address it is about to dial, which is what
keeps the bot out of private networks. ``check_public_url`` is a courtesy on top: the image API, not
the bot, fetches the link of an edit, so the user hears at once what could never work.
"""

import re
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

from yarl import URL

from flux_bot.core.errors import RequestRejected

MAX_URL_LENGTH = 2000

_DISCORD_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})

# Tables of our own, since is_global differs between Python releases: 3.11.7 takes 2002::/16, fec0::/10
# and 64:ff9b::/96 for global. The registries:
# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/iana-ipv6-special-registry
_NOT_PUBLIC_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network, with the unspecified address
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers; some clouds answer with credentials here
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services, reached from inside only:
        # https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
        "169.254.0.0/16",  # link-local, with the clouds' metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, given up
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, with the broadcast address
    )
)
# Loopback, mapped, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), unique local, link-local, site-local and multicast
# addresses all lie outside the one block of global unicast addresses.
_GLOBAL_UNICAST_IPV6 = IPv6Network("2000::/3")
_NOT_PUBLIC_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, with Teredo, which embeds IPv4 addresses
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which embeds IPv4 addresses
        "3fff::/20",  # documentation
    )
)

_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
# https://www.iana.org/assignments/special-use-domain-names, and .internal, set aside for private use:
# https://www.icann.org/en/public-comment/proceeding/proposed-top-level-domain-string-for-private-use-24-01-2024
# The others are what home routers and offices use.
_INSIDE_NAMES = (
    "localhost",
    "local",
    "internal",
    "home.arpa",
    "localdomain",
    "lan",
    "home",
    "corp",
    "intranet",
)


def is_public_address(address: str) -> bool:
    """Say whether an address in its numeric form is one of the public internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _NOT_PUBLIC_IPV4)
    if parsed.scope_id is not None:
        return False
    return parsed in _GLOBAL_UNICAST_IPV6 and not any(parsed in network for network in _NOT_PUBLIC_IPV6)


def is_public_host(host: str) -> bool:
    """Say whether the host of a link can be public, without looking it up.

    Browsers and C libraries read 2130706433, 0177.0.0.1, 0x7f.1 and 127.1 as 127.0.0.1. A host that
    ends in a number is an address (https://url.spec.whatwg.org/#ends-in-a-number-checker), and only
    the usual spelling is taken, so that nobody after us reads another address into it.
    """
    host = host.lower().removesuffix(".")
    if ":" in host or _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        return is_public_address(host)
    inside = any(host.endswith(f".{name}") for name in _INSIDE_NAMES)
    return _NAME.fullmatch(host) is not None and not inside


def check_public_url(url: str, *, allow_private_hosts: bool) -> str:
    """Return a user's link in its normal spelling. Raises RequestRejected with what to do."""
    link = _parse(url)
    if link is None:
        raise RequestRejected("not-a-link")
    if len(str(link)) > MAX_URL_LENGTH:
        raise RequestRejected("link-too-long", limit=str(MAX_URL_LENGTH))
    if link.raw_user is not None or link.raw_password is not None:
        raise RequestRejected("link-with-password")
    if not allow_private_hosts and not is_public_host(link.raw_host or ""):
        raise RequestRejected("link-not-public")
    return str(link)


def expires_at(url: str) -> datetime | None:
    """Return when a link into Discord ends, None if it is none or does not say.

    discord-api-docs, reference, "signed attachment CDN URLs": ``ex`` is a hexadecimal Unix time.
    """
    link = _parse(url)
    if link is None or link.host not in _DISCORD_HOSTS or not re.fullmatch("[0-9a-f]{1,12}", link.query.get("ex", "")):
        return None
    return datetime.fromtimestamp(int(link.query["ex"], 16), UTC)


def is_expired(url: str, *, now: datetime) -> bool:
    """Tell whether a link into Discord leads nowhere any more."""
    ends_at = expires_at(url)
    return ends_at is not None and ends_at < now


def _parse(url: str) -> URL | None:
    """Read a web link; None if it is none, or if programs differ in how they read it."""
    try:
        link = URL(url).with_fragment(None)
    except ValueError:
        return None
    # The link too: a host is normalised to ASCII (IDNA), and a cedilla there becomes a space.
    if not _is_plain(url) or not _is_plain(str(link)):
        return None
    return link if link.scheme in {"http", "https"} and link.raw_host else None


def _is_plain(url: str) -> bool:
    """Say whether a link is free of control characters, spaces and backslashes."""
    return url.isprintable() and not any(character.isspace() or character == "\\" for character in url)
