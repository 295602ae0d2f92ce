//! Host names and partitions as the data of AWS's SDK for Python has them, which `scripts/hosts.py` reads.

use flate2::read::GzDecoder;
use sig4::endpoint::{Endpoint, Partition};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// A partition of `partitions.tsv`.
struct Row {
    name: &'static str,
    domain: &'static str,
    dual_stack: &'static str,
    regions: Vec<&'static str>,
}

fn rows() -> impl Iterator<Item = Row> {
    include_str!("partitions.tsv").lines().map(|line| {
        let [name, domain, dual_stack, regions] = *line.split('\t').collect::<Vec<_>>() else { panic!("{line}") };
        Row { name, domain, dual_stack, regions: regions.split(',').collect() }
    })
}

#[test]
fn the_partitions_are_those_of_the_sdks() {
    let mut names = BTreeSet::new();
    for Row { name, domain, dual_stack, regions } in rows() {
        names.insert(name);
        for region in regions {
            let partition = Partition::of_region(region);
            assert_eq!((partition.name(), partition.domains()), (name, [domain, dual_stack]), "{region}");
            for other in Partition::all() {
                assert_eq!(other.has_region(region), other.name() == name, "{region} in {}", other.name());
            }
        }
    }
    assert_eq!(Partition::all().map(|partition| partition.name()).collect::<BTreeSet<_>>(), names);
}

/// How a list of hosts was read.
#[derive(Debug, Default)]
struct Score {
    names: usize,
    /// Region and service are said, and they are AWS's.
    right: usize,
    /// AWS's data leaves the region or the service open, and what it does not leave open is said.
    open: usize,
    /// What AWS's data has is not said: the number of hosts by their first label.
    unsaid: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

/// Reads the list, which has each host name with its regions and services.
fn score() -> Score {
    let mut text = String::new();
    GzDecoder::new(&include_bytes!("hosts.tsv.gz")[..]).read_to_string(&mut text).unwrap();
    let mut score = Score::default();
    for line in text.lines() {
        let [host, regions, services] = *line.split('\t').collect::<Vec<_>>() else { panic!("{line}") };
        let endpoint = Endpoint::of_host(host);
        let pairs = [(endpoint.region().ok(), only(regions)), (endpoint.service().ok(), only(services))];
        score.names += 1;
        if pairs.iter().any(|(said, known)| said.is_some() && said != known) {
            score.wrong.push(format!("{line}: {pairs:?}"));
        } else if pairs.iter().any(|(said, known)| said.is_none() && known.is_some()) {
            *score.unsaid.entry(host.split('.').next().unwrap().to_owned()).or_default() += 1;
        } else if pairs.iter().any(|(_, known)| known.is_none()) {
            score.open += 1;
        } else {
            score.right += 1;
        }
    }
    score
}

/// The value of a column, if there is one only.
fn only(values: &str) -> Option<&str> {
    Some(values).filter(|values| !values.contains([',', '*', '?']))
}

#[test]
fn every_host_of_the_sdks_is_read_right_or_not_at_all() {
    let score = score();
    let first: Vec<_> = score.wrong.iter().take(20).collect();
    assert_eq!(score.wrong.len(), 0, "of {}: {first:#?}", score.names);
    let unsaid = [
        // Signed with Signature Version 4A only.
        ("sample", 35),
        // Their names do not follow the partition of their region.
        ("agent-registry", 10),
        ("agent-registry-control", 10),
        ("osm", 10),
        // One name with and without FIPS, in more than one region or of more than one service.
        ("budgets", 1),
        ("importexport", 40),
        ("importexport-fips", 76),
        ("maps", 40),
        ("places", 40),
        ("routes", 48),
    ];
    assert_eq!(score.unsaid, unsaid.map(|(label, count)| (label.to_owned(), count)).into());
    assert_eq!((score.names, score.right, score.open), (84_014, 83_211, 493));
}

#[test]
fn explain_tries_every_region_of_the_public_partitions() {
    let names = include_str!("../../../src/explain/key/names.rs");
    for row in rows().filter(|row| !row.name.starts_with("aws-iso")) {
        for region in row.regions {
            assert!(names.contains(&format!("\"{region}\"")), "{region}");
        }
    }
}
