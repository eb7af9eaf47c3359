//! Any bytes as windows-1252 shows them, read in every encoding that is told, as a column, and as a name. `README.md`
//! in the folder above says how to run it.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lamsach_fuzz::hold_for_bytes(bytes));
