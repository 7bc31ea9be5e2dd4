//! The command `segdend`. See `segdend --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    segdend::run(std::env::args_os())
}
