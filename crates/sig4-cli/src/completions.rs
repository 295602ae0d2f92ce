//! `sig4 completions`.

use crate::failure::Failure;
use crate::print;
use clap::{Args, Command};
use clap_complete::Shell;

/// The arguments of `sig4 completions`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 completions bash > ~/.local/share/bash-completion/completions/sig4
  sig4 completions zsh > ~/.zfunc/_sig4
  sig4 completions fish > ~/.config/fish/completions/sig4.fish

The package has the same files in completions/.")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
pub(crate) fn run(args: &CompletionsArgs, mut command: Command) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "sig4", &mut text);
    print::product(&text)
}
