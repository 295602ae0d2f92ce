//! The form of a command's output: text, or JSON.

use clap::{Args, ValueEnum};

/// The form of an output.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Text.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// The arguments that choose the form.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct ReportArgs {
    /// The output: text, or a JSON object
    #[arg(long, default_value = "text", hide_possible_values = true, value_name = "text|json")]
    format: ReportFormat,
    /// The same as --format json
    #[arg(long)]
    json: bool,
}

impl ReportArgs {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.json || self.format == ReportFormat::Json
    }
}
