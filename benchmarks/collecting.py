"""How much slower than bare Scrapy is collecting with capture, parsing and storing?

`python benchmarks/collecting.py` prints pages per second of both, alternating, and the median ratio (wanted: 0.6 or
more). Both crawl the same local server (another process) with the same parsing and the same concurrency, also the one
setting that makes Scrapy itself faster here (CONCURRENT_ITEMS); bare Scrapy throws the posts away, we keep every one.
Time runs from the first request to the end of the crawl, for ours to the last row on the disk. Three processes are at
work, so let nothing else run meanwhile.
"""

import argparse
import asyncio
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PER_PAGE = 50
WANTED = 0.6
SOURCE = """
name = "Benchmark"
url = "http://127.0.0.1:{port}/"
keep = "all"
demonstration = true
[registry]
owner = "benchmark"
access_route = "this machine"
terms_reviewed_by = "benchmark"
terms_reviewed_on = 2026-11-22
robots = "allowed"
legal_basis = "generated data"
[listing]
start = ["/listings/1"]
detail = "a.listing"
[fields]
text = ".description"
price = ".price"
seller = ".seller"
posted_at = "time::attr(datetime)"
[limits]
requests_per_second = 1000
"""
FILLER = (
    "<ul class=related>" + "".join(f"<li><a href=/other/{n}>Another thing {n}</a></li>" for n in range(60)) + "</ul>"
)


def detail_page(number: int) -> bytes:
    text = f"Item {number}, in good order, hardly used.\nPick up at the station after six, cash only."
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": f"Thing {number}",
        "description": text,
        "offers": {"@type": "Offer", "price": f"{number}.50", "priceCurrency": "USD"},
    }
    return (
        f"<!doctype html><html><head><title>Thing {number}</title><meta charset=utf-8>"
        f"<meta property='og:title' content='Thing {number}'><script type='application/ld+json'>{json.dumps(data)}"
        f"</script></head><body><nav>{FILLER}</nav><h1>Thing {number}</h1><div class=description>"
        f"{text.replace(chr(10), '<br>')}</div><p class=price>US${number}.50</p><a class=seller>seller{number % 40}</a>"
        f"<time datetime='2026-11-01T10:00:00Z'>1 November</time>{FILLER}</body></html>"
    ).encode()


def pages(count: int) -> dict[bytes, bytes]:
    made = {b"/robots.txt": b"User-agent: *\nDisallow: /private/\n"}
    for first in range(0, count, PER_PAGE):
        number = first // PER_PAGE + 1
        links = "".join(
            f"<a class=listing href=/thing/{n}>Thing {n}</a>" for n in range(first, min(first + PER_PAGE, count))
        )
        following = f"<a rel=next href=/listings/{number + 1}>next</a>" if first + PER_PAGE < count else ""
        made[f"/listings/{number}".encode()] = f"<html><body>{links}{following}</body></html>".encode()
    made.update({f"/thing/{n}".encode(): detail_page(n) for n in range(count)})
    return made


def serve(count: int, port: "Synchronized[int]", first_request: "Synchronized[float]") -> None:
    """Answer from memory, with keep-alive; note when the first request of a round came."""
    made = pages(count)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if not first_request.value:
                    first_request.value = time.time()
                path = head.split(b" ", 2)[1]
                kind = b"text/plain" if path.endswith(b".txt") else b"text/html; charset=utf-8"
                status = b"200 OK" if path in made else b"404 Not Found"
                body = made.get(path, b"")
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body)) + body
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()

    asyncio.run(run())


def bare(source_path: Path) -> None:
    """Bare Scrapy with the same parsing; prints when it was done and how many posts it read."""
    import logging

    import scrapy
    from scrapy.crawler import CrawlerProcess

    from crawler.addresses import canonical, detail_links, next_link
    from crawler.extract.page import read_post
    from crawler.source_file import load_source
    from models.weeks import utc_now

    source = load_source(source_path)
    read = []

    class Bare(scrapy.Spider):
        name = "bare"

        async def start(self):  # type: ignore[no-untyped-def]
            yield scrapy.Request(source.url + "listings/1")

        def parse(self, response):  # type: ignore[no-untyped-def]
            for link in detail_links(response.selector, response.url, source.listing):
                yield scrapy.Request(link, callback=self.detail)
            if following := next_link(response.selector, response.url, source.listing):
                yield scrapy.Request(following)

        def detail(self, response):  # type: ignore[no-untyped-def]
            url = canonical(response.url)
            item = read_post(response.selector, address=response.url, url=url, source=source, fetched_at=utc_now())
            read.append(item is not None)

    settings = {
        "LOG_INSTALL_ROOT_HANDLER": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
        "CONCURRENT_ITEMS": 1, "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    }  # fmt: skip
    process = CrawlerProcess(settings)
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    process.crawl(Bare)
    process.start()
    print(json.dumps({"done": time.time(), "posts": sum(read)}))


def ours(source_path: Path) -> None:
    """The crawl process as the product runs it."""
    from crawler.crawl import crawl
    from crawler.source_file import load_source
    from models.settings import load_settings

    crawl(load_source(source_path), load_settings(), prefilter=lambda _text: True, language=lambda _text: "en")


def collected(source_path: Path, folder: Path) -> tuple[float, int]:
    """Run ours through its parent, with fresh tables; gives when the last row was written, and the number of posts."""
    from sqlalchemy import func, select

    from crawler.runs import collect
    from crawler.source_file import load_source
    from models import migrations
    from models.database import Database
    from models.keys import Keyring
    from models.settings import load_settings
    from models.tables import CrawlRun, Post

    settings = load_settings(data_dir=folder)
    Keyring.create(settings.keys_folder)
    database = Database(settings.database_address)
    migrations.upgrade(database)
    result = collect(
        database,
        settings,
        load_source(source_path),
        command=lambda path: [sys.executable, __file__, "--as", "ours", "--source", str(path)],
        on_progress=lambda _progress: None,
    )
    assert result.trustworthy, result
    with database.reading() as session:
        ended = session.scalars(select(CrawlRun.ended_at)).one()
        posts = session.scalars(select(func.count(Post.id))).one()
    database.close()
    assert ended is not None
    return ended.timestamp(), posts


def compare(count: int, rounds: int) -> float:
    port, first_request = multiprocessing.Value("i", 0), multiprocessing.Value("d", 0.0)
    server = multiprocessing.Process(target=serve, args=(count, port, first_request), daemon=True)
    server.start()
    while not port.value:
        time.sleep(0.02)
    ratios = []
    print(f"{'round':>5}  {'bare Scrapy':>12}  {'Otterwatch':>12}  {'ratio':>6}   (pages/s, {count} posts)")
    with tempfile.TemporaryDirectory() as folder:
        source_path = Path(folder) / "benchmark.toml"
        source_path.write_text(SOURCE.format(port=port.value))
        for number in range(1, rounds + 1):
            rates = {}
            for side in ("bare", "ours") if number % 2 else ("ours", "bare"):
                first_request.value = 0.0
                if side == "ours":
                    done, posts = collected(source_path, Path(folder) / f"round{number}")
                else:
                    command = [sys.executable, __file__, "--as", "bare", "--source", str(source_path)]
                    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
                    done, posts = said["done"], said["posts"]
                assert posts == count, (side, posts)
                rates[side] = count / (done - first_request.value)
            ratios.append(rates["ours"] / rates["bare"])
            print(f"{number:>5}  {rates['bare']:>12.0f}  {rates['ours']:>12.0f}  {ratios[-1]:>6.2f}", flush=True)
    server.kill()
    median = statistics.median(ratios)
    print(f"median ratio {median:.2f} (wanted {WANTED} or more)")
    return median


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--posts", type=int, default=400)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--as", dest="role", choices=("bare", "ours"), help=argparse.SUPPRESS)
    arguments.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.role:
        {"bare": bare, "ours": ours}[given.role](given.source)
        return 0
    return 0 if compare(given.posts, given.rounds) >= WANTED else 1


if __name__ == "__main__":
    raise SystemExit(main())
