//! Who may import whom: the table of ARCHITECTURE.md as data.

use std::path::{Path, PathBuf};

const GROUND: &[&str] = &["model"];
const TOOLS: &[&str] = &["html", "lexicon", "text", "atomic_file", "content_coding"];
const STAGES: &[&str] =
    &["frontier", "fetch", "archive", "extract", "dates", "canonical", "fingerprint", "store", "export"];
const ASSEMBLY: &[&str] = &["config"];
const COMPOSERS: &[&str] = &["pipeline", "serve"];

/// The modules that `module` may name, itself included, and why not the others.
fn allowed(module: &str) -> (Vec<&'static str>, &'static str) {
    let join = |lists: &[&[&'static str]]| lists.concat();
    match module {
        m if GROUND.contains(&m) => (join(&[GROUND]), "the ground imports nothing of ours"),
        m if TOOLS.contains(&m) => (join(&[GROUND, TOOLS]), "tools import the ground and each other"),
        // An export is a query of the store in another form: the one pair of stages that know each other.
        "export" => (join(&[GROUND, TOOLS, &["store", "export"]]), "`export` knows the store, no other stage"),
        m if STAGES.contains(&m) => (join(&[GROUND, TOOLS]), "only `pipeline` composes stages"),
        m if ASSEMBLY.contains(&m) => {
            (join(&[GROUND, TOOLS, STAGES, ASSEMBLY]), "`config` imports stages for their options")
        }
        "serve" => (join(&[GROUND, TOOLS, &["store", "export", "serve"]]), "`serve` reads the store and nothing else"),
        _ => (join(&[GROUND, TOOLS, STAGES, ASSEMBLY, COMPOSERS]), ""),
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

/// Every `crate::NAME` that `text` names outside comments, braced imports (`crate::{a, b::c}`) included.
fn named_modules(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(braced) = rest.strip_prefix('{') else {
            names.push(word(rest));
            continue;
        };
        let mut depth = 0_i32;
        let mut item = String::new();
        for c in braced.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => names.push(word(std::mem::take(&mut item).trim())),
                _ if depth == 0 => item.push(c),
                _ => {}
            }
        }
        names.push(word(item.trim()));
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn modules_import_only_what_they_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let known = [GROUND, TOOLS, STAGES, ASSEMBLY, COMPOSERS].concat();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).unwrap();
        let module = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if matches!(module, "lib" | "main" | "cli") {
            continue;
        }
        let (allowed, why) = allowed(module);
        for name in named_modules(&std::fs::read_to_string(&file).unwrap()) {
            checked += 1;
            let own = name == module;
            if known.contains(&name.as_str()) && !own && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{}: `{module}` may not import `{name}`; {why}", relative.display()));
            }
        }
    }
    assert!(checked > 50, "the scan found only {checked} imports: it is broken");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let lib = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let known = [GROUND, TOOLS, STAGES, ASSEMBLY, COMPOSERS].concat();
    for line in lib.lines().filter_map(|line| line.split("mod ").nth(1)) {
        let name = line.trim_end_matches(';');
        assert!(known.contains(&name), "`{name}` stands in no layer of ARCHITECTURE.md");
    }
}

#[test]
fn only_html_names_the_parser() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).unwrap();
        if relative.starts_with("html") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for parser in ["scraper::", "html5ever::", "ego_tree::", "lexbor", "tl::"] {
            let named = text.lines().any(|line| {
                let code = line.split("//").next().unwrap_or_default();
                code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                    .any(|word| word.starts_with(parser))
            });
            assert!(!named, "{}: `{parser}` belongs into src/html/", relative.display());
        }
    }
}

#[test]
fn the_scan_sees_braced_and_inline_paths() {
    let text =
        "use crate::{canonical, dates::{read, resolve}, extract};\nlet x = crate::store::open(); // crate::fetch";
    assert_eq!(named_modules(text), ["canonical", "dates", "extract", "store"]);
}
