"""The egress policy: to which addresses a crawl may connect, held before each request and again by the resolver."""

import ipaddress
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from crawler.hosts import IPAddress, is_loopback_host, literal_address, registered_domain, unwrapped

LOOPBACK_SETTING = "OTTERWATCH_LOOPBACK_HOST"
"""Scrapy setting: the one host for which loopback addresses are let through, empty for none."""

_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_REFUSED = [
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598; a cloud's metadata service lives in it
        "168.63.129.16/32",  # a cloud's own service under a public address
        "192.0.0.0/24",  # RFC 6890
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "2001::/32",  # Teredo, RFC 4380: carries an IPv4 address of anybody's choice
        "2002::/16",  # 6to4, RFC 3056: the same
        "3fff::/20",  # documentation, RFC 9637
    )
]


class EgressRefusedError(IgnoreRequest):
    """The egress policy forbids a request; the message says why and names the host only."""


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the public internet (IANA special-purpose registries, RFC 6890)."""
    address = unwrapped(address)
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_IPV6:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return not any(address in network for network in _REFUSED)


def may_connect(address: IPAddress, *, loopback: bool) -> bool:
    """Whether a connection may go to `address`; `loopback` lets this machine through, and nothing else besides."""
    return is_public(address) or (loopback and unwrapped(address).is_loopback)


class EgressPolicy:
    """What one source may reach: its own host, and by redirect others of its registered domain."""

    def __init__(self, source_url: str) -> None:
        parts = urlsplit(source_url)
        self._host = (parts.hostname or "").lower().rstrip(".")
        self._port = parts.port or _default_port(parts.scheme)
        self._domain = registered_domain(self._host)
        self._loopback = is_loopback_host(self._host)

    @property
    def loopback_host(self) -> str:
        """The source's host where it is on this machine, else empty."""
        return self._host if self._loopback else ""

    def owns(self, url: str) -> bool:
        """Whether an address stands on the source's own host (with or without `www.`)."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower().rstrip("."), parts.port or _default_port(parts.scheme)
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"}:
            return False
        if self._loopback or not self._domain:
            return host == self._host and port == self._port
        return host.removeprefix("www.") == self._host.removeprefix("www.") and port in {self._port, 80, 443}

    def refusal(self, url: str, *, redirected: bool) -> str:
        """Why a request is refused, in a sentence that names the host only; empty when it may go."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower().rstrip("."), parts.port or _default_port(parts.scheme)
        except ValueError:
            return "an address was refused because it cannot be read"
        if parts.scheme not in {"http", "https"}:
            return f"an address was refused because it is not http or https but {parts.scheme[:20]!r}"
        literal = literal_address(host)
        if literal is not None and not may_connect(literal, loopback=self._loopback and host == self._host):
            return f"{host} was refused because it is not an address of the public internet"
        if self.owns(url):
            return ""
        same_domain = bool(self._domain) and registered_domain(host) == self._domain and port in {self._port, 80, 443}
        if redirected and same_domain:
            return ""
        return f"{host} was refused because it is not the source's own host"


class EgressMiddleware:
    """Holds the policy before each request, redirect hops included, and on the address that answered."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way of making a middleware."""
        return cls(EgressPolicy(crawler.settings["OTTERWATCH_SOURCE_URL"]))

    def process_request(self, request: Request) -> None:
        """Raise EgressRefusedError for what the policy forbids."""
        redirected = bool(request.meta.get("redirect_urls"))
        if reason := self._policy.refusal(request.url, redirected=redirected):
            raise EgressRefusedError(reason)

    def process_response(self, request: Request, response: Response) -> Response:
        """Drop an answer that came from an address the policy forbids, should the resolver ever be passed by."""
        address = response.ip_address
        if address is not None and not may_connect(address, loopback=bool(self._policy.loopback_host)):
            raise EgressRefusedError("an answer was refused because it did not come from the public internet")
        return response


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes on the addresses that may be connected to; a host with none is a host that is not found."""

    def __init__(self, receiver: Any, *, loopback: bool) -> None:
        self._receiver = receiver
        self._loopback = loopback

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        if may_connect(ipaddress.ip_address(address.host.partition("%")[0]), loopback=self._loopback):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class PublicOnlyResolver:
    """Resolves names and literals to public addresses only (Scrapy's TWISTED_DNS_RESOLVER).

    Whatever the spelling of a host, and whatever its name server says at this moment, it comes by here before the
    connection is made, so a name that turns to a private address between two requests is refused as well.
    """

    def __init__(self, reactor: Any, loopback_host: str) -> None:
        self._reactor = reactor
        self._inner = reactor.nameResolver
        self._loopback_host = loopback_host

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        """Scrapy's way of making a resolver; `crawler` is the crawler process, which has the settings."""
        return cls(reactor, crawler.settings.get(LOOPBACK_SETTING, ""))

    def install_on_reactor(self) -> None:
        """Take the place of the reactor's own resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803 - Twisted's name
        portNumber: int = 0,  # noqa: N803 - Twisted's name
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803 - Twisted's name
        transportSemantics: str = "TCP",  # noqa: N803 - Twisted's name
    ) -> Any:
        """Resolve through the system's resolver and pass on what may be connected to."""
        loopback = bool(self._loopback_host) and hostName.lower().rstrip(".") == self._loopback_host
        receiver = _PublicOnly(resolutionReceiver, loopback=loopback)
        return self._inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80
