//! Any UTF-8 read as a name. `README.md` in the folder above says how to run it.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &str| lamsach_fuzz::hold_for_cell(raw));
