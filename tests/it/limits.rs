//! `docs/limits.md` and the code say the same, and every limit of the code is in the page.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Constants that are named like limits: sizes that follow from limits, a default and a pause.
const OTHERS: &[(&str, &str)] = &[
    ("crypto/ecdsa.rs", "MAX_DER_LEN"),
    ("string_to_sign.rs", "MAX_LEN"),
    ("scope.rs", "MAX_REST_LEN"),
    ("scope.rs", "MAX_SCOPE_LEN"),
    ("sig4-gateway/defaults.rs", "DEFAULT_FUNCTION_MEMORY_MIB"),
    ("sig4-cli/serve/listen.rs", "DEFAULT_PORT"),
    ("sig4-cli/serve/pool.rs", "LONGEST_WAIT"),
    ("sig4-cli/print/progress.rs", "SHOWN_AFTER"),
    ("sig4-cli/print/progress.rs", "TICK"),
];

/// The expressions of constants and of fields that are durations, by file and name.
type Constants = BTreeMap<(String, String), String>;

fn constants() -> Constants {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = constants_below(&root.join("src"), "");
    for entry in fs::read_dir(root.join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if name != "sig4-test-support" {
            found.extend(constants_below(&folder.join("src"), &format!("{name}/")));
        }
    }
    found
}

/// The constants of the sources of one crate, whose files are named with a prefix.
fn constants_below(src: &Path, prefix: &str) -> Constants {
    let (mut found, mut open) = (Constants::new(), vec![src.to_path_buf()]);
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let file = format!("{prefix}{}", path.strip_prefix(src).unwrap().to_str().unwrap().replace('\\', "/"));
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        found.extend(code.lines().flat_map(constants_of).map(|(name, value)| ((file.clone(), name), value)));
    }
    found
}

/// The numeric constants of a line; a pair is two, `NAME.0` and `NAME.1`.
fn constants_of(line: &str) -> Vec<(String, String)> {
    let pair = || {
        let (name, rest) = line.split_once("const ")?.1.split_once(": (usize, usize) = (")?;
        let (first, second) = rest.strip_suffix(");")?.split_once(", ")?;
        Some(vec![(format!("{name}.0"), first.to_owned()), (format!("{name}.1"), second.to_owned())])
    };
    pair().unwrap_or_else(|| constant(line).into_iter().collect())
}

/// The name and the expression of a numeric constant, or of a field that is a duration.
fn constant(line: &str) -> Option<(String, String)> {
    let numeric = ["usize", "u64", "u32", "u16", "u8", "i64", "Self"];
    if let Some((_, rest)) = line.split_once("const ") {
        let (name, rest) = rest.split_once(": ")?;
        let (kind, value) = rest.split_once(" = ")?;
        let is_one = numeric.contains(&kind) || kind.ends_with("Duration");
        return is_one.then(|| (name.to_owned(), value.trim_end_matches(';').to_owned()));
    }
    let (name, value) = line.trim().split_once(": ")?;
    value.starts_with("Duration::from_").then(|| (name.to_owned(), value.trim_end_matches(',').to_owned()))
}

/// The value of an expression; of a duration, in milliseconds.
fn value(expression: &str, file: &str, all: &Constants) -> Option<u64> {
    let expression = expression.trim();
    for (function, millis) in [("from_secs(", 1000), ("from_millis(", 1), ("Self(", 1)] {
        if let Some((_, inner)) = expression.split_once(function) {
            return Some(value(inner.strip_suffix(')')?, file, all)? * millis);
        }
    }
    if let Some((left, right)) = expression.rsplit_once(" + ") {
        return Some(value(left, file, all)? + value(right, file, all)?);
    }
    if let Some((left, right)) = expression.split_once(" << ") {
        return Some(value(left, file, all)? << value(right, file, all)?);
    }
    if let Some((left, right)) = expression.rsplit_once(" / ") {
        return Some(value(left, file, all)? / value(right, file, all)?);
    }
    if let Some((left, right)) = expression.rsplit_once(" * ") {
        return Some(value(left, file, all)? * value(right, file, all)?);
    }
    if let Some(text) = expression.strip_suffix("\".len()") {
        return u64::try_from(text.strip_prefix('"')?.replace("\\r", "r").replace("\\n", "n").len()).ok();
    }
    if let Ok(number) = expression.replace('_', "").parse() {
        return Some(number);
    }
    let name = expression.trim_end_matches(".unsigned_abs()");
    let own = all.get_key_value(&(file.to_owned(), name.to_owned()));
    // Two crates may have limits of one name.
    let of_crate = |file: &str| file.split('/').next().filter(|first| first.starts_with("sig4-")).map(str::to_owned);
    let of_same = || all.iter().find(|((of, other), _)| other == name && of_crate(of) == of_crate(file));
    let ((file, _), other) = own.or_else(of_same).or_else(|| all.iter().find(|((_, other), _)| other == name))?;
    value(other, file, all)
}

/// A row of the page.
#[derive(Debug)]
struct Row {
    limit: u64,
    name: String,
    file: String,
}

fn rows() -> Vec<Row> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/limits.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Of |"));
    let row = |line: &str| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, _, limit, constant, beyond] = cells.as_slice() else { panic!("{line}") };
        let (name, file) = constant.split_once(", ").unwrap_or_else(|| panic!("{line}"));
        let (number, unit) = limit.split_once(' ').unwrap_or((limit, ""));
        let number: u64 = number.replace(',', "").parse().unwrap_or_else(|_| panic!("{line}"));
        assert!(matches!(unit, "" | "bytes" | "s" | "ms") && !beyond.is_empty(), "{line}");
        let file = file.trim_matches('`').to_owned();
        // The one number of seconds that is no duration stays one.
        let limit = if unit == "s" && file != "expires.rs" { number * 1000 } else { number };
        Row { limit, name: name.trim_matches('`').to_owned(), file }
    };
    rows.map(row).collect()
}

#[test]
fn the_page_and_the_code_say_the_same() {
    let all = constants();
    let rows = rows();
    assert!(rows.len() > 90, "{}", rows.len());
    for row in rows {
        let expression = all.get(&(row.file.clone(), row.name.clone()));
        let expression = expression.unwrap_or_else(|| panic!("src/{} has no {}", row.file, row.name));
        assert_eq!(value(expression, &row.file, &all), Some(row.limit), "{row:?}: {expression}");
    }
}

#[test]
fn every_limit_of_the_code_is_in_the_page() {
    let rows = rows();
    let is_there = |file: &str, name: &str| rows.iter().any(|row| row.file == file && row.name == name);
    let mut limits = 0;
    for (file, name) in constants().into_keys() {
        let is_limit = ["MAX_", "LONGEST", "DEFAULT_"].iter().any(|beginning| name.starts_with(beginning));
        if is_limit && !OTHERS.contains(&(&file, &name)) {
            limits += 1;
            assert!(is_there(&file, &name), "docs/limits.md has no row for {name} of src/{file}");
        }
    }
    assert!(limits > 70, "{limits}");
}
