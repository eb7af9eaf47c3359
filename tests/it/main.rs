//! The integration tests: one binary, so that the tool is linked once.
//!
//! `run` starts the real binary; `anew` is about numbers established anew; `apply` writes corrections into files and
//! takes them back, `apply_tables` those that are no text; `diff` says what changed between two files; `clean` cleans
//! lists by themselves; `collect` reads what communes filled in; `hostile` has one small file per fault; `golden`
//! compares whole runs; `linking` links lists of nobody's columns, `dedupe` finds people who stand twice in invented
//! Vietnamese lists; `lists` writes lists for communes; `laws` says what holds for every run; `leave` exports, seals
//! and opens what leaves the office; `explain` asks why a record got its verdict; `faults` kills and starves; `search`
//! finds citizens whom no number names; `store` builds references and asks them, `store_updates` brings them up to
//! date, `store_faults` damages and kills them; `page` reads report pages; `tables` holds the formats of tables beside
//! each other; `house` keeps the rooms and the rules in order.

mod anew;
mod apply;
mod apply_tables;
mod clean;
mod collect;
mod dedupe;
mod diff;
mod explain;
mod faults;
mod field;
mod golden;
mod hostile;
mod house;
mod laws;
mod leave;
mod linking;
mod lists;
mod outside;
mod page;
mod run;
mod search;
mod store;
mod store_faults;
mod store_updates;
mod tables;
mod workbooks;
