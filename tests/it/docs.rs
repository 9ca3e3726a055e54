//! The documents say what is so.

use crate::program::{rows, run_in, tearsheet};
use std::path::{Path, PathBuf};
use tearsheet::model::{Outcome, RejectionReason};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

#[test]
fn readme_shows_the_help_as_it_is() {
    let help = String::from_utf8(tearsheet().arg("--help").output().unwrap().stdout).unwrap();
    let readme = read("README.md");
    let shown = readme.split("## Commands\n\n```text\n").nth(1).unwrap().split("\n```").next().unwrap();
    assert_eq!(shown.trim(), help.trim(), "copy the output of `tearsheet --help` into README.md");
}

#[test]
fn every_command_has_help_with_an_example() {
    let help = String::from_utf8(tearsheet().arg("--help").output().unwrap().stdout).unwrap();
    let commands: Vec<&str> = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() >= 7, "{commands:?}");
    for command in commands {
        let output = tearsheet().args([command, "--help"]).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains(&format!("tearsheet {command}")), "{command}: no example in its help");
        assert!(help.contains("Examples:"), "{command}: no examples in its help");
    }
}

#[test]
fn every_outcome_and_rejection_is_documented() {
    let page = read("docs/outcomes.md");
    for outcome in Outcome::ALL {
        assert!(page.contains(&format!("| `{}` |", outcome.as_str())), "{outcome:?}");
    }
    for reason in RejectionReason::ALL {
        assert!(page.contains(&format!("| `{}` |", reason.as_str())), "{reason:?}");
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut checked = 0;
    for name in ["README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md"] {
        for link in read(name).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") && !link.starts_with('#') {
                let path = link.split('#').next().unwrap();
                assert!(root().join(path).exists(), "{name} links to `{path}`, which is not there");
                checked += 1;
            }
        }
    }
    assert!(checked >= 3, "the scan found only {checked} links: it is broken");
}

/// Captures of a page that the examples of `docs/database.md` ask about.
fn example_database(folder: &Path) -> PathBuf {
    let row = |hour: u32, number: u32, title: &str, date: &str| {
        serde_json::json!({
            "source": "gazette", "captured_at": format!("2026-01-05T{hour:02}:00:00Z"), "title": title,
            "url": format!("https://gazette.example/{number}"), "date": date, "excerpt": format!("All about the bridge, part {number}."),
        })
        .to_string()
    };
    let lines = [
        row(8, 1, "The old bridge will be closed", "2026-01-04"),
        row(8, 2, "Mayor opens the new school", "2026-01-05"),
        row(9, 1, "The old bridge is closed for a year", "2026-01-04"),
        row(9, 3, "Ferry will replace the closed bridge", "2026-01-05"),
        row(11, 3, "Ferry will replace the closed bridge", "2026-01-05"),
        row(11, 1, "The old bridge is closed for a year", "2026-01-04"),
    ];
    let dump = folder.join("dump.jsonl");
    std::io::Write::write_all(&mut std::fs::File::create(&dump).unwrap(), lines.join("\n").as_bytes()).unwrap();
    let base = "https://gazette.example/news";
    let said = run_in(folder, &["ingest", "--base-url", base, "--source", "gazette", "dump.jsonl"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    folder.join("tearsheet.db")
}

/// The SQL behind the sentence of `docs/database.md` that begins with `question`.
fn answer_to<'a>(page: &'a str, question: &str) -> &'a str {
    let behind = page.split(&format!("\n{question}")).nth(1).unwrap_or_else(|| panic!("`{question}` is not asked"));
    behind.split("```sql\n").nth(1).unwrap().split("```").next().unwrap().trim().trim_end_matches(';')
}

#[test]
fn every_query_of_the_database_page_runs() {
    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(example_database(folder.path())).unwrap();
    let page = read("docs/database.md");
    let queries: Vec<&str> = page.split("```sql\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(queries.len() >= 10, "the scan found only {} queries: it is broken", queries.len());
    for query in queries {
        let mut statement = db.prepare(query.trim()).unwrap_or_else(|error| panic!("{error}\n{query}"));
        for parameter in 1..=statement.parameter_count() {
            statement.raw_bind_parameter(parameter, 0).unwrap();
        }
        let mut rows = statement.raw_query();
        while rows.next().unwrap_or_else(|error| panic!("{error}\n{query}")).is_some() {}
    }
    // Every view that the page describes has the columns that it names.
    for line in page.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 2) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let view = cells[0].trim_matches(['|', ' ', '`']);
        let is_view = "SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND name = ?1";
        if db.query_row(is_view, [view], |row| row.get::<_, i64>(0)).unwrap() == 0 || line.contains("then the columns")
        {
            continue;
        }
        let plain: String = cells[2]
            .split('(')
            .enumerate()
            .map(|(i, part)| if i == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) })
            .collect();
        let named: Vec<&str> = plain.split('`').skip(1).step_by(2).collect();
        let statement = db.prepare(&format!("SELECT * FROM {view}")).unwrap();
        assert_eq!(statement.column_names(), named, "columns of `{view}`");
    }
}

#[test]
fn the_database_page_answers_its_questions() {
    let folder = tempfile::tempdir().unwrap();
    let database = example_database(folder.path());
    let page = read("docs/database.md");
    let ask = |question: &str| rows(&database, answer_to(&page, question));
    let newest = ask("The newest dated articles");
    assert_eq!(newest.len(), 3);
    assert!(newest[2].starts_with("2026-01-04|gazette|The old bridge is closed for a year"), "{newest:?}");
    let edits = ask("Headlines that were edited");
    let edits = edits.join("\n");
    let (before, after) = ("The old bridge will be closed", "The old bridge is closed for a year");
    assert!(edits.find(before).unwrap() < edits.find(after).unwrap() && !edits.contains("school"), "{edits}");
    let page_at_eight = ask("What stood on a page at one moment");
    let ids = rows(&database, "SELECT id FROM records ORDER BY url LIMIT 2");
    assert_eq!(page_at_eight, [format!("1|{}", ids[0]), format!("2|{}", ids[1])]);
    let words = ask("Words in titles and excerpts");
    assert_eq!(words.len(), 3, "{words:?}");
}
