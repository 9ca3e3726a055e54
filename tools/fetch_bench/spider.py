"""A lean Scrapy spider that does what `tearsheet run` does at the least: fetch, read teasers, keep each once in SQLite."""
import sqlite3
import sys

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.resolver import dnscache


class Store:
    """One transaction per page; a known URL counts a sighting."""

    def open_spider(self, spider):
        self.db = sqlite3.connect(spider.database)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS records (url TEXT PRIMARY KEY, title TEXT, excerpt TEXT, author TEXT, date TEXT,"
            " image TEXT, sightings INTEGER NOT NULL)"
        )

    def process_item(self, item, spider):
        self.db.executemany(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (url) DO UPDATE SET sightings = sightings + 1",
            item["rows"],
        )
        self.db.commit()
        return item

    def close_spider(self, spider):
        self.db.close()


class Listings(scrapy.Spider):
    name = "listings"

    async def start(self):
        for number in range(self.pages):
            yield scrapy.Request(f"http://h{number}.localhost:{self.port}/", dont_filter=True)

    def parse(self, response):
        rows = []
        for card in response.css("article"):
            rows.append(
                (
                    response.urljoin(card.css("h2 a::attr(href)").get()),
                    " ".join(card.css("h2 ::text").getall()).strip(),
                    " ".join(card.css(".entry-summary ::text").getall()).strip(),
                    card.css(".byline a::text").get(),
                    card.css("time::attr(datetime)").get(),
                    response.urljoin(card.css("img::attr(src)").get()),
                )
            )
        yield {"rows": rows}


def main():
    port, pages, database, robots = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4] == "obey"
    for number in range(pages):
        dnscache[f"h{number}.localhost"] = "127.0.0.1"
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 32,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": robots,
            "DNSCACHE_SIZE": 2 * pages,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
            "ITEM_PIPELINES": {Store: 1},
        }
    )
    process.crawl(Listings, port=port, pages=pages, database=database)
    process.start()


main()
