//! lamsach.
pub mod ingest;
pub mod record;
