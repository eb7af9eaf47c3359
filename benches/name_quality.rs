//! How right reading and comparing names is, beside the bars that this project has set itself.
//!
//! Run with `cargo bench --bench name_quality`; one core, under three minutes, the same figures in every run. All
//! people and all damage are invented; README.md beside this file says what is drawn. A missed bar is printed as
//! `MISSED`: the bars stay where they are.

#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

#[path = "name_quality/comparing.rs"]
mod comparing;
#[path = "name_quality/damage.rs"]
mod damage;
#[path = "name_quality/draw.rs"]
mod draw;
#[path = "name_quality/mistakes.rs"]
mod mistakes;
#[path = "name_quality/reading.rs"]
mod reading;

use lamsach::fields::person_name::{NameTexts, NameWords};

macro_rules! rules {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $name))
    };
}
pub(crate) use rules;

/// The list of names, which is both what the detector knows and what most names are drawn from.
const NAMES: &str = rules!("lexicon/names.csv");

/// The tables for names, where this is the list of names.
fn words_of(names: &str) -> NameWords {
    let placeholders =
        rules!("lexicon/placeholders.csv").lines().filter_map(|line| line.strip_prefix("text,"));
    let texts = NameTexts {
        names,
        minority: rules!("lexicon/names_minority.csv"),
        titles: rules!("lexicon/titles.csv"),
        onsets: rules!("text/onsets.csv"),
        rimes: rules!("text/rimes.csv"),
        attested: rules!("text/attested.csv"),
        legacy: rules!("text/legacy.csv"),
        codepages: rules!("text/codepages.csv"),
        entities: rules!("text/entities.csv"),
    };
    NameWords::new(placeholders, dialect_pairs(), &texts).expect("the lists are whole")
}

/// The names by region.
fn dialect_pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    rules!("lexicon/name_dialects.csv").lines().skip(1).filter_map(|line| line.split_once(','))
}

/// How many of those tried were right.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    tried: u64,
    right: u64,
}

impl Tally {
    fn count(&mut self, right: bool) {
        self.tried += 1;
        self.right += u64::from(right);
    }

    fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.right += other.right;
    }

    fn percent(self) -> f64 {
        100.0 * self.right as f64 / self.tried.max(1) as f64
    }

    /// Prints a row; the bar in hundredths of a percent.
    fn print(self, kind: &str, bar: Option<u64>) {
        let verdict = match bar {
            None => String::new(),
            Some(bar) => {
                let met = self.right * 10_000 >= self.tried * bar;
                format!("{:7.2} %  {}", bar as f64 / 100.0, if met { "ok" } else { "MISSED" })
            }
        };
        let row = format!("{kind:<44} {:>9} {:>9} {:>8.3} %", self.tried, self.right, self.percent());
        println!("{}", format!("{row} {verdict}").trim_end());
    }
}

fn print_heading(title: &str) {
    println!("\n{title}");
    println!("{:<44} {:>9} {:>9} {:>10} {:>9}", "kind", "tried", "right", "share", "bar");
}

fn main() {
    let words = words_of(NAMES);
    reading::alone(&words);
    reading::drawn_otherwise(&words);
    reading::columns(&words);
    reading::no_harm(&words);
    comparing::compare(&words);
}
