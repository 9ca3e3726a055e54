//! What a feed fills in, and what of it a record shows.

use super::*;

/// An entry of a feed: always dated by the feed itself.
fn entry(article: u8, value: &str, precision: Precision, from_hours: i64, to_hours: i64) -> Record {
    let made = record(article, "As the feed has it", Some("What the feed says."), 1);
    let mut made = dated(made, value, precision, false, from_hours, to_hours);
    made.published_basis = Some(Basis::Feed);
    made.author = Some("Ann Reed".to_owned());
    made.tags = vec!["Water".to_owned()];
    made
}

#[test]
fn a_feed_fills_what_the_listing_lacks_whatever_comes_first() {
    let bare = || dated(record(1, "Words", None, 1), "2024-10-04", Precision::Day, false, 0, 24);
    let fed =
        || [entry(1, "2024-10-04T10:30:00Z", Precision::Second, 10, 11), entry(7, "2024-10-04", Precision::Day, 0, 24)];
    let mut contents = Vec::new();
    for feed_first in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = new_store(folder.path());
        if feed_first {
            assert_eq!(commit_feed(&mut store, &snapshot("f", 1, "f"), &fed()), FeedReport { entries: 2, filled: 0 });
        }
        commit(&mut store, &snapshot("p", 2, "a"), &[bare()], &[]);
        if !feed_first {
            assert_eq!(commit_feed(&mut store, &snapshot("f", 1, "f"), &fed()), FeedReport { entries: 2, filled: 1 });
            let fields = "excerpt,author,tags,published_at,published_precision,published_basis,published_raw,\
                published_earliest,published_latest,fingerprint";
            assert_eq!(changes(&store)[1], ("revised".to_owned(), Some(fields.to_owned())));
        }
        assert_eq!(changes(&store).len(), if feed_first { 1 } else { 2 });
        for (column, value) in [
            ("title", "Words"),
            ("excerpt", "What the feed says."),
            ("author", "Ann Reed"),
            ("tags", "[\"Water\"]"),
            ("published_at", "2024-10-04T10:30:00Z"),
            ("published_basis", "feed"),
            ("fingerprint", &fingerprint(Some("Words"), Some("What the feed says.")).to_hex()),
        ] {
            assert_eq!(shown(&store, column).as_deref(), Some(value), "{column}");
        }
        // A repeat of what the listing states leaves it so; what the listing says itself counts more.
        commit(&mut store, &snapshot("p", 3, "a"), &[bare()], &[]);
        assert_eq!(shown(&store, "author").as_deref(), Some("Ann Reed"));
        let mut told = record(1, "Words", Some("Its own."), 1);
        told.author = Some("The desk".to_owned());
        commit(&mut store, &snapshot("p", 4, "b"), &[told], &[]);
        let own = ["excerpt", "author", "tags", "published_at"].map(|column| shown(&store, column).unwrap());
        assert_eq!(own, ["Its own.", "The desk", "[\"Water\"]", "2024-10-04T10:30:00Z"]);
        contents.push(content(&store));
    }
    assert_eq!(contents[0], contents[1]);
}

#[test]
fn a_date_of_the_feed_must_say_more_and_agree() {
    let day = |from, to| dated(record(1, "Words", None, 1), "2024-10-04", Precision::Day, false, from, to);
    let ago = |from, to| dated(record(1, "Words", None, 1), "2024-10-04T03:00", Precision::Hour, true, from, to);
    let exact = |value: &str| entry(1, value, Precision::Second, 10, 11);
    let mut bounded = record(1, "Words", None, 1);
    bounded.published_latest = Some(instant(5));
    let (clock, other) = ("2024-10-04T10:30:00Z", "2024-10-04");
    for (own, fed, want, why) in [
        (day(0, 24), exact(clock), clock, "finer and inside"),
        (day(24, 48), exact(clock), other, "a contradiction"),
        (day(0, 24), entry(1, "2024", Precision::Year, 0, 9_000), other, "coarser"),
        (day(0, 24), entry(1, "2024-10-05", Precision::Day, 0, 24), other, "no finer"),
        (day(0, 24), exact("2024-10-04T00:00:00+02:00"), other, "midnight says no more than the day"),
        (ago(9, 12), exact(clock), clock, "inside of what counts back"),
        (ago(20, 21), exact(clock), "2024-10-04T03:00", "outside of it"),
        (bounded, exact(clock), clock, "a conclusion gives way to what is stated"),
        (record(1, "Words", None, 1), exact("2024-10-04T00:00:00Z"), "2024-10-04T00:00:00Z", "there was none"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = new_store(folder.path());
        commit(&mut store, &snapshot("p", 30, "a"), &[own], &[]);
        commit_feed(&mut store, &snapshot("f", 31, "f"), &[fed]);
        assert_eq!(shown(&store, "published_at").as_deref(), Some(want), "{why}");
        let dated: i64 = store.db.query_row("SELECT dated FROM sources", [], |row| row.get(0)).unwrap();
        assert_eq!(dated, 1, "{why}");
    }
}
