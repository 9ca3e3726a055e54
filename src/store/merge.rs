//! What one more sighting does to a record: a pure function, whose result depends on the set of sightings and never on
//! the order in which they come.
//!
//! Title and excerpt come from the latest sighting, so do URL, author, image, tags and language unless it lacks them.
//! A stated absolute date wins by precision, then by age; a relative one, or the bounds of an undated teaser, come from
//! the earliest sighting. The same title without its excerpt is no new wording: front pages drop excerpts. What all that
//! leaves open, the feed of the source fills in (`feed`).

use super::feed::FeedEntry;
use super::moment::Moment;
use crate::model::{Basis, CanonicalUrl, Fingerprint, MentionedDate, Precision, Record};
use crate::text::{fingerprint, fold};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A value and the sighting that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held<T> {
    pub(super) value: T,
    pub(super) at: Moment,
}

/// A URL as linked, and the form that we compare by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) url: String,
    pub(super) canonical: Option<String>,
}

/// One wording of a record, and when it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) fingerprint: Fingerprint,
    pub(super) title: Option<String>,
    pub(super) excerpt: Option<String>,
    /// Read at the first sighting of this wording: later readings would count from another day.
    pub(super) mentioned: Vec<MentionedDate>,
    pub(super) first: Moment,
    pub(super) last: Moment,
}

/// How a date is known; the first two come from the page, the others are conclusions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Class {
    /// No date, but bounds.
    Bounds,
    /// Concluded from neighbors.
    Inferred,
    /// Counted back from the capture.
    Relative,
    /// Stated as such.
    Stated,
}

/// What one sighting says about the date of publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claim {
    pub(super) class: Class,
    pub(super) value: Option<String>,
    pub(super) precision: Option<Precision>,
    pub(super) basis: Option<Basis>,
    pub(super) raw: Option<String>,
    /// Milliseconds since 1970.
    pub(super) earliest: Option<i64>,
    /// Milliseconds since 1970.
    pub(super) latest: Option<i64>,
    pub(super) at: Moment,
}

/// All that is known about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) first: Moment,
    pub(super) last: Moment,
    pub(super) sightings: u64,
    pub(super) position: u32,
    /// Every wording; never empty.
    pub(super) variants: Vec<Variant>,
    pub(super) link: Option<Held<Link>>,
    pub(super) author: Option<Held<String>>,
    pub(super) image_url: Option<Held<String>>,
    /// JSON array.
    pub(super) tags: Option<Held<String>>,
    pub(super) language: Option<Held<String>>,
    /// The best absolute date.
    pub(super) stated: Option<Claim>,
    /// The best of the rest.
    pub(super) other: Option<Claim>,
    /// What the feed of the source says.
    pub(super) feed: Option<FeedEntry>,
}

impl State {
    /// The state after the first sighting.
    pub(super) fn new(record: &Record, at: Moment) -> Self {
        let (stated, other) = match Claim::of(record, at) {
            Some(claim) if claim.class == Class::Stated => (Some(claim), None),
            claim => (None, claim),
        };
        Self {
            first: at,
            last: at,
            sightings: 1,
            position: record.position,
            variants: vec![Variant::of(record, at)],
            link: link(record).map(|value| Held { value, at }),
            author: record.author.clone().map(|value| Held { value, at }),
            image_url: record.image_url.as_ref().map(|url| Held { value: url.as_str().to_owned(), at }),
            tags: tags(record).map(|value| Held { value, at }),
            language: record.language.clone().map(|value| Held { value, at }),
            stated,
            other,
            feed: None,
        }
    }

    /// Takes in what another state of the same record knows; their sightings are of different snapshots.
    pub(super) fn absorb(&mut self, other: Self) {
        if other.last > self.last {
            self.position = other.position;
        }
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.sightings += other.sightings;
        for variant in other.variants {
            self.absorb_variant(variant);
        }
        self.variants.sort_by_key(|variant| variant.first);
        take_later(&mut self.link, other.link);
        take_later(&mut self.author, other.author);
        take_later(&mut self.image_url, other.image_url);
        take_later(&mut self.tags, other.tags);
        take_later(&mut self.language, other.language);
        take_better(&mut self.stated, other.stated);
        take_better(&mut self.other, other.other);
        match (&mut self.feed, other.feed) {
            (Some(known), Some(feed)) => known.absorb(feed),
            (None, feed) => self.feed = feed,
            (Some(_), None) => {}
        }
    }

    fn absorb_variant(&mut self, variant: Variant) {
        let Some(known) = self.variants.iter_mut().find(|known| known.fingerprint == variant.fingerprint) else {
            self.variants.push(variant);
            return;
        };
        if variant.first < known.first {
            known.first = variant.first;
            known.mentioned = variant.mentioned;
        }
        if variant.last > known.last {
            known.last = variant.last;
            known.title = variant.title;
            known.excerpt = variant.excerpt;
        }
    }

    /// The wording to show: that of the listing, with the excerpt of the feed where it has none.
    pub(super) fn wording(&self) -> Cow<'_, Variant> {
        let own = self.own_wording();
        let Some(feed) = self.feed.as_ref().filter(|feed| own.excerpt.is_none() && feed.excerpt.is_some()) else {
            return Cow::Borrowed(own);
        };
        let mut filled = own.clone();
        filled.excerpt.clone_from(&feed.excerpt);
        filled.fingerprint = fingerprint(filled.title.as_deref(), filled.excerpt.as_deref());
        let is_new = |date: &&MentionedDate| !own.mentioned.iter().any(|known| known.raw == date.raw);
        filled.mentioned.extend(feed.mentioned.iter().filter(is_new).cloned());
        Cow::Owned(filled)
    }

    /// The wording of the listing: the latest one, or the latest one under its title that has an excerpt.
    pub(super) fn own_wording(&self) -> &Variant {
        let latest = self.variants.iter().max_by_key(|v| v.last).expect("a record has at least one wording");
        if latest.excerpt.is_some() || self.variants.len() == 1 {
            return latest;
        }
        let title = folded_title(latest);
        let complete = self.variants.iter().filter(|v| v.excerpt.is_some() && folded_title(v) == title);
        complete.max_by_key(|v| v.last).unwrap_or(latest)
    }

    pub(super) fn author(&self) -> Option<&String> {
        self.author.as_ref().map(|held| &held.value).or_else(|| self.feed.as_ref()?.author.as_ref())
    }

    pub(super) fn image_url(&self) -> Option<&String> {
        self.image_url.as_ref().map(|held| &held.value).or_else(|| self.feed.as_ref()?.image_url.as_ref())
    }

    /// JSON array.
    pub(super) fn tags(&self) -> Option<&String> {
        self.tags.as_ref().map(|held| &held.value).or_else(|| self.feed.as_ref()?.tags.as_ref())
    }

    /// The date to show: that of the listing, unless the feed says more and agrees.
    pub(super) fn date(&self) -> Option<&Claim> {
        let own = self.own_date();
        let fed = self.feed.as_ref().and_then(|feed| feed.date.as_ref());
        fed.filter(|fed| own.is_none_or(|own| fed.completes(own))).or(own)
    }

    /// Does it show a date?
    pub(super) fn is_dated(&self) -> bool {
        self.date().is_some_and(|date| date.value.is_some())
    }

    /// The columns of `records` that come from the feed; that of the date stands for all of its columns.
    pub(super) fn filled(&self) -> Vec<&'static str> {
        let Some(feed) = &self.feed else { return Vec::new() };
        [
            ("excerpt", self.own_wording().excerpt.is_none() && feed.excerpt.is_some()),
            ("author", self.author.is_none() && feed.author.is_some()),
            ("image_url", self.image_url.is_none() && feed.image_url.is_some()),
            ("tags", self.tags.is_none() && feed.tags.is_some()),
            ("published_at", feed.date.is_some() && self.date() == feed.date.as_ref()),
        ]
        .into_iter()
        .filter_map(|(field, is_filled)| is_filled.then_some(field))
        .collect()
    }

    /// The date of the listing. A relative date inside a coarser stated one says more and agrees: it stays.
    pub(super) fn own_date(&self) -> Option<&Claim> {
        match (&self.stated, &self.other) {
            (Some(stated), Some(other)) if other.refines(stated) => Some(other),
            (Some(claim), _) | (None, Some(claim)) => Some(claim),
            (None, None) => None,
        }
    }
}

impl Claim {
    pub(super) fn of(record: &Record, at: Moment) -> Option<Self> {
        let class = match record.published_basis {
            _ if record.published_at.is_none() => Class::Bounds,
            Some(Basis::Inferred) => Class::Inferred,
            _ if record.published_relative => Class::Relative,
            _ => Class::Stated,
        };
        let known = record.published_at.is_some() || record.published_earliest.or(record.published_latest).is_some();
        known.then(|| Self {
            class,
            value: record.published_at.clone(),
            precision: record.published_precision,
            basis: record.published_basis,
            raw: record.published_raw.clone(),
            earliest: record.published_earliest.map(Timestamp::as_millisecond),
            latest: record.published_latest.map(Timestamp::as_millisecond),
            at,
        })
    }

    /// Finer stated dates first; among equals the earliest sighting, so that a date does not move.
    fn is_better_than(&self, known: &Self) -> bool {
        let rank = |claim: &Self| (claim.class, (claim.class == Class::Stated).then_some(claim.precision));
        match rank(self).cmp(&rank(known)) {
            std::cmp::Ordering::Equal => self.at < known.at,
            order => order.is_gt(),
        }
    }

    /// True for a relative date that lies inside a coarser stated one.
    fn refines(&self, stated: &Self) -> bool {
        self.class == Class::Relative && self.precision > stated.precision && self.lies_within(stated)
    }

    /// True when all that this date may be lies inside what the other may be.
    pub(super) fn lies_within(&self, other: &Self) -> bool {
        self.earliest >= other.earliest
            && self.latest.is_some_and(|latest| other.latest.is_some_and(|bound| latest <= bound))
    }
}

impl Variant {
    fn of(record: &Record, at: Moment) -> Self {
        Self {
            fingerprint: record.fingerprint,
            title: record.title.clone(),
            excerpt: record.excerpt.clone(),
            mentioned: record.mentioned_dates.clone(),
            first: at,
            last: at,
        }
    }
}

fn folded_title(variant: &Variant) -> String {
    fold(variant.title.as_deref().unwrap_or_default())
}

fn link(record: &Record) -> Option<Link> {
    let url = record.url.as_ref()?.as_str();
    let canonical = record.canonical_url.as_ref().map(CanonicalUrl::as_str).filter(|canonical| *canonical != url);
    Some(Link { url: url.to_owned(), canonical: canonical.map(str::to_owned) })
}

/// Tags as a JSON array; `None` for none.
pub(super) fn tags(record: &Record) -> Option<String> {
    if record.tags.is_empty() {
        return None;
    }
    Some(serde_json::to_string(&record.tags).expect("a list of strings is JSON"))
}

fn take_later<T>(known: &mut Option<Held<T>>, offered: Option<Held<T>>) {
    if let Some(offered) = offered
        && known.as_ref().is_none_or(|known| offered.at > known.at)
    {
        *known = Some(offered);
    }
}

pub(super) fn take_better(known: &mut Option<Claim>, offered: Option<Claim>) {
    if let Some(offered) = offered
        && known.as_ref().is_none_or(|known| offered.is_better_than(known))
    {
        *known = Some(offered);
    }
}
