//! A robots.txt to the rules of one agent.

use super::pattern::{Pattern, Spellings};
use std::time::Duration;
use url::Url;

/// Octets that are read: RFC 9309 asks for 500 KiB at least. A line cut here does not count.
pub(in crate::fetch) const MAX_ROBOTS_BYTES: usize = 512 << 10;

/// Longest delay that a site can ask for: one page a minute still reads a listing every visit.
const MAX_CRAWL_DELAY: Duration = Duration::from_mins(1);

/// What one robots.txt says to one agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    pattern: Pattern,
}

/// A line of a known kind.
enum Line<'a> {
    Agent(&'a [u8]),
    Rule { allow: bool, value: &'a [u8] },
    Delay(Option<Duration>),
}

/// Whom the group that is being read speaks to.
#[derive(Clone, Copy, Default)]
struct Audience {
    us: bool,
    all: bool,
    /// The next `User-agent` line begins a new group.
    closed: bool,
}

impl Audience {
    fn add(&mut self, agent: &[u8], token: &[u8], best: usize) {
        if self.closed {
            *self = Self::default();
        }
        self.all |= agent.first() == Some(&b'*') && agent.get(1).is_none_or(u8::is_ascii_whitespace);
        self.us |= best > 0 && match_length(agent, token) == best;
    }
}

/// How much of `token` the value of a `User-agent` line names: all of it, or the family before a dash (`example` for
/// `example-news`); 0 when it names somebody else. The closest name decides.
fn match_length(agent: &[u8], token: &[u8]) -> usize {
    let names =
        |name: &[u8]| !name.is_empty() && token.len() >= name.len() && token[..name.len()].eq_ignore_ascii_case(name);
    let product = product_token(agent);
    let plain = product_token(token).len() == token.len();
    if names(agent) && agent.len() == token.len() || plain && names(product) && product.len() == token.len() {
        token.len()
    } else if names(product) && token.get(product.len()) == Some(&b'-') {
        product.len()
    } else {
        0
    }
}

impl Rules {
    /// Reads `text` for the agent whose product token is `token`.
    ///
    /// Rules of all groups that name the agent count together; where none does, those for `*`. Never fails: lines that
    /// cannot be read are left out. Cost: linear in `text`, capped at 512 KiB.
    #[must_use]
    pub fn parse(text: &[u8], token: &str) -> Self {
        let token = token.split('/').next().unwrap_or(token).as_bytes();
        let read: Vec<Line<'_>> = lines(text).filter_map(read_line).collect();
        let length = |line: &Line<'_>| if let Line::Agent(agent) = line { match_length(agent, token) } else { 0 };
        let best = read.iter().map(length).max().unwrap_or(0);
        let (mut ours, mut all) = (Self::default(), Self::default());
        // A Crawl-delay ends the agents that it speaks to, but must not end a group for Allow and Disallow.
        let (mut rule_audience, mut delay_audience) = (Audience::default(), Audience::default());
        for line in read {
            match line {
                Line::Agent(agent) => {
                    rule_audience.add(agent, token, best);
                    delay_audience.add(agent, token, best);
                }
                Line::Rule { allow, value } => {
                    rule_audience.closed = true;
                    delay_audience.closed = true;
                    let Some(pattern) = Pattern::parse(value, allow) else { continue };
                    if rule_audience.us {
                        ours.rules.push(Rule { allow, pattern: pattern.clone() });
                    }
                    if rule_audience.all {
                        all.rules.push(Rule { allow, pattern });
                    }
                }
                Line::Delay(delay) => {
                    delay_audience.closed = true;
                    if delay_audience.us {
                        ours.crawl_delay = ours.crawl_delay.max(delay);
                    }
                    if delay_audience.all {
                        all.crawl_delay = all.crawl_delay.max(delay);
                    }
                }
            }
        }
        if best > 0 { ours } else { all }
    }

    /// True when `url` may be asked for: the longest matching rule decides, at equal length the one that allows.
    #[must_use]
    pub fn allow(&self, url: &Url) -> bool {
        self.allow_path(&url[url::Position::BeforePath..url::Position::AfterQuery])
    }

    /// [`Rules::allow`] for a path with its query.
    #[must_use]
    pub fn allow_path(&self, path: &str) -> bool {
        // The file itself may always be read.
        if path == "/robots.txt" {
            return true;
        }
        let path = if path.is_empty() { "/" } else { path };
        let spellings = Spellings::of(path);
        let longest = |allow| {
            let rules = self.rules.iter().filter(move |rule| rule.allow == allow);
            rules.filter(|rule| rule.pattern.matches(&spellings)).map(|rule| rule.pattern.specificity()).max()
        };
        match longest(false) {
            None => true,
            Some(disallow) => longest(true).is_some_and(|allow| allow >= disallow),
        }
    }

    /// Time between two requests that the file asks for, at most a minute.
    #[must_use]
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }
}

/// The letters, `-` and `_` at the beginning of a User-agent value: `ExampleBot/1.1` speaks to `examplebot`.
fn product_token(value: &[u8]) -> &[u8] {
    let length = value.iter().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_')).count();
    &value[..length]
}

/// Whole lines within the cap, without comments and outer white space.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = if text.len() > MAX_ROBOTS_BYTES {
        let whole = text[..MAX_ROBOTS_BYTES].iter().rposition(|&byte| matches!(byte, b'\n' | b'\r')).unwrap_or(0);
        &text[..whole]
    } else {
        text
    };
    text.split(|&byte| matches!(byte, b'\n' | b'\r'))
        .map(|line| line.split(|&byte| byte == b'#').next().unwrap_or(line).trim_ascii())
}

fn read_line(line: &[u8]) -> Option<Line<'_>> {
    let (key, value) = split_key(line)?;
    let key: Vec<u8> =
        key.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'-').map(u8::to_ascii_lowercase).collect();
    match key.as_slice() {
        b"useragent" => Some(Line::Agent(value)),
        b"allow" => Some(Line::Rule { allow: true, value }),
        b"disallow" | b"dissallow" | b"dissalow" | b"disalow" | b"diasllow" | b"disallaw" => {
            Some(Line::Rule { allow: false, value })
        }
        b"crawldelay" => Some(Line::Delay(crawl_delay(value))),
        b"requestrate" => Some(Line::Delay(request_rate(value))),
        _ => None,
    }
}

/// Key and value around the first colon, or, where somebody forgot it, after one of the keys.
fn split_key(line: &[u8]) -> Option<(&[u8], &[u8])> {
    const KEYS: [&[u8]; 6] = [b"user-agent", b"user agent", b"disallow", b"allow", b"crawl-delay", b"request rate"];
    if let Some(colon) = memchr::memchr(b':', line) {
        return Some((line[..colon].trim_ascii(), line[colon + 1..].trim_ascii()));
    }
    let begins = |key: &&&[u8]| {
        line.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key))
            && line.get(key.len()).is_some_and(u8::is_ascii_whitespace)
    };
    let length = KEYS.iter().find(begins)?.len();
    Some((&line[..length], line[length..].trim_ascii()))
}

fn seconds(seconds: f64) -> Option<Duration> {
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(MAX_CRAWL_DELAY.as_secs_f64())))
}

fn crawl_delay(value: &[u8]) -> Option<Duration> {
    seconds(std::str::from_utf8(value).ok()?.parse().ok()?)
}

/// `1/10s`, `100/15m`, `5/1h 0900-1700`: requests in a time, as the time between two of them.
fn request_rate(value: &[u8]) -> Option<Duration> {
    let value = std::str::from_utf8(value).ok()?.split_ascii_whitespace().next()?;
    let (requests, time) = value.split_once('/')?;
    let digits = time.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &time[digits.len()..] {
        "" | "s" | "S" => 1.0,
        "m" | "M" => 60.0,
        "h" | "H" => 3_600.0,
        "d" | "D" => 86_400.0,
        _ => return None,
    };
    let requests: u32 = requests.parse().ok().filter(|&requests| requests > 0)?;
    seconds(f64::from(digits.parse::<u32>().ok()?) * unit / f64::from(requests))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Rules {
        Rules::parse(text.as_bytes(), "tearsheet")
    }

    #[test]
    fn groups_that_name_us_are_merged_and_silence_the_star() {
        let rules = rules(
            "User-agent: *\nDisallow: /\n\nUser-agent: TearSheet/2\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: tearsheet\nDisallow: /c",
        );
        let allowed: Vec<bool> = ["/a", "/b", "/c", "/"].map(|path| rules.allow_path(path)).to_vec();
        assert_eq!(allowed, [false, true, false, true]);
    }

    #[test]
    fn a_named_group_without_rules_allows_everything() {
        assert!(rules("User-agent: *\nDisallow: /\nUser-agent: tearsheet\nDisallow:").allow_path("/x"));
    }

    #[test]
    fn the_longest_rule_decides_and_allow_wins_a_tie() {
        let rules = rules("User-agent: *\nDisallow: /news\nAllow: /news/public\nDisallow: /tie\nAllow: /tie");
        assert!(!rules.allow_path("/news/x"));
        assert!(rules.allow_path("/news/public/1"));
        assert!(rules.allow_path("/tie"));
        assert!(rules.allow_path("/robots.txt"));
    }

    #[test]
    fn delays_are_read_and_capped() {
        let delay = |line: &str| rules(&format!("User-agent: *\n{line}")).crawl_delay();
        assert_eq!(delay("Crawl-delay: 2.5"), Some(Duration::from_millis(2_500)));
        assert_eq!(delay("Crawl-delay: 1e308"), Some(MAX_CRAWL_DELAY));
        assert_eq!(delay("Request-rate: 2/1m"), Some(Duration::from_secs(30)));
        for bad in
            ["Crawl-delay: inf", "Crawl-delay: nan", "Crawl-delay: -1", "Crawl-delay: soon", "Request-rate: 1/0x"]
        {
            assert_eq!(delay(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_crawl_delay_does_not_split_a_group() {
        let rules = rules("User-agent: tearsheet\nCrawl-delay: 3\nUser-agent: other\nDisallow: /x");
        assert!(!rules.allow_path("/x"));
        assert_eq!(rules.crawl_delay(), Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_line_cut_by_the_cap_does_not_count() {
        let mut text = b"User-agent: *\n".to_vec();
        text.resize(MAX_ROBOTS_BYTES - 11, b'#');
        text.extend_from_slice(b"\nDisallow: /long/path\n");
        assert!(Rules::parse(&text, "tearsheet").allow_path("/long"));
    }
}
