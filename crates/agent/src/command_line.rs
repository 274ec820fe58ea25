//! The command line.

use crate::analyse::AnalyseOptions;
use crate::duplicates::DuplicatesOptions;
use crate::inspect::InspectOptions;
use crate::segment::SegmentOptions;
use clap::{Parser, Subcommand};

/// What stands below `tendero --help`.
const AFTER_HELP: &str = "\
Nothing is stored, and nothing leaves this machine.

Exit codes: 0 done, 1 the file cannot be used, 2 wrong usage.";

/// Looks into files of customers and purchases with the same code as the app.
#[derive(Debug, Parser)]
#[command(name = "tendero", version, after_help = AFTER_HELP, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print what an import would read from a file: its kind, columns, records and refused rows
    Inspect(InspectOptions),
    /// Print what purchases say of the customers: RFM, life cycle, expected purchases and value, cohorts, what goes with what
    Analyse(AnalyseOptions),
    /// Print which rows of a list of customers mean the same customer, or which of two lists
    Duplicates(DuplicatesOptions),
    /// Count and list the customers of a file that belong to a segment, which is given as text
    Segment(SegmentOptions),
    /// Print completions for a shell, to be put where it looks for them
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}
