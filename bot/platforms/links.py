"""How is a link called, and which targets hide inside another link? Neutral ground for the renderers."""

import re
from urllib.parse import urlsplit

from digest.document import Link, links

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?://)?", re.IGNORECASE)


def host(href: str) -> str:
    """The short name of a target: its host without `www.`, or what follows the scheme where there is none."""
    try:
        name = urlsplit(href).hostname
    except ValueError:  # a broken IPv6 host: called by what is written
        name = None
    return name.removeprefix("www.") if name else _SCHEME.sub("", href, count=1) or href


def nested(link: Link) -> tuple[str, ...]:
    """Targets of links and linked pictures inside a link: no platform has a link in a link, so they stand after it."""
    return tuple(target for target in links(link.inlines) if target != link.href)
