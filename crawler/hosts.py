"""Host names and addresses: how they are spelled, and to what they belong."""

import ipaddress
import socket
import unicodedata
from functools import lru_cache

import tldextract

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
"""The Public Suffix List as it comes with the library: nothing is fetched."""


def literal_address(host: str) -> IPAddress | None:
    """The address that a host spells out, in any way a resolver would take it, or None for a name.

    Takes `127.1`, `0x7f000001`, `2130706433`, `[::1]`, full-width digits and a trailing dot (inet_aton(3), RFC 4291).
    """
    plain = unicodedata.normalize("NFKC", host).strip("[]").rstrip(".").partition("%")[0]
    try:
        return ipaddress.ip_address(plain)
    except ValueError:
        pass
    if not plain or not set(plain.lower()) <= set("0123456789abcdefx."):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(plain))
    except OSError:
        return None


def unwrapped(address: IPAddress) -> IPAddress:
    """The IPv4 address inside an IPv4-mapped IPv6 one (RFC 4291, 2.5.5.2), else the address itself."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_loopback_host(host: str) -> bool:
    """Whether a host names this machine: `localhost` (RFC 6761, 6.3) or a loopback address in any spelling."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = literal_address(host)
    return address is not None and unwrapped(address).is_loopback


@lru_cache(maxsize=1024)
def registered_domain(host: str) -> str:
    """The domain that somebody registered (Public Suffix List), empty for addresses and suffixes themselves."""
    return "" if literal_address(host) else _suffixes(host.lower().rstrip(".")).top_domain_under_public_suffix
