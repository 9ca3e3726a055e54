//! Small charts for the terminal: one character a visit.

use tearsheet::pipeline::VisitPoint;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// A visit that gave nothing.
const NOTHING: char = '×';
/// A visit that had no need to look: the page had not changed.
const NO_NEED: char = '·';

/// Records on the page over time, as parts of the most ever seen.
pub(super) fn yields(visits: &[VisitPoint]) -> String {
    let most = visits.iter().map(|visit| visit.seen).max().unwrap_or(0);
    visits.iter().map(|visit| bar(visit, visit.seen, most)).collect()
}

/// The share of records with a date over time.
pub(super) fn dated(visits: &[VisitPoint]) -> String {
    visits.iter().map(|visit| bar(visit, visit.dated, visit.seen)).collect()
}

fn bar(visit: &VisitPoint, part: u64, whole: u64) -> char {
    if visit.seen == 0 {
        return if visit.outcome == "unchanged" { NO_NEED } else { NOTHING };
    }
    let last = BARS.len() as u64 - 1;
    let step = (part * last).div_ceil(whole.max(1)).min(last);
    BARS[usize::try_from(step).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_for_each_visit() {
        let visit = |seen, dated, outcome: &str| VisitPoint {
            at: jiff::Timestamp::UNIX_EPOCH,
            outcome: outcome.to_owned(),
            seen,
            new: 0,
            dated,
        };
        let visits = [
            visit(30, 30, "ok"),
            visit(0, 0, "unchanged"),
            visit(15, 0, "ok"),
            visit(0, 0, "broken"),
            visit(1, 1, "ok"),
        ];
        assert_eq!(yields(&visits), "█·▅×▂");
        assert_eq!(dated(&visits), "█·▁×█");
    }
}
