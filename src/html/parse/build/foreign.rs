//! Vector graphics and formulas inside a page.

use super::stack::Open;
use super::{Builder, Flow};
use crate::html::parse::pool::{Attributes, Pool};
use crate::html::parse::scan::TagToken;
use crate::html::parse::tree::Namespace;
use crate::html::tag::{BREAKOUT, Tag};

impl Builder {
    /// True when characters in the open foreign element are read as HTML.
    pub(super) fn is_integration_point(&self, pool: &Pool<'_>) -> bool {
        self.stack
            .last()
            .is_some_and(|open| open.is_mathml_text() || open.is_svg_html() || self.is_annotation(pool, open))
    }

    /// True for an annotation that holds HTML.
    fn is_annotation(&self, pool: &Pool<'_>, open: Open) -> bool {
        open.namespace == Namespace::MathMl
            && open.tag == Tag::ANNOTATION_XML
            && pool.value(self.tree.attributes(open.id), "encoding").is_some_and(|encoding| {
                ["text/html", "application/xhtml+xml"].iter().any(|known| encoding.eq_ignore_ascii_case(known))
            })
    }

    /// True when the tag is read by the rules of foreign content.
    pub(super) fn is_foreign_tag(&self, pool: &Pool<'_>, token: TagToken) -> bool {
        let Some(open) = self.stack.last().filter(|open| open.namespace != Namespace::Html) else { return false };
        if token.is_end {
            return true;
        }
        if open.is_mathml_text() {
            return matches!(token.tag, Tag::MGLYPH | Tag::MALIGNMARK);
        }
        let is_annotation = open.namespace == Namespace::MathMl && open.tag == Tag::ANNOTATION_XML;
        if is_annotation && token.tag == Tag::SVG {
            return false;
        }
        !open.is_svg_html() && !self.is_annotation(pool, open)
    }

    /// A tag in foreign content.
    pub(super) fn foreign_tag(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        let breaks_out = match (token.is_end, token.tag) {
            (true, tag) => matches!(tag, Tag::BR | Tag::P),
            (false, Tag::FONT) => {
                ["color", "face", "size"].iter().any(|name| pool.value(token.attributes, name).is_some())
            }
            (false, tag) => tag.has(BREAKOUT),
        };
        if breaks_out {
            while let Some(open) = self.stack.last() {
                if open.namespace == Namespace::Html || open.is_mathml_text() || open.is_svg_html() {
                    break;
                }
                self.stack.pop();
            }
            return self.step(pool, self.mode, token);
        }
        if token.is_end {
            return self.foreign_end_tag(pool, token);
        }
        let namespace = self.stack.last().map_or(Namespace::Html, |open| open.namespace);
        self.open_foreign(pool, token, namespace);
        Flow::Done
    }

    fn foreign_end_tag(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        let name = |pool: &Pool<'_>, tag: Tag| match tag.name() {
            Some(name) => name.to_owned(),
            None => pool.names.get(tag.place()).cloned().unwrap_or_default(),
        };
        let wanted = name(pool, token.tag);
        for place in (1..self.stack.len()).rev() {
            let Some(open) = self.stack.entry(place) else { break };
            if open.namespace == Namespace::Html && place + 1 != self.stack.len() {
                return self.step(pool, self.mode, token);
            }
            if open.tag == token.tag || name(pool, open.tag).eq_ignore_ascii_case(&wanted) {
                self.stack.truncate(place);
                return Flow::Done;
            }
        }
        Flow::Done
    }

    /// `<svg>` or `<math>` in HTML.
    pub(super) fn enter_foreign(&mut self, pool: &mut Pool<'_>, token: TagToken, namespace: Namespace) {
        self.reconstruct();
        self.open_foreign(pool, token, namespace);
    }

    fn open_foreign(&mut self, pool: &mut Pool<'_>, token: TagToken, namespace: Namespace) {
        let tag = if namespace == Namespace::Svg { svg_tag(pool, token.tag) } else { token.tag };
        adjust_attributes(pool, token.attributes, namespace);
        if token.is_self_closing {
            let id = self.element(tag, namespace, token.attributes);
            self.insert_node(id);
        } else {
            self.insert_opened(tag, namespace, token.attributes);
        }
    }
}

/// Prefixed attributes are known by their local name, `xlink:href` as `href`, and some names have capitals.
fn adjust_attributes(pool: &mut Pool<'_>, attributes: Attributes, namespace: Namespace) {
    let cased: &[&str] = match namespace {
        Namespace::Svg => &SVG_ATTRIBUTES,
        Namespace::MathMl => &["definitionURL"],
        Namespace::Html => &[],
    };
    for place in attributes.range() {
        let name = pool.attributes[place].name;
        let written = pool.text(name);
        if let Some((prefix, _)) = written.split_once(':').filter(|(p, _)| matches!(*p, "xlink" | "xml" | "xmlns")) {
            pool.attributes[place].name = name.split(prefix.len() + 1).1;
        } else if let Some(known) = cased.iter().find(|known| known.eq_ignore_ascii_case(written)) {
            pool.attributes[place].name = pool.decode(|out| out.push_str(known));
        }
    }
}

/// Elements of SVG whose names have capitals.
const SVG_NAMES: [&str; 37] = [
    "altGlyph",
    "altGlyphDef",
    "altGlyphItem",
    "animateColor",
    "animateMotion",
    "animateTransform",
    "clipPath",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "glyphRef",
    "linearGradient",
    "radialGradient",
    "textPath",
    "foreignObject",
];

/// Attributes of SVG whose names have capitals.
const SVG_ATTRIBUTES: [&str; 58] = [
    "attributeName",
    "attributeType",
    "baseFrequency",
    "baseProfile",
    "calcMode",
    "clipPathUnits",
    "diffuseConstant",
    "edgeMode",
    "filterUnits",
    "glyphRef",
    "gradientTransform",
    "gradientUnits",
    "kernelMatrix",
    "kernelUnitLength",
    "keyPoints",
    "keySplines",
    "keyTimes",
    "lengthAdjust",
    "limitingConeAngle",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "maskContentUnits",
    "maskUnits",
    "numOctaves",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "pointsAtX",
    "pointsAtY",
    "pointsAtZ",
    "preserveAlpha",
    "preserveAspectRatio",
    "primitiveUnits",
    "refX",
    "refY",
    "repeatCount",
    "repeatDur",
    "requiredExtensions",
    "requiredFeatures",
    "specularConstant",
    "specularExponent",
    "spreadMethod",
    "startOffset",
    "stdDeviation",
    "stitchTiles",
    "surfaceScale",
    "systemLanguage",
    "tableValues",
    "targetX",
    "targetY",
    "textLength",
    "viewBox",
    "viewTarget",
    "xChannelSelector",
    "yChannelSelector",
    "zoomAndPan",
];

fn svg_tag(pool: &mut Pool<'_>, tag: Tag) -> Tag {
    if tag.index().is_some() {
        return tag;
    }
    let Some(written) = pool.names.get(tag.place()) else { return tag };
    let Some(name) = SVG_NAMES.iter().find(|name| name.eq_ignore_ascii_case(written)) else { return tag };
    if *name == "foreignObject" { Tag::FOREIGN_OBJECT } else { pool.tag_named((*name).to_owned()) }
}
