//! One more source in the text of a config, everything else as it was.

use toml_edit::{Array, DocumentMut, Item, Table, TomlError, value};
use url::Url;

/// The keys of a new source.
pub(super) struct Keys<'a> {
    pub(super) name: &'a str,
    pub(super) url: &'a Url,
    /// A feed to ask beside the listing, and the comment above it.
    pub(super) feed: Option<(&'a Url, String)>,
    pub(super) schedule: &'a str,
    pub(super) language: Option<&'a str>,
    pub(super) time_zone: Option<&'a str>,
    pub(super) networks: &'a [ipnet::IpNet],
}

/// The stanza, and the config with it at its end.
pub(super) fn added(text: &str, keys: &Keys<'_>) -> Result<(String, String), TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let stanza = stanza(keys);
    let is_table = document.get("source").is_none_or(Item::is_table);
    if is_table && !document.contains_key("source") {
        let gap = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return Ok((stanza.clone(), format!("{text}{end}{gap}{stanza}")));
    }
    // Inline tables (`source = { … }`) and sub-tables alike: the editor knows where a table may stand.
    let mut source = table(keys);
    source.decor_mut().set_prefix("\n");
    if let Some(sources) = document.get_mut("source").and_then(Item::as_table_like_mut) {
        sources.insert(keys.name, Item::Table(source));
    }
    Ok((stanza, document.to_string()))
}

fn stanza(keys: &Keys<'_>) -> String {
    let mut sources = Table::new();
    sources.set_implicit(true);
    sources.insert(keys.name, Item::Table(table(keys)));
    let mut stanza = DocumentMut::new();
    stanza.insert("source", Item::Table(sources));
    stanza.to_string()
}

fn table(keys: &Keys<'_>) -> Table {
    let mut table = Table::new();
    table["url"] = value(keys.url.as_str());
    if let Some((url, comment)) = &keys.feed {
        table["feed"] = value(url.as_str());
        if let Some(mut key) = table.key_mut("feed") {
            key.leaf_decor_mut().set_prefix(format!("# {comment}\n"));
        }
    }
    for (key, text) in [("schedule", Some(keys.schedule)), ("time_zone", keys.time_zone), ("language", keys.language)] {
        if let Some(text) = text {
            table[key] = value(text);
        }
    }
    if !keys.networks.is_empty() {
        table["allow_networks"] = value(keys.networks.iter().map(ToString::to_string).collect::<Array>());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(text: &str) -> String {
        let url = Url::parse("https://b.example/news").unwrap();
        let (schedule, language) = ("7 * * * *", Some("en"));
        let feed_url = Url::parse("https://b.example/feed").unwrap();
        let feed = Some((&feed_url, "It knows more.".to_owned()));
        let keys = Keys { name: "b", url: &url, feed, schedule, language, time_zone: None, networks: &[] };
        added(text, &keys).unwrap().1
    }

    const STANZA: &str = "[source.b]\nurl = \"https://b.example/news\"\n# It knows more.\nfeed = \"https://b.example/feed\"\nschedule = \"7 * * * *\"\nlanguage = \"en\"\n";

    #[test]
    fn what_stood_there_stays() {
        assert_eq!(add(""), STANZA);
        let commented = "# mine\ncontact = \"a@b.example\" # me\n\n[fetch]\n# slow\ndelay_s = 9.0\n# the end\n";
        assert_eq!(add(commented), format!("{commented}\n{STANZA}"));
        let with_source = "# top\n[source.a] # first\nurl = \"https://a.example/\"\n\n[source.a.selectors]\nitem = \"li\" # rows\n# last words\n";
        let added = add(with_source);
        for line in with_source.lines().filter(|line| !line.is_empty()) {
            assert!(added.contains(line), "`{line}` is lost in\n{added}");
        }
        assert!(added.contains(STANZA), "{added}");
        assert!(added.find("[source.a.selectors]") < added.find("[source.b]"), "{added}");
    }
}
