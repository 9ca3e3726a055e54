//! Boxes that unrelated pages share, found while dumps come in, in any order.

use crate::program::{content, rows, run_in};
use crate::run::put;
use std::fmt::Write as _;
use std::path::Path;

const BODY: &str = "The council met until midnight and heard forty people who had come by bus, by boat and on foot; \
the vote was put off until the report of the engineers is read in full by all members of the house";

/// Stories that no other page has, with a box in their midst that names no action.
fn text_page(page: usize) -> String {
    let mut text = "Northern Shore\n\n".to_owned();
    for story in 0..8 {
        if story == 4 {
            text += "Four Hundred Friends Of The Shore\n\nThis paper lives by those who read it. Four hundred of them \
                     keep the lamp lit in the long months when the ferry does not run and the harbor is closed.\n\n";
        }
        write!(text, "Bridge {page} Story Number {story} Moves The Town\n\nDay {page} of week {story}. {BODY}.\n\n")
            .unwrap();
    }
    text
}

fn html_page(page: usize) -> String {
    let mut list = String::new();
    for story in 0..12 {
        if story == 5 {
            list += "<article><h2><a href='/friends'>Four hundred friends of the shore</a></h2>\
                     <p>This paper lives by those who read it, in the long months too.</p></article>";
        }
        write!(
            list,
            "<article><h2><a href='/{page}/{story}-moves-the-town'>Bridge {page}, story {story}, moves the town</a></h2>\
             <time datetime='2026-01-{:02}'></time><p>Week {story} of {page}. {BODY}.</p></article>",
            story + 1
        )
        .unwrap();
    }
    format!("<html><body><main>{list}</main></body></html>")
}

fn ingest(root: &Path, kind: &str, database: &str, page: usize) {
    let file = format!("page{page}.{kind}");
    let base = format!("https://shore.example/section-{page}");
    let mut arguments = vec!["ingest", "--db", database, "--source", "shore", "--at", "2026-02-01", &file];
    if kind == "html" {
        arguments.extend(["--base-url", &base]);
    }
    let said = run_in(root, &arguments);
    assert_eq!(said.code, Some(0), "{}", said.err);
}

fn check(kind: &str, page: fn(usize) -> String, stories: usize) {
    let root = tempfile::tempdir().unwrap();
    for at in (0..5).chain([9]) {
        put(&root.path().join(format!("page{at}.{kind}")), &page(at));
    }
    let mut seen = Vec::new();
    for (database, order) in [("a.db", [0, 1, 2, 3, 4]), ("b.db", [3, 1, 4, 0, 2]), ("c.db", [4, 3, 2, 1, 0])] {
        for at in order {
            ingest(root.path(), kind, database, at);
        }
        let database = root.path().join(database);
        let furniture = rows(&database, "SELECT lower(title), reason, sightings FROM furniture");
        assert_eq!(furniture, ["four hundred friends of the shore|shared_across_pages|5"], "{kind}");
        assert_eq!(rows(&database, "SELECT count(*) FROM records"), [(stories * 5).to_string()], "{kind}");
        seen.push(content(&database));
    }
    assert!(seen.iter().all(|content| *content == seen[0]), "the order of ingest changes something");

    let database = root.path().join("a.db");
    let id = rows(&database, "SELECT id FROM furniture").remove(0);
    let mut store = tearsheet::store::Store::open(&database).unwrap();
    assert!(store.restore(&id).unwrap());
    drop(store);
    ingest(root.path(), kind, "a.db", 9);
    assert_eq!(rows(&database, "SELECT count(*) FROM furniture"), ["0"], "a verdict taken back stays so");
    assert_eq!(rows(&database, "SELECT count(*) FROM records"), [(stories * 6 + 1).to_string()]);
}

#[test]
fn a_box_in_text_dumps() {
    check("txt", text_page, 8);
}

#[test]
fn a_box_with_a_link_among_dated_stories() {
    check("html", html_page, 12);
}

#[test]
fn rows_are_teasers_already() {
    let root = tempfile::tempdir().unwrap();
    for page in 0..3 {
        let row =
            |title: &str| format!("{{\"title\":\"{title}\",\"captured_at\":\"2026-02-0{}T00:00:00Z\"}}\n", page + 1);
        let mut rows: String = (0..6).map(|story| row(&format!("Story {story} of page {page}"))).collect();
        rows += &row("Four hundred friends of the shore");
        put(&root.path().join(format!("{page}.jsonl")), &rows);
        let said = run_in(root.path(), &["ingest", "--db", "rows.db", "--source", "shore", &format!("{page}.jsonl")]);
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
    let database = root.path().join("rows.db");
    assert_eq!(rows(&database, "SELECT count(*) FROM furniture"), ["0"]);
    assert_eq!(rows(&database, "SELECT count(*) FROM records"), ["19"]);
}
