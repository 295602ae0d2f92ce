//! The wrong signer's path.

use crate::mistakes::mistake::Mistake;
use crate::mistakes::wrong_signer::{WrongSigner, decode, encode};

pub fn canonical(signer: &WrongSigner, wire: &[u8]) -> Vec<u8> {
    if let Some(path) = signer.told(|m| if let Mistake::PathIs(path) = m { Some(path) } else { None }) {
        return path.as_bytes().to_vec();
    }
    let has = |mistake| signer.has(mistake);
    let mut path = String::from_utf8(wire.to_vec()).unwrap();
    if has(Mistake::PathSlashDecoded) {
        path = path.replace("%2F", "/").replace("%2f", "/");
    }
    if has(Mistake::PathPlusAsSpace) {
        path = path.replace('+', "%20");
    }
    if has(Mistake::PathSlashesMerged) {
        path = merged(&path);
    } else if has(Mistake::PathSlashesKept) {
        path = path.replace("/./", "/");
    } else if has(Mistake::PathFinalSlash) {
        path = normalized(&path) + "/";
    } else if has(Mistake::PathNormalized) || !(signer.is_s3() || has(Mistake::PathNotNormalized)) {
        path = normalized(&path);
    }
    if has(Mistake::PathDecoded) {
        return decode(path.as_bytes());
    }
    let kept: &[u8] = if has(Mistake::PathReservedKept) { b"/!$&'()*+,;=:@" } else { b"/" };
    let once = |path: &[u8]| encode(path, kept).into_bytes();
    let mut encodings = if signer.is_s3() { 0 } else { 1 };
    encodings += u32::from(has(Mistake::PathOnceMore));
    encodings -= u32::from(has(Mistake::PathOnceLess));
    let start =
        if signer.is_s3() && !has(Mistake::PathVerbatim) { once(&decode(path.as_bytes())) } else { path.into_bytes() };
    edited(signer, (0..encodings).fold(start, |path, _| once(&path)))
}

fn edited(signer: &WrongSigner, path: Vec<u8>) -> Vec<u8> {
    let has = |mistake| signer.has(mistake);
    let text = String::from_utf8(path).unwrap();
    let edited = match () {
        () if has(Mistake::PathEmpty) => String::new(),
        () if has(Mistake::PathOmitted) => "/".to_owned(),
        () if has(Mistake::PathHexLower) => lower_hex(&text),
        () if has(Mistake::PathTildeEncoded) => text.replace('~', "%7E"),
        () if has(Mistake::PathSlashEncoded) => text.replace('/', "%2F"),
        () if has(Mistake::PathWithoutStage) => format!("/{}", text.splitn(3, '/').nth(2).unwrap()),
        () if has(Mistake::PathTrailingSlash) => text + "/",
        () => text,
    };
    edited.into_bytes()
}

pub fn lower_hex(text: &str) -> String {
    let mut pieces = text.split('%');
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |out, piece| out + "%" + &piece[..2].to_lowercase() + &piece[2..])
}

fn merged(path: &str) -> String {
    let mut out = path.to_owned();
    while out.contains("//") {
        out = out.replace("//", "/");
    }
    out
}

/// RFC 3986 section 5.2.4, on merged slashes; a final dot segment leaves no slash.
fn normalized(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let slash = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    format!("/{}{slash}", kept.join("/"))
}
