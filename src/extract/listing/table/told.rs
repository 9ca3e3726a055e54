//! What the columns tell about each row of a family.

use super::columns::{self, Bounds, Plan};
use super::family::{Family, Member};
use super::headline::{self, Headline};
use super::links;
use crate::extract::date_shape::is_date_line;
use crate::extract::listing::facts::Facts;
use crate::html::NodeId;
use crate::lexicon::{looks_like_date, names_a_day};

/// What the columns of its table say about one row.
#[derive(Debug, Clone, Default)]
pub(in crate::extract) struct Told {
    /// Element and text of the title.
    pub(in crate::extract) title: Option<(NodeId, String)>,
    /// Place of the link that leads to the story or its document.
    pub(in crate::extract) link: Option<usize>,
    /// Cells and headings that state the date, best first; some stand outside of the row.
    pub(in crate::extract) dates: Vec<NodeId>,
    /// True for the row of a table.
    pub(in crate::extract) is_row: bool,
}

/// The title column of a table may have gaps, and its titles may be long.
const BOUNDS: Bounds = Bounds { least_filled: 0.3, most_words: f64::INFINITY };

/// Reads all rows; empty when the columns say nothing.
pub(super) fn tell(facts: &Facts<'_>, family: &Family) -> Vec<(NodeId, Told)> {
    let width = family.hints.len();
    let headlines: Vec<Vec<Option<Headline>>> = family.rows.iter().map(|m| headlines(facts, m, width)).collect();
    let plan = columns::plan(&headlines, family.hints.clone(), BOUNDS);
    let Some(title) = plan.title else { return Vec::new() };
    let links = links(facts, family, &plan, &headlines);
    let mut out = Vec::with_capacity(headlines.len());
    for ((member, cells), link) in family.rows.iter().zip(&headlines).zip(links) {
        let headline = cells.get(title).and_then(Option::as_ref);
        let told = Told {
            title: headline.map(|h| (h.node, h.text.clone())),
            link,
            dates: dates(facts, member, &plan),
            is_row: true,
        };
        if told.title.is_some() {
            out.push((member.row.root, told));
        }
    }
    // Opening hours, prices, results: a table that dates nothing and leads nowhere lists no records.
    if lists_records(facts, out.iter().map(|(_, told)| told)) { out } else { Vec::new() }
}

/// True when most rows lead somewhere or name a day.
pub(super) fn lists_records<'t>(facts: &Facts<'_>, rows: impl Iterator<Item = &'t Told>) -> bool {
    let (mut records, mut all) = (0, 0);
    for told in rows {
        all += 1;
        records += usize::from(told.link.is_some() || speaks_of_a_day(facts, told));
    }
    records * 2 >= all
}

/// True when a date cell or the title holds a date.
fn speaks_of_a_day(facts: &Facts<'_>, told: &Told) -> bool {
    let cells = told.dates.iter().map(|&c| facts.doc.text(c));
    let title = told.title.iter().map(|(_, text)| text.clone());
    cells.chain(title).any(|t| names_a_day(&t))
}

/// The headline of each column.
fn headlines(facts: &Facts<'_>, member: &Member, width: usize) -> Vec<Option<Headline>> {
    let mut out: Vec<Option<Headline>> = vec![None; width];
    for cell in &member.row.cells {
        if let Some(place) = out.get_mut(cell.column) {
            *place = headline::of_cell(facts, cell.node);
        }
    }
    out
}

fn dates(facts: &Facts<'_>, member: &Member, plan: &Plan) -> Vec<NodeId> {
    let doc = facts.doc;
    let cell = |column: &usize| member.row.cells.iter().find(|c| c.column == *column).map(|c| c.node);
    let own = plan.dates.iter().filter_map(cell).filter(|&n| looks_like_date(&doc.text(n)));
    let group = member.group.filter(|&g| is_date_line(&doc.text(g)));
    own.chain(group).collect()
}

/// The link of each row: that of the title, else the best of the others.
fn links(facts: &Facts<'_>, family: &Family, plan: &Plan, headlines: &[Vec<Option<Headline>>]) -> Vec<Option<usize>> {
    let placed: Vec<Vec<((usize, usize), usize)>> = family.rows.iter().map(|m| slots_of(facts, m)).collect();
    let others = links::best(facts, &placed, &|slot| plan.hints.get(slot.0).copied().flatten());
    let title = plan.title.unwrap_or(0);
    let own = |cells: &Vec<Option<Headline>>| cells.get(title).and_then(Option::as_ref).and_then(|h| h.link);
    headlines.iter().zip(others).map(|(cells, other)| own(cells).or(other)).collect()
}

/// Links of a row: column and place in the cell.
fn slots_of(facts: &Facts<'_>, member: &Member) -> Vec<((usize, usize), usize)> {
    let mut out = Vec::new();
    for cell in &member.row.cells {
        let range = facts.link_range(facts.span(cell.node));
        out.extend(range.enumerate().map(|(place, link)| ((cell.column, place), link)));
    }
    out
}
