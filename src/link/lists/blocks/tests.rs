//! Every pair that has a key in common is met once, and nobody is left out silently.

use std::collections::BTreeMap;

use super::*;
use crate::link::lists::Ready;
use crate::record::TextColumn;

const PROFILE: &str = "\
title = \"t\"
[limits]
block = 4
[[field]]
name = \"x\"
columns = [\"x\"]
kind = \"text\"
[[field]]
name = \"y\"
columns = [\"y\"]
kind = \"text\"
[[comparison]]
name = \"x\"
kind = \"exact\"
fields = [\"x\"]
[[block]]
on = [\"x\"]
refine = [\"y\"]
[[block]]
on = [\"y:1\"]
";

fn records(profile: &Profile, a: &[(&str, &str)], b: &[(&str, &str)]) -> Records {
    let mut records = Records::new(profile);
    let add = |rows: &[(&str, &str)], records: &mut Records| {
        let x = TextColumn::from_texts(rows.iter().map(|row| row.0));
        let y = TextColumn::from_texts(rows.iter().map(|row| row.1));
        records.add(&Ready::of(profile, &[Some(x), Some(y)], rows.len()));
    };
    add(a, &mut records);
    records.end_of_a(!b.is_empty());
    add(b, &mut records);
    records
}

fn met(blocking: &Blocking, n_pairs: u64) -> BTreeMap<(u32, u32), u32> {
    let mut met = BTreeMap::new();
    for chunk in blocking.chunks(n_pairs) {
        blocking.each_pair(&chunk, |pair| {
            assert!(met.insert((pair.a, pair.b), pair.keys).is_none(), "{pair:?} is met twice");
        });
    }
    met
}

#[test]
fn every_pair_is_met_once() {
    let profile = Profile::from_text(PROFILE).expect("a good profile");
    let rows = [("p", "a1"), ("p", "a2"), ("q", "a3"), ("", "b1"), ("q", "b2"), ("r", "")];
    let one = records(&profile, &rows, &[]);
    let blocking = plan(&profile, &one);
    let expected = [(0, 1, 3), (0, 2, 2), (1, 2, 2), (2, 4, 1), (3, 4, 2)];
    let expected: BTreeMap<(u32, u32), u32> = expected.iter().map(|&(a, b, keys)| ((a, b), keys)).collect();
    assert_eq!(met(&blocking, 1), expected);
    assert_eq!(met(&blocking, 1000), expected);
    let two = records(&profile, &rows[..3], &rows[3..]);
    let met = met(&plan(&profile, &two), 1);
    assert_eq!(met.into_keys().collect::<Vec<_>>(), [(2, 4)]);
}

#[test]
fn a_large_value_is_refined_and_told() {
    let profile = Profile::from_text(PROFILE).expect("a good profile");
    // Six of one value: three with one refinement, two with another, one with none; first letters differ.
    let rows = [("p", "a"), ("p", "a"), ("p", "a"), ("p", "b"), ("p", "b"), ("p", "")];
    let one = records(&profile, &rows, &[]);
    let blocking = plan(&profile, &one);
    assert_eq!(
        blocking.facts[0],
        KeyFacts {
            key: "x".to_owned(),
            records: 6,
            pairs: 4,
            refined_values: 1,
            refined_pairs_before: 15,
            left_out_records: 1,
            still_large_values: 0,
            largest_value: 3,
        }
    );
    assert_eq!(blocking.fields(0), [0, 1]);
    assert_eq!(met(&blocking, 2).len(), 4);
    // Nothing left to refine: compared all the same.
    let same = [("p", "a"); 6];
    let blocking = plan(&profile, &records(&profile, &same, &[]));
    assert_eq!((blocking.facts[0].still_large_values, blocking.facts[0].pairs), (1, 15));
    assert_eq!(met(&blocking, 4).len(), 15);
}

#[test]
fn exchanged_fields_have_a_key_in_common() {
    let both = PROFILE.replace("on = [\"x\"]", "on = [\"x&y\"]");
    let profile = Profile::from_text(&both).expect("a good profile");
    let rows = [("p", "q"), ("q", "p"), ("p", "p"), ("pq", ""), ("p", "")];
    let blocking = plan(&profile, &records(&profile, &rows, &[]));
    assert_eq!((blocking.facts[0].records, blocking.facts[0].pairs), (3, 1));
    assert_eq!(blocking.fields(0), [0, 1]);
    assert!(met(&blocking, 9).contains_key(&(0, 1)));
}
