"""Which addresses are public, and which links are accepted from users."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flux_bot.core.errors import RequestRejected
from flux_bot.images.addresses import MAX_URL_LENGTH, check_public_url, is_public_address, is_public_host
from tests.english import rejects

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
]
LOOPBACK_SPELLINGS = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.01",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0X7F.0X0.0X0.0X1",
    "127.0.0.0x1",
    "127.0.0.0x",
    "00000127.0.0.1",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[::127.0.0.1]",
    "[fe80::1%25eth0]",
]
INSIDE_NAMES = [
    "localhost",
    "LOCALHOST.",
    "api.localhost",
    "printer.local",
    "metadata.google.internal",
    "nas.home.arpa",
    "router.lan",
    "redis",
    "redis.",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_of_special_networks_are_not_public(address: str) -> None:
    """An address reserved for anything but the public internet is not public."""
    assert not is_public_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_ordinary_addresses_are_public(address: str) -> None:
    """An ordinary address is public, even right beside a special network."""
    assert is_public_address(address)


@given(st.ip_addresses())
def test_nothing_python_calls_private_is_public(address: IPv4Address | IPv6Address) -> None:
    """Addresses that the standard library considers special are not public."""
    special = (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or address.is_link_local
        or address.is_unspecified
    )
    assert not (special and is_public_address(str(address)))


@given(st.ip_addresses(v=4))
def test_embedded_addresses_are_not_public(address: IPv4Address) -> None:
    """An IPv4 address embedded in an IPv6 one is never public."""
    embedded = int(address)
    nat64 = IPv6Address(int(IPv6Address("64:ff9b::")) + embedded)
    local_nat64 = IPv6Address(int(IPv6Address("64:ff9b:1::")) + embedded)
    mapped = IPv6Address(int(IPv6Address("::ffff:0:0")) + embedded)
    compatible = IPv6Address(embedded)
    teredo = IPv6Address(int(IPv6Address("2001::")) + (embedded ^ 0xFFFFFFFF))
    six_to_four = IPv6Address(int(IPv6Address("2002::")) + (embedded << 80))

    assert not any(is_public_address(str(ip)) for ip in (nat64, local_nat64, mapped, compatible, teredo, six_to_four))


@given(st.text())
@example("2130706433")
@example("127.1")
@example("0177.0.0.1")
@example("")
def test_only_addresses_in_their_usual_form_are_public(text: str) -> None:
    """A text that is not an address in its usual form is not public."""
    try:
        ip_address(text)
    except ValueError:
        assert not is_public_address(text)


@given(st.ip_addresses(v=4), st.sampled_from(["{:d}", "0x{:x}", "0{:o}"]), st.integers(1, 3))
def test_odd_spellings_of_addresses_are_not_hosts(address: IPv4Address, form: str, parts: int) -> None:
    """An address in one to three parts, decimal, octal or hexadecimal, is not a public host."""
    octets = list(address.packed)
    head, rest = octets[: parts - 1], int.from_bytes(octets[parts - 1 :])
    assert not is_public_host(".".join(form.format(part) for part in [*head, rest]))


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
def test_spellings_of_loopback_are_refused(host: str) -> None:
    """A link to a private address is refused in every spelling, and the error says what to do."""
    with rejects("upload the picture instead"):
        check_public_url(f"http://{host}/x.png", allow_private_hosts=False)


@pytest.mark.parametrize("host", INSIDE_NAMES)
def test_names_of_internal_networks_are_refused(host: str) -> None:
    """A link to a name that only an internal network knows is refused."""
    with rejects("public website"):
        check_public_url(f"https://{host}/x.png", allow_private_hosts=False)


@pytest.mark.parametrize("host", [*LOOPBACK_SPELLINGS, *INSIDE_NAMES])
def test_private_hosts_are_accepted_if_allowed(host: str) -> None:
    """With private hosts allowed, the sandbox's own links are accepted."""
    assert check_public_url(f"http://{host}:8080/x.png", allow_private_hosts=True).endswith(":8080/x.png")


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("https://example.com/a.png", "https://example.com/a.png"),
        ("HTTPS://Example.COM:443/a.png#part", "https://example.com/a.png"),
        ("http://example.com:8080", "http://example.com:8080"),
        ("https://bücher.example/ä.png", "https://xn--bcher-kva.example/%C3%A4.png"),
        ("https://8.8.8.8/a.png", "https://8.8.8.8/a.png"),
        ("https://[2606:4700:4700::1111]/a.png", "https://[2606:4700:4700::1111]/a.png"),
        (
            "https://cdn.discordapp.com/attachments/1/2/x%20y.png?ex=6a&is=7b&hm=8c&",
            "https://cdn.discordapp.com/attachments/1/2/x%20y.png?ex=6a&is=7b&hm=8c&",
        ),
    ],
)
def test_public_links_are_normalised(typed: str, normal: str) -> None:
    """A public link is accepted and normalised."""
    assert check_public_url(typed, allow_private_hosts=False) == normal


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "cat.png",
        "example.com/cat.png",
        "//example.com/cat.png",
        "https:///cat.png",
        "ftp://example.com/cat.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "https://example.com/a cat.png",
        " https://example.com/cat.png",
        "https://example.com/cat.png\r\nHost: inside",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/\u202egnp.tac",
        "https://example¸.com/",
        "https://example.com:99999/",
        "https://[::1",
    ],
)
@pytest.mark.parametrize("allow_private_hosts", [False, True])
def test_other_texts_are_refused(typed: str, *, allow_private_hosts: bool) -> None:
    """Anything but a web link, or an ambiguous one, is always refused."""
    with rejects("not a web link"):
        check_public_url(typed, allow_private_hosts=allow_private_hosts)


@pytest.mark.parametrize("host", ["exa$mple.com", "a..com", "%6cocalhost", "example.", "example.com%2f"])
def test_invalid_host_names_are_refused(host: str) -> None:
    """A host that is neither an address nor a full name is refused."""
    with pytest.raises(RequestRejected):
        check_public_url(f"https://{host}/", allow_private_hosts=False)


@pytest.mark.parametrize("credentials", ["user:secret@", "user@", ":secret@"])
def test_credentials_are_refused(credentials: str) -> None:
    """A link with a user name or password is refused, and the error does not repeat it."""
    with rejects("user name or password") as refusal:
        check_public_url(f"https://{credentials}example.com/", allow_private_hosts=True)
    assert "secret" not in str(refusal.value)


def test_the_length_limit_counts_the_encoded_link() -> None:
    """A link at the limit is accepted; a longer one is refused, even if only its encoding makes it longer."""
    root = "https://example.com/"
    longest = root + "a" * (MAX_URL_LENGTH - len(root))
    assert check_public_url(longest, allow_private_hosts=False) == longest
    for too_long in (longest + "a", root + "ä" * (MAX_URL_LENGTH // 2)):
        with rejects("longer than 2000"):
            check_public_url(too_long, allow_private_hosts=False)


@given(st.text(), st.booleans())
def test_any_text_is_accepted_or_refused(text: str, allow_private_hosts: bool) -> None:
    """Any text is either accepted or refused, and an accepted link is accepted again."""
    for typed in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            link = check_public_url(typed, allow_private_hosts=allow_private_hosts)
        except RequestRejected:
            continue
        assert check_public_url(link, allow_private_hosts=allow_private_hosts) == link
