//! `tearsheet add` against a site on loopback: what it shows, what it proposes, what it writes, what it refuses.

use crate::loopback::{Server, answer, path};
use crate::program::{Said, rows, run_in};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use tokio::runtime::Runtime;

const CONFIG: &str = "# my sources\ncontact = \"me@lake.example\" # the office\n\n[fetch]\ndelay_s = 0.0 # a test\n\n\
    [source.old-one] # stays\nurl = \"https://old.example/news\"\n";

/// A page of eight stories, a feed with the same and the hour, an API, an article, a challenge.
struct Lake {
    folder: tempfile::TempDir,
    server: Server,
    _runtime: Runtime,
}

fn titles() -> impl Iterator<Item = (usize, String)> {
    ["A", "The", "One more", "Our", "His", "Her", "That", "This"]
        .into_iter()
        .enumerate()
        .map(|(i, word)| (i, format!("{word} story about the lake and its boats")))
}

fn listing() -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en-GB\"><head><title>Lake News</title>\
         <link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed\">\
         <link rel=\"https://api.w.org/\" href=\"/wp-json/\"></head><body><main>",
    );
    for (i, title) in titles() {
        let _ = write!(
            page,
            "<article><h2><a href=\"/s/{i}\">{title}</a></h2><time datetime=\"2026-01-{:02}\">January</time>\
             <p>It was told by somebody who had rowed across it in every weather.</p></article>",
            20 - 2 * i
        );
    }
    page + "</main></body></html>"
}

/// The same with the hour and the author of each story.
fn rich_listing() -> String {
    listing().replace("\">January</time>", "T10:30:00Z\">January</time><span class=\"author\">Ann Reed</span>")
}

fn feed() -> String {
    let mut feed =
        String::from("<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Lake</title>");
    for (i, title) in titles() {
        let _ = write!(
            feed,
            "<item><title>{title}</title><link>/s/{i}</link><dc:creator>Ann Reed</dc:creator>\
             <pubDate>2026-01-{:02}T10:30:00Z</pubDate><description>It was told.</description></item>",
            20 - 2 * i
        );
    }
    feed + "</channel></rss>"
}

fn api() -> String {
    let posts: Vec<_> = titles()
        .take(3)
        .map(|(i, title)| serde_json::json!({"title": {"rendered": title}, "link": format!("/s/{i}"), "date": "2026-01-02T10:00:00"}))
        .collect();
    serde_json::to_string(&posts).unwrap()
}

fn lake(config: &str) -> Lake {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(|head| {
        let html = "Content-Type: text/html\r\n";
        let paragraph = |n| format!("<p>The water was high for {n} days and the boats were late, and nobody in the village minded it at all, because the ice had gone.</p>");
        let article: Vec<String> = (2..30).map(paragraph).collect();
        let article = article.concat();
        match path(head).split('?').next().unwrap() {
            "/news" | "/news/" => answer("200 OK", html, listing().as_bytes()),
            "/rich" => answer("200 OK", html, rich_listing().as_bytes()),
            "/other" => answer("200 OK", html, listing().replace("/s/", "/other/").as_bytes()),
            "/feed" => answer("200 OK", "Content-Type: application/rss+xml\r\n", feed().as_bytes()),
            "/wp-json/wp/v2/posts" => answer("200 OK", "Content-Type: application/json\r\n", api().as_bytes()),
            "/article" => answer(
                "200 OK",
                html,
                format!("<html><head><title>High water at the lake</title><meta property='og:type' content='article'><meta property='article:published_time' content='2026-01-10T08:00:00Z'></head><body><main><h1>High water at the lake</h1>{article}</main></body></html>").as_bytes(),
            ),
            "/challenge" => answer("200 OK", html, b"<html><head><title>Just a moment...</title></head><body></body></html>"),
            _ => answer("404 Not Found", "", b""),
        }
    }));
    let folder = tempfile::tempdir().unwrap();
    if !config.is_empty() {
        std::fs::create_dir(folder.path().join("config")).unwrap();
        put(&folder.path().join("config/tearsheet.toml"), config);
    }
    Lake { folder, server, _runtime: runtime }
}

fn put(path: &Path, text: &str) {
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

impl Lake {
    fn add(&self, page: &str, arguments: &[&str]) -> Said {
        let url = format!("http://127.0.0.1:{}{page}", self.server.port);
        run_in(self.folder.path(), &[&["add", &url, "--allow-network", "127.0.0.0/8"], arguments].concat())
    }

    fn config(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("config/tearsheet.toml")).unwrap_or_default()
    }
}

#[test]
fn a_page_becomes_a_source_that_runs() {
    let lake = lake(CONFIG);
    let said = lake.add("/news", &["--source", "lake"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for part in ["The story about the lake and its boats", "2026-01-18", "the page", "feed http", "API http"] {
        assert!(said.out.contains(part), "`{part}` is missing in\n{}", said.out);
    }
    assert!(said.err.contains("hint: the feed is richer than the page: `tearsheet add http"), "{}", said.err);
    assert!(said.err.contains("usually 2 days lie between two records"), "{}", said.err);
    let config = lake.config();
    assert!(config.starts_with(CONFIG), "what stood there changed:\n{config}");
    let added = &config[CONFIG.len()..];
    for part in
        ["[source.lake]", "/news\"", "schedule = \"", " */8 * * *\"", "language = \"en-GB\"", "allow_networks = ["]
    {
        assert!(added.contains(part), "`{part}` is missing in\n{added}");
    }
    assert_eq!(lake.server.seen().len(), 3, "page, feed and API are asked for once");
    let feed = format!(
        "# Of 8 records that it shares with the page this feed knows times of 8, authors of 8.\nfeed = \"http://127.0.0.1:{}/feed\"\n",
        lake.server.port
    );
    assert!(added.contains(&feed), "{added}");

    let said = run_in(lake.folder.path(), &["run", "lake"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let line: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&line["outcome"], &line["new"]), (&"ok".into(), &8.into()));
    let database = lake.folder.path().join("config/tearsheet.db");
    let filled = "SELECT published_precision, published_basis, author, count(*) FROM records GROUP BY 1, 2, 3";
    assert_eq!(rows(&database, filled), ["second|feed|Ann Reed|8"]);
}

/// The page says all that the feed says, or the feed lists something else: a request at each visit would bring nothing.
#[test]
fn a_feed_that_brings_nothing_is_not_asked_for() {
    let lake = lake("");
    for (page, why) in
        [("/rich", "the page knows the times and the authors"), ("/other", "the feed lists other stories")]
    {
        let said = lake.add(page, &["--dry-run"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.err.contains("[source.127-0-0-1]") && !said.err.contains("feed = "), "{why}: {}", said.err);
    }
}

#[test]
fn a_page_that_is_there_already_is_refused() {
    let lake = lake(CONFIG);
    assert_eq!(lake.add("/news", &[]).code, Some(0));
    let config = lake.config();
    assert!(config.contains("[source.127-0-0-1]"), "{config}");
    for (page, arguments) in [("/news", &["--source", "other"][..]), ("/news/", &[]), ("/news?page=2", &[])] {
        let said = lake.add(page, arguments);
        assert_eq!(said.code, Some(2), "{page}: {}", said.err);
        assert!(said.err.contains("has this page already, as source `127-0-0-1`"), "{}", said.err);
    }
    let said = lake.add("/feed", &["--source", "old-one"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("has a source `old-one`"), "{}", said.err);
    assert_eq!(lake.config(), config);
    assert_eq!(lake.add("/feed", &[]).code, Some(0), "another page of the site gets another name");
    assert!(lake.config().contains("[source.127-0-0-1-feed]"), "{}", lake.config());
}

#[test]
fn what_is_no_listing_is_refused() {
    let lake = lake("");
    for (page, reason) in [("/article", "this is one article"), ("/challenge", "human"), ("/nowhere", "404")] {
        let said = lake.add(page, &[]);
        assert_eq!((said.code, said.out.as_str()), (Some(3), ""), "{page}: {}", said.err);
        assert!(said.err.contains(reason), "{page}: {}", said.err);
    }
    assert_eq!(lake.config(), "", "nothing was written");
}

#[test]
fn a_saved_page_is_added_by_what_it_says_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let anonymous = listing().replace("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed\">", "");
    let anonymous = anonymous.replace("<link rel=\"https://api.w.org/\" href=\"/wp-json/\">", "");
    put(&folder.path().join("saved.html"), &anonymous);
    let said = run_in(folder.path(), &["add", "saved.html"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--base-url"), "{}", said.err);

    let arguments = ["add", "saved.html", "--base-url", "https://www.lake.example/news", "--schedule", "0 7 * * *"];
    let said = run_in(folder.path(), &[&arguments[..], &["--dry-run"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("[source.lake-example]") && said.err.contains("nothing was written"), "{}", said.err);
    assert!(!folder.path().join("config").exists());
    assert_eq!(run_in(folder.path(), &arguments).code, Some(0));
    let config = std::fs::read_to_string(folder.path().join("config/tearsheet.toml")).unwrap();
    assert!(config.contains("url = \"https://www.lake.example/news\"\nschedule = \"0 7 * * *\""), "{config}");
}
