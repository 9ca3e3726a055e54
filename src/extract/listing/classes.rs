//! The classes of a page as numbers: a page has ten thousand of them, and two hundred different ones.
//!
//! In: a page. Out: for every node the numbers of its classes, and which classes name a kind of element: words, and the
//! names that a build tool made up of letters and digits as long as several elements bear them (`post-a1b2c3` is one
//! record's).

use crate::html::{Document, NodeId};
use foldhash::{HashMap, HashMapExt as _};

/// A made-up name has at least this many characters: shorter ones are sizes (`2xl`, `w3x4`).
const CODE_LENGTH: usize = 5;
/// Elements that bear a made-up name before it names a kind.
const CODE_BEARERS: usize = 3;
/// Classes of one element that tell its kind; more are a program's notes.
const MAX_PLAIN: usize = 32;

/// The classes of one page.
pub(super) struct Classes<'d> {
    names: Vec<&'d str>,
    /// True for classes that name a kind.
    plain: Vec<bool>,
    all: Lists,
    kinds: Lists,
}

/// A list of numbers for each node.
#[derive(Default)]
struct Lists {
    numbers: Vec<u32>,
    starts: Vec<u32>,
}

impl Lists {
    fn close(&mut self) {
        self.starts.push(u32::try_from(self.numbers.len()).unwrap_or(u32::MAX));
    }

    fn of(&self, node: NodeId) -> &[u32] {
        let start = |place: usize| self.starts[place] as usize;
        &self.numbers[start(node.index())..start(node.index() + 1)]
    }
}

impl<'d> Classes<'d> {
    pub(super) fn new(doc: &'d Document) -> Self {
        let (mut names, mut counts): (Vec<&str>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut all = Lists::default();
        all.close();
        for node in doc.all() {
            for class in doc.classes(node) {
                let number = *known.entry(class).or_insert_with(|| {
                    names.push(class);
                    counts.push(0);
                    u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
                });
                counts[number as usize] += 1;
                all.numbers.push(number);
            }
            all.close();
        }
        let is_plain = |(name, count): (&&str, usize)| {
            !name.bytes().any(|b| b.is_ascii_digit()) || count >= CODE_BEARERS && is_made_up(name)
        };
        let plain: Vec<bool> = names.iter().zip(counts).map(is_plain).collect();
        let kinds = kinds(doc, &all, &plain);
        Self { names, plain, all, kinds }
    }

    /// How many different classes there are; they are numbered from 0.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The class of this number.
    pub(super) fn name(&self, number: u32) -> &'d str {
        self.names[number as usize]
    }

    /// All classes of the node, in the order of the page.
    pub(super) fn of(&self, node: NodeId) -> &[u32] {
        self.all.of(node)
    }

    /// Classes of the node that name its kind, by number, each once.
    pub(super) fn kind_of(&self, node: NodeId) -> &[u32] {
        self.kinds.of(node)
    }

    /// True when the class names a kind.
    pub(super) fn is_plain(&self, number: u32) -> bool {
        self.plain[number as usize]
    }
}

fn kinds(doc: &Document, all: &Lists, plain: &[bool]) -> Lists {
    let mut kinds = Lists::default();
    kinds.close();
    for node in doc.all() {
        let start = kinds.numbers.len();
        for &number in all.of(node).iter().filter(|&&number| plain[number as usize]).take(MAX_PLAIN) {
            if !kinds.numbers[start..].contains(&number) {
                kinds.numbers.push(number);
            }
        }
        kinds.numbers[start..].sort_unstable();
        kinds.close();
    }
    kinds
}

/// True when a part of the name has letters behind its first digit.
fn is_made_up(class: &str) -> bool {
    class.split(['-', '_']).any(|part| {
        let first = part.bytes().position(|b| b.is_ascii_digit());
        first.is_some_and(|at| part.len() >= CODE_LENGTH && part.bytes().skip(at).any(|b| b.is_ascii_alphabetic()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_no_kind_and_made_up_names_do() {
        let made_up = "<p class='css-1psltl0 card'>".repeat(3);
        let doc = Document::parse(&format!("{made_up}<p class='post-a1b2c3 col-4 card card'>"));
        let classes = Classes::new(&doc);
        let names = |node| classes.kind_of(node).iter().map(|&n| classes.name(n)).collect::<Vec<_>>();
        let paragraphs: Vec<NodeId> = doc.elements().filter(|&n| doc.tag(n) == "p").collect();
        assert_eq!(names(paragraphs[0]), ["css-1psltl0", "card"]);
        assert_eq!(names(paragraphs[3]), ["card"]);
        assert_eq!(classes.of(paragraphs[3]).len(), 4);
        assert_eq!(classes.len(), 4);
    }
}
