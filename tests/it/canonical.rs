//! URLs of trusted test suites: tracking parameters go, identity stays, and twice is once.

use crate::shared;
use tearsheet::canonical::canonicalize;
use url::Url;

#[test]
fn tracking_parameters_go_and_ids_stay() {
    let rows = shared::rows("vectors/urls/tracking.jsonl");
    let wrong: Vec<_> = rows
        .iter()
        .filter(|row| {
            let url = Url::parse(row["in"].as_str().unwrap()).unwrap();
            Some(canonicalize(&url).as_str()) != row["expect"].as_str()
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), rows.len());
}

#[test]
fn canonicalizing_twice_is_once() {
    let mut forms = 0;
    for file in ["vectors/urls/canonical.jsonl", "vectors/urls/whatwg.jsonl", "vectors/urls/tracking.jsonl"] {
        for row in shared::rows(file) {
            for field in ["in", "expect"] {
                let Some(Ok(url)) = row[field].as_str().map(Url::parse) else { continue };
                let once = canonicalize(&url);
                let again = Url::parse(once.as_str()).map(|url| canonicalize(&url));
                assert_eq!(again.as_ref(), Ok(&once), "{url}");
                forms += 1;
            }
        }
    }
    assert!(forms == 0 || forms > 1_000, "{forms}");
}
