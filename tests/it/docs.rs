//! The documents say what is so.

use crate::program::tearsheet;
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
