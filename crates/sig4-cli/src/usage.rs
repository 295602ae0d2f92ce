//! Messages of clap about arguments that it cannot read, without the arguments.
//!
//! Any argument may hold a secret: the value of a wrong option, a header without a colon, a word of its own. A message
//! repeats only names of options.

use crate::print;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use sig4::redact::REDACTED;
use std::env;
use std::process::ExitCode;

/// The option that lets messages repeat arguments. Clap may fail before it reads the option, so it is searched separately.
const SHOW_SECRETS: &str = "--show-secrets";
/// The option whose value is optional and is mistaken for one that comes in the next argument.
const PRINT_ENV: &str = "--print-env";
/// The end of the options.
const END: &str = "--";

/// The parts of an error that repeat an argument.
const GIVEN: [ContextKind; 4] =
    [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::TrailingArg];

/// Prints help, a version, or an error.
pub(crate) fn report(mut error: clap::Error) -> ExitCode {
    if error.exit_code() == 0 {
        // A failure to write to standard output cannot be reported better.
        let _unheard = error.print();
        return ExitCode::SUCCESS;
    }
    let is_user_apart = names_user_apart(&error);
    if !env::args_os().take_while(|argument| argument != END).any(|argument| argument == SHOW_SECRETS) {
        redact(&mut error);
    }
    if is_user_apart {
        let tip = "a user is named after `=`: --print-env=USER";
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    print::usage(&error.render().to_string());
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(crate::USAGE))
}

/// Whether the unexpected argument is the user of `--print-env`, which is optional and so comes after `=`.
fn names_user_apart(error: &clap::Error) -> bool {
    let Some(ContextValue::String(unexpected)) = error.get(ContextKind::InvalidArg) else { return false };
    let follows = || env::args_os().zip(env::args_os().skip(1));
    error.kind() == ErrorKind::UnknownArgument
        && follows().any(|(option, next)| option == PRINT_ENV && next == unexpected.as_str())
        && !unexpected.starts_with('-')
}

fn redact(error: &mut clap::Error) {
    for kind in GIVEN {
        let redacted = match error.get(kind) {
            Some(ContextValue::String(text)) => redacted(error.kind(), kind, text),
            _ => continue,
        };
        if redacted == REDACTED {
            // The suggestion how to pass the argument as a value would repeat it.
            error.remove(ContextKind::Suggested);
        }
        error.insert(kind, ContextValue::String(redacted));
    }
}

/// The name of an option, or [`REDACTED`].
fn redacted(error: ErrorKind, kind: ContextKind, text: &str) -> String {
    // The option whose value is wrong or missing is defined here, so its name is no secret. A missing value is an empty text, for which clap
    // says that a value is required.
    if text.is_empty() || kind == ContextKind::InvalidArg && error != ErrorKind::UnknownArgument {
        return text.to_owned();
    }
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    let is_option = name.strip_prefix("--").is_some_and(|name| {
        !name.is_empty() && name.len() <= 24 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    });
    let is_letter = name.len() == 2 && name.starts_with('-');
    if is_option || is_letter { name.to_owned() } else { REDACTED.to_owned() }
}
