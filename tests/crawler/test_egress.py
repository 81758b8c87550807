"""Where a crawl may connect, in every spelling."""

import ipaddress
from typing import Any

import pytest
from scrapy.http import Request, Response
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.egress import (
    EgressMiddleware,
    EgressPolicy,
    EgressRefusedError,
    PublicOnlyResolver,
    is_public,
    may_connect,
)
from crawler.hosts import is_loopback_host, literal_address, registered_domain

REFUSED = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.88.99.1",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1",
    "2002:7f00:1::", "3fff::1", "100::1",
]  # fmt: skip
ALLOWED = ["1.1.1.1", "93.184.216.34", "203.0.114.1", "2606:4700:4700::1111", "2400:cb00::1", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("address", REFUSED)
def test_special_addresses_are_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ALLOWED)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_loopback_lets_this_machine_through_and_nothing_else() -> None:
    assert may_connect(ipaddress.ip_address("127.0.0.1"), loopback=True)
    assert may_connect(ipaddress.ip_address("::ffff:127.0.0.1"), loopback=True)
    assert not may_connect(ipaddress.ip_address("10.0.0.1"), loopback=True)
    assert not may_connect(ipaddress.ip_address("169.254.169.254"), loopback=True)
    assert not may_connect(ipaddress.ip_address("127.0.0.1"), loopback=False)


LOOPBACK_SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "127.0.0.1.", "[::1]", "::1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "１２７.０.０.１", "①②⑦.0.0.1",
    "localhost", "LOCALHOST.", "a.localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
def test_every_spelling_of_this_machine_is_known(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["example.org", "127.example.org", "cafe.beef", "", "localhost.example.org", "10"])
def test_other_hosts_are_not_this_machine(host: str) -> None:
    assert not is_loopback_host(host)


def test_names_that_look_like_numbers() -> None:
    assert literal_address("abc.de") is None
    assert literal_address("10") == ipaddress.ip_address("0.0.0.10")
    assert registered_domain("www.shop.co.id") == "shop.co.id"
    assert registered_domain("127.0.0.1") == ""


SOURCE = "https://www.market.co.id/"
POLICY = [
    # address, after a redirect?, the sentence's beginning (empty: allowed)
    ("https://www.market.co.id/p/1", False, ""),
    ("http://www.market.co.id/p/1", False, ""),
    ("https://market.co.id/p/1", False, ""),
    ("https://WWW.Market.co.id./p/1", False, ""),
    ("https://item.market.co.id/p/1", False, "item.market.co.id was refused because it is not the source's own host"),
    ("https://item.market.co.id/p/1", True, ""),
    ("https://item.market.co.id:22/p/1", True, "item.market.co.id was refused"),
    ("https://www.market.co.id:8443/", False, "www.market.co.id was refused"),
    ("https://other.co.id/", True, "other.co.id was refused"),
    ("https://evil.example/?market.co.id", True, "evil.example was refused"),
    ("https://market.co.id.evil.example/", True, "market.co.id.evil.example was refused"),
    ("https://market.co.id@evil.example/", True, "evil.example was refused"),
    ("http://127.0.0.1/", True, "127.0.0.1 was refused because it is not an address of the public internet"),
    ("http://0x7f.1/", True, "0x7f.1 was refused because it is not an address"),
    ("http://[::ffff:169.254.169.254]/", True, "::ffff:169.254.169.254 was refused because it is not an address"),
    ("http://2852039166/", True, "2852039166 was refused because it is not an address"),
    ("ftp://www.market.co.id/", False, "an address was refused because it is not http or https"),
    ("file:///etc/passwd", True, "an address was refused because it is not http or https"),
    ("javascript:alert(1)", True, "an address was refused because it is not http or https"),
    ("http://[::1", True, "an address was refused because it cannot be read"),
    ("http://www.market.co.id:99999/", True, "an address was refused because it cannot be read"),
]


@pytest.mark.parametrize(("url", "redirected", "words"), POLICY)
def test_the_policy_of_a_public_source(url: str, redirected: bool, words: str) -> None:
    refusal = EgressPolicy(SOURCE).refusal(url, redirected=redirected)
    assert refusal.startswith(words)
    assert bool(refusal) is bool(words)


def test_a_loopback_source_reaches_its_own_port_only() -> None:
    policy = EgressPolicy("http://127.0.0.1:8140/")
    assert policy.refusal("http://127.0.0.1:8140/x", redirected=False) == ""
    for url in (
        "http://127.0.0.1/",
        "http://127.0.0.1:22/",
        "http://127.0.0.2:8140/",
        "http://localhost:8140/",
        SOURCE,
    ):
        assert policy.refusal(url, redirected=True)


class _Resolved:
    """A resolver that says what it is told to, and a receiver that notes what arrives."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.received: list[str] = []
        self.complete = False
        self.nameResolver = self

    def resolveHostName(self, receiver: Any, name: str, port: int, kinds: Any, semantics: str) -> None:
        receiver.resolutionBegan(self)
        for address in self.addresses:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()

    def resolutionBegan(self, resolution: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.received.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete = True


@pytest.mark.parametrize(
    ("loopback_host", "name", "answers", "passed"),
    [
        # A name server that mixes private addresses in, or gives nothing else, gets a connection to none of them.
        ("", "market.co.id", ["1.1.1.1", "127.0.0.1", "10.0.0.1", "2606:4700::1"], ["1.1.1.1", "2606:4700::1"]),
        ("", "market.co.id", ["169.254.169.254", "::ffff:127.0.0.1"], []),
        ("", "localhost", ["127.0.0.1"], []),
        ("127.0.0.1", "127.0.0.1", ["127.0.0.1"], ["127.0.0.1"]),
        ("127.0.0.1", "market.co.id", ["127.0.0.1"], []),
        ("localhost", "localhost", ["127.0.0.1", "::1", "10.0.0.1"], ["127.0.0.1", "::1"]),
    ],
)
def test_the_resolver_passes_public_addresses_only(
    loopback_host: str, name: str, answers: list[str], passed: list[str]
) -> None:
    reactor = _Resolved(*answers)
    PublicOnlyResolver(reactor, loopback_host).resolveHostName(reactor, name, 80)
    assert reactor.received == passed
    assert reactor.complete


def test_an_answer_from_inside_is_dropped() -> None:
    middleware = EgressMiddleware(EgressPolicy(SOURCE))
    request = Request(SOURCE)
    inside = Response(SOURCE, ip_address=ipaddress.ip_address("10.0.0.1"))
    outside = Response(SOURCE, ip_address=ipaddress.ip_address("1.1.1.1"))
    with pytest.raises(EgressRefusedError):
        middleware.process_response(request, inside)
    assert middleware.process_response(request, outside) is outside
    with pytest.raises(EgressRefusedError, match="own host"):
        middleware.process_request(Request("https://elsewhere.example/secret?token=1"))
