//! The wrong signer's headers.

use crate::mistakes::mistake::Mistake;
use crate::mistakes::wire::Wire;
use crate::mistakes::wrong_signer::WrongSigner;

/// A header to sign: the name on the wire and the value to write.
type Field = (String, Vec<u8>);

/// The header lines, and the signed names.
pub fn canonical(signer: &WrongSigner, wire: &Wire) -> (Vec<u8>, String) {
    let told = signer.told(|m| if let Mistake::HeadersAs(lines, list) = m { Some((lines, list)) } else { None });
    if let Some((lines, list)) = told {
        return (lines.into(), list.to_owned());
    }
    let has = |mistake| signer.has(mistake);
    let is_signed = |name: &str| {
        !name.eq_ignore_ascii_case("user-agent") && !signer.mistakes.contains(&Mistake::HeaderNotSigned(lower(name)))
    };
    let signed = wire.headers.iter().filter(|(name, _)| is_signed(name));
    let mut fields: Vec<Field> = signed.map(|(name, value)| (name.clone(), value_of(signer, name, value))).collect();
    let key = |name: &str| if has(Mistake::HeaderNamesNotLowered) { name.to_owned() } else { name.to_lowercase() };
    fields.iter_mut().for_each(|(name, _)| *name = key(name));
    if !(has(Mistake::HeaderValuesAsLines) || has(Mistake::HeaderNamesRepeated)) {
        fields = joined(signer, fields);
    }
    let line = |(name, value): &Field| {
        let only_listed = has(Mistake::HeaderListedNotSigned(lower(name)));
        if only_listed { Vec::new() } else { [name.as_bytes(), b":", value, b"\n"].concat() }
    };
    if has(Mistake::HeadersUnsorted) {
    } else if has(Mistake::HeaderLinesSorted) {
        fields.sort_by_key(line);
    } else {
        fields.sort_by_key(|(name, _)| name.to_lowercase());
    }
    let lines = fields.iter().flat_map(line).collect();
    let mut names: Vec<_> = fields.into_iter().map(|(name, _)| name).collect();
    if !has(Mistake::HeaderNamesRepeated) {
        names.dedup();
    }
    (lines, names.join(";"))
}

/// The mistakes name headers in lower case.
fn lower(name: &str) -> &'static str {
    const NAMED: [&str; 3] = ["host", "x-amz-meta-a", "x-a"];
    NAMED.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or("")
}

/// One field for every name.
fn joined(signer: &WrongSigner, fields: Vec<Field>) -> Vec<Field> {
    let mut groups: Vec<(String, Vec<Vec<u8>>)> = Vec::new();
    for (name, value) in fields {
        match groups.iter_mut().find(|(n, _)| *n == name) {
            Some((_, values)) => values.push(value),
            None => groups.push((name, vec![value])),
        }
    }
    let has = |mistake| signer.has(mistake);
    let comma: &[u8] = if has(Mistake::HeaderValuesCommaSpace) { b", " } else { b"," };
    let join = |mut values: Vec<Vec<u8>>| {
        if has(Mistake::HeaderFirstValueOnly) {
            values.truncate(1);
        }
        if has(Mistake::HeaderLastValueOnly) {
            values.drain(..values.len() - 1);
        }
        if has(Mistake::HeaderValuesSorted) {
            values.sort();
        }
        values.join(comma)
    };
    groups.into_iter().map(|(name, values)| (name, join(values))).collect()
}

fn value_of(signer: &WrongSigner, name: &str, value: &[u8]) -> Vec<u8> {
    let has = |mistake| signer.has(mistake);
    if name.eq_ignore_ascii_case("host") {
        return host(signer, str::from_utf8(value).unwrap()).into_bytes();
    }
    if has(Mistake::HeaderValueVerbatim) {
        return value.to_vec();
    }
    let text = String::from_utf8(value.to_vec()).unwrap();
    if has(Mistake::HeaderInLatin1) {
        return text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    }
    if has(Mistake::HeaderSpacesKept) {
        return text.trim_matches([' ', '\t']).as_bytes().to_vec();
    }
    let mut blanks = vec![' '];
    if !has(Mistake::HeaderTabKept) {
        blanks.push('\t');
    }
    if has(Mistake::HeaderNbspFolded) {
        blanks.push('\u{a0}');
    }
    let words: Vec<_> = text.split(blanks.as_slice()).filter(|word| !word.is_empty()).collect();
    words.join(" ").into_bytes()
}

fn host(signer: &WrongSigner, wire: &str) -> String {
    let other = signer.told(|m| if let Mistake::HostOf(host) = m { Some(host) } else { None });
    let bare = || wire.rsplit_once(':').map_or(wire, |(host, _)| host).to_owned();
    match other {
        Some(other) => other.to_owned(),
        None if signer.has(Mistake::HostWithPort) => format!("{wire}:443"),
        None if signer.has(Mistake::HostWithoutPort) => bare(),
        None if signer.has(Mistake::HostLowerCased) => wire.to_lowercase(),
        None => wire.to_owned(),
    }
}
