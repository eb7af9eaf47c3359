//! Numbers that were cancelled and established anew: the list carries the old one.

use crate::run::Bench;

const LIST: &str = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD\n";

/// Verdict, flags and number of the only row of a list, and its corrections, against these rows of the reference.
fn judged(reference: &str, row: &str) -> (Vec<String>, Vec<String>) {
    let bench = Bench::new();
    let header = "Số định danh cá nhân,Số CMND,Họ và tên,Ngày sinh,Giới tính,Tình trạng\n";
    bench.write("reference.csv", format!("{header}{reference}").as_bytes());
    let run = bench.reconcile(format!("{LIST}{row}\n").as_bytes(), &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let corrections = run.rows("corrections.csv", &["field", "old", "new", "decision", "code"]);
    (run.rows("verdicts.csv", &["verdict", "flags", "citizen_number", "wrong_fields"]), corrections)
}

#[test]
fn the_number_established_anew_is_proposed() {
    let old = "001090000011,,NGUYỄN VĂN AN,01/02/1990,Nam,Hủy số\n";
    let new = "001190000077,001090000011,NGUYỄN VĂN AN,01/02/1990,Nam,Còn sống\n";
    let row = "K1,Nguyễn Văn An,01/02/1990,Nam,001090000011";
    let proposed = "citizen_number 001090000011 001190000077 review ID16";
    let expected = (vec!["wrong_number  001190000077 citizen_number".to_owned()], vec![proposed.to_owned()]);
    // In either order, and where the record of the cancelled number is gone.
    assert_eq!(judged(&format!("{old}{new}"), row), expected);
    assert_eq!(judged(&format!("{new}{old}"), row), expected);
    assert_eq!(judged(new, row), expected);
}

#[test]
fn somebody_else_keeps_what_is_said_of_the_cancelled_number() {
    let old = "001090000011,,NGUYỄN VĂN AN,01/02/1990,Nam,Hủy số\n";
    let other = "001190000077,001090000011,TRẦN THỊ BƯỞI,15/08/1985,Nữ,Còn sống\n";
    let row = "K1,Nguyễn Văn An,01/02/1990,Nam,001090000011";
    let (verdicts, corrections) = judged(&format!("{old}{other}"), row);
    assert_eq!(verdicts, ["wrong_number reference_duplicate  citizen_number"]);
    assert!(corrections.is_empty());
}
