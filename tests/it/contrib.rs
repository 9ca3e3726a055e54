//! The files in `contrib/` name commands and flags that exist, and expressions that can be read.

use crate::program::tearsheet;
use crate::shared;
use std::path::{Path, PathBuf};
use std::process::Command;
use tearsheet::config::{AutoBounds, Schedule};

const PROGRAM: &str = "/usr/local/bin/tearsheet";

fn contrib(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(contrib(name)).unwrap()
}

/// The words after the program's name, up to a redirection.
fn arguments(line: &str) -> Vec<&str> {
    let rest = line.split_once(PROGRAM).unwrap().1;
    rest.split_whitespace().take_while(|word| !word.contains('>')).collect()
}

/// Parses arguments with the real program, which then prints its help instead of working.
fn assert_parses(file: &str, arguments: &[&str]) {
    let output = tearsheet().args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "{file}: {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(arguments.iter().any(|word| ["run", "watch"].contains(word)), "{file}: {arguments:?}");
    assert!(arguments.contains(&"--config"), "{file}: services start in another folder");
}

#[test]
fn commands_in_units_and_crontab_exist() {
    for file in ["tearsheet-watch.service", "tearsheet-run.service"] {
        let text = read(file);
        let start = text.lines().find(|line| line.starts_with("ExecStart=")).unwrap();
        assert_parses(file, &arguments(start));
    }
    let text = read("crontab");
    let line = text.lines().find(|line| line.contains(PROGRAM)).unwrap();
    assert_parses("crontab", &arguments(line));
    let fields = line.split_whitespace().take(5).collect::<Vec<_>>().join(" ");
    Schedule::parse(&fields, jiff::tz::TimeZone::UTC, AutoBounds::default()).unwrap();
}

#[test]
fn container_starts_a_command_that_exists_with_the_compiler_that_is_needed() {
    let text = read("Containerfile");
    let command = text.lines().find_map(|line| line.strip_prefix("CMD ")).unwrap();
    let words: Vec<String> = serde_json::from_str(command).unwrap();
    assert_parses("Containerfile", &words.iter().map(String::as_str).collect::<Vec<_>>());
    let needed = env!("CARGO_PKG_RUST_VERSION");
    assert!(text.contains(&format!("rust:{needed}-")), "the image must have Rust {needed}, as Cargo.toml says");
}

#[test]
fn units_are_sound() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return shared::skip("systemd-analyze");
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["tearsheet-watch.service", "tearsheet-run.service", "tearsheet-run.timer"] {
        // The program stands elsewhere here; a missing one would be the only complaint.
        let text = read(name).replace(PROGRAM, env!("CARGO_BIN_EXE_tearsheet"));
        crate::run::put(&folder.path().join(name), &text);
    }
    for name in ["tearsheet-watch.service", "tearsheet-run.timer"] {
        let output = Command::new("systemd-analyze").arg("verify").arg(folder.path().join(name)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let about_ours: Vec<&str> = said.lines().filter(|line| line.contains("tearsheet")).collect();
        assert!(about_ours.is_empty(), "{name}: {about_ours:?}");
    }
}
