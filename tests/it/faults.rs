//! A disk that is full or fails at any one of the writes: the old state or the new one, a clear message, exit code 1.
//!
//! `TEARSHEET_FAULTS=all cargo test --test it faults` fails at every write in turn; without it at some of them.

use crate::loopback::{Server, answer, path};
use crate::program::{content, rows, tearsheet};
use crate::shared;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// No command of these tests writes more often.
const MOST_WRITES: usize = 5_000;

/// Builds the library that makes calls fail; `None` where there is no compiler for it.
fn shim(folder: &Path) -> Option<PathBuf> {
    let library = folder.join("faults.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shim/faults.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).output();
    if cfg!(target_os = "linux") && built.is_ok_and(|output| output.status.success()) {
        return Some(library);
    }
    shared::skip("cc");
    None
}

/// A command, how to set the stage for it, and what it leaves.
struct Scene<'a> {
    name: &'a str,
    folder: PathBuf,
    /// Makes the state before.
    prepare: &'a dyn Fn(&Path),
    arguments: &'a [&'a str],
    /// What is compared.
    state: &'a dyn Fn(&Path) -> Vec<String>,
    /// True where the work has several transactions: then whole parts of the new state may be there.
    in_parts: bool,
}

impl Scene<'_> {
    fn command(&self) -> Command {
        let mut command = tearsheet();
        command.current_dir(&self.folder).args(self.arguments);
        command
    }

    fn prepare(&self) {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).unwrap();
        }
        fs::create_dir_all(&self.folder).unwrap();
        (self.prepare)(&self.folder);
    }

    fn fail_everywhere(&self, root: &Path, library: &Path) {
        self.prepare();
        let old = (self.state)(&self.folder);
        let whole = self.command().output().unwrap();
        assert!(whole.status.success(), "{}: {}", self.name, text(&whole));
        let new = (self.state)(&self.folder);
        let all = std::env::var("TEARSHEET_FAULTS").is_ok_and(|which| which == "all");
        for kind in ["full", "once"] {
            let (mut failed, mut at) = (0, 1);
            while at < MOST_WRITES {
                self.prepare();
                if !self.fail_at(root, library, kind, at, &old, &new) {
                    break;
                }
                failed += 1;
                at += if all { 1 } else { 1 + at / 2 };
            }
            eprintln!("{}: failed at {failed} of {at} writes ({kind})", self.name);
            assert!(failed > 2, "{}: the library had no effect", self.name);
        }
    }

    /// False when the command has ended before its `at`-th write.
    fn fail_at(&self, root: &Path, library: &Path, kind: &str, at: usize, old: &[String], new: &[String]) -> bool {
        let mark = root.join("mark");
        if mark.exists() {
            fs::remove_file(&mark).unwrap();
        }
        let output = self
            .command()
            .env("LD_PRELOAD", library)
            .env("FAULTS_FOLDER", fs::canonicalize(&self.folder).unwrap())
            .env("FAULTS_KIND", kind)
            .env("FAULTS_AT", at.to_string())
            .env("FAULTS_MARK", &mark)
            .output()
            .unwrap();
        let was_hit = mark.exists();
        let said = text(&output);
        let place = format!("{}, write {at}, {kind}: exit {:?}\n{said}", self.name, output.status.code());
        assert!(!said.contains("panicked"), "{place}");
        let state = (self.state)(&self.folder);
        match output.status.code() {
            Some(0) => assert_eq!(state, new, "success is told and something is missing: {place}"),
            Some(1) => {
                let is_part = self.in_parts && state.iter().all(|row| new.contains(row));
                assert!(state == old || state == new || is_part, "neither old nor new: {place}\n{state:#?}");
                assert!(said.contains("error: ") && said.trim().len() > 20, "{place}");
            }
            _ => panic!("{place}"),
        }
        let again = self.command().output().unwrap();
        assert!(again.status.success(), "not mended by doing it again: {place}\n{}", text(&again));
        assert_eq!((self.state)(&self.folder), new, "{place}");
        was_hit
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn row(at: &str, story: usize) -> String {
    format!(
        "{{\"source\":\"gazette\",\"captured_at\":\"{at}\",\"title\":\"The story of lighthouse number {story}\",\
         \"url\":\"https://gazette.example/{story}\",\"summary\":\"It was built, it burned, and it was built again.\"}}\n"
    )
}

/// The records, and whether the file is sound; nothing for a database that is not there yet.
fn records(folder: &Path) -> Vec<String> {
    let database = folder.join("t.db");
    if !database.exists() || rows(&database, "SELECT count(*) FROM sqlite_schema") == ["0"] {
        return Vec::new();
    }
    assert_eq!(rows(&database, "PRAGMA integrity_check"), ["ok"]);
    content(&database)
}

fn with_first_day(folder: &Path) {
    put(&folder.join("day1.jsonl"), &(0..30).map(|n| row("2026-01-01T00:00:00Z", n)).collect::<String>());
    put(&folder.join("day2.jsonl"), &(20..40).map(|n| row("2026-01-02T00:00:00Z", n)).collect::<String>());
    let output = tearsheet().current_dir(folder).args(["ingest", "--db", "t.db", "day1.jsonl"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn faults_of_the_disk_during_ingest() {
    let root = tempfile::tempdir().unwrap();
    let Some(library) = shim(root.path()) else { return };
    let arguments = ["ingest", "--db", "t.db", "day1.jsonl"];
    let prepare = |folder: &Path| {
        put(&folder.join("day1.jsonl"), &(0..30).map(|n| row("2026-01-01T00:00:00Z", n)).collect::<String>());
    };
    let folder = root.path().join("new");
    let new = Scene {
        name: "new database",
        folder,
        prepare: &prepare,
        arguments: &arguments,
        state: &records,
        in_parts: false,
    };
    new.fail_everywhere(root.path(), &library);

    let arguments = ["ingest", "--db", "t.db", "day2.jsonl"];
    let folder = root.path().join("more");
    let more = Scene {
        name: "more",
        folder,
        prepare: &with_first_day,
        arguments: &arguments,
        state: &records,
        in_parts: false,
    };
    more.fail_everywhere(root.path(), &library);
}

#[test]
fn faults_of_the_disk_during_export() {
    let root = tempfile::tempdir().unwrap();
    let Some(library) = shim(root.path()) else { return };
    for name in ["out.csv", "out.db"] {
        let prepare = |folder: &Path| {
            with_first_day(folder);
            put(&folder.join(name), "what an earlier export left");
        };
        let state = |folder: &Path| {
            let bytes = fs::read(folder.join(name)).unwrap();
            vec![tearsheet::model::Digest::of_body(&bytes).to_hex(), crate::crash::unfinished(folder).to_string()]
        };
        let arguments = ["export", "--db", "t.db", "--output", name];
        let folder = root.path().join("export");
        let scene = Scene { name, folder, prepare: &prepare, arguments: &arguments, state: &state, in_parts: false };
        scene.fail_everywhere(root.path(), &library);
    }
}

#[test]
fn faults_of_the_disk_during_a_run() {
    let root = tempfile::tempdir().unwrap();
    let Some(library) = shim(root.path()) else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(|head| match path(head) {
        "/robots.txt" => answer("404 Not Found", "", b""),
        page => {
            answer("200 OK", "Content-Type: text/html\r\nETag: \"1\"\r\n", crate::crash::listing(&page[1..]).as_bytes())
        }
    }));
    let source = |name: &str| {
        format!(
            "[source.{name}]\nurl = \"http://127.0.0.1:{}/{name}\"\nallow_networks = [\"127.0.0.0/8\"]\n",
            server.port
        )
    };
    let settings = "parallel = 1\nschedule = \"0 0 1 1 *\"\n[fetch]\ndelay_s = 0.0\nretries = 0\n";
    let config = format!("{settings}{}{}", source("quarry"), source("orchard"));
    let prepare = |folder: &Path| put(&folder.join("t.toml"), &config);
    // A visit is kept or not; a source that was not visited is visited by the next run. So states are compared by source.
    let state = |folder: &Path| {
        let database = folder.join("t.db");
        if !database.exists() || rows(&database, "SELECT count(*) FROM sqlite_schema") == ["0"] {
            return Vec::new();
        }
        assert_eq!(rows(&database, "PRAGMA integrity_check"), ["ok"]);
        let halves = "SELECT visit FROM snapshots JOIN visits USING (visit) WHERE outcome IS NULL";
        assert_eq!(rows(&database, halves), Vec::<String>::new());
        let all =
            rows(&database, "SELECT id, source, title, url, excerpt, published_at, position FROM records ORDER BY id");
        let count = |source: &str| all.iter().filter(|row| row.contains(source)).count();
        let whole = |source: &str| matches!(count(source), 0 | 5);
        assert!(whole("|quarry|") && whole("|orchard|"), "{all:#?}");
        all
    };
    let arguments = ["run", "--config", "t.toml", "--db", "t.db", "quarry", "orchard"];
    let folder = root.path().join("run");
    let scene = Scene { name: "run", folder, prepare: &prepare, arguments: &arguments, state: &state, in_parts: true };
    scene.fail_everywhere(root.path(), &library);
}
