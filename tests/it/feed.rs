//! A source with a `feed` beside its listing: what is filled in, and that nothing which happens to the feed touches the
//! visit of the listing.

use crate::loopback::{Server, answer, path};
use crate::program::{rows, run_in};
use crate::run::{Town, put, town};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;

/// Name in the URL, headline and day of each story; the latest stands first.
const STORIES: [(&str, &str, u8); 6] = [
    ("ferry", "The ferry crosses again", 6),
    ("school", "The school has a new roof", 5),
    ("market", "The market moves to the square", 4),
    ("barn", "The red barn is painted again", 3),
    ("mill", "The old mill turns for visitors", 2),
    ("bridge", "A new bridge over the brook", 1),
];

/// A listing of some of the stories: days without times, no authors, and an excerpt below the barn alone.
fn listing(stories: &[(&str, &str, u8)]) -> Vec<u8> {
    let mut page = String::from("<!doctype html><html lang=\"en\"><head><title>Town news</title></head><body><main>");
    for (name, title, day) in stories {
        let excerpt = if *name == "barn" { "<p>It took four people and eleven days of good weather.</p>" } else { "" };
        let _ = write!(
            page,
            "<article><h2><a href=\"/s/{name}\">{title}</a></h2><time datetime=\"2026-01-0{day}\">{day} January</time>\
             {excerpt}</article>"
        );
    }
    page.push_str("</main></body></html>");
    answer("200 OK", "Content-Type: text/html\r\n", page.as_bytes())
}

fn item(name: &str, title: &str, date: &str) -> String {
    format!(
        "<item><title>{title}</title><link>/s/{name}?utm_source=rss</link><dc:creator>Ann Reed</dc:creator>\
         <category>Works</category><pubDate>{date}</pubDate><description>What the feed says of the {name}, on 9 March 2026.\
         </description></item>"
    )
}

fn feed_text(items: &[String]) -> String {
    format!(
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Town</title>{}</channel></rss>",
        items.concat()
    )
}

fn feed(items: &[String]) -> Vec<u8> {
    answer("200 OK", "Content-Type: application/rss+xml\r\nETag: \"f1\"\r\n", feed_text(items).as_bytes())
}

/// The feed of all six stories, as it should be.
fn whole_feed() -> Vec<u8> {
    let items = STORIES.map(|(name, title, day)| item(name, title, &format!("2026-01-0{day}T10:30:00+01:00")));
    feed(&items)
}

/// A town whose listing and feed can be changed between visits.
struct Place {
    town: Town,
    listing: Arc<Mutex<Vec<u8>>>,
    feed: Arc<Mutex<Vec<u8>>>,
}

impl Place {
    fn new(extra: &str, stories: &[(&str, &str, u8)], feed: Vec<u8>) -> Self {
        let (listing, feed) = (Arc::new(Mutex::new(listing(stories))), Arc::new(Mutex::new(feed)));
        let (page, other) = (Arc::clone(&listing), Arc::clone(&feed));
        let reply = move |head: &str| match path(head) {
            "/feed" if other.lock().unwrap().is_empty() => {
                let is_conditional = head.to_lowercase().contains("if-none-match: \"f1\"");
                answer(if is_conditional { "304 Not Modified" } else { "500 Oops" }, "ETag: \"f1\"\r\n", b"")
            }
            "/feed" => other.lock().unwrap().clone(),
            _ => page.lock().unwrap().clone(),
        };
        Self { town: town(&format!("feed = \"SITE/feed\"\n{extra}"), reply), listing, feed }
    }

    fn show(&self, stories: &[(&str, &str, u8)]) {
        *self.listing.lock().unwrap() = listing(stories);
    }

    /// What the feed answers from now on; nothing: 304 to who knows it.
    fn feed_answers(&self, answer: Vec<u8>) {
        *self.feed.lock().unwrap() = answer;
    }

    /// Visits; what `run` says on stdout, and on stderr.
    fn visit(&self) -> (serde_json::Value, String) {
        let said = self.town.run(&["town"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        (serde_json::from_str(&said.out).unwrap(), said.err)
    }

    fn records(&self) -> Vec<String> {
        self.town
            .rows("SELECT url, published_at, published_basis, author, excerpt, tags FROM records ORDER BY url")
            .into_iter()
            .map(|row| row.split_once("/s/").unwrap().1.to_owned())
            .collect()
    }

    fn reprocess(&self, arguments: &[&str]) -> serde_json::Value {
        let said = run_in(self.town.folder.path(), &[&["reprocess", "town"], arguments].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        serde_json::from_str(&said.out).unwrap()
    }
}

/// All that the store shows of records, and what waits for others.
fn everything(place: &Place) -> Vec<String> {
    [
        "SELECT * FROM records ORDER BY id",
        "SELECT * FROM feed_fields ORDER BY 1, 3",
        "SELECT hex(id), entry FROM unlisted ORDER BY 1",
    ]
    .iter()
    .flat_map(|sql| place.town.rows(sql))
    .collect()
}

const FILLED: &str =
    "2026-01-02T10:30:00+01:00|feed|Ann Reed|What the feed says of the mill, on 9 March 2026.|[\"Works\"]";

#[test]
fn what_the_listing_lacks_is_filled_in() {
    let items = [
        item("barn", "Barn painted", "2026-01-03T10:30:00+01:00"),
        item("mill", "The old mill turns", "2026-01-02T10:30:00+01:00"),
        item("bridge", "A bridge", "2026-01-09T08:00:00Z"),
        item("market", "The market moves", "2026-01-04T00:00:00Z"),
        item("fair", "A fair that the listing never shows", "2026-01-04T12:00:00Z"),
    ];
    let place = Place::new("", &STORIES[1..], feed(&items));
    let (line, err) = place.visit();
    assert_eq!(
        (&line["outcome"], &line["new"], &line["seen"], &line["feed_problem"]),
        (&"ok".into(), &5.into(), &5.into(), &serde_json::Value::Null),
        "{err}"
    );
    let excerpt = |name: &str| format!("What the feed says of the {name}, on 9 March 2026.");
    assert_eq!(
        place.records(),
        [
            "barn|2026-01-03T10:30:00+01:00|feed|Ann Reed|It took four people and eleven days of good weather.|[\"Works\"]".to_owned(),
            // The feed contradicts the day: the listing's stays.
            format!("bridge|2026-01-01|time_element|Ann Reed|{}|[\"Works\"]", excerpt("bridge")),
            // Midnight says no more than the day.
            format!("market|2026-01-04|time_element|Ann Reed|{}|[\"Works\"]", excerpt("market")),
            format!("mill|{FILLED}"),
            "school|2026-01-05|time_element|-|-|-".to_owned(),
        ]
    );
    assert_eq!(
        place.town.rows("SELECT title FROM records WHERE url LIKE '%/mill'"),
        ["The old mill turns for visitors"],
        "a title is the listing's"
    );
    assert_eq!(
        place.town.rows("SELECT mentioned_dates LIKE '%9 March 2026%' FROM records WHERE url LIKE '%/mill'"),
        ["1"]
    );
    assert_eq!(place.town.rows("SELECT DISTINCT kind FROM changes"), ["new"], "one change each");
    assert_eq!(place.town.rows("SELECT records, dated FROM sources"), ["5|5"]);
    assert_eq!(place.town.rows("SELECT count(*) FROM unlisted"), ["1"], "the fair waits");
    assert_eq!(
        place.town.rows("SELECT count(*) FROM snapshots n JOIN files USING (file) WHERE n.listing IS NULL"),
        ["1"]
    );
    assert_eq!(place.town.server.seen().len(), 2, "the listing and the feed, once each");

    let said = run_in(place.town.folder.path(), &["explain", "town", "--format", "table"]);
    assert!(said.out.contains("from the feed: excerpt author tags published_at"), "{}", said.out);
    assert!(said.out.contains("over all records: author 4, excerpt 3, published_at 2, tags 4"), "{}", said.out);
}

#[test]
fn an_unchanged_feed_still_knows_what_it_said() {
    let place = Place::new("", &STORIES[2..], whole_feed());
    place.visit();
    place.feed_answers(Vec::new());
    place.show(&STORIES[1..]);
    let (line, _) = place.visit();
    assert_eq!(
        (&line["outcome"], &line["new"], &line["feed_problem"]),
        (&"ok".into(), &1.into(), &serde_json::Value::Null)
    );
    assert!(place.town.server.seen().last().unwrap().to_lowercase().contains("if-none-match: \"f1\""));
    assert_eq!(
        place.records()[4],
        "school|2026-01-05T10:30:00+01:00|feed|Ann Reed|What the feed says of the school, on 9 March 2026.|[\"Works\"]"
    );
    assert_eq!(place.town.rows("SELECT fields FROM changes WHERE kind <> 'new'"), Vec::<String>::new());
}

#[test]
fn a_feed_that_fails_never_harms_the_listing() {
    let huge = vec![b' '; 2 << 20];
    let rss = "Content-Type: application/rss+xml\r\n";
    for (reply, problem) in [
        (answer("404 Not Found", "", b""), "404"),
        (answer("500 Oops", "", b""), "500"),
        (
            answer("200 OK", "Content-Type: text/html\r\n", b"<html><body><h1>Welcome</h1><p>Our town.</p>"),
            "is no feed",
        ),
        (answer("200 OK", rss, b"<rss><channel><title>Town</title><link>/ne"), "the feed has no entries"),
        (answer("200 OK", rss, b"<rss><channel><item></item></channel></rss>"), "no entry of the feed could be read"),
        (answer("200 OK", rss, b"\x00\xff\xfe garbage <<<"), "is no feed"),
        (answer("200 OK", rss, &huge), "sent more than"),
    ] {
        let place = Place::new("[source.other]\nurl = \"SITE/other\"\ndisabled = true\n", &STORIES[3..], reply);
        let config = place.town.folder.path().join("config/tearsheet.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        put(&config, &text.replace("[fetch]", "[fetch]\nmax_body_mib = 1"));
        let (line, err) = place.visit();
        assert_eq!((&line["outcome"], &line["new"]), (&"ok".into(), &3.into()), "{problem}: {err}");
        let told = line["feed_problem"].as_str().unwrap_or_default();
        assert!(told.contains(problem), "{problem}: {told}");
        assert!(err.contains("the feed of `town` could not be read: "), "{problem}: {err}");
        let said = run_in(place.town.folder.path(), &["status", "--format", "table"]);
        assert!(said.out.contains("its feed could not be read"), "{problem}: {}", said.out);
        assert_eq!(place.town.rows("SELECT DISTINCT author, published_precision FROM records"), ["-|day"]);

        // It recovers: the records are filled in, although the listing shows nothing new.
        place.feed_answers(whole_feed());
        let (line, _) = place.visit();
        assert_eq!((&line["outcome"], &line["feed_problem"]), (&"quiet".into(), &serde_json::Value::Null), "{problem}");
        assert_eq!(place.records()[2], format!("mill|{FILLED}"), "{problem}");
        let changes = place.town.rows("SELECT kind, count(*) FROM changes GROUP BY kind ORDER BY kind");
        assert_eq!(changes, ["new|3", "revised|2", "updated|1"], "{problem}");
    }
}

#[test]
fn a_feed_that_stays_away_is_something_to_do() {
    let place = Place::new("", &STORIES[3..], answer("410 Gone", "", b""));
    let todo = || {
        let said = run_in(place.town.folder.path(), &["status", "--format", "json"]);
        let health: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        health["sources"][0]["todo"].as_str().unwrap_or_default().to_owned()
    };
    place.visit();
    assert_eq!(todo(), "", "once may be chance");
    place.visit();
    place.visit();
    assert_eq!(todo(), "find the new address of its feed, or take `feed` out of [source.town]");
}

#[test]
fn a_site_that_does_not_answer_is_not_asked_for_its_feed() {
    let place = Place::new("", &STORIES, whole_feed());
    *place.listing.lock().unwrap() = answer("404 Not Found", "", b"");
    assert_eq!(place.town.outcome(&["town"]), ("gone".to_owned(), Some(3)));
    assert!(place.town.server.seen().iter().all(|head| path(head) == "/news"));
}

#[test]
fn credentials_stay_with_the_listing() {
    let runtime = Runtime::new().unwrap();
    let elsewhere = runtime.block_on(Server::start(|_| whole_feed()));
    let extra = format!(
        "headers = {{ X-Token = \"secret\" }}\nrender_command = [\"/bin/cat\", \"PAGE\"]\nfeed = \"http://127.0.0.1:{}/feed\"\n",
        elsewhere.port
    );
    let town = town(&extra, |_| answer("404 Not Found", "", b""));
    let page = town.folder.path().join("page.html");
    let rendered = listing(&STORIES);
    let body = rendered.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    put(&page, &String::from_utf8_lossy(&rendered[body..]));
    let config = town.folder.path().join("config/tearsheet.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    put(&config, &text.replace("\"/bin/cat\", \"PAGE\"", &format!("\"/bin/sh\", \"-c\", \"cat {}\"", page.display())));
    assert_eq!(town.outcome(&["town"]), ("ok".to_owned(), Some(0)));
    let asked = elsewhere.seen();
    assert_eq!(asked.len(), 1, "the feed is asked for, not rendered");
    assert!(!asked[0].to_lowercase().contains("x-token"), "{}", asked[0]);
    assert_eq!(
        town.rows("SELECT count(*) FROM records WHERE author = 'Ann Reed'"),
        ["0"],
        "its relative links lead elsewhere"
    );
}

#[test]
fn reading_again_gives_the_same() {
    let place = Place::new("", &STORIES[3..], whole_feed());
    place.visit();
    place.show(&STORIES[1..]);
    let later = [item("mill", "The old mill", "2026-01-02T11:00:00Z"), item("fair", "A fair", "2026-01-04T12:00:00Z")];
    place.feed_answers(feed(&later));
    place.visit();
    assert_eq!(place.records()[3], format!("mill|{FILLED}"), "a date does not move");
    let before = everything(&place);
    assert!(before.iter().any(|row| row.contains("\"excerpt\":\"What the feed says of the ferry")), "the ferry waits");
    // The config has nothing to do with it: what the captures were is remembered.
    let config = place.town.folder.path().join("config/tearsheet.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    put(
        &config,
        &text.lines().filter(|line| !line.starts_with("feed = ")).fold(String::new(), |all, line| all + line + "\n"),
    );
    let told = place.reprocess(&["--apply"]);
    assert_eq!(
        (&told["read"], &told["new"], &told["gone"], &told["changed"]),
        (&4.into(), &0.into(), &0.into(), &serde_json::json!({}))
    );
    assert_eq!(everything(&place), before);

    // What is lost and read again knows what the feed says, and what it says of others still waits.
    let db = rusqlite::Connection::open(place.town.folder.path().join("config/tearsheet.db")).unwrap();
    db.execute_batch("UPDATE teasers SET author = NULL, held = NULL; DELETE FROM unlisted").unwrap();
    drop(db);
    place.reprocess(&["--apply"]);
    assert_eq!(everything(&place), before);

    // Without the originals everything stays.
    std::fs::remove_dir_all(place.town.folder.path().join("config/archive")).unwrap();
    place.reprocess(&["--apply"]);
    assert_eq!(everything(&place), before);
}

/// The original of the feed is lost, those of the listing are not: what it told stays.
#[test]
fn what_a_lost_feed_told_stays() {
    let place = Place::new("", &STORIES[1..], whole_feed());
    place.visit();
    let before = everything(&place);
    let database = place.town.folder.path().join("config/tearsheet.db");
    let db = rusqlite::Connection::open(&database).unwrap();
    db.execute_batch("UPDATE snapshots SET file = NULL WHERE listing IS NULL").unwrap();
    drop(db);
    let told = place.reprocess(&["--apply"]);
    assert_eq!((&told["read"], &told["frozen"]), (&1.into(), &5.into()));
    assert_eq!(everything(&place), before);
    assert_eq!(rows(&database, "SELECT count(*) FROM unlisted"), ["1"]);
}
