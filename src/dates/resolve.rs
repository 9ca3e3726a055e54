//! All date texts of one listing together: order, language, missing years, intervals, mentions, zone.
//!
//! In: the teasers of one page, what is known of the listing. Out: one answer a teaser and the memory after this page.
//! The listing decides what one text leaves open (`evidence`), years step back down the page (`years`), and a teaser
//! without a date gets the interval that its neighbors and its own text allow (`bounds`). Never an invented day.

use super::bounds::{self, Interval};
use super::read::{Candidate, DateContext, Kind, candidate, rank};
use super::zone::{self, Zones};
use super::{evidence, mentions, years};
use crate::lexicon::dates::Label;
use crate::model::{Basis, DateMemory, DateText, MentionedDate, OffsetBasis, Precision, PublishedAt, Teaser};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// What is known about the listing.
#[derive(Debug, Clone)]
pub struct ListingContext<'a> {
    /// When the page was captured.
    pub captured_at: Timestamp,
    /// Zone for times without an offset; `None`: such values get the offset that the listing proves, or none.
    pub zone: Option<&'a jiff::tz::TimeZone>,
    /// BCP 47 language of the page.
    pub language: Option<&'a str>,
    /// Dates that the page states about itself.
    pub page_dates: &'a [DateText],
    /// What earlier snapshots taught.
    pub memory: &'a DateMemory,
}

/// The dates of one teaser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeaserDates {
    /// What it states about its publication; for an undated teaser, only when the interval is one day.
    pub published: Option<PublishedAt>,
    /// The stated absolute date as part of a key: its value, or the text where the listing decides what is its day. What
    /// is learned later does not change it.
    pub key: Option<String>,
    /// First instant that is possible.
    pub earliest: Option<Timestamp>,
    /// Last instant that is possible.
    pub latest: Option<Timestamp>,
    /// Dates that title and excerpt speak of.
    pub mentioned: Vec<MentionedDate>,
}

/// The dates of all teasers, in their order, and what was learned.
#[derive(Debug, Clone, Default)]
pub struct Resolution {
    /// One per teaser, in the same order.
    pub dates: Vec<TeaserDates>,
    /// The memory after this page.
    pub memory: DateMemory,
}

/// An announcement reaches this many days ahead: news speaks of what comes in the next weeks.
const ANNOUNCED_DAYS: u16 = 60;

/// An agenda shows its next meeting so many days ahead; what lies farther ahead loses against any other date.
const SOON_DAYS: i32 = 30;

/// The best date text of a teaser, read.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    pub(super) found: Candidate,
    pub(super) basis: Basis,
    pub(super) raw: String,
}

/// Resolves the dates of all teasers of one snapshot together.
#[must_use]
pub fn resolve(teasers: &[Teaser], context: &ListingContext<'_>) -> Resolution {
    let unlearned = DateMemory::default();
    let base = base_context(&ListingContext { memory: &unlearned, ..context.clone() });
    let memory = evidence::learn(teasers, context.page_dates, &base, context.memory, context.captured_at);
    let settled = base_context(&ListingContext { memory: &memory, ..context.clone() });
    let mut stated: Vec<Option<Stated>> = teasers.iter().map(|teaser| best(teaser, &settled)).collect();
    years::step_back(&mut stated, &settled);
    let mut dates: Vec<TeaserDates> = stated.iter().map(|stated| published(stated.as_ref(), context)).collect();
    let mut intervals = mentioned(teasers, &mut dates, &settled, context);
    if !memory.future_proven && years::runs_newest_first(&stated) {
        bounds::by_order(&mut intervals);
    }
    for (date, interval) in dates.iter_mut().zip(&intervals) {
        bound_undated(date, *interval, context);
    }
    place_clocks(&mut dates, &stated, context, &memory);
    Resolution { dates, memory }
}

/// Gives clocks without an offset the one that the listing proves. Last, and without moving what was concluded from
/// them: a later page may teach another one, and only what a text states is read again.
fn place_clocks(
    dates: &mut [TeaserDates],
    stated: &[Option<Stated>],
    context: &ListingContext<'_>,
    memory: &DateMemory,
) {
    if context.zone.is_some() || memory.zone.is_empty() {
        return;
    }
    let is_open = |stated: &&Stated| zone::is_clock_of_listing(&stated.found, stated.basis, &stated.raw);
    let mut open = dates.iter_mut().zip(stated).filter_map(|(date, stated)| Some((date, stated.as_ref()?)));
    let mut zones: Option<Zones> = None;
    for (date, stated) in open.by_ref().filter(|(_, stated)| is_open(stated)) {
        let zones = zones.get_or_insert_with(|| Zones::of(&memory.zone));
        let offset = zones.offset_at(stated.found.settled.value.at, context.captured_at, memory.future_proven);
        let Some(published) = offset.and_then(|offset| publish_at(stated, offset)) else { continue };
        (date.earliest, date.latest) = (Some(published.earliest), Some(published.latest));
        date.published = Some(published);
    }
}

/// A date with the offset that its listing proves.
pub(super) fn publish_at(stated: &Stated, offset: Offset) -> Option<PublishedAt> {
    let mut stated = stated.clone();
    stated.found.settled.value.offset = Some(offset);
    stated.found.settled.offset_basis = Some(OffsetBasis::Listing);
    publish(&stated, None)
}

/// How single texts of the listing are read.
pub(super) fn base_context<'a>(context: &ListingContext<'a>) -> DateContext<'a> {
    let offset = context.zone.map_or(Offset::UTC, |zone| zone.to_offset(context.captured_at));
    DateContext {
        reference: offset.to_datetime(context.captured_at),
        offset: Some(offset),
        language: context.language.or(context.memory.language.as_deref()),
        order: context.memory.order,
        future: context.memory.future_proven,
        days_ahead: 1,
        kind: Kind::Text,
    }
}

/// The date text that answers best: a day before a month, published before updated, then the best basis.
fn best(teaser: &Teaser, context: &DateContext<'_>) -> Option<Stated> {
    let texts = teaser.date_texts.iter().filter_map(|text| {
        let found = candidate(&text.text, context)?;
        Some(Stated { found, basis: text.basis, raw: raw_of(&text.text, &found) })
    });
    let better = |best: Option<Stated>, next: Stated| match best {
        Some(best) if answers(&next, context) <= answers(&best, context) => Some(best),
        _ => Some(next),
    };
    let best = texts.fold(None, better);
    if best.as_ref().is_some_and(|best| answers(best, context) == BEST_ANSWER) {
        // Whatever stands in the URL: rows and feeds need not have it read.
        return best;
    }
    let by_url = teaser.url.as_ref().and_then(|url| {
        let found = candidate(url.as_str(), &DateContext { kind: Kind::Url, ..context.clone() })?;
        Some(Stated { found, basis: Basis::Url, raw: raw_of(url.as_str(), &found) })
    });
    by_url.into_iter().fold(best, better)
}

/// The most that [`answers`] can say.
const BEST_ANSWER: (bool, bool, bool, bool) = (true, true, true, true);

/// How well a reading answers when the article was published; equals go by their basis, which is their order.
fn answers(stated: &Stated, context: &DateContext<'_>) -> (bool, bool, bool, bool) {
    let settled = &stated.found.settled;
    // Software writes the day of a later build where readers see the right one; what readers see may be a meeting soon.
    let by_machine = matches!(stated.basis, Basis::TimeElement | Basis::Meta);
    let allowed = if by_machine { i32::from(context.days_ahead) } else { SOON_DAYS };
    let ahead = !context.future && (settled.value.at.date() - context.reference.date()).get_days() > allowed;
    (
        settled.value.precision >= Precision::Day,
        !ahead,
        stated.found.label != Some(Label::Updated),
        rank(&stated.found) > 3,
    )
}

/// The text a date was read from; of a long text only the date itself.
fn raw_of(text: &str, found: &Candidate) -> String {
    const LONG_BYTES: usize = 120;
    let trimmed = text.trim();
    if trimmed.len() <= LONG_BYTES {
        trimmed.to_owned()
    } else {
        text.get(found.span.0..found.span.1).unwrap_or_default().to_owned()
    }
}

fn published(stated: Option<&Stated>, context: &ListingContext<'_>) -> TeaserDates {
    let Some(stated) = stated else { return TeaserDates::default() };
    let Some(published) = publish(stated, context.zone) else { return TeaserDates::default() };
    let open = stated.found.settled.swappable;
    let key = || if open { stated.raw.clone() } else { published.value.clone() };
    TeaserDates {
        key: (!published.relative).then(key),
        earliest: Some(published.earliest),
        latest: Some(published.latest),
        published: Some(published),
        mentioned: Vec::new(),
    }
}

pub(super) fn publish(stated: &Stated, zone: Option<&jiff::tz::TimeZone>) -> Option<PublishedAt> {
    let mut settled = stated.found.settled;
    if let (Some(zone), None, true) = (zone, settled.value.offset, settled.value.precision > Precision::Day) {
        settled.value.offset = zone.to_ambiguous_zoned(settled.value.at).compatible().ok().map(|zoned| zoned.offset());
        settled.offset_basis = Some(OffsetBasis::Config);
    }
    let (earliest, latest) = bounds::of(&settled, zone)?;
    Some(PublishedAt {
        value: settled.value.to_iso(),
        precision: settled.value.precision,
        basis: stated.basis,
        raw: stated.raw.clone(),
        ambiguous: settled.ambiguous,
        relative: settled.relative,
        offset_basis: settled.value.offset.and(settled.offset_basis),
        earliest,
        latest,
    })
}

type Mentions = Vec<(MentionedDate, Candidate)>;

/// Fills the mentions and returns what each teaser allows by itself.
///
/// A mention without a year takes the one nearest to what its teaser, or else the nearest teaser, is known to speak of.
fn mentioned(
    teasers: &[Teaser],
    dates: &mut [TeaserDates],
    settled: &DateContext<'_>,
    context: &ListingContext<'_>,
) -> Vec<Interval> {
    let near = DateContext { days_ahead: ANNOUNCED_DAYS, ..settled.clone() };
    let mut found: Vec<Mentions> = Vec::with_capacity(teasers.len());
    for teaser in teasers {
        let mut mentions = Mentions::new();
        for text in [&teaser.title, &teaser.excerpt].into_iter().flatten() {
            mentions::of(text, &near, &mut mentions);
        }
        found.push(mentions);
    }
    let anchors: Vec<Option<Date>> = dates.iter().zip(&found).map(|(date, found)| anchor(date, found)).collect();
    let anchors = nearest(&anchors);
    let mut intervals = Vec::with_capacity(dates.len());
    for ((date, mut mentions), anchor) in dates.iter_mut().zip(found).zip(anchors) {
        for (mention, candidate) in &mut mentions {
            if let Some(anchor) = anchor {
                mentions::move_near(mention, candidate, anchor, &near);
            }
        }
        intervals.push(Interval {
            earliest: date
                .earliest
                .or_else(|| mentions.iter().filter_map(|(_, found)| earliest_by_mention(found)).max()),
            latest: date.latest.or((!settled.future).then_some(context.captured_at)),
        });
        date.mentioned = mentions.into_iter().map(|(mention, _)| mention).collect();
    }
    intervals
}

/// The day that a teaser surely speaks of: its own date, else one whose weekday fits, else one with its year.
fn anchor(date: &TeaserDates, mentions: &Mentions) -> Option<Date> {
    if let Some(published) = date.published.as_ref().filter(|published| !published.ambiguous) {
        return Some(Offset::UTC.to_datetime(published.earliest).date());
    }
    let by = |want: fn(&Candidate) -> bool| {
        mentions.iter().filter(|(_, found)| want(found)).map(|(_, found)| found.settled.value.at.date()).max()
    };
    by(mentions::is_fixed_by_weekday)
        .or_else(|| by(|found| found.settled.year_stated && found.settled.value.precision == Precision::Day))
}

/// Each place's own value or the one of the nearest place that has one.
fn nearest(anchors: &[Option<Date>]) -> Vec<Option<Date>> {
    let sweep = |places: &mut dyn Iterator<Item = usize>| {
        let mut last: Option<(usize, Date)> = None;
        let mut out = vec![None; anchors.len()];
        for place in places {
            last = anchors[place].map(|date| (place, date)).or(last);
            out[place] = last.map(|(from, date)| (from.abs_diff(place), date));
        }
        out
    };
    let above = sweep(&mut (0..anchors.len()));
    let below = sweep(&mut (0..anchors.len()).rev());
    above
        .into_iter()
        .zip(below)
        .map(|(a, b)| [a, b].into_iter().flatten().min_by_key(|(distance, _)| *distance).map(|(_, date)| date))
        .collect()
}

/// Who speaks of a day does so at most some weeks ahead of it.
fn earliest_by_mention(found: &Candidate) -> Option<Timestamp> {
    let (first, _) = bounds::of(&found.settled, None)?;
    first.checked_sub(jiff::SignedDuration::from_hours(24 * i64::from(ANNOUNCED_DAYS))).ok()
}

/// Gives an undated teaser its interval, and a date when that is one day.
fn bound_undated(date: &mut TeaserDates, interval: Interval, context: &ListingContext<'_>) {
    if date.published.is_some() {
        return;
    }
    let (earliest, latest) = match (interval.earliest, interval.latest) {
        // A list that is out of order allows nothing together; the capture still bounds it.
        (Some(earliest), Some(latest)) if earliest > latest => (None, Some(context.captured_at)),
        bounds => bounds,
    };
    date.earliest = earliest;
    date.latest = latest;
    let (Some(earliest), Some(latest)) = (earliest, latest) else { return };
    let offset = context.zone.map_or(Offset::UTC, |zone| zone.to_offset(earliest));
    let (first, last) = (offset.to_datetime(earliest), offset.to_datetime(latest));
    if first.date() != last.date() {
        return;
    }
    date.published = Some(PublishedAt {
        value: super::value::Value::day(first.date()).to_iso(),
        precision: Precision::Day,
        basis: Basis::Inferred,
        raw: String::new(),
        ambiguous: false,
        relative: false,
        offset_basis: None,
        earliest,
        latest,
    });
}
