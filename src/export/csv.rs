//! Comma-separated values for spreadsheets and scripts.

use super::ExportError;
use crate::model::StoredRecord;
use std::borrow::Cow;
use std::io::Write;

/// What happens to a cell that a spreadsheet would take for a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    /// An apostrophe before it makes it text.
    Safe,
    /// It stays as it is.
    Raw,
}

/// Rows under a header.
pub(super) struct CsvRows<W: Write> {
    out: csv::Writer<W>,
    cells: Cells,
}

impl<W: Write> CsvRows<W> {
    pub(super) fn new(out: W, cells: Cells) -> Result<Self, ExportError> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(StoredRecord::FIELDS).map_err(io)?;
        Ok(Self { out, cells })
    }

    pub(super) fn write(&mut self, record: &StoredRecord) -> Result<(), ExportError> {
        for text in record.texts() {
            let text = text.unwrap_or_default();
            let cell = if self.cells == Cells::Safe { neutralized(&text) } else { Cow::Borrowed(&*text) };
            self.out.write_field(cell.as_bytes()).map_err(io)?;
        }
        Ok(self.out.write_record(None::<&[u8]>).map_err(io)?)
    }

    pub(super) fn finish(mut self) -> Result<(), ExportError> {
        Ok(self.out.flush()?)
    }
}

fn io(error: csv::Error) -> std::io::Error {
    std::io::Error::from(error)
}

/// A text that no spreadsheet runs: an apostrophe stands before the characters that begin a formula, in their
/// full-width forms too, and before tab and line breaks, which some programs skip.
///
/// Source: OWASP, "CSV Injection".
pub(super) fn neutralized(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::neutralized;

    #[test]
    fn formulas_become_text() {
        for text in ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", "＝1", "+++ Breaking +++"] {
            assert_eq!(neutralized(text), format!("'{text}"));
        }
        for text in ["", "1-1", "a=b", " =1", "2026-01-01", "https://gazette.example/"] {
            assert_eq!(neutralized(text), text);
        }
    }
}
