//! What clap says of arguments that it cannot read, without the arguments.
//!
//! A secret may stand anywhere among them: behind the wrong option, in a header without a colon, alone. So what is repeated
//! of them is the name of an option.

use crate::print;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use sig4::redact::REDACTED;
use std::env;
use std::process::ExitCode;

/// The option that lets arguments be repeated. What could not be read may stand before it, so it is looked for by itself.
const SHOW_SECRETS: &str = "--show-secrets";
/// What ends the options.
const END: &str = "--";

/// The parts of an error that hold what was given.
const GIVEN: [ContextKind; 4] =
    [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::TrailingArg];

/// Prints help and versions, and what is wrong.
pub(crate) fn report(mut error: clap::Error) -> ExitCode {
    if error.exit_code() == 0 {
        // Where it cannot be written there is nobody to tell.
        let _unheard = error.print();
        return ExitCode::SUCCESS;
    }
    if !env::args_os().take_while(|argument| argument != END).any(|argument| argument == SHOW_SECRETS) {
        redact(&mut error);
    }
    print::usage(&error.render().to_string());
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(crate::USAGE))
}

fn redact(error: &mut clap::Error) {
    for kind in GIVEN {
        let redacted = match error.get(kind) {
            Some(ContextValue::String(text)) => redacted(error.kind(), kind, text),
            _ => continue,
        };
        if redacted == REDACTED {
            // How to pass the argument as a value would repeat it.
            error.remove(ContextKind::Suggested);
        }
        error.insert(kind, ContextValue::String(redacted));
    }
}

/// The name of an option, or nothing.
fn redacted(error: ErrorKind, kind: ContextKind, text: &str) -> String {
    // The argument that a value was given for, or that is missing, is one of ours.
    if kind == ContextKind::InvalidArg && error != ErrorKind::UnknownArgument {
        return text.to_owned();
    }
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    let is_option = name.strip_prefix("--").is_some_and(|name| {
        !name.is_empty() && name.len() <= 24 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    });
    let is_letter = name.len() == 2 && name.starts_with('-');
    if is_option || is_letter { name.to_owned() } else { REDACTED.to_owned() }
}
