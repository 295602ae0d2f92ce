//! `sig4 man`.

use crate::failure::Failure;
use crate::print;
use clap::{Args, Command};
use clap_mangen::Man;
use std::fs;
use std::path::PathBuf;

/// The arguments of `sig4 man`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 man | man -l -
  sig4 man call | man -l -
  sig4 man ~/.local/share/man/man1

The package has the same files in man/.")]
pub(crate) struct ManArgs {
    /// The command whose page is printed, or a folder for the pages of all commands [default: print the page of sig4]
    #[arg(value_name = "COMMAND|FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints a page, or writes all pages.
pub(crate) fn run(args: &ManArgs, mut command: Command) -> Result<(), Failure> {
    command.build();
    let Some(folder) = &args.folder else {
        let (_, page) = page("sig4", &command)?;
        return print::product(&page);
    };
    if let Some(command) = folder.to_str().and_then(|name| command.find_subcommand(name)) {
        let (_, page) = page(&format!("sig4-{}", command.get_name()), command)?;
        return print::product(&page);
    }
    fs::create_dir_all(folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let commands = command.get_subcommands().filter(|command| command.get_name() != "help");
    let others = commands.map(|command| (format!("sig4-{}", command.get_name()), command));
    for (name, command) in [("sig4".to_owned(), &command)].into_iter().chain(others) {
        let (name, page) = page(&name, command)?;
        let file = folder.join(name);
        fs::write(&file, page).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(())
}

/// The name of a file, and a page.
fn page(name: &str, command: &Command) -> Result<(String, Vec<u8>), Failure> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page)?;
    Ok((format!("{name}.1"), page))
}
