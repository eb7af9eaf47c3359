//! What changed between two files.

use std::path::Path;
use std::process::Output;

use crate::apply::table;
use crate::apply_tables::workbook;
use crate::run::{Bench, HEADER, code, lamsach, stderr, stdout};

fn diff(a: &Path, b: &Path, more: &[&str]) -> Output {
    lamsach().arg("diff").arg(a).arg(b).args(more).output().expect("the tool starts")
}

#[test]
fn what_changed_between_two_files_is_said_by_record() {
    let bench = Bench::new();
    let text = "A1,Nguyễn Văn An,01/02/1990,Nam,001090000011\n\
                A2,Trần Thị Bưởi,15/08/1985,Nữ,079185000022\n\
                A3,Lê Hoàng Cúc,30/12/2001,,048201000033\n\
                A4,Phạm Thu Dung,05/05/2000,Nữ,092300000044\n";
    let a = bench.write("a.csv", format!("{HEADER},Tên vắc xin\n{}", text.replace('\n', ",x\n")).as_bytes());
    let rows = "A9,Người Mới,01/01/2000,Nam,1\n\
                A3,LÊ HOÀNG CÚC,31/12/2001,Nam,48201000033\n\
                A2,Trần Thị Bưởi,15/08/1985,,079185000022\n\
                A1,Nguyễn Văn An,01/02/1990,Nam,001090000011\n";
    let b = bench.write("b.tsv", format!("{HEADER}\n{rows}").replace(',', "\t").as_bytes());
    let out = bench.path("changes");
    let output = diff(&a, &b, &["-o", &out.to_string_lossy()]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let changes = table(&out.join("changes.csv"));
    let changes: Vec<String> = changes[1..].iter().map(|row| row.join("|")).collect();
    let mut sorted = changes.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "changed|A2|3|4|Giới tính|Nữ|",
            "changed|A3|4|3|Giới tính||Nam",
            "changed|A3|4|3|Ngày sinh|30/12/2001|31/12/2001",
            "only_a|A4|5||||",
            "only_b|A9||2|||",
            "rewritten|A3|4|3|Họ và tên|Lê Hoàng Cúc|LÊ HOÀNG CÚC",
            "rewritten|A3|4|3|Số CMND/CCCD|048201000033|48201000033",
        ]
    );
    let screen = stdout(&output);
    assert!(screen.contains("chỉ có ở A") && screen.contains("Tên vắc xin"), "{screen}");
    assert!(!screen.contains("2001") && !screen.contains("Cúc"), "{screen}");
    let english = stdout(&diff(&a, &b, &["--lang", "en"]));
    assert!(english.lines().all(|line| line.chars().count() <= 80), "{english}");
    let json: serde_json::Value = serde_json::from_str(&stdout(&diff(&a, &b, &["--json"]))).expect("JSON");
    for (name, expected) in [("only_a", 1), ("only_b", 1), ("same", 1), ("changed", 2), ("rewritten", 0)] {
        assert_eq!(json[name], expected, "{name}");
    }
    assert_eq!((&json["by"], &json["columns"][0]["name"]), (&"record_key".into(), &"Giới tính".into()));
    // A workbook beside its CSV twin, which lacks nothing.
    let list = bench.path("list.xlsx");
    workbook(&list);
    let twin = "A1,Nguyễn Văn An,04/01/1990,Nam,001090000011\n\
                A2,Trần <Thị> & Bưởi,05/01/1990,Nam,079185000022\n\
                A3,Lê Hoàng Cúc,06/01/1990,Nam,048201000033\n\
                A4,Phạm Thu Dung,,Nam,\nA5,Đỗ Đức Đạt,,Nam,\n";
    let twin = bench.write("twin.csv", format!("{HEADER}\n{twin}").as_bytes());
    let output = diff(&list, &twin, &["--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!((&json["changed"], &json["rewritten"], &json["same"]), (&0.into(), &3.into(), &2.into()));
}
