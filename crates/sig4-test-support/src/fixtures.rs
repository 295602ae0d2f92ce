//! CDK stacks, as `cdk synth` wrote them, without the files that only the CDK reads.

use std::fs;
use std::io;
use std::path::PathBuf;

/// The folder of a stack.
pub fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures", name].iter().collect()
}

/// Reads files of a stack by their names.
pub fn reader(folder: &str) -> impl Fn(&str) -> io::Result<String> + use<> {
    let folder = fixture(folder);
    move |name| fs::read_to_string(folder.join(name))
}
