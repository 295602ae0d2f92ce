//! The help, and the completions and manual pages that are made of it. The package has them: `completions/` and `man/`.
//!
//! To renew them after a change of the arguments:
//! `SIG4_RENEW=1 cargo test -p sig4-cli --test cli generated::`

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The shells, and the names under which they look for completions.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "sig4.bash"),
    ("zsh", "_sig4"),
    ("fish", "sig4.fish"),
    ("powershell", "_sig4.ps1"),
    ("elvish", "sig4.elv"),
];

fn sig4(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sig4")).args(arguments).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The files of a folder, by their names.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// Fails unless a folder of the package has these files, or writes them if `SIG4_RENEW` is set.
fn compare(folder: &str, generated: &BTreeMap<String, String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if std::env::var_os("SIG4_RENEW").is_some() {
        let _none_yet = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        generated.iter().for_each(|(name, text)| fs::write(path.join(name), text).unwrap());
    }
    let committed = files(&path);
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(generated));
    let stale: Vec<_> =
        generated.iter().filter(|(name, text)| committed[*name] != **text).map(|(name, _)| name).collect();
    assert!(
        stale.is_empty(),
        "{folder} is stale ({stale:?}): SIG4_RENEW=1 cargo test -p sig4-cli --test cli generated::"
    );
}

#[test]
fn completions_are_those_of_the_package() {
    let generated = SHELLS.map(|(shell, name)| (name.to_owned(), sig4(&["completions", shell])));
    for (name, text) in &generated {
        assert!(text.contains("aws-sigv4") && text.contains("conformance"), "{name}");
    }
    compare("completions", &BTreeMap::from(generated));
}

#[test]
fn manual_pages_are_those_of_the_package() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("man-{}", std::process::id()));
    sig4(&["man", folder.to_str().unwrap()]);
    let pages = files(&folder);
    assert!(pages["sig4.1"] == sig4(&["man"]) && pages["sig4-call.1"].contains(".TH"), "{:?}", pages.keys());
    assert_eq!(pages["sig4-call.1"], sig4(&["man", "call"]), "a command's name is no folder");
    let of = |command: &str| pages.keys().filter(|name| name.starts_with(command)).count();
    let (of_tokens, of_keys) = (of("sig4-token-"), of("sig4-keys-"));
    assert_eq!((of_tokens, of_keys), (11, 1), "{:?}", pages.keys());
    assert_eq!(pages.len(), commands().len() + 1 + of_tokens + of_keys, "{:?}", pages.keys());
    compare("man", &pages);
    fs::remove_dir_all(folder).unwrap();
}

/// The names of the commands.
fn commands() -> Vec<String> {
    let help = sig4(&["--help"]);
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).filter(|name| name != "help").collect()
}

#[test]
fn help_fits_has_examples_and_names_pages_that_exist() {
    let names = commands();
    assert_eq!(names.len(), 12, "{names:?}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut count = 0;
    for arguments in [vec!["--help"]].into_iter().chain(names.iter().map(|name| vec![name.as_str(), "--help"])) {
        let help = sig4(&arguments);
        assert!(help.contains("\nExamples:\n  sig4 "), "{arguments:?} has no examples");
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{arguments:?}: {line}");
        }
        let words = help.split(|c: char| c.is_whitespace() || "(),;".contains(c));
        for page in words.filter(|word| word.starts_with("docs/")).map(|word| word.trim_end_matches(['.', ':'])) {
            count += 1;
            assert!(root.join(page).exists(), "{arguments:?} names {page}");
        }
    }
    assert!(count >= 8, "{count}");
}
