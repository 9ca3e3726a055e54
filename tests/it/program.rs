//! The real program, run the way people run it.

use std::path::Path;
use std::process::{Command, Output};

/// The program, with nothing of the surroundings of the test. `TEARSHEET_PROGRAM` names another build of it.
pub(crate) fn tearsheet() -> Command {
    let program = std::env::var_os("TEARSHEET_PROGRAM");
    let mut command = Command::new(program.unwrap_or_else(|| env!("CARGO_BIN_EXE_tearsheet").into()));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", "/nonexistent");
    command
}

/// What a finished program said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program in `folder`.
pub(crate) fn run_in(folder: &Path, arguments: &[&str]) -> Said {
    said(&tearsheet().current_dir(folder).args(arguments).output().unwrap())
}

pub(crate) fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// Every row of a query, cells joined by `|`.
pub(crate) fn rows(database: &Path, sql: &str) -> Vec<String> {
    let db = rusqlite::Connection::open(database).unwrap();
    let mut select = db.prepare(sql).unwrap();
    let columns = select.column_count();
    let rows = select.query_map([], |row| {
        let cell = |column| {
            Ok(match row.get_ref(column)? {
                rusqlite::types::ValueRef::Null => "-".to_owned(),
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                rusqlite::types::ValueRef::Real(number) => number.to_string(),
                rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                rusqlite::types::ValueRef::Blob(blob) => format!("{blob:?}"),
            })
        };
        (0..columns).map(cell).collect::<rusqlite::Result<Vec<_>>>().map(|cells| cells.join("|"))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// What the store says apart from row numbers: equal for equal content.
pub(crate) fn content(database: &Path) -> Vec<String> {
    rows(
        database,
        "SELECT id, source, title, url, excerpt, published_at, published_earliest, published_latest, mentioned_dates,
           position, first_seen_at, last_seen_at, sightings FROM records ORDER BY id",
    )
}
