//! A table as rows of placed cells: what stands above what, spanning cells included.

use crate::html::{Document, NodeId};

/// One cell of a row.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) node: NodeId,
    /// Number of the first column that it covers.
    pub(super) column: usize,
    /// Columns that it covers.
    pub(super) width: usize,
    /// True when the cell began in a row above and reaches down into this one.
    pub(super) from_above: bool,
}

/// One row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) root: NodeId,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// Columns up to the end of the last cell.
    pub(super) fn width(&self) -> usize {
        self.cells.last().map_or(0, |c| c.column + c.width)
    }
}

/// Columns of a table that are told apart.
const MAX_COLUMNS: usize = 40;
/// Rows that one cell may span; more is a slip of the pen.
const MAX_SPAN: usize = 500;

/// The tables of a page with their rows: `<table>` elements and elements that say they are tables by their role.
pub(super) fn tables(doc: &Document) -> Vec<(NodeId, Vec<Row>)> {
    let mut rows_of: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
    let mut place = std::collections::HashMap::new();
    for row in doc.elements().filter(|&n| is_row(doc, n)) {
        let Some(table) = doc.ancestors(row).find(|&a| is_table(doc, a)) else { continue };
        let at = *place.entry(table).or_insert_with(|| {
            rows_of.push((table, Vec::new()));
            rows_of.len() - 1
        });
        rows_of[at].1.push(row);
    }
    rows_of.into_iter().map(|(table, rows)| (table, placed(doc, &rows))).collect()
}

fn is_table(doc: &Document, node: NodeId) -> bool {
    doc.tag(node) == "table" || matches!(doc.attribute(node, "role"), Some("table" | "grid" | "treegrid"))
}

fn is_row(doc: &Document, node: NodeId) -> bool {
    doc.tag(node) == "tr" || doc.attribute(node, "role") == Some("row")
}

fn is_cell(doc: &Document, node: NodeId) -> bool {
    doc.is(node, &["td", "th"])
        || matches!(doc.attribute(node, "role"), Some("cell" | "gridcell" | "rowheader" | "columnheader"))
}

/// A cell that reaches down: column, width, rows left, node.
type Reaching = (usize, usize, usize, NodeId);

fn placed(doc: &Document, rows: &[NodeId]) -> Vec<Row> {
    let mut reaching: Vec<Reaching> = Vec::new();
    let mut out = Vec::with_capacity(rows.len());
    for &root in rows {
        let mut cells: Vec<Cell> =
            reaching.iter().map(|&(column, width, _, node)| Cell { node, column, width, from_above: true }).collect();
        for r in &mut reaching {
            r.2 -= 1;
        }
        reaching.retain(|r| r.2 > 0);
        let mut column = 0;
        for node in cells_of(doc, root) {
            while let Some(over) = cells.iter().find(|c| (c.column..c.column + c.width).contains(&column)) {
                column = over.column + over.width;
            }
            let width = span(doc, node, "colspan").min(MAX_COLUMNS);
            let down = span(doc, node, "rowspan").min(MAX_SPAN);
            if down > 1 && column < MAX_COLUMNS {
                reaching.push((column, width, down - 1, node));
            }
            cells.push(Cell { node, column, width, from_above: false });
            column += width;
            if column >= MAX_COLUMNS {
                break;
            }
        }
        cells.sort_by_key(|c| c.column);
        out.push(Row { root, cells });
    }
    out
}

/// The cells of one row, not those of tables inside it.
fn cells_of(doc: &Document, row: NodeId) -> Vec<NodeId> {
    let mut out = Vec::new();
    let mut at = row.index() + 1;
    while at < doc.end(row) {
        let node = doc.node_at(at);
        if is_cell(doc, node) {
            out.push(node);
            at = doc.end(node);
        } else {
            at += 1;
        }
    }
    out
}

fn span(doc: &Document, cell: NodeId, name: &str) -> usize {
    doc.attribute(cell, name).and_then(|v| v.trim().parse().ok()).filter(|&n| n > 0).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(html: &str) -> Vec<Vec<(usize, bool)>> {
        let doc = Document::parse(html);
        let tables = tables(&doc);
        tables[0].1.iter().map(|r| r.cells.iter().map(|c| (c.column, c.from_above)).collect()).collect()
    }

    #[test]
    fn spanning_cells_keep_their_column() {
        let html = "<table><tr><td rowspan=2>May 3<td>A<td>x<tr><td>B<td>y<tr><td>May 4<td colspan=2>C</table>";
        assert_eq!(
            columns(html),
            [
                vec![(0, false), (1, false), (2, false)],
                vec![(0, true), (1, false), (2, false)],
                vec![(0, false), (1, false)]
            ]
        );
    }

    #[test]
    fn roles_make_a_table_of_divs() {
        let html = "<div role=grid><div role=row><div role=gridcell>a</div><div role=gridcell>b</div></div></div>";
        assert_eq!(columns(html), [vec![(0, false), (1, false)]]);
    }

    #[test]
    fn a_table_in_a_cell_is_a_table_of_its_own() {
        let doc = Document::parse("<table><tr><td><table><tr><td>1<td>2</table><td>b</table>");
        let widths: Vec<Vec<usize>> = tables(&doc).iter().map(|t| t.1.iter().map(Row::width).collect()).collect();
        assert_eq!(widths, [vec![2], vec![2]]);
    }
}
