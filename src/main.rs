//! Parse, run, exit code.

/// Megabytes come and go on every thread; see ARCHITECTURE.md for what this allocator costs and saves.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    lamsach::cli::main()
}
