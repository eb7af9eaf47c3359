//! Parse, run, exit code.

use std::process::ExitCode;

/// Blocks of megabytes come and go on every thread; giving them back to the system each time cost a third of
/// the run (measured in benches/README.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lamsach::cli::main()
}
