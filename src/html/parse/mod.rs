//! Text to the table of nodes: tokenizer and tree construction of the HTML standard.
//!
//! In: decoded text. Out: [`Parsed`], in reading order. Never fails. Written for bulk work: names of elements are
//! numbers, texts and attributes are places in the source, and only what holds character references is copied. The
//! tests compare the result with the parser of `scraper`, node by node.
//!
//! Tree construction is quadratic on hostile input where it walks its stack of open elements or copies formatting
//! elements; each of these has a cap here.

mod build;
mod doctype;
mod flatten;
mod pool;
mod references;
mod scan;
mod script;
mod tree;

pub(super) use flatten::{Entry, Kind, NONE, Parsed};
pub(super) use pool::Slice;
pub(super) use tree::Namespace;

use build::Builder;
use pool::Pool;
use scan::Scanner;

/// Parses text without carriage returns.
pub(super) fn parse(source: &str) -> Parsed {
    let mut pool = Pool::new(source);
    let mut scanner = Scanner::new(source);
    let mut builder = Builder::new(source.len());
    while let Some(token) = scanner.next(&mut pool, builder.is_in_foreign_content()) {
        if !builder.take(&mut pool, token) {
            break;
        }
        while let Some((tag, kind)) = builder.raw_text() {
            let text = scanner.raw_text(&mut pool, tag, kind);
            builder.take_raw_text(&pool, text, kind);
        }
    }
    let tree = builder.finish(&pool);
    flatten::table(&tree, pool)
}

#[cfg(test)]
mod tests {
    use crate::html::Document;
    use ego_tree::iter::Edge;
    use scraper::{Html, Node};

    /// Every node with its depth, as `html5ever` builds the tree.
    fn expected(text: &str) -> Vec<String> {
        let html = Html::parse_document(text);
        let (mut out, mut depth) = (Vec::new(), 0_usize);
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Element(element) => {
                        let mut attributes: Vec<_> =
                            element.attrs.iter().map(|(n, v)| format!("{}={:?}", n.local, &**v)).collect();
                        attributes.sort();
                        out.push(format!("{depth} {} {}", element.name(), attributes.join(" ")));
                        depth += 1;
                    }
                    Node::Text(text) => out.push(format!("{depth} {:?}", &**text)),
                    Node::Comment(text) => out.push(format!("{depth} --{:?}", &**text)),
                    _ => {}
                },
                Edge::Close(node) => depth -= usize::from(node.value().is_element()),
            }
        }
        out
    }

    /// The same from the table.
    fn found(text: &str) -> Vec<String> {
        let doc = Document::parse(text);
        let mut comments = doc.comments();
        let line = |node| {
            let depth = doc.depth(node);
            if doc.is_element(node) {
                let mut attributes: Vec<_> = doc.attributes(node).map(|(n, v)| format!("{n}={v:?}")).collect();
                attributes.sort();
                format!("{depth} {} {}", doc.tag(node), attributes.join(" "))
            } else if doc.is_text(node) {
                let text = doc.seen_text(node).map_or_else(|| doc.hidden_text(node), str::to_owned);
                format!("{depth} {text:?}")
            } else {
                format!("{depth} --{:?}", comments.next().unwrap())
            }
        };
        doc.all().map(line).collect()
    }

    /// What tag soup is made of. Without `thead`: `html5ever` forgets it where a row group ends in a template.
    const PIECES: [&str; 95] = [
        "<a href=x>",
        "</a>",
        "<b>",
        "</b>",
        "<i x=1>",
        "</i>",
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<th>",
        "<tbody>",
        "</tbody>",
        "<caption>",
        "</caption>",
        "<colgroup>",
        "<col>",
        "</colgroup>",
        "<ul>",
        "</ul>",
        "<li>",
        "</li>",
        "<dd>",
        "<dt>",
        "</dt>",
        "<select>",
        "</select>",
        "<option>",
        "<optgroup>",
        "<input>",
        "<input type=hidden>",
        "<button>",
        "</button>",
        "<form>",
        "</form>",
        "<svg viewbox=1>",
        "</svg>",
        "<math>",
        "</math>",
        "<mi>",
        "<foreignObject>",
        "<desc>",
        "<title>",
        "</title>",
        "<template>",
        "</template>",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<head>",
        "</head>",
        "<body a=1>",
        "</body>",
        "<html b=2>",
        "</html>",
        "<frameset>",
        "</frameset>",
        "<frame>",
        "<noframes>",
        "<h1>",
        "</h2>",
        "<nobr>",
        "</nobr>",
        "<font color=x>",
        "</font>",
        "<object>",
        "</object>",
        "<br/>",
        "</br>",
        "<hr>",
        "<image>",
        "<pre>",
        "<textarea>",
        "</textarea>",
        "<ruby>",
        "<rt>",
        "<rtc>",
        "<my-card>",
        "</my-card>",
        "<!--c-->",
        "<!-- a --!>",
        "<?x?>",
        "</>",
        "<![CDATA[y]]>",
        "x",
        " ",
        "\n",
        "&amp;&not<",
    ];

    #[test]
    fn tag_soup_is_read_as_html5ever_reads_it() {
        let mut state: u64 = 0x9e37_79b9;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 24).unwrap() % below
        };
        for round in 0..4_000 {
            let mut text = if random(2) == 0 { "<!doctype html>".to_owned() } else { String::new() };
            for _ in 0..random(if round % 20 == 0 { 80 } else { 16 }) {
                text.push_str(PIECES[random(PIECES.len())]);
            }
            assert_eq!(found(&text), expected(&text), "{text}");
        }
    }

    #[test]
    fn markup_is_read_as_html5ever_reads_it() {
        for text in [
            "",
            "<p title='a &amp; b' TITLE=c data-x=&quot>x&nbsp;y",
            "<script><!--<script></script>--></script><p>",
            "<textarea>\n\n&lt;</textarea><pre>\nx",
            "<table>a<b>b<tr><td>c</table>d",
            "<p><b><div>x</b>y",
            "<a>1<div>2<a>3",
            "<svg><a xlink:href=u><title><p>x</svg>",
            "<!doctype html public '-//W3C//DTD HTML 3.2//'><p><table>",
            "<p\n\tclass = 'a' / id=b/><P CLASS>",
            "<a href=x/y>z<a b='",
        ] {
            assert_eq!(found(text), expected(text), "{text}");
        }
    }

    #[test]
    fn hostile_nesting_is_linear() {
        for unit in [
            "<div>",
            "<b x=1>",
            "<table><tr><td>",
            "<a href=x><b>",
            "<p><b><i><u>",
            "<ul><li>",
            "<font color=red><p>",
            "&",
            "<",
            "<!--",
            "<table><tr title='&amp;'>x",
            "<template>",
            "<nobr>",
            "<p><b x=",
        ] {
            assert!(!Document::parse(&unit.repeat(40_000)).is_empty());
        }
        let attributes = (0..60_000).fold(String::new(), |all, i| all + &format!(" a{i}=1"));
        let doc = Document::parse(&format!("<p{attributes}>x"));
        let p = doc.elements().find(|&n| doc.tag(n) == "p").unwrap();
        assert_eq!(doc.attributes(p).count(), 256);
    }
}
