"""The demonstration marketplace: its data holds what it promises, and its site serves it."""

import datetime as dt
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator

import phonenumbers
import pytest
from bs4 import BeautifulSoup, Tag
from defusedxml import ElementTree

from app.demo.market import Market
from app.demo.posts import Post, load_faults, load_posts, load_sellers
from app.demo.site import GLYPHS, running

LANGUAGES = {"en", "id", "ms", "th", "vi", "km", "ja", "zh", "tl"}
INVENTED = re.compile(
    r"\+(6281200000\d{3}|66800000\d{3}|60120000\d{3}|84900000\d{3}|85512000\d{3}|819000000\d{3}|8613000000\d{3}"
    r"|639170000\d{3}|120255501\d{2})"
)
REGION = {"id": "ID", "th": "TH", "ms": "MY", "vi": "VN", "km": "KH", "ja": "JP", "zh": "CN", "tl": "PH", "en": "US"}


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with running() as address:
        yield address


@pytest.fixture(scope="module")
def second() -> Iterator[str]:
    with running(visit=2) as address:
        yield address


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def get(url: str, *, data: bytes | None = None, host: str | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, data=data, headers={"Host": host} if host else {})
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def soup(url: str) -> BeautifulSoup:
    status, html = get(url)
    assert status == 200
    return BeautifulSoup(html, "lxml")


def one(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def walk(base: str) -> list[str]:
    """The details' paths in the order of the listing, following rel=next."""
    paths: list[str] = []
    url: str | None = "/listings"
    while url:
        page = soup(base + url)
        links = [str(a["href"]) for a in page.select(".rows a")]
        assert 1 <= len(links) <= 20
        paths += links
        following = page.select_one("a[rel=next]")
        url = str(following["href"]) if following else None
    return paths


def described(page: BeautifulSoup) -> dict[str, object]:
    data = json.loads(one(page, 'script[type="application/ld+json"]').text)
    assert isinstance(data, dict)
    return data


def changed(kind: str) -> list[Post]:
    return [p for p in load_posts() if any(c.gone == (kind == "gone") for c in p.changes)]


# The data


def test_counts() -> None:
    posts = load_posts()
    assert len(posts) == 252
    assert [p.id for p in posts] == list(range(1, 253))
    assert {p.lang for p in posts} == LANGUAGES
    offers = [p for p in posts if p.truth.offer]
    assert 0.10 <= len(offers) / len(posts) <= 0.20
    assert {p.lang for p in offers} == LANGUAGES
    assert sum(p.truth.eyes_closed for p in offers) >= 8
    intents = Counter(p.truth.intent for p in posts)
    assert (intents["wanted"], intents["rehoming"], intents["keeping"]) == (4, 3, 4)


def test_no_two_posts_are_alike() -> None:
    posts = load_posts()
    assert len({p.title.casefold() for p in posts}) == len({p.text for p in posts}) == len(posts)
    assert {p.id for p in load_faults()} == {253, 254}


def test_prices_and_currencies_go_together() -> None:
    for post in load_posts():
        assert (post.price is None) == (post.currency is None) == (post.price_text == "")
        if post.price is not None:
            assert str(post.price) == re.sub(r"\D", "", post.price_text)
        assert post.category in GLYPHS


def test_sellers() -> None:
    sellers = load_sellers()
    posts = load_posts()
    assert 80 <= len(sellers) <= 100
    assert {p.seller for p in posts} == set(sellers)
    several = Counter(p.seller for p in posts if p.truth.offer)
    assert sum(count > 1 for count in several.values()) >= 4
    phones = Counter(s.phone for s in sellers.values() if s.phone)
    shared = {phone for phone, count in phones.items() if count == 2}
    assert len(shared) == 2
    assert max(phones.values()) == 2
    assert all(several[key] > 1 for key, s in sellers.items() if s.phone in shared)


def test_reposts_are_of_the_same_seller_and_weeks_later() -> None:
    by_id = {p.id: p for p in load_posts()}
    reposts = [p for p in by_id.values() if p.repost_of]
    assert len({p.seller for p in reposts}) == 3
    for post in reposts:
        first = by_id[post.repost_of or 0]
        assert first.seller == post.seller
        assert post.week - first.week >= 2


def test_changes_of_the_second_visit() -> None:
    lowered = changed("price")
    assert len({p.seller for p in lowered if p.truth.offer}) == 3
    assert len({p.seller for p in changed("gone") if p.truth.offer}) == 3
    for post in lowered:
        now = post.at(2)
        assert now is not None
        assert now.price is not None
        assert post.price is not None
        assert now.price < post.price


def test_phone_numbers_are_invented() -> None:
    sellers = load_sellers()
    numbers = {s.phone for s in sellers.values() if s.phone}
    for post in load_posts() + load_faults():
        for written in re.findall(r"\+?\d[\d ()-]{7,}\d", post.text):
            number = phonenumbers.parse(written, REGION[post.lang])
            assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == sellers[post.seller].phone
    assert len(numbers) > 60
    assert [phone for phone in numbers if not INVENTED.fullmatch(phone)] == []


def test_handles_cannot_be_real() -> None:
    for seller in load_sellers().values():
        assert all(handle[0].isdigit() for handle in (seller.telegram, seller.wechat) if handle)
        assert seller.instagram is None or ".." in seller.instagram
        assert seller.line is None or len(seller.line) < 4 or len(seller.line) > 20
        assert seller.email is None or re.search(r"@example\.(com|org|net)$", seller.email)
    for post in load_posts():
        for handle in re.findall(r"(?<![\w.])@(\w+)", post.text):
            assert handle[0].isdigit()


@pytest.mark.parametrize("day", range(7))
@pytest.mark.parametrize("visit", [1, 2])
def test_dates_span_twelve_weeks_and_never_lie_in_the_future(day: int, visit: int) -> None:
    today = dt.date(2026, 11, 16) + dt.timedelta(days=day)
    adverts = Market(today, visit).adverts
    midnight = dt.datetime.combine(today, dt.time(), tzinfo=dt.UTC)
    assert all(a.posted <= a.modified <= midnight for a in adverts)
    assert midnight - adverts[0].posted < dt.timedelta(days=8)
    assert len({a.posted.date().isocalendar()[:2] for a in adverts}) == 12


# The site


def test_pagination_reaches_every_advert_exactly_once(base: str) -> None:
    paths = walk(base)
    assert len(paths) == len(set(paths)) == 254
    assert {int(p.split("/")[2].split("-")[0]) for p in paths} == set(range(1, 255))


def test_listing_is_newest_first_and_html_only(base: str) -> None:
    page = soup(f"{base}/listings")
    dates = [dt.datetime.fromisoformat(str(t["datetime"])) for t in page.select(".rows time")]
    assert dates == sorted(dates, reverse=True)
    assert not page.select("script")


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "٣", "1" * 5000])
def test_pages_that_do_not_exist(base: str, number: str) -> None:
    assert get(f"{base}/listings?page={urllib.parse.quote(number)}")[0] == 404


def test_every_detail_page_says_in_json_ld_what_it_shows(base: str) -> None:
    by_id = {p.id: p for p in load_posts()}
    for path in walk(base):
        number = int(path.split("/")[2].split("-")[0])
        if number not in by_id:
            continue
        post = by_id[number]
        page = soup(base + path)
        data = described(page)
        offer = data["offers"]
        assert isinstance(offer, dict)
        assert data["name"] == post.title == one(page, "h1").text
        assert data["description"] == post.text
        description = one(page, ".description")
        assert len(description.select("br")) == post.text.count("\n")
        assert " ".join(description.text.split()) == " ".join(post.text.split())
        assert data["url"] == offer["url"] == base + path
        assert offer.get("price") == post.price
        assert offer.get("priceCurrency") == post.currency
        assert post.price_text in one(page, ".price").text
        assert offer["seller"]["name"] == one(page, ".seller").text
        assert data["datePosted"] == one(page, "dd time")["datetime"]
        assert data["dateModified"] == data["datePosted"]


def test_json_ld_cannot_close_its_element() -> None:
    from app.demo import jsonld

    advert = Market(dt.date(2026, 11, 22)).adverts[0]
    object.__setattr__(advert, "post", advert.post.model_copy(update={"text": "</script><b>&amp;"}))
    text = jsonld.script(advert, "http://localhost")
    assert "<" not in text
    assert json.loads(text)["description"] == "</script><b>&amp;"


def test_address_comes_from_the_host_header(base: str) -> None:
    assert "<loc>http://pasar.test:81/listings</loc>" in get(f"{base}/sitemap.xml", host="pasar.test:81")[1]


def test_robots_and_sitemap(base: str) -> None:
    robots = get(f"{base}/robots.txt")[1]
    assert "Disallow: /account/\nDisallow: /broken-private/\n" in robots
    assert f"Sitemap: {base}/sitemap.xml" in robots
    assert "Crawl-delay" not in robots
    locations = [e.text for e in ElementTree.fromstring(get(f"{base}/sitemap.xml")[1]).iter() if e.tag.endswith("}loc")]
    assert len(locations) == 254 + 2
    assert set(locations) >= {base + path for path in walk(base)}


def test_plain_pages(base: str) -> None:
    assert get(f"{base}/")[0] == get(f"{base}/style.css")[0] == get(f"{base}/account/sign-in")[0] == 200
    assert "invented" in one(soup(base), ".banner").text
    assert get(f"{base}/nowhere")[0] == get(f"{base}/listing/999-x")[0] == 404
    assert get(f"{base}/broken-private/tools")[0] == 500
    assert get(f"{base}/listing/1-other-words")[0] == 301


def test_the_broken_page_and_the_cut_page(base: str) -> None:
    paths = {int(p.split("/")[2].split("-")[0]): p for p in walk(base)}
    assert get(base + paths[253])[0] == 500
    status, html = get(base + paths[254])
    assert status == 200
    assert "</html>" not in html
    page = BeautifulSoup(html, "lxml")
    with pytest.raises(json.JSONDecodeError):
        described(page)
    assert one(page, "h1").text == "Meja belajar lipat kayu pinus"
    assert "0812-0000-0477" in one(page, ".description").text


def test_second_visit(second: str) -> None:
    paths = {int(p.split("/")[2].split("-")[0]): p for p in walk(second)}
    gone = changed("gone")
    assert len(paths) == 254 - len(gone)
    for post in gone:
        assert post.id not in paths
        assert get(second + post.path)[0] == 404
    for post in changed("price"):
        page = soup(second + paths[post.id])
        data = described(page)
        offer = data["offers"]
        assert isinstance(offer, dict)
        assert offer["price"] == post.changes[0].price
        assert one(page, ".price").text == post.changes[0].price_text
        assert str(data["dateModified"]) > str(data["datePosted"])
        assert one(page, "time.modified")["datetime"] == data["dateModified"]


def test_visit_is_a_setting_that_a_post_changes() -> None:
    path = changed("gone")[0].path
    with running() as base:
        assert [get(base + path)[0] for _ in range(3)] == [200] * 3
        assert get(f"{base}/__visit/2")[0] == 405
        assert get(f"{base}/__visit/3", data=b"")[0] == 404
        assert get(f"{base}/__visit/2", data=b"") == (200, "visit 2\n")
        assert get(base + path)[0] == 404
        assert get(f"{base}/__visit/1", data=b"")[0] == 200
        assert get(base + path)[0] == 200


def test_a_taken_port_is_said_at_once(base: str) -> None:
    with pytest.raises(OSError, match="in use"), running(port=int(base.rsplit(":", 1)[1])):
        pass
