//! `tearsheet reprocess`: the difference is exactly what was changed.

use crate::loopback::{Server, answer, path};
use crate::program::{content, rows, run_in};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

const LISTING: &str = r#"<!doctype html><html lang="en"><head><title>Town news</title></head><body>
<nav><a href="/">Home</a> <a href="/about">About</a></nav><main>
<article><h2><a href="/s/barn">The red barn is painted again</a></h2><i class="x7">Desk 7</i><time datetime="2026-01-03">3 January</time><p>It took four people and eleven days of good weather.</p></article>
<article><h2><a href="/s/mill">The old mill turns for visitors</a></h2><i class="x7">Desk 7</i><time datetime="2026-01-02">2 January</time><p>On Sundays from two to five, unless there is no wind.</p></article>
<article><h2><a href="/s/bridge">A new bridge over the brook</a></h2><i class="x7">Desk 9</i><time datetime="2026-01-01">1 January</time><p>Wide enough for two prams, as the mayor has measured.</p></article>
<article class="late"><h2><a href="/s/well">The well holds water again</a></h2><i class="x7">Desk 9</i><time datetime="2025-12-31">31 December</time><p>For the first time since the dry summer three years ago.</p></article>
</main></body></html>"#;

/// A folder with a site `town` that was visited twice, and a source `saved` of ingested files.
struct Place {
    folder: tempfile::TempDir,
    port: u16,
    _runtime: Runtime,
}

impl Place {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(Server::start(|head| match path(head) {
            "/robots.txt" => answer("404 Not Found", "", b""),
            _ => answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()),
        }));
        let place = Self { folder: tempfile::tempdir().unwrap(), port: server.port, _runtime: runtime };
        place.configure("");
        place.tearsheet(&["run", "town"]);
        place.tearsheet(&["run", "town"]);
        let dumps = place.folder.path().join("dumps");
        put(&dumps.join("page.html"), &LISTING.replace("/s/", "https://saved.example/s/"));
        let row = |n: u32| {
            format!("{{\"title\": \"Row number {n} of the dump\", \"url\": \"https://saved.example/r/{n}\"}}\n")
        };
        put(&dumps.join("rows.jsonl"), &(1..=9).map(row).collect::<Vec<_>>().concat());
        place.tearsheet(&["ingest", "--source", "saved", "--at", "2026-01-04", "dumps"]);
        place
    }

    /// Writes the config; `selectors` are lines of the table of both sources.
    fn configure(&self, selectors: &str) {
        let config = format!(
            "[fetch]\ndelay_s = 0.0\n[source.town]\nurl = \"http://127.0.0.1:{}/news\"\nallow_networks = [\"127.0.0.0/8\"]\n\
             [source.town.selectors]\n{selectors}\n[source.saved]\nurl = \"https://saved.example/\"\n[source.saved.selectors]\n{selectors}\n",
            self.port
        );
        put(&self.folder.path().join("config/tearsheet.toml"), &config);
    }

    fn tearsheet(&self, arguments: &[&str]) -> crate::program::Said {
        let said = run_in(self.folder.path(), arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
        said
    }

    /// One line of the difference for each source, `saved` first.
    fn reprocess(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let said = self.tearsheet(&[&["reprocess"], arguments].concat());
        said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("config/tearsheet.db")
    }

    fn changes(&self) -> Vec<String> {
        rows(&self.database(), "SELECT count(*) FROM changes")
    }
}

fn put(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn summary(line: &serde_json::Value) -> String {
    format!(
        "{} read {} new {} gone {} {}",
        line["source"].as_str().unwrap(),
        line["read"],
        line["new"],
        line["gone"],
        line["changed"]
    )
}

#[test]
fn a_change_of_one_rule_is_all_that_differs() {
    let place = Place::new();
    let told: Vec<String> = place.reprocess(&[]).iter().map(summary).collect();
    assert_eq!(told, ["saved read 2 new 0 gone 0 {}", "town read 2 new 0 gone 0 {}"], "nothing was changed yet");

    let before = content(&place.database());
    let changes = place.changes();
    place.configure("author = \".x7\"");
    let told: Vec<String> = place.reprocess(&[]).iter().map(summary).collect();
    let want = ["saved read 2 new 0 gone 0 {\"author\":4}", "town read 2 new 0 gone 0 {\"author\":4}"];
    assert_eq!(told, want);
    assert_eq!(content(&place.database()), before, "nothing is written without --apply");

    let told: Vec<String> = place.reprocess(&["--apply"]).iter().map(summary).collect();
    assert_eq!(told, want);
    assert_eq!(content(&place.database()), before, "ids, texts, dates and sightings stay");
    let authors = "SELECT source, author, count(*) FROM records WHERE author IS NOT NULL GROUP BY source, author";
    assert_eq!(
        rows(&place.database(), authors),
        ["saved|Desk 7|2", "saved|Desk 9|2", "town|Desk 7|2", "town|Desk 9|2"]
    );
    let news = "SELECT kind, fields, count(*) FROM changes WHERE seq > ";
    assert_eq!(rows(&place.database(), &format!("{news}{}", changes[0])), ["updated|author|8"]);

    let (after, changes) = (content(&place.database()), place.changes());
    let told: Vec<String> = place.reprocess(&["--apply"]).iter().map(summary).collect();
    assert_eq!(told, ["saved read 2 new 0 gone 0 {}", "town read 2 new 0 gone 0 {}"], "twice changes nothing");
    assert_eq!((content(&place.database()), place.changes()), (after, changes));
}

#[test]
fn what_is_not_found_any_more_leaves_and_comes_back() {
    let place = Place::new();
    let before = content(&place.database());
    place.configure("item = \"article:not(.late)\"");
    assert_eq!(summary(&place.reprocess(&["--apply", "town"])[0]), "town read 2 new 0 gone 1 {}");
    let town = "SELECT count(*) FROM records WHERE source = 'town'";
    assert_eq!(rows(&place.database(), town), ["3"]);
    assert_eq!(rows(&place.database(), "SELECT records FROM sources WHERE name = 'town'"), ["3"]);
    assert_eq!(rows(&place.database(), "SELECT title, reason FROM furniture"), ["The well holds water again|not_read"]);
    assert_eq!(summary(&place.reprocess(&["--apply", "town"])[0]), "town read 2 new 0 gone 0 {}");

    place.configure("");
    assert_eq!(summary(&place.reprocess(&["--apply", "town"])[0]), "town read 2 new 1 gone 0 {}");
    assert_eq!(content(&place.database()), before, "the same snapshots and the same rules, the same records");

    place.configure("item = \"article:not(.late)\"");
    place.reprocess(&["--apply", "town"]);
    place.configure("");
    place.tearsheet(&["run", "town"]);
    let well = "SELECT sightings FROM records WHERE source = 'town' AND title LIKE 'The well%'";
    assert_eq!(rows(&place.database(), well), ["1"], "it is as if it were new");
    assert_eq!(rows(&place.database(), "SELECT records FROM sources WHERE name = 'town'"), ["4"]);
}

#[test]
fn records_of_lost_originals_stay_as_they_are() {
    let place = Place::new();
    let before = content(&place.database());
    std::fs::remove_dir_all(place.folder.path().join("config/archive")).unwrap();
    File::create(place.folder.path().join("dumps/page.html")).unwrap().write_all(b"<p>Something else.").unwrap();
    place.configure("author = \".x7\"\nitem = \"article:not(.late)\"");
    let said = place.tearsheet(&["reprocess", "--apply"]);
    let lines: Vec<serde_json::Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(summary(&lines[1]), "town read 0 new 0 gone 0 {}");
    assert_eq!((&lines[1]["originals_gone"], &lines[1]["frozen"]), (&2.into(), &4.into()));
    assert_eq!(summary(&lines[0]), "saved read 1 new 0 gone 0 {}");
    assert!(said.err.contains("is gone") && said.err.contains("page.html"), "{}", said.err);
    assert_eq!(content(&place.database()), before);
}

/// Which column holds a field was told once; it is not asked for again, and rows that cannot be read are no rows that are gone.
#[test]
fn rows_are_read_again_with_the_columns_that_were_told() {
    let folder = tempfile::tempdir().unwrap();
    let row = |n: u32| {
        format!(
            "{{\"kopf\": \"Row number {n} of the dump\", \"wann\": \"2026-01-0{n}\", \"adresse\": \"https://a.example/{n}\"}}\n"
        )
    };
    put(&folder.path().join("rows.jsonl"), &(1..=3).map(row).collect::<String>());
    put(
        &folder.path().join("table.csv"),
        "thema,adresse\nThe first of the table,https://a.example/t1\nAnother of the table,https://a.example/t2\n",
    );
    let tearsheet = |arguments: &[&str]| {
        let said = run_in(folder.path(), arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
        said
    };
    let ingest = ["ingest", "--source", "s", "--at", "2026-02-01", "--map", "url=adresse"];
    tearsheet(&[&ingest[..], &["--map", "title=kopf", "--map", "published_at=wann", "rows.jsonl"]].concat());
    tearsheet(&[&ingest[..], &["--map", "title=thema", "table.csv"]].concat());
    let database = folder.path().join("tearsheet.db");
    let before = content(&database);
    let again = || serde_json::from_str::<serde_json::Value>(&tearsheet(&["reprocess", "--apply"]).out).unwrap();
    let told = again();
    assert_eq!((&told["read"], &told["gone"], &told["originals_gone"]), (&2.into(), &0.into(), &0.into()));
    assert_eq!(content(&database), before);
    assert_eq!(rows(&database, "SELECT count(*) FROM records WHERE published_at IS NOT NULL"), ["3"]);

    // Kept by a version that did not remember the columns: the records stay as they are.
    rusqlite::Connection::open(&database)
        .unwrap()
        .execute("UPDATE snapshots SET columns = NULL WHERE columns LIKE '%kopf%'", [])
        .unwrap();
    let told = again();
    assert_eq!((&told["read"], &told["gone"], &told["frozen"]), (&1.into(), &0.into(), &3.into()));
    assert_eq!(content(&database), before);
}
