"""A source is one TOML file: what may be collected, under which registry entry, and how its pages are read."""

import datetime as dt
import difflib
import hashlib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urljoin, urlsplit

from cssselect import ExpressionError, SelectorSyntaxError
from lxml import etree
from parsel.csstranslator import HTMLTranslator
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from crawler.hosts import is_loopback_host, registered_domain
from models.database import Database
from models.errors import OtterwatchError
from models.sources import Source
from models.weeks import utc_now

EXAMPLES = {
    "name": 'name = "Pasar Hewan"',
    "url": 'url = "https://www.example.org/"',
    "kind": 'kind = "listing"',
    "country": 'country = "ID" (ISO 3166-1 alpha-2), or "" for an international place',
    "language": 'language = "id" (ISO 639-1), or "und" for several',
    "keep": 'keep = "matches" (or "all" on demonstration sources)',
    "every": 'every = "24h" (minutes m, hours h, days d; 10m at least)',
    "demonstration": "demonstration = false",
    "registry": "a [registry] table, see docs/how-to/add-a-source.md",
    "registry.owner": 'owner = "who runs the site"',
    "registry.access_route": 'access_route = "public pages"',
    "registry.terms_reviewed_by": 'terms_reviewed_by = "who read the terms of use"',
    "registry.terms_reviewed_on": "terms_reviewed_on = 2026-11-22",
    "registry.robots": 'robots = "allowed" (or "disallowed", and then nothing is collected)',
    "registry.legal_basis": 'legal_basis = "on which law the collecting rests"',
    "listing": 'a [listing] table with start = ["/listings"]',
    "listing.start": 'start = ["/listings"]',
    "listing.sitemap": 'sitemap = "/sitemap.xml"',
    "listing.numbered": 'numbered = "/search?page={page}"',
    "listing.next": 'next = "a[rel=next]" (CSS)',
    "listing.detail": 'detail = "a.listing" (CSS of the links to posts)',
    "listing.detail_pattern": 'detail_pattern = "/listing/\\\\d+" (regular expression on addresses)',
    "listing.max_pages": "max_pages = 200",
    "fields": 'a [fields] table such as title = "h1"',
    "limits": "a [limits] table such as requests_per_second = 0.5",
    "limits.requests_per_second": "requests_per_second = 0.5",
}
"""What to write instead, by field."""

MANDATORY_FACTS = ("owner", "access_route", "terms_reviewed_by", "terms_reviewed_on", "robots", "legal_basis")


class SourceError(OtterwatchError):
    """A source file is missing, not TOML, or has wrong fields; the message names each and what to write instead."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


Words = Annotated[str, Field(min_length=1, max_length=500)]


def _css(value: str) -> str:
    """A CSS selector that can be read, or nothing."""
    try:
        if value:
            etree.XPath(HTMLTranslator().css_to_xpath(value))
    except (ExpressionError, SelectorSyntaxError, etree.XPathError) as error:
        raise ValueError(f"{value!r} is not a CSS selector") from error
    return value


Selector = Annotated[str, Field(max_length=300), AfterValidator(_css)]


class Registry(_Strict):
    """The registry entry without which nothing is crawled (conduct, rule 1)."""

    owner: Words
    access_route: Words
    terms_reviewed_by: Words
    terms_reviewed_on: dt.date
    robots: Literal["allowed", "disallowed"]
    legal_basis: Words

    @field_validator("terms_reviewed_on")
    @classmethod
    def _reviewed_already(cls, value: dt.date) -> dt.date:
        if value > utc_now().date() + dt.timedelta(days=1):  # it may be tomorrow already where they are
            raise ValueError("is in the future; write the day on which the terms were read")
        return value


class Listing(_Strict):
    """Where the posts of a source are listed."""

    start: list[Words] = []
    """Addresses of listing pages, relative to the source's url."""
    sitemap: str = ""
    """Address of a sitemap (sitemaps.org), instead of `start`."""
    numbered: str = ""
    """Address with `{page}`, instead of `start`; pages are asked from 1 until one brings nothing new."""
    next: Selector = ""
    """CSS of the link to the next page; empty tries rel=next and other common forms."""
    detail: Selector = ""
    """CSS of links to posts."""
    detail_pattern: str = ""
    """Regular expression that an address of a post matches somewhere."""
    max_pages: Annotated[int, Field(ge=1, le=10_000)] = 200
    """Most listing pages of one run; reaching it makes the run partial."""

    @field_validator("detail_pattern")
    @classmethod
    def _pattern_compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"is not a regular expression ({error})") from error
        return value

    @field_validator("numbered")
    @classmethod
    def _numbered_has_a_place(cls, value: str) -> str:
        if value and value.count("{page}") != 1:
            raise ValueError("must hold {page} once")
        return value

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if sum(map(bool, (self.start, self.sitemap, self.numbered))) != 1:
            raise ValueError("needs exactly one of `start`, `sitemap` and `numbered`")
        if not self.sitemap and not (self.detail or self.detail_pattern):
            raise ValueError("needs `detail` or `detail_pattern`, which say what links to a post")
        return self


class Fields(_Strict):
    """CSS selectors, each may end in `::attr(name)`, and the site's currency; all optional."""

    title: Selector = ""
    text: Selector = ""
    price: Selector = ""
    seller: Selector = ""
    posted_at: Selector = ""
    place: Selector = ""
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    """ISO 4217, for pages that do not state it."""


class Limits(_Strict):
    """How much is asked of a site."""

    requests_per_second: Annotated[float, Field(gt=0, le=1000)] = 0.5
    """Per host; at most 5 where the source is not on this machine."""
    timeout_seconds: Annotated[float, Field(ge=0.2, le=180)] = 30.0
    retries: Annotated[int, Field(ge=0, le=2)] = 2
    longest_wait_seconds: Annotated[float, Field(ge=0, le=3600)] = 120.0
    """Longest Retry-After that is waited for; a longer one ends the run."""
    max_posts: Annotated[int, Field(ge=1, le=1_000_000)] = 20_000
    """Most post pages of one run; reaching it makes the run partial."""
    max_minutes: Annotated[float, Field(gt=0, le=10_080)] = 1440.0
    """Longest run; reaching it makes the run partial."""


class SourceFile(_Strict):
    """The content of one source file."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    url: Words
    kind: Literal["listing"] = "listing"
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    language: Annotated[str, Field(pattern=r"^(und|[a-z]{2})$")] = "und"
    keep: Literal["matches", "all"] = "matches"
    every: str = "24h"
    demonstration: bool = False
    registry: Registry
    listing: Listing
    fields: Fields = Fields()
    limits: Limits = Limits()

    _path: Path = PrivateAttr(default=Path())
    _sha256: str = PrivateAttr(default="")

    @field_validator("url")
    @classmethod
    def _url_is_http(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.fragment:
            raise ValueError("must be an address that starts with https:// or http://")
        return value

    @field_validator("every")
    @classmethod
    def _every_is_a_span(cls, value: str) -> str:
        if minutes_of(value) < 10:
            raise ValueError("must be 10 minutes or more")
        return value

    @model_validator(mode="after")
    def _pages_are_on_the_site(self) -> Self:
        for written in (self.url, *self.listing.start, self.listing.sitemap, self.listing.numbered):
            try:
                parts = urlsplit(urljoin(self.url, written))
                usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
            except ValueError:
                usable = False
            if not usable:
                raise ValueError(f"{written!r} is not an address that can be fetched")
            host, own = parts.hostname or "", urlsplit(self.url).hostname or ""
            if host != own and not (registered_domain(host) and registered_domain(host) == registered_domain(own)):
                raise ValueError(f"{written!r} is not on the site of `url`")
        return self

    @model_validator(mode="after")
    def _loopback_and_all_are_for_demonstrations(self) -> Self:
        if self.is_loopback and not self.demonstration:
            raise ValueError("`url` is on this machine; that needs `demonstration = true`")
        if self.keep == "all" and not self.demonstration:
            raise ValueError('`keep = "all"` is for demonstration sources; write `keep = "matches"`')
        if self.limits.requests_per_second > 5 and not self.is_loopback:
            raise ValueError("`limits.requests_per_second` may be 5 at most on a public site")
        return self

    @property
    def path(self) -> Path:
        """The file it was read from; absolute."""
        return self._path

    @property
    def key(self) -> str:
        """Name of the file without its ending; identifies the source for ever."""
        return self._path.stem

    @property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, hexadecimal."""
        return self._sha256

    @property
    def every_minutes(self) -> int:
        """Minutes between two runs."""
        return minutes_of(self.every)

    @property
    def is_loopback(self) -> bool:
        """Whether its url names this machine."""
        return is_loopback_host(urlsplit(self.url).hostname or "")


def minutes_of(span: str) -> int:
    """Minutes in a span such as `30m`, `24h` or `7d`; raises ValueError for anything else."""
    match = re.fullmatch(r"(\d{1,5})([mhd])", span)
    if not match:
        raise ValueError("is not a span of time")
    return int(match[1]) * {"m": 1, "h": 60, "d": 1440}[match[2]]


def load_source(path: Path) -> SourceFile:
    """Read one source file; raises SourceError that names the file, each wrong field and what to write instead."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read ({error.strerror}); check its name and permissions") from error
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", path.stem):
        raise SourceError(
            f"{path.name}: the file's name must be small letters, digits, - and _, such as pasar-hewan.toml"
        )
    try:
        source = SourceFile.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path.name}: is not valid TOML: {error}") from error
    except ValidationError as error:
        raise SourceError("\n".join(_sentences(path.name, error))) from error
    source._path = path.absolute()
    source._sha256 = hashlib.sha256(content).hexdigest()
    return source


def load_sources(folder: Path) -> tuple[list[SourceFile], list[SourceError]]:
    """Read every `*.toml` of a folder, in order of their names; a wrong one does not hinder the others."""
    sources: list[SourceFile] = []
    errors: list[SourceError] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            sources.append(load_source(path))
        except SourceError as error:
            errors.append(error)
    return sources, errors


def register(database: Database, source: SourceFile) -> int:
    """Write a source's row, new or changed, and give its id; when it is due and whether it is enabled stay."""
    with database.writing() as session:
        row = session.query(Source).filter_by(key=source.key).one_or_none()
        if row is None:
            row = Source(key=source.key, due_at=utc_now())
            session.add(row)
        row.name, row.url, row.country = source.name, source.url, source.country
        row.language, row.keep = source.language, source.keep
        row.registry_entry = source.registry.model_dump(mode="json")
        row.every_minutes, row.configuration_sha256 = source.every_minutes, source.sha256
        session.flush()
        return row.id


def _sentences(file: str, error: ValidationError) -> list[str]:
    details = error.errors()
    if any(d["loc"] == ("registry",) and d["type"] == "missing" for d in details):
        facts = ", ".join(MANDATORY_FACTS)
        yield_first = [
            f"{file}: registry is missing, and nothing is collected without it; write a [registry] table with {facts}"
        ]
        return yield_first + [_sentence(file, d) for d in details if d["loc"] != ("registry",)]
    return [_sentence(file, d) for d in details]


def _sentence(file: str, detail: ErrorDetails) -> str:
    names = [str(part) for part in detail["loc"] if not isinstance(part, int)]
    field = ".".join(names)
    example = EXAMPLES.get(field, "")
    instead = f"; write {example}" if example else ""
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(field, EXAMPLES, n=1)
        return f"{file}: {field} is not a field; " + (f"did you mean {near[0]}?" if near else "remove it")
    if detail["type"] == "missing":
        return f"{file}: {field} is missing{instead}"
    message = detail["msg"].removeprefix("Value error, ")
    return f"{file}: {field + ': ' if field else ''}{message[:1].lower()}{message[1:]}{instead}"
