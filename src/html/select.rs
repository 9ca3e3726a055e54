//! CSS selectors of a config: parsed by `scraper`, matched against the table of nodes.

use super::parse::Namespace;
use super::{Document, NodeId};
use scraper::selector::{CssLocalName, CssString, NonTSPseudoClass, Parser, PseudoElement, Simple};
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::matching::{
    ElementSelectorFlags, MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode,
    SelectorCaches, matches_selector,
};
use selectors::parser::{ParseRelative, SelectorImpl, SelectorList};
use selectors::{Element, OpaqueElement};

/// A checked CSS selector list.
#[derive(Debug, Clone)]
pub struct Selector(SelectorList<Simple>);

impl Selector {
    /// Parses a selector list.
    ///
    /// # Errors
    ///
    /// The parser's message when `text` is no selector, ready to stand after "expected a CSS selector: ".
    pub fn parse(text: &str) -> Result<Self, String> {
        // Its messages are for people, those of the crate below it are not.
        scraper::Selector::parse(text).map_err(|error| error.to_string())?;
        let mut input = cssparser::Parser::new(text);
        let list = SelectorList::parse(&Parser, &mut input, ParseRelative::No);
        list.map(Self).map_err(|error| format!("{error:?}"))
    }
}

/// True when the selector matches the element. `scope` is what `:scope` stands for; the root when `None`.
pub(super) fn matches(doc: &Document, element: NodeId, selector: &Selector, scope: Option<NodeId>) -> bool {
    let mut caches = SelectorCaches::default();
    let mut context = MatchingContext::new(
        MatchingMode::Normal,
        None,
        &mut caches,
        QuirksMode::NoQuirks,
        NeedsSelectorFlags::No,
        MatchingForInvalidation::No,
    );
    context.scope_element = scope.map(|node| Place { doc, node }.opaque());
    let place = Place { doc, node: element };
    selector.0.slice().iter().any(|one| matches_selector(one, 0, None, &place, &mut context))
}

/// An element of a document, as the matcher walks over it.
#[derive(Debug, Clone, Copy)]
struct Place<'d> {
    doc: &'d Document,
    node: NodeId,
}

impl Place<'_> {
    fn at(self, node: NodeId) -> Self {
        Self { node, ..self }
    }
}

/// Namespaces as the parser of selectors names them.
fn address(namespace: Namespace) -> &'static str {
    match namespace {
        Namespace::Html => "http://www.w3.org/1999/xhtml",
        Namespace::Svg => "http://www.w3.org/2000/svg",
        Namespace::MathMl => "http://www.w3.org/1998/Math/MathML",
    }
}

type Address = <Simple as SelectorImpl>::BorrowedNamespaceUrl;

impl Element for Place<'_> {
    type Impl = Simple;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.doc.identity(self.node))
    }

    fn parent_element(&self) -> Option<Self> {
        self.doc.parent(self.node).map(|node| self.at(node))
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.doc.previous_element(self.node).map(|node| self.at(node))
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.doc.next_element(self.node).map(|node| self.at(node))
    }

    fn first_element_child(&self) -> Option<Self> {
        self.doc.child_elements(self.node).next().map(|node| self.at(node))
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.doc.namespace(self.node) == Namespace::Html
    }

    fn has_local_name(&self, name: &CssLocalName) -> bool {
        self.doc.tag(self.node) == &*name.0
    }

    fn has_namespace(&self, namespace: &Address) -> bool {
        address(self.doc.namespace(self.node)) == &**namespace
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.doc.tag(self.node) == other.doc.tag(other.node)
            && self.doc.namespace(self.node) == other.doc.namespace(other.node)
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Address>,
        name: &CssLocalName,
        operation: &AttrSelectorOperation<&CssString>,
    ) -> bool {
        // Attributes of HTML have no namespace.
        if matches!(namespace, NamespaceConstraint::Specific(address) if !address.is_empty()) {
            return false;
        }
        self.doc.attribute(self.node, &name.0).is_some_and(|value| operation.eval_str(value))
    }

    fn match_non_ts_pseudo_class(&self, _: &NonTSPseudoClass, _: &mut MatchingContext<'_, Simple>) -> bool {
        false
    }

    fn match_pseudo_element(&self, _: &PseudoElement, _: &mut MatchingContext<'_, Simple>) -> bool {
        false
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        self.doc.tag(self.node) == "link"
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_id(&self, id: &CssLocalName, case: CaseSensitivity) -> bool {
        self.doc.attribute(self.node, "id").is_some_and(|own| case.eq(id.0.as_bytes(), own.as_bytes()))
    }

    fn has_class(&self, name: &CssLocalName, case: CaseSensitivity) -> bool {
        self.doc.classes(self.node).any(|class| case.eq(name.0.as_bytes(), class.as_bytes()))
    }

    fn has_custom_state(&self, _: &CssLocalName) -> bool {
        false
    }

    fn imported_part(&self, _: &CssLocalName) -> Option<CssLocalName> {
        None
    }

    fn is_part(&self, _: &CssLocalName) -> bool {
        false
    }

    fn is_empty(&self) -> bool {
        !self.doc.children(self.node).any(|child| self.doc.is_element(child) || self.doc.is_text(child))
    }

    fn is_root(&self) -> bool {
        self.doc.parent(self.node).is_none()
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
