//! The configuration checked, with its defaults filled in.

use super::error::{ConfigError, Located};
use super::raw::{OneOrMany, RawConfig, RawFetch, RawSource};
use super::schedule::{AutoBounds, Schedule};
use super::settings;
use crate::extract::Selectors;
use crate::model::{Meaning, Told};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;
use url::Url;

/// Once an hour, on the hour.
const DEFAULT_SCHEDULE: &str = "0 * * * *";
/// Sites visited at the same time.
const DEFAULT_PARALLEL: usize = 8;

/// The whole configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database file; `None` when the config names none.
    pub database: Option<PathBuf>,
    /// URL or mail address sent with every request, so that a site owner can reach the operator.
    pub contact: Option<String>,
    /// Sites visited at the same time.
    pub parallel: usize,
    /// Whether live captures are kept in WARC files.
    pub archive: bool,
    /// Days that WARC files are kept; `None` keeps them for ever.
    pub archive_keep_days: Option<u32>,
    /// Bytes of all archive files together, past which the oldest go; `None` is no limit.
    pub archive_max_bytes: Option<u64>,
    /// Settings of every request.
    pub fetch: FetchSettings,
    /// The sources, in the order of their names.
    pub sources: Vec<SourceConfig>,
}

/// `[fetch]`: limits and manners of every request.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchSettings {
    /// Pause between two requests to one site.
    pub delay: Duration,
    /// Connections to one site at the same time.
    pub connections_per_site: usize,
    /// Time for one whole response.
    pub timeout: Duration,
    /// Bytes of a body after all encodings are undone.
    pub max_body_bytes: u64,
    /// Redirects followed for one request.
    pub max_redirects: usize,
    /// Further tries after a transient failure.
    pub retries: u32,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            delay: Duration::from_secs(2),
            connections_per_site: 1,
            timeout: Duration::from_mins(1),
            max_body_bytes: 20 << 20,
            max_redirects: 10,
            retries: 2,
        }
    }
}

/// What a source does with robots.txt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robots {
    /// Obey it: the default.
    Obey,
    /// Ignore it; the log of every visit says so.
    Ignore,
}

/// `[source.NAME]`: one configured place to visit.
#[derive(Debug, Clone)]
pub struct SourceConfig {
    /// The name, as in the brackets.
    pub name: String,
    /// Its listing pages, at least one.
    pub urls: Vec<Url>,
    /// A feed or an API that lists the same articles: asked once a visit for what the listing does not say of them.
    pub feed: Option<Url>,
    /// When it is due.
    pub schedule: Schedule,
    /// Zone of times that state none; `None` when neither the source nor the file names one.
    pub time_zone: Option<TimeZone>,
    /// BCP 47 language of its pages.
    pub language: Option<String>,
    /// What it does with robots.txt.
    pub robots: Robots,
    /// Pause between two requests to its site, instead of `fetch.delay_s`.
    pub delay: Option<Duration>,
    /// Private networks that it may reach (CIDR).
    pub allow_networks: Vec<ipnet::IpNet>,
    /// Extra request headers: never logged, never sent to another origin.
    pub headers: Vec<(String, String)>,
    /// A program that is given the URL of a page and prints it as a browser shows it.
    pub render_command: Option<Vec<String>>,
    /// Kept in the file and not visited.
    pub disabled: bool,
    /// What query parameters of its URLs mean, where the verdict from the data is wrong or comes too late.
    pub url_parameters: Told,
    /// CSS selectors.
    pub selectors: Selectors,
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`ConfigError`]; the message stands alone.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    /// Reads and checks a file with `settings` (`KEY=VALUE`) written over it, each stronger than the one before.
    ///
    /// # Errors
    /// [`ConfigError`]; a mistake of the file is told as such, a mistake of a setting names the setting.
    pub fn load_with(path: &Path, settings: &[String]) -> Result<Self, ConfigError> {
        let mut text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut config = Self::parse(path, &text)?;
        for setting in settings {
            let key = setting.split('=').next().unwrap_or(setting).trim();
            let wrong = |problem| ConfigError::Setting { key: key.to_owned(), problem };
            text = settings::overlay(&text, setting).map_err(wrong)?;
            config = Self::parse(path, &text).map_err(|error| match error {
                ConfigError::Wrong { problem, .. } => wrong(problem),
                other => other,
            })?;
        }
        Ok(config)
    }

    /// Checks the text of a file. `path` names it in messages and is the base of relative paths in it.
    ///
    /// # Errors
    /// [`ConfigError`]; the message stands alone.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let at = Located { path, text };
        let raw: RawConfig = toml::from_str(text).map_err(|error| at.toml(&error))?;
        let zone = raw.time_zone.as_ref().map(|zone| time_zone(at, "time_zone", zone)).transpose()?;
        let bounds = auto_bounds(at, &raw)?;
        let defaults = Defaults { at, schedule: raw.schedule, zone, bounds };
        let sources = raw
            .source
            .iter()
            .map(|(name, source)| defaults.source(name, source))
            .collect::<Result<Vec<SourceConfig>, ConfigError>>()?;
        Ok(Self {
            database: raw.database.map(|file| path.parent().unwrap_or(Path::new("")).join(file)),
            contact: raw.contact.filter(|contact| !contact.is_empty()),
            parallel: raw.parallel.map_or(Ok(DEFAULT_PARALLEL), |value| whole(at, "parallel", &value, 1..=256))?,
            archive: raw.archive.unwrap_or(true),
            archive_max_bytes: raw
                .archive_max_mib
                .map(|value| whole::<u64>(at, "archive_max_mib", &value, 0..=1 << 30))
                .transpose()?
                .filter(|mib| *mib > 0)
                .map(|mib| mib << 20),
            archive_keep_days: raw
                .archive_keep_days
                .map(|value| whole(at, "archive_keep_days", &value, 0..=36_500))
                .transpose()?
                .filter(|days| *days > 0),
            fetch: fetch_settings(at, &raw.fetch)?,
            sources,
        })
    }
}

/// What a source takes from the top of the file.
struct Defaults<'a> {
    at: Located<'a>,
    schedule: Option<Spanned<String>>,
    zone: Option<TimeZone>,
    bounds: AutoBounds,
}

impl Defaults<'_> {
    fn source(&self, name: &Spanned<String>, raw: &RawSource) -> Result<SourceConfig, ConfigError> {
        let at = self.at;
        let key = |key: &str| format!("source.{}.{key}", name.as_ref());
        source_name(at, name)?;
        let time_zone = match &raw.time_zone {
            Some(zone) => Some(time_zone(at, &key("time_zone"), zone)?),
            None => self.zone.clone(),
        };
        let urls = urls(at, name, raw.url.as_ref())?;
        Ok(SourceConfig {
            name: name.as_ref().clone(),
            feed: raw.feed.as_ref().map(|text| feed(at, &key("feed"), text, &urls)).transpose()?,
            urls,
            schedule: self.schedule(&key("schedule"), raw.schedule.as_ref(), time_zone.clone())?,
            time_zone,
            language: raw.language.as_ref().map(|tag| language(at, &key("language"), tag)).transpose()?,
            robots: raw.robots.as_ref().map_or(Ok(Robots::Obey), |word| robots(at, &key("robots"), word))?,
            delay: raw.delay_s.as_ref().map(|value| seconds(at, &key("delay_s"), value)).transpose()?,
            allow_networks: raw
                .allow_networks
                .iter()
                .map(|text| network(at, &key("allow_networks"), text))
                .collect::<Result<_, _>>()?,
            headers: raw.headers.iter().map(|(name, value)| (name.clone(), value.as_ref().clone())).collect(),
            render_command: raw
                .render_command
                .as_ref()
                .map(|command| render_command(at, &key("render_command"), command))
                .transpose()?,
            disabled: raw.disabled,
            url_parameters: url_parameters(at, &key("url_parameters"), &raw.url_parameters)?,
            selectors: raw.selectors.as_ref().map_or(Ok(Selectors::default()), |table| selectors(at, name, table))?,
        })
    }

    fn schedule(
        &self,
        key: &str,
        own: Option<&Spanned<String>>,
        zone: Option<TimeZone>,
    ) -> Result<Schedule, ConfigError> {
        let zone = zone.unwrap_or(TimeZone::UTC);
        match own.map(|cron| (key, cron)).or(self.schedule.as_ref().map(|cron| ("schedule", cron))) {
            Some((key, cron)) => Schedule::parse(cron.as_ref(), zone, self.bounds)
                .map_err(|problem| self.at.wrong(cron.span(), format!("`{key}`: {problem}"))),
            None => {
                Ok(Schedule::parse(DEFAULT_SCHEDULE, zone, self.bounds).expect("the default schedule is a literal"))
            }
        }
    }
}

fn source_name(at: Located<'_>, name: &Spanned<String>) -> Result<(), ConfigError> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.as_ref().is_empty() && name.as_ref().chars().all(plain) {
        return Ok(());
    }
    Err(at.wrong(
        name.span(),
        format!("`{}` is no name of a source: expected letters, digits, `-`, `_` and `.`", name.as_ref()),
    ))
}

fn selectors(at: Located<'_>, name: &Spanned<String>, table: &Spanned<Selectors>) -> Result<Selectors, ConfigError> {
    table.as_ref().check().map_err(|(key, problem)| {
        let span = at.value_of(&["source", name.as_ref(), "selectors", key], table.span());
        let key = format!("source.{}.selectors.{key}", name.as_ref());
        at.wrong(span, format!("`{key}`: expected a CSS selector: {problem}"))
    })?;
    Ok(table.as_ref().clone())
}

fn urls(at: Located<'_>, name: &Spanned<String>, raw: Option<&Spanned<OneOrMany>>) -> Result<Vec<Url>, ConfigError> {
    let key = format!("source.{}.url", name.as_ref());
    let list: &[String] = match raw.map(Spanned::as_ref) {
        Some(OneOrMany::One(one)) => std::slice::from_ref(one),
        Some(OneOrMany::Many(many)) => many,
        None => &[],
    };
    let span = raw.map_or_else(|| name.span(), Spanned::span);
    if list.is_empty() {
        return Err(at.wrong(span, format!("`{key}` is missing: expected the URL of a listing page")));
    }
    list.iter().map(|text| web_url(at, &key, text, span.clone())).collect()
}

fn web_url(at: Located<'_>, key: &str, text: &str, span: Range<usize>) -> Result<Url, ConfigError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    // The value is not repeated: a URL may carry a token.
    url.ok_or_else(|| at.wrong(span, format!("`{key}`: expected an http or https URL")))
}

fn feed(at: Located<'_>, key: &str, text: &Spanned<String>, listings: &[Url]) -> Result<Url, ConfigError> {
    let mut url = web_url(at, key, text.as_ref(), text.span())?;
    url.set_fragment(None);
    let is_same = |listing: &Url| listing[..url::Position::AfterQuery] == url[..];
    if listings.iter().any(is_same) {
        let problem = format!("`{key}`: expected another URL than `url`; a feed that is collected itself needs none");
        return Err(at.wrong(text.span(), problem));
    }
    Ok(url)
}

fn fetch_settings(at: Located<'_>, raw: &RawFetch) -> Result<FetchSettings, ConfigError> {
    let default = FetchSettings::default();
    let seconds_or = |key: &str, value: &Option<Spanned<f64>>, default: Duration| {
        value.as_ref().map_or(Ok(default), |value| seconds(at, key, value))
    };
    Ok(FetchSettings {
        delay: seconds_or("fetch.delay_s", &raw.delay_s, default.delay)?,
        connections_per_site: raw
            .connections_per_site
            .as_ref()
            .map_or(Ok(default.connections_per_site), |v| whole(at, "fetch.connections_per_site", v, 1..=16))?,
        timeout: seconds_or("fetch.timeout_s", &raw.timeout_s, default.timeout)?,
        max_body_bytes: raw.max_body_mib.as_ref().map_or(Ok(default.max_body_bytes), |v| {
            whole::<u64>(at, "fetch.max_body_mib", v, 1..=1024).map(|mib| mib << 20)
        })?,
        max_redirects: raw
            .max_redirects
            .as_ref()
            .map_or(Ok(default.max_redirects), |v| whole(at, "fetch.max_redirects", v, 0..=50))?,
        retries: raw.retries.as_ref().map_or(Ok(default.retries), |v| whole(at, "fetch.retries", v, 0..=10))?,
    })
}

fn auto_bounds(at: Located<'_>, raw: &RawConfig) -> Result<AutoBounds, ConfigError> {
    let default = AutoBounds::default();
    let shortest = raw.auto_shortest_h.as_ref().map(|value| hours(at, "auto_shortest_h", value)).transpose()?;
    let longest = raw.auto_longest_h.as_ref().map(|value| hours(at, "auto_longest_h", value)).transpose()?;
    let bounds = AutoBounds {
        shortest: shortest.unwrap_or(default.shortest),
        longest: longest.unwrap_or_else(|| default.longest.max(shortest.unwrap_or_default())),
    };
    if bounds.shortest <= bounds.longest {
        return Ok(bounds);
    }
    let span = raw.auto_longest_h.as_ref().map_or(0..0, Spanned::span);
    Err(at.wrong(span, "`auto_longest_h`: expected no less than `auto_shortest_h`".to_owned()))
}

fn time_zone(at: Located<'_>, key: &str, name: &Spanned<String>) -> Result<TimeZone, ConfigError> {
    TimeZone::get(name.as_ref()).map_err(|_| {
        let nearest = jiff::tz::db().available().map(|n| n.to_string()).collect::<Vec<_>>();
        let hint = super::error::nearest(name.as_ref(), nearest.iter().map(String::as_str))
            .map(|word| format!("; did you mean `{word}`?"))
            .unwrap_or_default();
        let expected = "expected an IANA name such as \"Europe/Berlin\"";
        at.wrong(name.span(), format!("`{key}`: `{}` is no time zone; {expected}{hint}", name.as_ref()))
    })
}

fn language(at: Located<'_>, key: &str, tag: &Spanned<String>) -> Result<String, ConfigError> {
    let mut parts = tag.as_ref().split('-');
    let first = parts.next().unwrap_or_default();
    let well_formed = (2..=3).contains(&first.len())
        && first.chars().all(|c| c.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()));
    if well_formed {
        return Ok(tag.as_ref().clone());
    }
    Err(at.wrong(tag.span(), format!("`{key}`: expected a language tag such as \"en-GB\", found `{}`", tag.as_ref())))
}

fn render_command(at: Located<'_>, key: &str, command: &Spanned<Vec<String>>) -> Result<Vec<String>, ConfigError> {
    match command.as_ref().first() {
        Some(program) if !program.trim().is_empty() => Ok(command.as_ref().clone()),
        _ => Err(at.wrong(
            command.span(),
            format!("`{key}` needs a program, and its arguments as texts of their own: [\"chromium\", \"--dump-dom\"]"),
        )),
    }
}

fn robots(at: Located<'_>, key: &str, word: &Spanned<String>) -> Result<Robots, ConfigError> {
    match word.as_ref().as_str() {
        "obey" => Ok(Robots::Obey),
        "ignore" => Ok(Robots::Ignore),
        other => Err(at.wrong(word.span(), format!("`{key}`: expected \"obey\" or \"ignore\", found `{other}`"))),
    }
}

fn url_parameters(at: Located<'_>, key: &str, table: &BTreeMap<String, Spanned<String>>) -> Result<Told, ConfigError> {
    table
        .iter()
        .map(|(name, word)| match Meaning::of(word.as_ref()).filter(|meaning| *meaning != Meaning::Open) {
            Some(meaning) => Ok((name.clone(), meaning)),
            None => Err(at.wrong(
                word.span(),
                format!("`{key}.{name}`: expected \"noise\" or \"identity\", found `{}`", word.as_ref()),
            )),
        })
        .collect()
}

fn network(at: Located<'_>, key: &str, text: &Spanned<String>) -> Result<ipnet::IpNet, ConfigError> {
    text.as_ref().parse().map_err(|_| {
        at.wrong(text.span(), format!("`{key}`: expected a network such as \"127.0.0.0/8\", found `{}`", text.as_ref()))
    })
}

fn seconds(at: Located<'_>, key: &str, value: &Spanned<f64>) -> Result<Duration, ConfigError> {
    /// A day: nobody means more, and a typing error of three digits is caught.
    const MOST: f64 = 86_400.0;
    let number = *value.as_ref();
    if (0.0..=MOST).contains(&number) {
        return Ok(Duration::from_secs_f64(number));
    }
    Err(at.wrong(value.span(), format!("`{key}`: expected seconds from 0 to {MOST}, found {number}")))
}

fn hours(at: Located<'_>, key: &str, value: &Spanned<f64>) -> Result<SignedDuration, ConfigError> {
    /// One minute: cron itself comes no more often.
    const LEAST: f64 = 1.0 / 60.0;
    /// Thirty days.
    const MOST: f64 = 720.0;
    let number = *value.as_ref();
    if (LEAST..=MOST).contains(&number) {
        return Ok(SignedDuration::from_secs_f64(number * 3_600.0));
    }
    Err(at.wrong(value.span(), format!("`{key}`: expected hours from 0.02 to {MOST}, found {number}")))
}

fn whole<T: TryFrom<i64>>(
    at: Located<'_>,
    key: &str,
    value: &Spanned<i64>,
    range: std::ops::RangeInclusive<i64>,
) -> Result<T, ConfigError> {
    let number = *value.as_ref();
    T::try_from(number).ok().filter(|_| range.contains(&number)).ok_or_else(|| {
        let expected = format!("expected a whole number from {} to {}", range.start(), range.end());
        at.wrong(value.span(), format!("`{key}`: {expected}, found {number}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(Path::new("dir/t.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults() {
        let config = parse("[source.a]\nurl = 'https://a.example/news'").unwrap();
        assert_eq!(config.fetch, FetchSettings::default());
        assert_eq!((config.parallel, config.archive, config.database), (8, true, None));
        assert_eq!(config.sources[0].robots, Robots::Obey);
    }

    /// `config/tearsheet.toml` shows every key with its default: with every `# key = value` above the example source
    /// switched on it must mean what the empty file means, and it must name every key there is.
    #[test]
    fn example_file_shows_the_defaults() {
        let example = include_str!("../../config/tearsheet.toml");
        let (settings, source) = example.split_once("# A source is").unwrap();
        let switch_on = |text: &str| {
            let is_key = |line: &str| line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
            text.lines()
                .map(|line| {
                    line.strip_prefix("# ").filter(|rest| is_key(rest) || rest.starts_with('[')).unwrap_or(line)
                })
                .collect::<Vec<_>>()
                .join("\n")
        };
        let shown = parse(&switch_on(settings)).unwrap();
        let mut empty = parse("").unwrap();
        empty.database = Some("dir/tearsheet.db".into());
        assert_eq!(format!("{shown:?}"), format!("{empty:?}"));

        let whole = switch_on(&format!("{settings}# A source is{source}"));
        assert_eq!(parse(&whole).unwrap().sources[0].name, "example-news");
        for key in parse("x = 1").unwrap_err().split('`').skip(3).step_by(2).filter(|key| *key != "source") {
            assert!(
                whole.contains(&format!("\n{key} = ")) || whole.contains(&format!("\n[{key}]")),
                "`{key}` is not shown"
            );
        }
        for section in ["fetch", "source.example-news", "source.example-news.selectors"] {
            let error = parse(&format!("[{section}]\nx = 1")).unwrap_err();
            let shown = whole.split(&format!("\n[{section}]\n")).nth(1).unwrap();
            for key in error.split('`').skip(3).step_by(2).filter(|key| *key != "selectors") {
                assert!(shown.contains(&format!("{key} = ")), "`{key}` of [{section}] is not shown");
            }
        }
    }

    #[test]
    fn database_is_relative_to_the_file() {
        assert_eq!(parse("database = 'x.db'").unwrap().database.unwrap(), Path::new("dir/x.db"));
    }

    #[test]
    fn settings_beside_the_file_are_stronger_and_checked_alike() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.toml");
        let text = "parallel = 2\n[source.a]\nurl = 'https://a.example/'";
        std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), text.as_bytes()).unwrap();
        let load = |settings: &[&str]| {
            let settings: Vec<String> = settings.iter().map(|&setting| setting.to_owned()).collect();
            Config::load_with(&path, &settings).map_err(|error| error.to_string())
        };
        assert_eq!(load(&[]).unwrap().parallel, 2);
        let config = load(&["parallel=3", "parallel=4", "fetch.delay_s=0.5", "source.a.disabled=true"]).unwrap();
        assert_eq!((config.parallel, config.fetch.delay), (4, Duration::from_millis(500)));
        assert!(config.sources[0].disabled);
        let error = load(&["paralel=3"]).unwrap_err();
        assert!(error.starts_with("setting `paralel`: ") && error.contains("did you mean `parallel`?"), "{error}");
        assert!(load(&["parallel=0"]).unwrap_err().contains("expected a whole number from 1 to 256"));
        assert!(!load(&["contact.x=secret"]).unwrap_err().contains("secret"));
    }

    #[test]
    fn mistakes_name_line_key_and_expectation() {
        let source = "[source.a]\nurl = 'https://a.example/'\n";
        for (text, expected) in [
            ("databse = 'x'", "dir/t.toml:1: unknown key `databse`"),
            ("databse = 'x'", "did you mean `database`?"),
            (&format!("{source}langauge = 'en'"), "dir/t.toml:3: unknown key `langauge`"),
            (&format!("{source}schedule = '61 * * * *'"), "dir/t.toml:3: `source.a.schedule`: `61 * * * *`"),
            (
                &format!("auto_shortest_h = 9\nauto_longest_h = 2\n{source}"),
                "dir/t.toml:2: `auto_longest_h`: expected no less",
            ),
            ("auto_longest_h = 0", "`auto_longest_h`: expected hours"),
            (&format!("{source}time_zone = 'Europe/Berlni'"), "did you mean `Europe/Berlin`?"),
            (&format!("{source}robots = 'no'"), "expected \"obey\" or \"ignore\""),
            (
                &format!("{source}url_parameters = {{ ref = 'nose' }}"),
                "`source.a.url_parameters.ref`: expected \"noise\"",
            ),
            (&format!("{source}language = 'english please'"), "expected a language tag"),
            (&format!("{source}{source}"), "dir/t.toml:3: duplicate key `a`"),
            (
                &format!("{source}[source.a.selectors]\nitem = 'li'\ntitle = 'h2:('"),
                "dir/t.toml:5: `source.a.selectors.title`: expected a CSS selector",
            ),
            ("[source.a]", "dir/t.toml:1: `source.a.url` is missing"),
            ("[source.a]\nurl = 'ftp://x/?token=secret'", "expected an http or https URL"),
            (
                &format!("{source}feed = 'ftp://x/?token=secret'"),
                "dir/t.toml:3: `source.a.feed`: expected an http or https",
            ),
            (&format!("{source}feed = 'https://a.example/#top'"), "`source.a.feed`: expected another URL than `url`"),
            ("[source.a]\nurl = 3", "dir/t.toml:2: `source.a.url`: expected a URL in quotes"),
            ("[fetch]\ndelay_s = -1", "`fetch.delay_s`: expected seconds"),
            ("parallel = 0", "`parallel`: expected a whole number from 1 to 256"),
            ("parallel = 'x'", "dir/t.toml:1: `parallel`: expected a whole number, found string \"x\""),
            (&format!("{source}disabled = 'no'"), "dir/t.toml:3: `source.a.disabled`: expected true or false"),
            ("[fetch]\ntimeout_s = '9'", "dir/t.toml:2: `fetch.timeout_s`: expected a number"),
            ("[fetch]\ntimeuot_s = 9", "dir/t.toml:2: unknown key `timeuot_s`"),
            ("archive = 1", "dir/t.toml:1: `archive`: expected true or false, found integer `1`"),
            ("source = 3", "dir/t.toml:1: `source`: expected a table"),
            ("contact = ['x']", "dir/t.toml:1: `contact`: expected a text in quotes"),
            ("contact = 'x", "dir/t.toml:1: "),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}\n  gave {error}\n  not  {expected}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
