//! The mistakes of the tables, made by a signer of Signature Version 4a.

use crate::mistakes::mistake::Mistake;
use crate::mistakes::row::Row;
use crate::mistakes::{assert_none, combinations, failures, misnamed, pairs, table};

/// Whether the mistake is also one of Signature Version 4a, whose key and scope have no region.
const fn is_made(mistake: Mistake) -> bool {
    !matches!(
        mistake,
        Mistake::Algorithm(_)
            | Mistake::KeyDay(_)
            | Mistake::KeyHex
            | Mistake::KeyNotDerived
            | Mistake::KeyPartsSwapped
            | Mistake::KeyRegion(_)
            | Mistake::KeyService(_)
            | Mistake::KeyWithoutTerminator
            | Mistake::ScopeRegion(_)
    )
}

/// What the row spells with a scope or a prefix of Signature Version 4.
const NOT_MADE: &[&str] = &["credential-malformed", "key-prefix-twice"];

/// The rows whose mistakes are made in Signature Version 4a, too, signed so.
fn of_version_4a(rows: Vec<Row>) -> Vec<Row> {
    let made = rows.into_iter().filter(|row| row.mistakes.iter().copied().all(is_made));
    let made = made.filter(|row| !NOT_MADE.contains(&row.expected));
    let rows = made.map(|row| Row { case: row.case.clone().of_version_4a(), ..row });
    // Some rows choose the headers that they sign. Without the region set that is what is wrong.
    rows.filter(|row| {
        let signed = row.case.sent(&row.mistakes).canonical_request;
        signed.is_empty() || String::from_utf8_lossy(&signed).to_ascii_lowercase().contains("region-set")
    })
    .collect()
}

#[test]
fn each_mistake_is_named_first() {
    let rows = of_version_4a(table());
    assert!(rows.len() > 300, "{}", rows.len());
    // Some of each part of the table: all take a minute of a processor without optimisation.
    let some: Vec<_> = rows.into_iter().step_by(11).collect();
    assert_none(&failures(&some, misnamed));
}

#[test]
fn the_same_requests_signed_rightly_have_nothing_wrong() {
    let rows = of_version_4a(table());
    assert_none(&failures(&rows, |row| {
        let report = row.case.explained(&row.case.sent(&[]));
        (!report.nothing_wrong()).then(|| format!("{report}"))
    }));
}

/// A search for an elliptic-curve signature is shorter, so not every two mistakes are found together.
#[test]
fn most_pairs_of_mistakes_are_named_together() {
    let rows = [pairs::rows(), combinations::rows().into_iter().step_by(96).collect()].into_iter().flatten().collect();
    let rows = of_version_4a(rows);
    let missed = failures(&rows, misnamed);
    println!("{} of {}", missed.len(), rows.len());
    assert!(
        rows.len() > 15 && missed.len() * 4 < rows.len(),
        "{} of {}:\n{}",
        missed.len(),
        rows.len(),
        missed.join("\n")
    );
}
