"""How the crawler names itself to a site."""

from importlib import metadata

from crawler.source_file import SourceFile
from models.errors import OtterwatchError
from models.settings import Settings

ROBOTS_TOKEN = "Otterwatch"  # noqa: S105 - the product token of RFC 9309, section 2.2.1
"""Name under which a site's robots.txt may address the crawler."""


class NoContactError(OtterwatchError):
    """The crawler may not leave this machine without a contact address in its User-Agent."""


def version() -> str:
    """The installed version of Otterwatch, `0` from a plain checkout."""
    try:
        return metadata.version("otterwatch")
    except metadata.PackageNotFoundError:
        return "0"


def software() -> str:
    """Name and version of this software and of the one that fetches, for captures."""
    return f"{ROBOTS_TOKEN}/{version()} (Scrapy/{metadata.version('scrapy')})"


def user_agent(settings: Settings, source: SourceFile) -> str:
    """The honest User-Agent of RFC 9110 section 10.1.5: product, version and a contact.

    Raises NoContactError where `settings.contact` is empty and the source is not on this machine.
    """
    if settings.contact:
        return f"{ROBOTS_TOKEN}/{version()} (+{settings.contact})"
    if source.is_loopback:
        return f"{ROBOTS_TOKEN}/{version()} (demonstration on this machine)"
    raise NoContactError(
        'no crawl leaves this machine without a contact address: write `contact = "you@your-organisation.org"` '
        "in otterwatch.toml or set OTTERWATCH_CONTACT"
    )
