"""Which addresses are public, and which links are accepted from users."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flux_bot.core.errors import RequestRejected
from flux_bot.images.addresses import (
    MAX_URL_LENGTH,
    check_public_url,
    expires_at,
    is_expired,
    is_public_address,
    is_public_host,
)

NOT_PUBLIC = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/3", "::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
]
"""The special networks. The addresses just before and after each are public."""
EDGES = {"0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}  # noqa: S104
LOOPBACK_SPELLINGS = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "2130706433", "0177.0.0.1", "0X7F.0X0.0X0.0X1", "127.0.0.0x", "00127.0.0.1"),
    *("①②⑦.0.0.1", "127。0。0。1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::FFFF:7f00:1]", "[fe80::1%25eth0]"),
]
INTERNAL_NAMES = [
    *("localhost", "LOCALHOST.", "api.localhost", "printer.local", "metadata.google.internal", "nas.home.arpa"),
    *("pc.localdomain", "router.lan", "tv.home", "wiki.corp", "hr.intranet", "redis", "redis."),
]

SIGNED = [
    "https://images-ext-2.discordapp.net/external/Z_CwC1okQAq/https/pbs.twimg.com/media/EySPEwz.jpg%3Alarge",
    "https://images-ext-2.discordapp.net/external/Qx/%3Fformat%3Djpg%26name%3Dlarge/https/pbs.twimg.com/media/EySPE",
    "https://example.com/o/a.png?cred=AK%2F2026%2Fauto&type=image%2Fpng&sig=qZ0%2BPP2g%3D&q=it%27s+%7e~",
]
"""Links whose hosts sign them as they are written."""


def reason(url: str, *, allow_private_hosts: bool = False) -> str | None:
    """Return why a link is refused, None if it is accepted."""
    try:
        check_public_url(url, allow_private_hosts=allow_private_hosts)
    except RequestRejected as refusal:
        return refusal.text.message_id
    return None


def test_special_networks_are_not_public_and_their_neighbours_are() -> None:
    """Every special network ends where the registries say."""
    networks = [(network[0], network[-1]) for network in map(ip_network, NOT_PUBLIC)]
    for first, last in (*networks, (IPv6Address("4000::"), IPv6Address(2**128 - 1))):
        for edge, step in ((first, -1), (last, 1)):
            assert not is_public_address(str(edge)), edge
            assert str(edge) in EDGES or is_public_address(str(edge + step)), f"{edge} {step:+}"


def test_addresses_with_a_zone_are_not_public() -> None:
    """An address of one network interface is not public, and neither is a text that is not an address."""
    for address in ("fe80::1%eth0", "2606:4700::1111%eth0", "", "8.8.8", "0x08080808", "8.8.8.08", "[2606:4700::1111]"):
        assert not is_public_address(address), address
    assert is_public_address("2606:4700::1111")


@given(st.ip_addresses())
def test_nothing_python_calls_private_is_public(address: IPv4Address | IPv6Address) -> None:
    """Addresses that the standard library considers special are not public."""
    is_reserved = address.is_multicast or address.is_reserved or address.is_link_local or address.is_unspecified
    assert not ((is_reserved or not address.is_global) and is_public_address(str(address)))


@given(st.ip_addresses(v=4))
def test_embedded_addresses_are_not_public(address: IPv4Address) -> None:
    """An IPv4 address embedded in an IPv6 one is never public."""
    embedded = int(address)
    offsets = dict.fromkeys(("64:ff9b::", "64:ff9b:1::", "::ffff:0:0", "::"), embedded)
    for network, offset in {**offsets, "2001::": embedded ^ 0xFFFFFFFF, "2002::": embedded << 80}.items():
        assert not is_public_address(str(IPv6Address(network) + offset)), network


@given(st.ip_addresses(v=4), st.sampled_from(["{:d}", "0x{:x}", "0{:o}"]), st.integers(1, 3))
def test_odd_spellings_of_addresses_are_not_hosts(address: IPv4Address, form: str, parts: int) -> None:
    """An address in one to three parts, decimal, octal or hexadecimal, is not a public host."""
    octets = list(address.packed)
    head, rest = octets[: parts - 1], int.from_bytes(octets[parts - 1 :])
    assert not is_public_host(".".join(form.format(part) for part in [*head, rest]))


def test_hosts() -> None:
    """A public host is a public address or a full name outside the domains of internal networks."""
    label = "a" * 63
    public = ["8.8.8.8", "2606:4700::1111", "example.com", "EXAMPLE.com.", "a_b.1-c.xn--p1ai", "x.1a", "x.0xg"]
    public += [f"{label}.{label}", "local.example", "printer.thelocal"]
    other = ["", ".", "a..com", "exa$mple.com", "example.", "example.c", "example.com..", "x.1", "x.0xf", "x.0x"]
    other += [f"a{label}.example", f"example.a{label}", "example.com%2f"]
    assert [host for host in public if not is_public_host(host)] == []
    assert [host for host in other if is_public_host(host)] == []


def test_private_hosts_are_refused_unless_allowed() -> None:
    """A link to a private host is refused in every spelling; the sandbox accepts its own."""
    for host in (*LOOPBACK_SPELLINGS, *INTERNAL_NAMES, "%6cocalhost"):
        url = f"http://{host}:8080/x.png"
        assert reason(url) == "link-not-public", host
        assert check_public_url(url, allow_private_hosts=True).endswith(":8080/x.png"), host


def test_public_links_stay_as_written() -> None:
    """A public link is accepted; only its scheme and host are normalised, and what can't be sent is encoded."""
    signed = "https://cdn.discordapp.com/attachments/1/2/x%20y.png?ex=6a&is=7b&hm=8c&"
    expected = {
        "https://example.com/a.png": "https://example.com/a.png",
        "HTTPS://Example.COM:443/a.png#part": "https://example.com/a.png",
        "http://example.com:8080": "http://example.com:8080/",
        "https://bücher.example/ä.png": "https://xn--bcher-kva.example/%C3%A4.png",
        "https://8.8.8.8/a.png": "https://8.8.8.8/a.png",
        "https://[2606:4700:4700::1111]/a.png": "https://[2606:4700:4700::1111]/a.png",
        signed: signed,
        **{link: link for link in SIGNED},
    }
    assert {typed: check_public_url(typed, allow_private_hosts=False) for typed in expected} == expected


def test_other_texts_are_refused() -> None:
    """Anything but a web link, or an ambiguous one, is always refused."""
    for typed in (
        *("", "cat.png", "example.com/cat.png", "//example.com/cat.png", "https:///cat.png", "https://[::1"),
        *("ftp://example.com/cat.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "javascript:alert(1)"),
        *("https://example.com/a cat.png", " https://example.com/cat.png", "https://example.com/\u202egnp.tac"),
        *("https://example.com/cat.png\r\nHost: inside", "https://example.com\\@127.0.0.1/", "https://example¸.com/"),
        "https://example.com:99999/",
    ):
        assert (reason(typed), reason(typed, allow_private_hosts=True)) == ("not-a-link", "not-a-link"), typed


def test_credentials_are_refused() -> None:
    """A link with a user name or password is refused, and the error does not repeat it."""
    for credentials in ("user:secret@", "user@", ":secret@"):
        with pytest.raises(RequestRejected, match="link-with-password") as refusal:
            check_public_url(f"https://{credentials}example.com/", allow_private_hosts=True)
        assert "secret" not in str(refusal.value)


def test_the_length_limit_counts_the_encoded_link() -> None:
    """A link at the limit is accepted; a longer one is refused, even if only its encoding makes it longer."""
    root = "https://example.com/"
    longest = root + "a" * (MAX_URL_LENGTH - len(root))
    assert check_public_url(longest, allow_private_hosts=False) == longest
    assert reason(f"{longest}a") == reason(root + "ä" * (MAX_URL_LENGTH // 2)) == "link-too-long"


@given(st.text(), st.booleans())
@example("2130706433", False)
@example("[::1%25lo]", True)
def test_any_text_is_accepted_or_refused(text: str, allow_private_hosts: bool) -> None:
    """Any text is either accepted or refused, and an accepted link is accepted again."""
    for typed in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            link = check_public_url(typed, allow_private_hosts=allow_private_hosts)
        except RequestRejected:
            continue
        assert check_public_url(link, allow_private_hosts=allow_private_hosts) == link


def test_links_to_attachments_expire() -> None:
    """A link to an attachment expires at the hexadecimal time in it, to the second."""
    expiry = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    ex = f"{int(expiry.timestamp()):x}"
    for host in ("cdn.discordapp.com", "media.discordapp.net"):
        url = f"https://{host}/attachments/1/2/x.png?is=7b&ex={ex}&hm=8c"
        assert expires_at(url) == expiry, host
        assert not is_expired(url, now=expiry), host
        assert is_expired(url, now=expiry + timedelta(seconds=1)), host


def test_other_links_do_not_expire() -> None:
    """Links to other hosts, and links without a valid time, have no expiry."""
    for url in (
        "https://example.com/x.png?ex=6a",
        "https://cdn.discordapp.com/x.png",
        *(f"https://cdn.discordapp.com/x.png?ex={ex}" for ex in ("", "xyz", "-6a", "6A", "0" * 13)),
        "cdn.discordapp.com/x.png?ex=6a",
    ):
        assert expires_at(url) is None, url
        assert not is_expired(url, now=datetime.now(UTC)), url
    assert expires_at(f"https://cdn.discordapp.com/x.png?ex={'0' * 10}6a") == datetime.fromtimestamp(0x6A, UTC)
