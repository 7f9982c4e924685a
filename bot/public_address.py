"""May the bot connect there? Only to addresses of the public internet, judged where the connection is made.

content.md §8: a name is resolved once for a connection, every answer is judged, and the connection goes to a judged
answer and to nothing else. So a name that answers differently the second time (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

from aiohttp.abc import AbstractResolver, ResolveResult

from digest.errors import Refused, Temporary

WEB_PORTS = frozenset({80, 443})
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Allowed = frozenset[tuple[str, int]]
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

# IANA's special-purpose registries, and what embeds or tunnels another address. The library's own judgement differs
# between the patch releases of one Python, so it is asked in addition, not instead.
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT, and one cloud's metadata
            "127.0.0.0/8",
            "168.63.129.16/32",  # a cloud's metadata behind an address that looks public
            "169.254.0.0/16",  # link-local, and most clouds' metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/96",  # unspecified, loopback, IPv4-compatible
            "::ffff:0:0/96",  # IPv4-mapped
            "::ffff:0:0:0/96",
            "64:ff9b::/96",  # NAT64
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",  # Teredo and other protocol assignments
            "2001:db8::/32",
            "2002::/16",  # 6to4
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",  # unique local, and a cloud's metadata
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        ),
    )
)


def is_public(address: Address) -> bool:
    """Whether anybody on the internet is meant to reach this address."""
    inside = any(address in network for network in _CLOSED if network.version == address.version)
    return address.is_global and not address.is_multicast and not inside


def literal(host: str) -> Address | None:
    """The address a host is when it is no name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def check(host: str, address: str, port: int, allowed: Allowed) -> None:
    """Raises Refused("fetch.private") unless a connection may go there. What the address was is not told."""
    if (address, port) in allowed:
        return
    found = literal(address)
    if found is None or not is_public(found) or port not in WEB_PORTS:
        raise Refused("fetch.private", host=host)


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """What the machine's resolver answers."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class JudgedResolver(AbstractResolver):
    """Asks once for a connection and gives only judged answers; one bad answer among good ones refuses them all."""

    def __init__(self, lookup: Lookup, allowed: Allowed) -> None:
        self._lookup = lookup
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            answers = list(dict.fromkeys(await self._lookup(host, port)))
        except (OSError, UnicodeError) as error:  # UnicodeError: a label that no name may have
            raise Temporary("fetch.no_such_host", host=host) from error
        for answer in answers:
            check(host, answer, port, self._allowed)
        results = [_result(host, answer, port) for answer in answers]
        return [one for one in results if family in (socket.AF_UNSPEC, one["family"])]

    async def close(self) -> None:
        """Nothing is held open."""


def _result(host: str, answer: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=answer,
        port=port,
        family=socket.AF_INET6 if ":" in answer else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
