//! The lists that communes check at the door: which row goes on which list, what stands on it, and how it is written.
//!
//! Reads no list of people and knows no thread: rows are given to it, and the pipeline orders them.

mod content;
mod order;
mod page;
mod row;
mod row_key;
mod run;
mod sent;
mod settings;
mod spool;
mod summary;
mod unit;
mod workbook;

pub use content::{Cell, Content, Frame, Look, filled, grouped, visible};
pub use order::walk;
pub use page::{Page, write_page};
pub use row::{Row, Value};
pub use row_key::{RowKeys, read_key};
pub use run::{FinishedRun, Judged, Judgements};
pub use sent::{SENT, push_sent};
pub use settings::{Day, Disclose, Form, Settings, Which};
pub use spool::{Rows, Spool};
pub use summary::{Line, SUMMARY, write_summary};
pub use unit::{FOLDER, Finder, Residence, Subject, Units, cells_of};
pub use workbook::{ROWS_OF_A_SHEET, write_workbook};
