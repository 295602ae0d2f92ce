//! The custom domain names of a configuration.

use super::rest::Kind;
use super::table::{Source, Table};
use crate::domain::{self, DomainMapping};
use crate::error::Error;
use crate::stage::{self, Stage};

/// The mappings of custom domain names, in the order of the file.
pub(super) fn read(
    root: &mut Table<'_, '_>,
    source: Source<'_>,
    kind: Kind,
    stages: &[Stage],
) -> Result<Vec<DomainMapping>, Error> {
    let default = [Stage::new(stage::DEFAULT)];
    let stages = if stages.is_empty() { &default } else { stages };
    let mut mappings: Vec<DomainMapping> = Vec::new();
    for (named, tables) in root.lists_of_tables("domains")? {
        for mut table in tables {
            let mut mapping = DomainMapping::new(&named.name);
            if let Some(base_path) = table.text("base_path")? {
                mapping = mapping.with_base_path(base_path);
            }
            if let Some(stage) = table.text("stage")? {
                mapping = mapping.with_stage(stage);
            }
            table.finish()?;
            mappings.push(mapping);
            let checked = domain::check(&mappings, stages, kind == Kind::Http);
            checked.map_err(|error| source.place(&named.span, error))?;
        }
    }
    Ok(mappings)
}
