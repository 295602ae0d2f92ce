//! What every client got in every case: a table of Markdown, and everything that is wrong.

use crate::case::Case;
use std::fmt;

/// A column a client, a row a case.
pub struct Report {
    cases: Vec<String>,
    columns: Vec<(&'static str, Vec<String>)>,
    faults: Vec<String>,
}

impl Report {
    pub fn new(cases: &[Case]) -> Self {
        Self {
            cases: cases.iter().map(|case| format!("{:9} {}", case.at.path(), case.name)).collect(),
            columns: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Adds what a client got: what came, or why that is wrong.
    pub fn add(&mut self, client: &'static str, cells: Vec<Result<String, String>>) {
        assert_eq!(cells.len(), self.cases.len());
        for (case, cell) in self.cases.iter().zip(&cells) {
            self.faults.extend(cell.as_ref().err().map(|fault| format!("{client}, {case}: {fault}")));
        }
        let shown = cells.into_iter().map(|cell| cell.unwrap_or_else(|_| "WRONG".to_owned()));
        self.columns.push((client, shown.collect()));
    }

    /// Prints the table, and fails if there is a fault.
    pub fn finish(self, clients: usize) {
        println!("\n{self}\n\n{} of {clients} clients ran, {} cases each", self.columns.len(), self.cases.len());
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = width("case", &self.cases);
        write!(f, "| {:first$} |", "case")?;
        for (client, cells) in &self.columns {
            write!(f, " {client:width$} |", width = width(client, cells))?;
        }
        write!(f, "\n|{:-<1$}|", "", first + 2)?;
        for (client, cells) in &self.columns {
            write!(f, "{:-<1$}|", "", width(client, cells) + 2)?;
        }
        for (n, case) in self.cases.iter().enumerate() {
            write!(f, "\n| {case:first$} |")?;
            for (client, cells) in &self.columns {
                write!(f, " {:width$} |", cells[n], width = width(client, cells))?;
            }
        }
        Ok(())
    }
}

/// The length of the longest text in a column.
fn width(head: &str, cells: &[impl AsRef<str>]) -> usize {
    cells.iter().map(|cell| cell.as_ref().len()).max().unwrap_or_default().max(head.len())
}
