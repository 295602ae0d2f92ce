//! `sig4 man`.

use crate::failure::Failure;
use crate::print;
use clap::{Args, Command};
use clap_mangen::Man;
use std::fs;
use std::path::{Path, PathBuf};

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
    write_pages(folder, "sig4", &command)
}

/// Writes the page of a command, and those of its own commands.
fn write_pages(folder: &Path, name: &str, command: &Command) -> Result<(), Failure> {
    let (file, page) = page(name, command)?;
    let file = folder.join(file);
    fs::write(&file, page).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    for own in command.get_subcommands().filter(|command| command.get_name() != "help") {
        write_pages(folder, &format!("{name}-{}", own.get_name()), own)?;
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
