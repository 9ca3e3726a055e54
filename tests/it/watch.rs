//! `tearsheet watch`: signals, the service manager, and the lock between the rounds.

use crate::loopback::answer;
use crate::program::{run_in, tearsheet};
use crate::run::{LISTING, Town, put, town};
use rusqlite::OpenFlags;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Longer than any loaded machine takes for one round.
const PATIENCE: Duration = Duration::from_mins(1);

fn wait_for(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < PATIENCE, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

fn signal(child: &Child, name: &str) {
    let kill = std::process::Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

fn stop(mut child: Child) -> (ExitStatus, String) {
    signal(&child, "-TERM");
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    (child.wait().unwrap(), said)
}

impl Town {
    /// Rows of a database that the program may not have made yet.
    fn rows_if_there(&self, sql: &str) -> Vec<String> {
        let database = self.folder.path().join("config/tearsheet.db");
        let Ok(db) = rusqlite::Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY) else {
            return Vec::new();
        };
        let cell = |row: &rusqlite::Row<'_>| row.get_ref(0)?.as_str().map(str::to_owned).map_err(Into::into);
        db.query_row(&format!("SELECT CAST(({sql}) AS TEXT)"), [], cell).into_iter().collect()
    }
}

fn a_town() -> Town {
    town("", |_| answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()))
}

#[test]
fn it_visits_what_is_due_tells_the_service_manager_and_stops_cleanly() {
    let town = a_town();
    let socket = town.folder.path().join("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut command = tearsheet();
    command.current_dir(town.folder.path()).arg("watch").env("NOTIFY_SOCKET", &socket).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let mut heard = [0; 512];
    let length = manager.recv(&mut heard).unwrap();
    let heard = String::from_utf8_lossy(&heard[..length]).into_owned();
    assert!(heard.contains("READY=1") && heard.contains("STATUS=next visit at 2"), "{heard}");
    assert_eq!(town.rows("SELECT count(*) FROM records"), ["3"]);
    assert_eq!(run_in(town.folder.path(), &["run", "town"]).code, Some(0), "the lock is free between the rounds");
    let (status, said) = stop(child);
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("`town` ok: 3 seen, 3 new"), "{said}");
}

#[test]
fn sighup_reads_the_config_again_and_a_broken_one_changes_nothing() {
    let town = a_town();
    let config = town.folder.path().join("config/tearsheet.toml");
    let whole = std::fs::read_to_string(&config).unwrap();
    let child = tearsheet().current_dir(town.folder.path()).arg("watch").stderr(Stdio::piped()).spawn().unwrap();
    wait_for("the first visit", || town.rows_if_there("SELECT count(*) FROM visits WHERE outcome = 'ok'") == ["1"]);

    put(&config, "[source.town]\nurll = 3");
    signal(&child, "-HUP");
    std::thread::sleep(Duration::from_millis(500));
    put(&config, &whole.replace("[source.town]", "[source.village]"));
    signal(&child, "-HUP");
    let sources = "SELECT group_concat(name) FROM (SELECT name FROM sources ORDER BY name)";
    wait_for("the visit of the new source", || town.rows_if_there(sources) == ["town,village"]);
    let (status, said) = stop(child);
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("the config stays as it was") && said.contains("did you mean `url`?"), "{said}");
    assert!(said.contains("again: 1 sources"), "{said}");
}

#[test]
fn a_config_that_gives_nothing_to_watch_is_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run_in(folder.path(), &["watch"]).code, Some(2));
    put(&folder.path().join("config/tearsheet.toml"), "[source.a]\nurl = 'https://a.example/'\ndisabled = true");
    let said = run_in(folder.path(), &["watch"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("every source") && said.err.contains("disabled"), "{}", said.err);
}
