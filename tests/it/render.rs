//! `render_command`: a program that prints the page.

use crate::loopback::{Server, answer, path};
use crate::program::{rows, run_in};
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tokio::runtime::Runtime;

/// A page that is empty until its script has run.
const SCRIPTED: &str = r#"<!doctype html><html lang="en"><head><title>Town news</title></head><body><main id="m"></main><script>
const stories = [["barn", "The red barn is painted again"], ["mill", "The old mill turns for visitors"], ["bridge", "A new bridge over the brook"]];
document.getElementById("m").innerHTML = stories.map(([slug, title], n) => `<article><h2><a href="/s/${slug}">${title}</a></h2>
<time datetime="2026-01-0${3 - n}">${3 - n} January</time><p>It took four people and eleven days of good weather.</p></article>`).join("");
</script></body></html>"#;

/// What a browser makes of it.
const RENDERED: &str = r#"<html lang="en"><body><main>
<article><h2><a href="/s/barn">The red barn is painted again</a></h2><time datetime="2026-01-03">3 January</time><p>It took four people.</p></article>
<article><h2><a href="/s/mill">The old mill turns for visitors</a></h2><time datetime="2026-01-02">2 January</time><p>On Sundays from two to five.</p></article>
<article><h2><a href="/s/bridge">A new bridge over the brook</a></h2><time datetime="2026-01-01">1 January</time><p>Wide enough for two prams.</p></article>
</main></body></html>"#;

struct Place {
    folder: tempfile::TempDir,
    server: Server,
    _runtime: Runtime,
}

/// A site whose robots.txt forbids `/secret`, and a config whose source is rendered by `command` (a TOML array).
fn place(page: &str, command: &str) -> Place {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(|head| match path(head) {
        "/robots.txt" => answer("200 OK", "", b"User-agent: *\nDisallow: /secret\n"),
        _ => answer("200 OK", "Content-Type: text/html\r\n", SCRIPTED.as_bytes()),
    }));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("config")).unwrap();
    let config = format!(
        "[fetch]\ndelay_s = 0.0\nretries = 0\ntimeout_s = 20.0\nmax_body_mib = 1\n[source.town]\n\
         url = \"http://127.0.0.1:{}{page}\"\nallow_networks = [\"127.0.0.0/8\"]\nrender_command = {command}\n",
        server.port
    );
    put(&folder.path().join("config/tearsheet.toml"), &config);
    Place { folder, server, _runtime: runtime }
}

fn put(path: &Path, text: &str) {
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

impl Place {
    /// A shell script beside the config.
    fn script(&self, body: &str) {
        let path = self.folder.path().join("render");
        put(&path, &format!("#!/bin/sh\n{body}\n"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn outcome(&self) -> (String, String) {
        let said = run_in(self.folder.path(), &["run", "town"]);
        let line: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_default();
        let word = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        (word("outcome"), word("detail"))
    }

    fn rows(&self, sql: &str) -> Vec<String> {
        rows(&self.folder.path().join("config/tearsheet.db"), sql)
    }
}

#[test]
fn what_the_program_prints_is_the_page() {
    let place = place("/news?a=1&b=$(touch%20x)", "[\"./render\", \"--dump\"]");
    put(&place.folder.path().join("page.html"), RENDERED);
    place.script("echo \"$@\" > arguments; cat page.html");
    assert_eq!(place.outcome().0, "ok");
    assert_eq!(place.rows("SELECT count(*), count(published_at) FROM records"), ["3|3"]);
    let arguments = std::fs::read_to_string(place.folder.path().join("arguments")).unwrap();
    let url = format!("http://127.0.0.1:{}/news?a=1&b=$(touch%20x)", place.server.port);
    assert_eq!(arguments.trim(), format!("--dump {url}"), "one argument, no shell");
    assert_eq!((place.server.seen().len(), place.server.robots_seen()), (0, 1), "robots.txt is asked, the page is not");

    let kept = place.rows("SELECT path, offset FROM snapshots JOIN files USING (file)");
    let (path, offset) = kept[0].split_once('|').unwrap();
    let archive = std::fs::read(place.folder.path().join("config").join(path)).unwrap();
    let offset: usize = offset.parse().unwrap();
    let record = tearsheet::archive::records(&archive[offset..], 0).next().unwrap().unwrap();
    assert_eq!(&record.payload[..], RENDERED.as_bytes());
}

#[test]
fn programs_that_fail_are_told_and_bounded() {
    let failing = place("/news", "[\"./render\"]");
    for (script, outcome, detail) in [
        ("echo no display >&2; exit 3", "unreachable", "no display"),
        ("exit 0", "unreachable", "printed nothing"),
        ("head -c 2000000 /dev/zero", "broken", "more than"),
    ] {
        failing.script(script);
        let said = failing.outcome();
        assert_eq!(said.0, outcome, "{script}: {}", said.1);
        assert!(said.1.contains(detail), "{script}: {}", said.1);
    }
    let missing = place("/news", "[\"./no-such-program\"]").outcome();
    assert_eq!(missing.0, "blocked");
    assert!(missing.1.contains("cannot be started"), "{}", missing.1);
}

#[test]
fn robots_hold_for_rendered_pages() {
    let place = place("/secret", "[\"./render\"]");
    place.script("touch started");
    assert_eq!(place.outcome().0, "blocked");
    assert!(!place.folder.path().join("started").exists());
}

#[test]
fn a_command_needs_a_program() {
    let said = run_in(place("/news", "[]").folder.path(), &["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("tearsheet.toml:9") && said.err.contains("needs a program"), "{}", said.err);
}

/// The command of docs/rendering.md. `TEARSHEET_REQUIRE=chromium` makes a missing browser a failure.
#[test]
fn headless_chromium_as_documented() {
    let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
        std::process::Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    });
    let Some(browser) = found else {
        let required = std::env::var("TEARSHEET_REQUIRE").is_ok_and(|names| names.contains("chromium"));
        assert!(!required, "no chromium here");
        eprintln!("skipped: no chromium here");
        return;
    };
    let documented = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rendering.md")).unwrap();
    let command = documented.lines().find_map(|line| line.strip_prefix("render_command = ")).unwrap();
    let as_root = "\"--no-sandbox\", \"--headless\"";
    let command = command.replace("\"chromium\"", &format!("\"{browser}\"")).replace("\"--headless\"", as_root);
    let place = place("/news", &command);
    let (outcome, detail) = place.outcome();
    assert_eq!(outcome, "ok", "{detail}");
    assert_eq!(place.rows("SELECT count(*) FROM records"), ["3"]);
}
