//! What the file of the commune list is read as, and what is refused.

use super::*;

fn load(text: Option<String>) -> Result<CommuneList, Trouble> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if let Some(text) = text {
        std::fs::create_dir(folder.path().join("reports")).expect("a folder");
        std::fs::write(folder.path().join(NAME), text).expect("a temporary file");
    }
    CommuneList::load(&RuleFiles::load(Some(folder.path())).expect("files"))
}

fn ours() -> String {
    RuleFiles::load(None).expect("rules").text(NAME).expect("our own file").to_owned()
}

#[test]
fn headers_and_answers_are_found_whatever_their_case_and_marks() {
    let list = load(None).expect("our own file");
    for (header, id) in [
        ("Mã dòng", ColumnId::RowKey),
        ("MA DONG", ColumnId::RowKey),
        ("row key", ColumnId::RowKey),
        (" Ý kiến của hộ ", ColumnId::Answer),
        ("Giá trị đúng", ColumnId::RightValue),
        ("Họ và tên", ColumnId::FullName),
    ] {
        assert_eq!(list.column_of(header), Some(id), "{header}");
    }
    assert_eq!(list.column_of("Họ"), None);
    assert_eq!(list.column_of(""), None);
    for (cell, id) in [
        ("Đúng như đề nghị", AnswerId::Accepted),
        ("dong y", AnswerId::Accepted),
        ("As proposed", AnswerId::Accepted),
        ("GIÁ TRỊ KHÁC", AnswerId::OtherValue),
        ("giữ nguyên", AnswerId::Keep),
        ("4", AnswerId::Moved),
        ("đã chết", AnswerId::Dead),
        ("chuyển đi", AnswerId::Moved),
        ("không rõ", AnswerId::Unknown),
    ] {
        assert_eq!(list.answer_of(cell), Some(id), "{cell}");
    }
    assert_eq!(list.answer_of("có lẽ"), None);
    assert_eq!(list.answer_of(""), None);
}

#[test]
fn what_would_be_read_back_wrongly_is_refused() {
    let cases = [
        ("id = \"row_key\"", "id = \"rowkey\""),
        ("id = \"row_key\"", "id = \"notes\""),
        ("width = 13", "width = 0"),
        ("header = { vi = \"Mã dòng\"", "header = { vi = \"Ghi chú\""),
        ("id = \"dead\"", "id = \"moved\""),
        ("label = { vi = \"Đã chết\"", "label = { vi = \"Đã chuyển đi\""),
        ("label = { vi = \"Đã chết\"", "label = { vi = \"Chết, mất\""),
        ("wrong = \"F8CBAD\"", "wrong = \"red\""),
        ("cell = 400", "cell = 40000"),
        ("cell = 400", "cell = 3"),
        ("sheet = { vi = \"Danh sách\"", "sheet = { vi = \"Danh/sách\""),
        ("[letters]", "[letters]\nword = 3"),
        ("not_found = [\"citizen_number\"]", "not_found = [\"number\"]"),
        ("not_found = [\"citizen_number\"]", "not_found = [\"address\"]"),
    ];
    for (from, to) in cases {
        let text = ours();
        assert!(text.contains(from), "{from}");
        let trouble = load(Some(text.replacen(from, to, 1))).expect_err(to);
        assert_eq!(trouble.code, crate::record::TroubleCode::BadRules, "{to}");
    }
}
