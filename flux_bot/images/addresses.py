"""Decide which addresses are public and which user-supplied links may be passed on, without resolving names.

``fetcher.py`` calls ``is_public_address`` for every address before it connects; this check protects
private networks. ``check_public_url`` only gives early feedback: the image API, not the bot, fetches the link
of an edit, so the user learns immediately if it can't work.
"""

import re
import string
from datetime import UTC, datetime
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote

from yarl import URL

from flux_bot.core.errors import RequestRejected

MAX_URL_LENGTH = 2000

_DISCORD_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})

# Loopback, mapped, NAT64 (64:ff9b::/96 and 64:ff9b:1::/48), unique local, link-local, site-local and multicast
# addresses are all outside the single block of global unicast addresses.
_GLOBAL_UNICAST_IPV6 = IPv6Network("2000::/3")
# ipaddress.is_global differs between Python releases: 3.11.7 counts 2002::/16, fec0::/10 and 64:ff9b::/96 as
# global. This table follows the registries:
# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/iana-ipv6-special-registry
_NOT_PUBLIC = (
    ip_network("0.0.0.0/8"),  # this network, including the unspecified address
    ip_network("10.0.0.0/8"),  # private
    ip_network("100.64.0.0/10"),  # carrier-grade NAT; some clouds serve credentials here
    ip_network("127.0.0.0/8"),  # loopback
    # https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
    ip_network("168.63.129.16/32"),  # Azure's internal services
    ip_network("169.254.0.0/16"),  # link-local, including the clouds' metadata services
    ip_network("172.16.0.0/12"),  # private
    ip_network("192.0.0.0/24"),  # protocol assignments
    ip_network("192.0.2.0/24"),  # documentation
    ip_network("192.88.99.0/24"),  # 6to4 relays, deprecated
    ip_network("192.168.0.0/16"),  # private
    ip_network("198.18.0.0/15"),  # benchmarks
    ip_network("198.51.100.0/24"),  # documentation
    ip_network("203.0.113.0/24"),  # documentation
    ip_network("224.0.0.0/4"),  # multicast
    ip_network("240.0.0.0/4"),  # reserved, including the broadcast address
    ip_network("2001::/23"),  # protocol assignments, including Teredo, which embeds IPv4 addresses
    ip_network("2001:db8::/32"),  # documentation
    ip_network("2002::/16"),  # 6to4, which embeds IPv4 addresses
    ip_network("3fff::/20"),  # documentation
)

_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
# https://www.iana.org/assignments/special-use-domain-names, and .internal, reserved for private use:
# https://www.icann.org/en/public-comment/proceeding/proposed-top-level-domain-string-for-private-use-24-01-2024
# The others are common in home and office networks.
_PRIVATE = (".localhost", ".local", ".internal", ".home.arpa", ".localdomain", ".lan", ".home", ".corp", ".intranet")


def is_public_address(address: str) -> bool:
    """Return whether an address in numeric form is on the public internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and (parsed.scope_id is not None or parsed not in _GLOBAL_UNICAST_IPV6):
        return False
    return not any(parsed in network for network in _NOT_PUBLIC)


def is_public_host(host: str) -> bool:
    """Return whether the host of a link can be public, without resolving it.

    Browsers and C libraries read 2130706433, 0177.0.0.1, 0x7f.1 and 127.1 as 127.0.0.1. A host that
    ends in a number is an address (https://url.spec.whatwg.org/#ends-in-a-number-checker). Only the
    standard notation is accepted, so no other program can read it as a different address.
    """
    host = host.lower().removesuffix(".")
    if ":" in host or _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        return is_public_address(host)
    return _NAME.fullmatch(host) is not None and not host.endswith(_PRIVATE)


def parse_as_written(url: str) -> URL:
    """Parse a link without changing how its path and query are spelled. Raises ValueError.

    Many hosts sign an address as it is written, and answer 401 if, say, ``%3A`` becomes ``:``. Only characters that
    can't be sent are encoded. Scheme and host are in normal form, as there is more than one way to read other forms.
    The fragment is dropped.
    """
    normal, written = URL(url), URL(url, encoded=True)
    return URL.build(
        scheme=normal.scheme,
        authority=normal.raw_authority,
        path=_encode_unsendable(written.raw_path),
        query_string=_encode_unsendable(written.raw_query_string),
        encoded=True,
    )


def check_public_url(url: str, *, allow_private_hosts: bool) -> str:
    """Return a user's link, with its path as written. Raises RequestRejected, which says what to change."""
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
    """Return when a link to a Discord attachment expires, or None for other links and links without a time.

    discord-api-docs, reference, "signed attachment CDN URLs": ``ex`` is a hexadecimal Unix time.
    """
    link = _parse(url)
    if link is None or link.host not in _DISCORD_HOSTS or not re.fullmatch("[0-9a-f]{1,12}", link.query.get("ex", "")):
        return None
    return datetime.fromtimestamp(int(link.query["ex"], 16), UTC)


def is_expired(url: str, *, now: datetime) -> bool:
    """Return whether a link to a Discord attachment has expired."""
    expiry = expires_at(url)
    return expiry is not None and expiry < now


def _parse(url: str) -> URL | None:
    """Parse a web link. Return None if it is invalid or if programs may disagree about its meaning."""
    try:
        link = parse_as_written(url)
    except ValueError:
        return None
    # Check the result too: converting a host to ASCII (IDNA) turns a lone cedilla into a space.
    is_plain = _is_plain(url) and _is_plain(str(link))
    return link if is_plain and link.scheme in {"http", "https"} and link.raw_host else None


def _encode_unsendable(part: str) -> str:
    """Encode what must not be in a request line: control characters, spaces and all that is not ASCII."""
    # Python decodes headers that are not UTF-8 to surrogates; they stand for the bytes that were sent.
    return quote(part, safe=string.punctuation, errors="surrogateescape")


def _is_plain(url: str) -> bool:
    """Return whether a link contains no control characters, whitespace or backslashes."""
    return url.isprintable() and not any(character.isspace() or character == "\\" for character in url)
