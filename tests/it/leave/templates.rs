//! Templates: what columns they may have, and what is said of a wrong one.

use super::{CANARY, Office, list, tree};
use crate::run::{code, stderr};

/// A template with columns of every kind.
pub(super) const WITH_ALL: &str = r#"
description_vi = "x"
description_en = "x"
format = "csv"
rows = "all"
fixed = false
date = "yyyy-mm-dd"
sex = { male = "1", female = "2" }
labels = "code"
[csv]
delimiter = ";"
bom = false
for_people = true
[[column]]
header = "key"
from = "record_key"
[[column]]
header = "born"
from = "birth_date"
[[column]]
header = "sex"
from = "sex"
[[column]]
header = "group"
column = "Dân tộc"
[[column]]
header = "ethnic"
from = "ethnicity"
[[column]]
header = "note"
column = "Bệnh nền"
[[column]]
header = "dose"
column = ["Mũi", "mui tiem"]
"#;

#[test]
fn sensitive_columns_stay_out_unless_they_are_named() {
    let office = Office::new(&list());
    let rules = office.template("all", WITH_ALL);
    let values = ["--disclose", "values", "--rules", &rules];
    let plain = office.exported("all", "plain", &values);
    for (name, bytes) in tree(&plain) {
        assert!(!String::from_utf8_lossy(&bytes).contains(CANARY), "{name}");
    }
    let text = String::from_utf8(tree(&plain)["all.csv"].clone()).expect("text");
    assert!(text.starts_with("key;born;sex;dose\nT0;1990-02-01;1;00\n"), "{text}");
    assert!(text.contains("\nT4;1975-11-20;1;04\n"), "{text}");

    let named = office.exported("all", "named", &[&values[..], &["--with-column", "Dân tộc"]].concat());
    let text = String::from_utf8(tree(&named)["all.csv"].clone()).expect("text");
    assert!(text.starts_with(&format!("key;born;sex;group;dose\nT0;1990-02-01;1;{CANARY};00\n")), "{text}");
    let both = office.exported(
        "all",
        "both",
        &[
            &values[..],
            &["--with-column", "ethnicity", "--with-column", "note", "--with-column", "Số điện thoại"],
        ]
        .concat(),
    );
    let text = String::from_utf8(tree(&both)["all.csv"].clone()).expect("text");
    assert!(text.starts_with("key;born;sex;ethnic;note;dose;Số điện thoại\n"), "{text}");
    assert!(text.contains(&format!(";Kinh;{CANARY};01;0912345678\n")), "{text}");

    // A receiver that counts on its columns gets them empty.
    office.template("all", &WITH_ALL.replace("fixed = false", "fixed = true"));
    let fixed = office.exported("all", "fixed", &values);
    let text = String::from_utf8(tree(&fixed)["all.csv"].clone()).expect("text");
    assert!(text.starts_with("key;born;sex;group;ethnic;note;dose\nT0;1990-02-01;1;;;;00\n"), "{text}");

    let output = office.export("all", "x", &[&values[..], &["--with-column", "Nơi làm việc"]].concat());
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0231"), "{}", stderr(&output));
}

#[test]
fn a_wrong_template_is_told_with_its_line() {
    let office = Office::new(&list());
    let check = |from: &str, to: &str, line: usize, word: &str| {
        assert!(WITH_ALL.contains(from));
        let rules = office.template("all", &WITH_ALL.replacen(from, to, 1));
        let output = office.export("all", "x", &["--rules", &rules]);
        let told = stderr(&output);
        assert_eq!(code(&output), 2, "{told}");
        assert!(
            told.contains("L0202") && told.contains(&format!("all.toml:{line}\n")) && told.contains(word),
            "{told}"
        );
    };
    check("rows = \"all\"", "rows = \"some\"", 5, "rows is");
    check("yyyy-mm-dd", "yy-mm-dd", 7, "yy-mm-dd");
    check("delimiter = \";\"", "delimiter = \"x\"", 10, "delimiter");
    check("from = \"sex\"", "from = \"gender\"", 20, "gender");
    check("header = \"sex\"", "header = \"born\"", 20, "born");
    check("from = \"sex\"", "from = \"sex\"\ntext = \"a\"", 20, "one of");
    check("[csv]", "[xlsx]", 12, "unknown field");
    check("bom = false", "bom = false\ncolour = 1", 13, "colour");
    let output = office.export("nobody", "x", &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0229") && stderr(&output).contains("tra_loi"), "{}", stderr(&output));
}
