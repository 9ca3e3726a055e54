//! Which column is which field: the alias table and `--map`.

use crate::extract::Options;
use foldhash::HashMap;

/// A field that rows can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Url,
    Excerpt,
    Author,
    Date,
    Image,
    Tags,
    Language,
    CapturedAt,
    Source,
}

impl Field {
    /// True for the fields that make a row a teaser.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Title | Self::Excerpt)
    }

    fn named(name: &str) -> Option<Self> {
        ALIASES.iter().find(|(field, _, _)| *field == name).map(|(_, field, _)| *field)
    }
}

/// The fields that `--map FIELD=COLUMN` can name.
pub const FIELDS: [&str; 10] =
    ["title", "url", "excerpt", "author", "published_at", "image_url", "tags", "language", "captured_at", "source"];

/// Names of columns, without case, spaces, dots, dashes and underscores. The first one present wins.
const ALIASES: [(&str, Field, &[&str]); 10] = [
    (
        "title",
        Field::Title,
        &[
            "title",
            "headline",
            "heading",
            "titel",
            "titre",
            "titulo",
            "título",
            "titolo",
            "tytuł",
            "заголовок",
            "标题",
            "subject",
            "name",
        ],
    ),
    (
        "url",
        Field::Url,
        &[
            "url",
            "link",
            "href",
            "permalink",
            "uri",
            "articleurl",
            "pageurl",
            "weburl",
            "sourceurl",
            "canonicalurl",
            "guid",
        ],
    ),
    (
        "excerpt",
        Field::Excerpt,
        &[
            "excerpt",
            "summary",
            "description",
            "teaser",
            "abstract",
            "standfirst",
            "snippet",
            "lead",
            "lede",
            "dek",
            "intro",
            "subtitle",
            "trailtext",
            "beschreibung",
            "contentsnippet",
            "content",
            "contenttext",
            "body",
            "text",
        ],
    ),
    ("author", Field::Author, &["author", "authors", "byline", "creator", "dccreator", "writer", "autor", "auteur"]),
    (
        "published_at",
        Field::Date,
        &[
            "publishedat",
            "published",
            "pubdate",
            "publicationdate",
            "datepublished",
            "publishdate",
            "publishedon",
            "publisheddate",
            "webpublicationdate",
            "isodate",
            "date",
            "datetime",
            "dategmt",
            "datum",
            "fecha",
            "created",
            "createdat",
            "timestamp",
            "time",
        ],
    ),
    (
        "image_url",
        Field::Image,
        &[
            "imageurl",
            "image",
            "thumbnail",
            "thumbnailurl",
            "urltoimage",
            "picture",
            "img",
            "photo",
            "jetpackfeaturedmediaurl",
        ],
    ),
    ("tags", Field::Tags, &["tags", "tag", "categories", "category", "keywords", "section", "topics", "topic"]),
    ("language", Field::Language, &["language", "lang", "locale"]),
    (
        "captured_at",
        Field::CapturedAt,
        &["capturedat", "fetchedat", "scrapedat", "crawledat", "retrievedat", "collectedat", "downloadedat"],
    ),
    ("source", Field::Source, &["source", "sourcename"]),
];

/// Column names to fields, remembered: rows repeat their keys.
#[derive(Debug)]
pub(super) struct Columns {
    known: HashMap<String, Option<(Field, u8)>>,
}

/// Distinct keys remembered; dumps whose keys are data would fill the memory.
const MAX_KEYS: usize = 10_000;

impl Columns {
    pub(super) fn new(options: &Options) -> Self {
        let mapped = options.map.iter().filter_map(|(field, column)| Some((column.clone(), Field::named(field)?)));
        Self { known: mapped.map(|(column, field)| (column, Some((field, 0)))).collect() }
    }

    /// The field that a column fills, and how good a place it is: lower ranks win.
    pub(super) fn field(&mut self, column: &str) -> Option<(Field, u8)> {
        if let Some(known) = self.known.get(column) {
            return *known;
        }
        let found = by_alias(column);
        if self.known.len() < MAX_KEYS {
            self.known.insert(column.to_owned(), found);
        }
        found
    }
}

fn by_alias(column: &str) -> Option<(Field, u8)> {
    let name: String = column.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    ALIASES.iter().find_map(|(_, field, aliases)| {
        let rank = aliases.iter().position(|alias| *alias == name)?;
        Some((*field, u8::try_from(rank + 1).unwrap_or(u8::MAX)))
    })
}

/// The header of a CSV file.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) delimiter: u8,
    pub(super) columns: Vec<Option<(Field, u8)>>,
}

/// Reads the header line; `None` when it names no teaser. One column is enough when it is the title.
pub(super) fn header(line: &str, options: &Options) -> Option<Header> {
    let line = line.trim_start_matches('\u{FEFF}').trim_end();
    let mut known = Columns::new(options);
    let mut best: Option<(usize, Header)> = None;
    for delimiter in [b',', b';', b'\t', b'|'] {
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(line.as_bytes());
        let Some(Ok(cells)) = reader.records().next() else { continue };
        let columns: Vec<Option<(Field, u8)>> = cells.iter().map(|cell| known.field(cell.trim())).collect();
        let found = columns.iter().flatten().count();
        let has_text = columns.iter().flatten().any(|(field, _)| field.is_text());
        let enough = found >= 2 || columns.len() == 1 || found == 1 && cells.iter().all(is_column_name);
        if has_text && enough && best.as_ref().is_none_or(|(most, _)| found > *most) {
            best = Some((found, Header { delimiter, columns }));
        }
    }
    best.map(|(_, header)| header)
}

/// Column names are short and hold no sentence.
fn is_column_name(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && cell.len() <= 40 && cell.split_whitespace().count() <= 3 && !cell.ends_with(['.', '!', '?'])
}
