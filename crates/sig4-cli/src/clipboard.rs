//! The text in the clipboard, read with a program of the platform.

use crate::failure::Failure;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

/// Programs that print the clipboard, with their arguments. The first that works is used.
const PROGRAMS: [(&str, &[&str]); 5] = [
    ("wl-paste", &["--no-newline"]),
    ("xclip", &["-out", "-selection", "clipboard"]),
    ("xsel", &["--output", "--clipboard"]),
    ("pbpaste", &[]),
    ("powershell.exe", &["-NoProfile", "-Command", "Get-Clipboard -Raw"]),
];

/// The bytes in the clipboard.
pub(crate) fn read() -> Result<Vec<u8>, Failure> {
    let mut failed = Vec::new();
    for (program, arguments) in PROGRAMS {
        match Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output() {
            Ok(output) if output.status.success() => return Ok(output.stdout),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Ok(_) | Err(_) => failed.push(program),
        }
    }
    let instead =
        "save the text to a file and give -f FILE, or paste it into the standard input and end it with Ctrl-D";
    match failed.as_slice() {
        [] => {
            let names = PROGRAMS.map(|(program, _)| program).join(", ");
            Err(format!("none of the programs that read the clipboard is installed ({names}): {instead}").into())
        }
        failed => Err(format!("the clipboard has no text, or {} cannot read it: {instead}", failed.join(", ")).into()),
    }
}
