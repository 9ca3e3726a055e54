//! Settings given on the command line or in the environment, written over the text of a config.
//!
//! In: the text of the file and `key=value` pairs. Out: a text in which these keys have these values, so that they are
//! checked by the same rules as those of the file.

use toml_edit::{DocumentMut, Item, Key, Table, TableLike, Value};

/// `text` with `setting` (`fetch.delay_s=5`, `source.town.schedule=auto`) written over it. What stands after the equals
/// sign is a TOML value, or text when it is none.
///
/// # Errors
/// What is wrong with the setting, for a person. A `text` that is no TOML is returned as it is: its reader says why.
pub(super) fn overlay(text: &str, setting: &str) -> Result<String, String> {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return Ok(text.to_owned()) };
    let expected = "expected KEY=VALUE, for example `fetch.delay_s=5`";
    let (key, value) = setting.split_once('=').ok_or_else(|| format!("`{setting}`: {expected}"))?;
    let mut path = Key::parse(key.trim()).map_err(|_| format!("`{key}` is no key; {expected}"))?;
    let last = path.pop().ok_or_else(|| format!("`{setting}`: {expected}"))?;
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for step in &path {
        let inner = table.entry(step.get()).or_insert_with(|| Item::Table(Table::new()));
        table = inner.as_table_like_mut().ok_or_else(|| format!("`{step}` in `{key}` is no section"))?;
    }
    let value = value.trim();
    let value = value.parse::<Value>().unwrap_or_else(|_| Value::from(value));
    table.insert(last.get(), Item::Value(value));
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::overlay;

    #[test]
    fn a_setting_takes_the_place_of_the_key_or_is_added() {
        let text = "parallel = 2 # two\n[fetch]\ndelay_s = 1.0\n[source.a]\nurl = 'https://a.example/'\n";
        assert_eq!(
            overlay(text, "fetch.delay_s=5").unwrap(),
            "parallel = 2 # two\n[fetch]\ndelay_s = 5\n[source.a]\nurl = 'https://a.example/'\n"
        );
        assert!(overlay(text, "source.a.schedule=0 7 * * *").unwrap().contains("schedule = \"0 7 * * *\""));
        assert!(overlay("", "fetch.retries=0").unwrap().contains("[fetch]\nretries = 0"));
        assert_eq!(overlay("no toml = = ", "parallel=2").unwrap(), "no toml = = ");
    }

    #[test]
    fn mistakes_are_named() {
        assert!(overlay("", "parallel").unwrap_err().contains("expected KEY=VALUE"));
        assert!(overlay("", "a b=1").unwrap_err().contains("is no key"));
        assert!(overlay("parallel = 2", "parallel.x=1").unwrap_err().contains("no section"));
    }
}
