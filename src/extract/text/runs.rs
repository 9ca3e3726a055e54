//! Which of the records found belong to the list of the page: menus, side boxes and footers have look-alikes.

use super::lines::{Class, Line};
use super::template::Found;

/// Between two records of one list stand at most this many lines more than usual.
const MAX_EXTRA_GAP: usize = 8;

/// A run of fewer records than this, apart from the main one, is no list.
const MIN_SIDE_RUN: usize = 3;

/// Keeps the runs of records that make the list; where records with and without a body are `mixed`, both are the list.
pub(super) fn main_list(lines: &[Line], records: Vec<Found>, mixed: bool) -> Vec<Found> {
    let mut runs = runs(lines, records);
    for run in runs.iter_mut().filter(|_| !mixed) {
        drop_bare_ends(lines, run);
    }
    let size = |run: &[Found]| run.iter().map(|r| columns(&lines[r.start..r.end])).sum::<usize>();
    let Some(best) = runs.iter().max_by_key(|run| size(run)) else { return Vec::new() };
    let best_size = size(best);
    let tail = best.last().map_or(0, |last| last.end);
    let closed = tail_start(lines, tail);
    let bodies = |run: &[Found]| run.iter().filter(|r| lines[r.title + 1..r.end].iter().any(Line::is_body)).count();
    // Comments, events and menus look alike, but have no bodies where the list has some.
    let has_bodies = bodies(best) * 3 > best.len() * 2;
    let alike = |run: &[Found]| !has_bodies || bodies(run) * 3 > run.len();
    runs.iter()
        .filter(|run| {
            run.as_slice() == best.as_slice()
                || run.len() >= MIN_SIDE_RUN && size(run) * 8 > best_size && run[0].start < closed && alike(run)
        })
        .flatten()
        .copied()
        .collect()
}

/// This many records without a body, at an end of a list whose others all have one, are another list.
const MIN_BARE_END: usize = 3;

fn drop_bare_ends(lines: &[Line], run: &mut Vec<Found>) {
    let has_body = |r: &Found| lines[r.title + 1..r.end].iter().any(Line::is_body);
    let Some((first, last)) = bodied(&run.iter().map(has_body).collect::<Vec<_>>()) else { return };
    let inner = &run[first..=last];
    let complete = inner.len() >= MIN_BARE_END && inner.iter().filter(|r| has_body(r)).count() * 10 >= inner.len() * 7;
    if complete && run.len() - last > MIN_BARE_END {
        run.truncate(last + 1);
    }
    if complete && first >= MIN_BARE_END {
        run.drain(..first);
    }
}

/// The first and the last record with a body. One at the very edge, apart from the others, has what stands beside the list
/// for a body: a tag cloud below a box of comments.
fn bodied(has_body: &[bool]) -> Option<(usize, usize)> {
    let mut all: Vec<usize> = (0..has_body.len()).filter(|&at| has_body[at]).collect();
    let apart = |pair: &[usize]| pair[1] - pair[0] > MIN_BARE_END;
    if all.last() == Some(&(has_body.len() - 1)) && all.len() > 1 && apart(&all[all.len() - 2..]) {
        all.pop();
    }
    if all.first() == Some(&0) && all.len() > 1 && apart(&all[..2]) {
        all.remove(0);
    }
    Some((*all.first()?, *all.last()?))
}

/// Dates on this share (percent) of the other records make one without a date at the end of the list a stranger.
const MOSTLY_DATED: usize = 90;

/// Drops records without a date from both ends of a list whose others are dated: the heading above, the box below.
pub(super) fn drop_undated_ends(lines: &[Line], records: &mut Vec<Found>) {
    let is_dated = |r: &Found| lines[r.start..r.end].iter().any(|l| l.own_date().is_some());
    let dated: Vec<bool> = records.iter().map(is_dated).collect();
    let count = dated.iter().filter(|dated| **dated).count();
    let (mut first, mut last) = (0, records.len());
    while last - first >= MIN_SIDE_RUN && count * 100 >= (last - first - 1) * MOSTLY_DATED {
        if !dated[last - 1] {
            last -= 1;
        } else if !dated[first] {
            first += 1;
        } else {
            break;
        }
    }
    records.truncate(last);
    records.drain(..first);
}

fn columns(lines: &[Line]) -> usize {
    lines.iter().map(|l| l.width.min(300)).sum()
}

/// Cuts the records where the page goes on with something else.
fn runs(lines: &[Line], records: Vec<Found>) -> Vec<Vec<Found>> {
    let mut gaps: Vec<usize> = records.windows(2).map(|w| w[1].start.saturating_sub(w[0].end)).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
    let mut runs: Vec<Vec<Found>> = Vec::new();
    for record in records {
        let joins = runs.last().and_then(|run| run.last()).is_some_and(|last| {
            let between = &lines[last.end.min(record.start)..record.start];
            let alike = lines[last.title].bullet == lines[record.title].bullet;
            alike && between.len() <= usual * 2 + MAX_EXTRA_GAP && !between.iter().any(ends_list)
        });
        match runs.last_mut() {
            Some(run) if joins => run.push(record),
            _ => runs.push(vec![record]),
        }
    }
    runs
}

/// A line that stands below lists: pager, side heading, copyright.
fn ends_list(line: &Line) -> bool {
    line.class != Class::Long && line.ends_page
}

/// Where the page is over, at the earliest from `from` on.
fn tail_start(lines: &[Line], from: usize) -> usize {
    (from..lines.len()).find(|&i| ends_list(&lines[i])).unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::super::{lines, template};
    use super::bodied;

    fn titles(text: &str) -> Vec<String> {
        let lines = lines::split(text);
        template::find(&lines).iter().map(|r| lines[r.title].text.clone()).collect()
    }

    /// A dated list between a box above and a box below.
    fn boxed(above: &str, records: &[[&str; 3]], below: &str) -> String {
        let list: Vec<String> = records.iter().map(|record| record.join("\n")).collect();
        format!("{above}\n{}\n{below}\n", list.join("\n"))
    }

    #[test]
    fn a_box_without_a_date_is_no_record_of_a_dated_list() {
        let records = [
            ["Le pont rouvre après cinq ans de travaux", "5 mai 2021", "Le pont était fermé depuis le printemps."],
            ["La mairie vendue à un cirque", "4 mai 2021", "Le conseil a voté la vente hier soir."],
            ["Le bac des îles en retard", "3 mai 2021", "Le vent a retenu le bac pendant deux heures."],
        ];
        let above = "Marie Dupont, rédactrice\nMarie Dupont écrit depuis dix ans sur les ponts de la région.";
        assert_eq!(titles(&boxed(above, &records, "")), records.map(|r| r[0]));
        let below = "Association des amis du pont\nL’association se réunit tous les lundis à la mairie.";
        assert_eq!(titles(&boxed("", &records, below)), records.map(|r| r[0]));
    }

    #[test]
    fn a_body_at_the_very_edge_apart_from_the_others_is_not_the_lists() {
        let parsed = |marks: &str| bodied(&marks.chars().map(|mark| mark == 'b').collect::<Vec<_>>());
        assert_eq!(parsed("bbbb-b----b"), Some((0, 5)));
        assert_eq!(parsed("b----bbbb"), Some((5, 8)));
        assert_eq!(parsed("bbbb--b"), Some((0, 6)));
        assert_eq!(parsed("----"), None);
    }

    #[test]
    fn a_list_with_few_dates_keeps_its_ends() {
        let text = "Brücke am Fluss wieder offen\n\
            Die Brücke war seit dem Frühjahr gesperrt, und niemand weiß warum.\n\
            Fähre kommt zu spät an\n5. Mai 2021\n\
            Der Wind hat die Fähre gestern zwei Stunden lang im Hafen gehalten.\n\
            Rathaus an Zirkus verkauft\n\
            Der Stadtrat stimmte am Abend mit großer Mehrheit für den Verkauf.\n\
            Zirkus zieht ins Rathaus ein\n\
            Die ersten Wagen standen schon am Morgen auf dem Marktplatz der Stadt.\n";
        assert_eq!(titles(text).len(), 4);
    }
}
