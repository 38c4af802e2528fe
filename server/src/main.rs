//! The `alentour` command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match alentour_server::cli::run(alentour_server::cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("alentour: {error}");
            ExitCode::FAILURE
        }
    }
}
