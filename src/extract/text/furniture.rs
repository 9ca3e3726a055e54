//! Blocks that look like teasers and are not: boxes that repeat themselves or call to action at the edge of the list.
//!
//! In: the blocks of one page, read like teasers. Out: teasers and furniture, nothing lost. Evidence across pages is
//! weighed elsewhere; blocks with a link or a date of their own are never furniture here.

use crate::lexicon::phrases;
use crate::model::{FurnitureBlock, FurnitureReason, Teaser};
use crate::text::fold;
use std::collections::HashMap;

/// Boxes stand among the first and last blocks of a page.
const EDGE_BLOCKS: usize = 4;

/// A block of the page, read like a teaser.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// What it says.
    pub(super) teaser: Teaser,
    /// A paragraph of it stands in another place of the page too.
    pub(super) shares_body: bool,
}

/// Parts blocks into teasers and furniture; positions of the teasers count from 1.
pub(super) fn part(blocks: Vec<Block>) -> (Vec<Teaser>, Vec<FurnitureBlock>) {
    let reasons = reasons(&blocks);
    let mut teasers = Vec::with_capacity(blocks.len());
    let mut furniture = Vec::new();
    for (mut teaser, reason) in blocks.into_iter().map(|b| b.teaser).zip(reasons) {
        if let Some(reason) = reason {
            furniture.push(FurnitureBlock { teaser, reason });
        } else {
            teaser.position = u32::try_from(teasers.len() + 1).unwrap_or(u32::MAX);
            teasers.push(teaser);
        }
    }
    (teasers, furniture)
}

fn reasons(blocks: &[Block]) -> Vec<Option<FurnitureReason>> {
    let headings: Vec<String> = blocks.iter().map(|b| fold(b.teaser.title.as_deref().unwrap_or_default())).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for heading in &headings {
        *counts.entry(heading).or_default() += 1;
    }
    let own = |b: &Block| b.teaser.url.is_some() || !b.teaser.date_texts.is_empty();
    let repeated = |at: usize| !own(&blocks[at]) && counts[headings[at].as_str()] > 1;
    let mut reasons: Vec<Option<FurnitureReason>> =
        (0..blocks.len()).map(|at| repeated(at).then_some(FurnitureReason::RepeatedHeading)).collect();
    let front: Vec<usize> = (0..blocks.len().min(EDGE_BLOCKS)).collect();
    let back: Vec<usize> = (0..blocks.len()).rev().take(EDGE_BLOCKS).collect();
    for edge in [front, back] {
        // Boxes lie at the very edge, beside other boxes: the first real teaser ends the search.
        for at in edge {
            if reasons[at].is_none() && !own(&blocks[at]) {
                let calls = phrases::calls_to_action(&headings[at]).then_some(FurnitureReason::CallToAction);
                let repeats = blocks[at].shares_body.then_some(FurnitureReason::RepeatedHeading);
                reasons[at] = calls.or(repeats);
            }
            if reasons[at].is_none() {
                break;
            }
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use FurnitureReason::{CallToAction, RepeatedHeading};

    fn block(title: &str) -> Block {
        let teaser = Teaser { title: Some(title.to_owned()), ..Teaser::default() };
        Block { teaser, shares_body: false }
    }

    #[test]
    fn boxes_at_the_edge_are_parted_from_stories() {
        let titles = [
            "Bridge reopens",
            "Newsletter law passes",
            "Ferry sinks",
            "Our winter appeal",
            "Our winter appeal",
            "Sign up today",
        ];
        let (teasers, furniture) = part(titles.map(block).to_vec());
        assert_eq!(teasers.len(), 3);
        assert_eq!(teasers[1].title.as_deref(), Some("Newsletter law passes"));
        let reasons: Vec<_> = furniture.iter().map(|f| f.reason).collect();
        assert_eq!(reasons, [RepeatedHeading, RepeatedHeading, CallToAction]);
    }

    #[test]
    fn a_date_of_its_own_makes_a_teaser() {
        let mut dated = block("Regular meeting");
        dated
            .teaser
            .date_texts
            .push(crate::model::DateText { basis: crate::model::Basis::Text, text: "5 May".to_owned() });
        assert_eq!(part(vec![dated.clone(), dated]).0.len(), 2);
    }
}
