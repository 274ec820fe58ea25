//! The native command `tendero`: looks into files with the same code as the app, and stores nothing.
//!
//! **Architecture invariant:** it holds no rule of its own about customers; it reads files, calls the pure rooms and prints.

mod analyse;
mod command_line;
mod duplicates;
mod failure;
mod input;
mod inspect;
mod segment;
mod words;

use clap::{CommandFactory as _, Parser as _};
use command_line::{Arguments, Command};
use failure::Failure;
use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let outcome = run(arguments.command, &mut out).and_then(|()| Ok(out.flush()?));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has gone, as `head` does: there is nobody to tell.
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = out.flush();
            eprintln!("tendero: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: Command, out: &mut impl std::io::Write) -> Result<(), Failure> {
    match command {
        Command::Analyse(options) => analyse::run(&options, out),
        Command::Inspect(options) => inspect::run(&options, out),
        Command::Duplicates(options) => duplicates::run(&options, out),
        Command::Segment(options) => segment::run(&options, out),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "tendero", out);
            Ok(())
        }
    }
}
