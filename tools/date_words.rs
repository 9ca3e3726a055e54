//! Writes `src/lexicon/dates/generated.txt` from the Unicode CLDR.
//!
//! In: the npm package `cldr-dates-full` (fetched with `npm pack`, or a folder that holds its `main`). Out: month and
//! weekday names, day periods, eras, relative phrases, unit and direction words of every locale, folded the way the
//! reader folds text; a head, and the keys by bucket. Run it from the top of the project:
//!
//! ```text
//! cargo run --example date_words                      fetches the package
//! cargo run --example date_words -- path/to/package   uses an unpacked one
//! ```

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tearsheet::lexicon::dates::fold::{Folded, fold, fold_phrase, strip_marks};
use tearsheet::lexicon::dates::{BUCKETS, FIRST_UNSPACED, KEYS_MARK, Unit, bucket_of};

/// The release the table was made from; a newer one is a change to review.
const PACKAGE: &str = "cldr-dates-full@48.2.0";
const OUT: &str = "src/lexicon/dates/generated.txt";

/// Languages by the amount of news on the web, roughly: an earlier one wins where words alone do not decide.
const BY_NEWS: &str = "en es fr de pt it ru zh ja ar tr nl pl ko id vi fa hi sv cs el ro hu uk da fi no he th bg hr sr \
    sk ca bn ta te mr ur ms sl lt lv et sq mk bs ka hy az kk uz be is fil sw af gl eu ne si my km lo mn ml kn gu pa or as am ky \
    tk tg tt ps ku ckb sd ug cy ga mt lb yue so ha yo ig zu xh rw mg";

/// Words of one sense must not be longer than this many words: longer ones are sentences, not date words.
const MAX_WORDS: usize = 6;

/// How many units must share a word before it is taken for the direction ("ago") and not for a unit.
const SHARED_BY: usize = 3;

#[derive(Default)]
struct Words {
    /// Folded phrase, code -> languages.
    keys: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Locale -> order of its short date.
    orders: BTreeMap<String, String>,
}

impl Words {
    fn add(&mut self, language: &str, code: &str, phrase: &str) {
        let key = fold_phrase(phrase);
        if key.is_empty() || key.split(' ').count() > MAX_WORDS || key.chars().count() > 60 {
            return;
        }
        self.keys.entry(key).or_default().entry(code.to_owned()).or_default().insert(language.to_owned());
    }

    /// Adds what is left of each key after careless software stripped every mark, unless the language already uses
    /// that key for something else (Thai "ม.ค." is January, "มี.ค." is March).
    fn add_stripped(&mut self) {
        let mut stripped = Vec::new();
        for (key, codes) in &self.keys {
            let plain = strip_marks(key);
            if &plain == key || plain.is_empty() {
                continue;
            }
            for (code, languages) in codes {
                for language in languages {
                    let taken =
                        self.keys.get(&plain).is_some_and(|other| other.values().any(|set| set.contains(language)));
                    if !taken {
                        stripped.push((plain.clone(), code.clone(), language.clone()));
                    }
                }
            }
        }
        for (key, code, language) in stripped {
            self.keys.entry(key).or_default().entry(code).or_default().insert(language);
        }
    }
}

fn main() -> Result<()> {
    let folder = match std::env::args().nth(1) {
        Some(folder) => PathBuf::from(folder),
        None => fetch()?,
    };
    let main = folder.join("main");
    let mut words = Words::default();
    let mut locales: Vec<String> = std::fs::read_dir(&main)
        .with_context(|| format!("no CLDR at `{}`", main.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    locales.sort();
    for locale in &locales {
        if locale != "und" {
            read_locale(&main.join(locale), locale, &mut words);
        }
    }
    words.add_stripped();
    let text = render(&words, &std::fs::read_to_string(folder.join("LICENSE"))?);
    let mut file = tempfile::NamedTempFile::new_in(".")?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    let file = file.persist(OUT)?;
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    Ok(())
}

/// Fetches and unpacks the package into a temporary folder.
fn fetch() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join("tearsheet-cldr");
    std::fs::create_dir_all(&folder)?;
    let packed = Command::new("npm").args(["pack", "--silent", PACKAGE]).current_dir(&folder).output()?;
    ensure!(packed.status.success(), "npm pack: {}", String::from_utf8_lossy(&packed.stderr));
    let name = String::from_utf8(packed.stdout)?;
    let archive = std::fs::File::open(folder.join(name.trim()))?;
    tar::Archive::new(flate2::read::GzDecoder::new(archive)).unpack(&folder)?;
    Ok(folder.join("package"))
}

fn json(path: &Path) -> Result<Value> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

/// `sr-Latn-ME` -> `sr`; the two Norwegians are one news language.
fn language_of(locale: &str) -> &str {
    match locale.split('-').next().unwrap_or(locale) {
        "nb" | "nn" => "no",
        language => language,
    }
}

fn read_locale(folder: &Path, locale: &str, words: &mut Words) {
    let language = language_of(locale);
    if let Ok(calendar) = json(&folder.join("ca-gregorian.json")) {
        read_calendar(&calendar["main"][locale]["dates"]["calendars"]["gregorian"], locale, language, words);
    }
    if let Ok(fields) = json(&folder.join("dateFields.json")) {
        read_fields(&fields["main"][locale]["dates"]["fields"], language, words);
    }
}

fn strings(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    value.as_object().into_iter().flatten().filter_map(|(key, text)| Some((key.as_str(), text.as_str()?)))
}

fn is_placeholder(name: &str) -> bool {
    // Locales without names of their own carry "M01" or bare numbers.
    name.chars().any(|c| c.is_ascii_digit())
}

fn weekday(key: &str) -> Option<usize> {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|day| *day == key).map(|index| index + 1)
}

fn read_calendar(calendar: &Value, locale: &str, language: &str, words: &mut Words) {
    let formats = date_patterns(calendar);
    let mut glued = BTreeSet::new();
    for pattern in &formats {
        literals(pattern, language, &mut glued, words);
    }
    for place in ["format", "stand-alone"] {
        for width in ["wide", "abbreviated"] {
            for (month, name) in strings(&calendar["months"][place][width]) {
                if is_placeholder(name) {
                    continue;
                }
                words.add(language, &format!("M{month}"), name);
                for (before, after) in &glued {
                    words.add(language, &format!("M{month}"), &format!("{before}{name}{after}"));
                }
            }
        }
        for width in ["wide", "abbreviated", "short"] {
            for (day, name) in strings(&calendar["days"][place][width]) {
                let short = width == "short" && name.chars().count() < 2;
                if let Some(number) = weekday(day).filter(|_| !short && !is_placeholder(name)) {
                    words.add(language, &format!("W{number}"), name);
                }
            }
            for (period, name) in strings(&calendar["dayPeriods"][place][width]) {
                let code = match period {
                    "am" | "morning1" | "morning2" => "Aa",
                    "pm" | "afternoon1" | "afternoon2" | "evening1" | "evening2" | "night1" => "Ap",
                    "noon" => "C12",
                    "midnight" => "C0",
                    _ => continue,
                };
                words.add(language, code, name);
            }
        }
    }
    for width in ["eraNames", "eraAbbr"] {
        for (era, name) in strings(&calendar["eras"][width]) {
            words.add(language, if era.starts_with('1') { "E+" } else { "E-" }, name);
        }
    }
    if let Some(order) = calendar["dateFormats"]["short"].as_str().map(order_of).filter(|order| order.len() == 3) {
        words.orders.insert(locale.to_owned(), order);
    }
}

fn date_patterns(calendar: &Value) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for group in ["dateFormats", "dateTimeFormats", "dateTimeFormats-atTime"] {
        for value in [&calendar[group], &calendar[group]["standard"]] {
            out.extend(strings(value).map(|(_, pattern)| pattern.to_owned()));
        }
    }
    out.extend(
        strings(&calendar["dateTimeFormats"]["availableFormats"])
            .filter(|(key, _)| key.contains('M') && !key.contains('W') && !key.contains('G'))
            .map(|(_, pattern)| pattern.to_owned()),
    );
    out
}

/// The words that a pattern puts between its fields: fillers, and what it glues to a month's name.
fn literals(pattern: &str, language: &str, glued: &mut BTreeSet<(String, String)>, words: &mut Words) {
    let code = if pattern.contains("{1}") { "T" } else { "X" };
    let mut run = String::new();
    let mut quoted = false;
    let mut last_field = ' ';
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let is_field = !quoted && (c.is_ascii_alphabetic() || matches!(c, '{' | '}'));
        if c == '\'' {
            quoted = !quoted;
            continue;
        }
        if !is_field {
            run.push(c);
            if chars.peek().is_some() {
                continue;
            }
        }
        let is_part = |c: &char| !matches!(fold(*c), Folded::Space | Folded::Punctuation(_) | Folded::Digit(_));
        let leading: String = run.chars().take_while(is_part).collect();
        let trailing: String = run.chars().rev().take_while(is_part).collect::<Vec<_>>().into_iter().rev().collect();
        if last_field == 'M' && !leading.is_empty() && is_spaced(&leading) {
            glued.insert((String::new(), leading));
        }
        if c == 'M' && is_field && !trailing.is_empty() && is_spaced(&trailing) {
            glued.insert((trailing, String::new()));
        }
        for word in run.split(|c: char| !is_part(&c)).filter(|word| !word.is_empty()) {
            words.add(language, code, word);
        }
        run.clear();
        last_field = c;
    }
}

fn is_spaced(word: &str) -> bool {
    !word.chars().any(|c| ('\u{E00}'..='\u{FFF}').contains(&c) || c >= '\u{2E80}')
}

fn order_of(pattern: &str) -> String {
    let mut order = String::new();
    for c in pattern.chars() {
        let letter = match c {
            'd' => 'D',
            'M' | 'L' => 'M',
            'y' => 'Y',
            _ => continue,
        };
        if !order.contains(letter) {
            order.push(letter);
        }
    }
    order
}

struct Pattern {
    unit: Unit,
    past: bool,
    before: String,
    after: String,
}

fn read_fields(fields: &Value, language: &str, words: &mut Words) {
    let units = [
        ("second", Unit::Second),
        ("minute", Unit::Minute),
        ("hour", Unit::Hour),
        ("day", Unit::Day),
        ("week", Unit::Week),
        ("month", Unit::Month),
        ("quarter", Unit::Quarter),
        ("year", Unit::Year),
    ];
    let mut patterns = Vec::new();
    for (name, unit) in units {
        for style in ["", "-short", "-narrow"] {
            let field = &fields[format!("{name}{style}")];
            for (key, phrase) in strings(field) {
                if let Some(offset) = key.strip_prefix("relative-type-") {
                    if !is_placeholder(phrase) {
                        words.add(language, &format!("R{}{offset}", unit.code()), phrase);
                    }
                } else if key == "displayName" && !phrase.contains('(') && fold_phrase(phrase).split(' ').count() == 1 {
                    words.add(language, &format!("U{}", unit.code()), phrase);
                }
            }
            for (key, past) in [("relativeTime-type-past", true), ("relativeTime-type-future", false)] {
                for (_, text) in strings(&field[key]) {
                    if let Some((before, after)) = text.split_once("{0}").filter(|_| !text.starts_with(['-', '+'])) {
                        patterns.push(Pattern { unit, past, before: fold_phrase(before), after: fold_phrase(after) });
                    }
                }
            }
        }
    }
    for (day, name) in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().enumerate() {
        // The narrow ones are two letters and a word like "last": too little.
        for style in ["", "-short"] {
            for (key, phrase) in strings(&fields[format!("{name}{style}")]) {
                if let Some(offset) = key.strip_prefix("relative-type-") {
                    words.add(language, &format!("V{}{offset}", day + 1), phrase);
                }
            }
        }
    }
    decompose(&patterns, language, words);
}

/// Splits relative patterns into unit words and direction words: what several units share is the direction.
fn decompose(patterns: &[Pattern], language: &str, words: &mut Words) {
    for pattern in patterns {
        let alike: Vec<&Pattern> = patterns.iter().filter(|other| other.past == pattern.past).collect();
        let direction = if pattern.past { "P" } else { "F" };
        let before = shared(&pattern.before, &alike, |p| &p.before, End::Front);
        let after = shared(&pattern.after, &alike, |p| &p.after, End::Back);
        let unit_before = pattern.before[before.len()..].trim();
        let unit_after = pattern.after[..pattern.after.len() - after.len()].trim();
        if before.is_empty() && after.is_empty() {
            words.add(
                language,
                &format!("B{}{direction}", pattern.unit.code()),
                if unit_after.is_empty() { unit_before } else { unit_after },
            );
            continue;
        }
        words.add(language, &format!("{direction}<"), before);
        words.add(language, &format!("{direction}>"), after);
        for unit in [unit_before, unit_after] {
            words.add(language, &format!("U{}", pattern.unit.code()), unit);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Front,
    Back,
}

/// The longest beginning (or end) of `text` that the patterns of at least [`SHARED_BY`] units have.
fn shared<'a>(text: &'a str, patterns: &[&Pattern], side: impl Fn(&Pattern) -> &str, end: End) -> &'a str {
    let cuts = text.char_indices().map(|(index, _)| index).chain([text.len()]);
    let whole_words = |part: &str, rest: &str| {
        part.is_empty()
            || rest.is_empty()
            || !is_spaced(part)
            || part.starts_with(' ')
            || part.ends_with(' ')
            || rest.starts_with(' ')
            || rest.ends_with(' ')
    };
    let mut best = "";
    for cut in cuts {
        let (part, rest) = if end == End::Front { text.split_at(cut) } else { (&text[cut..], &text[..cut]) };
        if part.len() <= best.len() || part.trim().is_empty() || !whole_words(part, rest) {
            continue;
        }
        let has = |text: &str| {
            let rest = if end == End::Front { text.strip_prefix(part) } else { text.strip_suffix(part) };
            rest.is_some_and(|rest| whole_words(part, rest))
        };
        let units: BTreeSet<Unit> = patterns.iter().filter(|p| has(side(p))).map(|p| p.unit).collect();
        if units.len() >= SHARED_BY {
            best = part;
        }
    }
    best
}

fn render(words: &Words, licence: &str) -> String {
    let mut languages: Vec<&str> = BY_NEWS.split_whitespace().collect();
    let known: BTreeSet<&str> =
        words.keys.values().flat_map(|codes| codes.values().flatten().map(String::as_str)).collect();
    languages.extend(known.iter().filter(|language| !BY_NEWS.split_whitespace().any(|l| l == **language)));
    let mut out = format!("# Generated by tools/date_words.rs from {PACKAGE}. Do not edit: see supplement.txt.\n#\n");
    for line in licence.lines() {
        let _ = writeln!(out, "# {line}");
    }
    let _ = writeln!(out, "!languages {}", languages.join(" "));
    render_orders(words, &mut out);
    let mut sets: BTreeMap<&BTreeSet<String>, usize> = BTreeMap::new();
    for set in words.keys.values().flat_map(BTreeMap::values) {
        let next = sets.len();
        sets.entry(set).or_insert(next);
    }
    let mut by_number: Vec<_> = sets.iter().collect();
    by_number.sort_by_key(|(_, number)| **number);
    let place: BTreeMap<&str, usize> = languages.iter().copied().zip(0..).collect();
    for (set, _) in by_number {
        let _ = writeln!(out, "!set {}", joined(set.iter().map(|language| place[language.as_str()])));
    }
    // Most words of a language share their sense and their languages: each pair is written once.
    let pairs: BTreeSet<(&str, usize)> =
        words.keys.values().flatten().map(|(code, set)| (code.as_str(), sets[set])).collect();
    let pairs: BTreeMap<(&str, usize), usize> = pairs.into_iter().zip(0..).collect();
    let mut by_code: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (code, set) in pairs.keys() {
        by_code.entry(code).or_default().push(*set);
    }
    for (code, sets) in by_code {
        let _ = writeln!(out, "!sense {code} {}", joined(sets.into_iter()));
    }
    let senses = |codes: &BTreeMap<String, BTreeSet<String>>| {
        codes.iter().map(|(code, set)| pairs[&(code.as_str(), sets[set])]).collect::<Vec<_>>()
    };
    let keys = words.keys.iter().map(|(key, codes)| (key.as_str(), senses(codes))).collect();
    render_keys(keys, &mut out);
    out
}

fn joined(numbers: impl Iterator<Item = usize>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

/// Lists of senses, the longest keys of unspaced scripts, and the keys by bucket.
fn render_keys(mut keys: BTreeMap<&str, Vec<usize>>, out: &mut String) {
    let prefixes: BTreeSet<&str> =
        keys.keys().flat_map(|key| key.match_indices(' ').map(|(index, _)| &key[..index])).collect();
    for prefix in &prefixes {
        keys.entry(prefix).or_default();
    }
    let lists: BTreeSet<&Vec<usize>> = keys.values().filter(|senses| senses.len() > 1).collect();
    let lists: BTreeMap<&Vec<usize>, usize> = lists.into_iter().zip(0..).collect();
    for list in lists.keys() {
        let _ = writeln!(out, "!list {}", joined(list.iter().copied()));
    }
    let mut longest: BTreeMap<char, usize> = BTreeMap::new();
    let mut buckets = vec![String::new(); BUCKETS];
    for (key, senses) in &keys {
        if let Some(first) = key.chars().next().filter(|first| *first >= FIRST_UNSPACED) {
            let length = longest.entry(first).or_default();
            *length = (*length).max(key.chars().count());
        }
        let bucket = &mut buckets[bucket_of(key)];
        let tab = if bucket.is_empty() { "" } else { "\t" };
        let _ = write!(bucket, "{tab}{key}\t{}", if prefixes.contains(key) { "+" } else { "" });
        let _ = match senses.as_slice() {
            [] => Ok(()),
            [sense] => write!(bucket, "{sense}"),
            _ => write!(bucket, "*{}", lists[senses]),
        };
    }
    let longest = longest.iter().map(|(first, length)| {
        let length = u8::try_from(*length).expect("keys have at most 60 characters");
        format!("{first}{}", char::from(b'0' + length))
    });
    let _ = writeln!(out, "!longest {}", longest.collect::<String>());
    out.push_str(KEYS_MARK);
    for bucket in buckets {
        let _ = writeln!(out, "{bucket}");
    }
}

fn render_orders(words: &Words, out: &mut String) {
    let mut by_order: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (locale, order) in &words.orders {
        let language = language_of(locale);
        let is_base = locale == language;
        if is_base || words.orders.get(language).is_none_or(|base| base != order) {
            by_order.entry(order).or_default().push(locale);
        }
    }
    for (order, locales) in by_order {
        let _ = writeln!(out, "!order {order} {}", locales.join(" "));
    }
}
