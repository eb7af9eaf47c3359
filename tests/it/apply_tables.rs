//! Corrections written into workbooks and Parquet, whose other cells stay as they are.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use crate::apply::{applied, apply, corrected, revert, with_corrections};
use crate::run::{Bench, HEADER, code, stderr};

/// A workbook with two sheets, styles, a formula, numbers without zeros and a row that lacks a cell.
pub(crate) fn workbook(path: &Path) {
    use rust_xlsxwriter::{Format, Formula, Workbook};
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let red = Format::new().set_font_color("FF0000");
    let sheet = book.add_worksheet().set_name("Danh sách").expect("a name");
    sheet.write_string(0, 0, "DANH SÁCH").expect("a cell");
    for (column, name) in HEADER.split(',').enumerate() {
        sheet.write_string_with_format(2, column as u16, name, &bold).expect("a cell");
    }
    let rows = [
        ("A1", "Nguyễn Văn An", "Nam", "001090000011"),
        ("A2", "Trần <Thị> & Bưởi", "Nam", "079185000022"),
        ("A3", "Lê Hoàng Cúc", "Nam", ""),
    ];
    for (at, (key, name, sex, number)) in rows.into_iter().enumerate() {
        let row = 3 + at as u32;
        sheet.write_string(row, 0, key).expect("a cell");
        sheet.write_string_with_format(row, 1, name, &red).expect("a cell");
        sheet.write_number_with_format(row, 2, 32_874.0 + f64::from(row), &date).expect("a cell");
        sheet.write_string(row, 3, sex).expect("a cell");
        if !number.is_empty() {
            sheet.write_string(row, 4, number).expect("a cell");
        }
    }
    sheet.write_number(5, 4, 48_201_000_033.0).expect("a cell");
    sheet.write_string(6, 0, "A4").expect("a cell");
    sheet.write_string(6, 1, "Phạm Thu Dung").expect("a cell");
    sheet.write_string(6, 3, "Nam").expect("a cell");
    sheet.write_string(7, 0, "A5").expect("a cell");
    let formula = Formula::new("=B5&\"\"").set_result("Đỗ Đức Đạt");
    sheet.write_formula(7, 1, formula).expect("a cell");
    sheet.write_string(7, 3, "Nam").expect("a cell");
    book.add_worksheet().set_name("Ghi chú").expect("a name").write_string(0, 0, "xin giữ").expect("a cell");
    book.save(path).expect("a workbook");
}

fn parts(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).expect("a file")).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).expect("a part");
            let name = part.name().expect("a name").into_owned();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("a part");
            (name, bytes)
        })
        .collect()
}

#[test]
fn a_workbook_keeps_everything_but_the_changed_cells() {
    let bench = Bench::new();
    let list = bench.path("list.xlsx");
    workbook(&list);
    let (_, new) = corrected(
        &bench,
        &list,
        &[
            (4, "A1", "full_name", "Nguyễn Văn An", "NGUYỄN <VĂN> & ÂN "),
            (5, "A2", "sex", "Nam", "Nữ"),
            (6, "A3", "birth_date", "1990-01-06", "30/12/2001"),
            (6, "A3", "citizen_number", "48201000033", "048201000033"),
            (7, "A4", "citizen_number", "", "092300000044"),
            (7, "A4", "birth_date", "", "05/05/2000"),
            (8, "A5", "full_name", "Đỗ Đức Đạt", "ĐỖ ĐỨC ĐẠT"),
            (8, "A5", "sex", "Nữ", "Nam"),
        ],
    );
    assert_eq!(
        applied(&new),
        [
            "4 full_name applied",
            "5 sex applied",
            "6 birth_date applied",
            "6 citizen_number applied",
            "7 citizen_number applied",
            "7 birth_date applied",
            "8 full_name conflict formula",
            "8 sex not_applied already_there",
        ]
    );
    let (before, after) = (parts(&list), parts(&new.join("list.xlsx")));
    assert_eq!(before.len(), after.len());
    for ((name, old), (same, new)) in before.iter().zip(&after) {
        assert_eq!(name, same);
        assert_eq!(old == new, name != "xl/worksheets/sheet1.xml", "{name}");
    }
    let cells = |path: &Path| {
        use calamine::Reader;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
        let range = book.worksheet_range("Danh sách").expect("a sheet");
        let rows = range.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<String>>());
        rows.collect::<Vec<_>>()
    };
    let (old, changed) = (cells(&list), cells(&new.join("list.xlsx")));
    let mut expected = old.clone();
    expected[3][1] = "NGUYỄN <VĂN> & ÂN ".to_owned();
    expected[4][3] = "Nữ".to_owned();
    expected[5][2] = "30/12/2001".to_owned();
    expected[5][4] = "048201000033".to_owned();
    expected[6][2] = "05/05/2000".to_owned();
    expected[6][4] = "092300000044".to_owned();
    assert_eq!(changed, expected);
    // The style of a changed cell stays.
    let sheet = |parts: &[(String, Vec<u8>)]| {
        let part = parts.iter().find(|(name, _)| name == "xl/worksheets/sheet1.xml").expect("a sheet");
        String::from_utf8(part.1.clone()).expect("text")
    };
    let style = |xml: &str, place: &str| {
        let from = xml.find(&format!("<c r=\"{place}\"")).expect("a cell");
        let tag = &xml[from..from + xml[from..].find('>').expect("a tag")];
        tag.split("s=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    for place in ["B4", "C6", "E6"] {
        assert_eq!(style(&sheet(&before), place), style(&sheet(&after), place), "{place}");
    }
    revert(&bench, &new, &list);
    // A workbook of another format can be read, not written.
    let refused = bench.path("list.ods");
    fs::write(&refused, ods()).expect("a workbook");
    let run = with_corrections(&bench, &refused, &[(2, "A1", "sex", "Nam", "Nữ")], &[]);
    let output = apply(&run, &refused, &bench.path("other"), &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0219") && stderr(&output).contains("ods"), "{}", stderr(&output));
}

/// A document of LibreOffice with a header and a row.
fn ods() -> Vec<u8> {
    let cells = |cells: &str| {
        let cells = cells
            .split(',')
            .map(|cell| format!("<table:table-cell><text:p>{cell}</text:p></table:table-cell>"));
        format!("<table:table-row>{}</table:table-row>", cells.collect::<String>())
    };
    let rows = [cells(HEADER), cells("A1,Lê An,01/02/1990,Nam,001090000011")].concat();
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body>\
         <office:spreadsheet><table:table table:name=\"A\">{rows}</table:table></office:spreadsheet>\
         </office:body></office:document-content>"
    );
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", &content),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::DEFAULT).expect("memory");
        archive.write_all(text.as_bytes()).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

#[test]
fn parquet_keeps_its_types() {
    use polars::prelude::{
        Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetReader, ParquetWriter, SerReader, Series,
    };
    let bench = Bench::new();
    let list = bench.path("list.parquet");
    let days = Series::new("Ngày sinh".into(), [7_336_i32, 5_705]).cast(&DataType::Date).expect("dates");
    let columns: Vec<Column> = vec![
        Series::new("Mã đối tượng".into(), ["A1", "A2"]).into_column(),
        Series::new("Họ và tên".into(), [Some("Nguyễn Văn An"), Some("Trần Thị Bưởi")]).into_column(),
        days.into_column(),
        Series::new("Giới tính".into(), [1_i32, 1]).into_column(),
        Series::new("Số CMND/CCCD".into(), [1_090_000_011_i64, 79_185_000_022]).into_column(),
        Series::new("Mũi tiêm".into(), [1.5_f64, 2.5]).into_column(),
    ];
    let mut frame = DataFrame::new(2, columns).expect("a frame");
    ParquetWriter::new(fs::File::create(&list).expect("a file")).finish(&mut frame).expect("a file");
    let (_, new) = corrected(
        &bench,
        &list,
        &[
            (1, "A1", "full_name", "Nguyễn Văn An", "Nguyễn Văn Ân"),
            (1, "A1", "birth_date", "1990-02-01", "02/03/1991"),
            (1, "A1", "citizen_number", "1090000011", "001090000011"),
            (2, "A2", "birth_date", "1985-08-15", "1985"),
            (2, "A2", "sex", "1", "Nữ"),
        ],
    );
    assert_eq!(
        applied(&new),
        [
            "1 full_name applied",
            "1 birth_date applied",
            "1 citizen_number conflict column_type",
            "2 birth_date conflict column_type",
            "2 sex not_applied sex_spelling",
        ]
    );
    let read =
        |path: &Path| ParquetReader::new(fs::File::open(path).expect("a file")).finish().expect("a frame");
    let (before, after) = (read(&list), read(&new.join("list.parquet")));
    assert_eq!(before.schema(), after.schema());
    let text = |frame: &DataFrame, column: &str| {
        let text = frame.column(column).expect("a column").cast(&DataType::String).expect("text");
        text.str().expect("text").iter().map(|cell| cell.unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(text(&after, "Họ và tên"), ["Nguyễn Văn Ân", "Trần Thị Bưởi"]);
    assert_eq!(text(&after, "Ngày sinh"), ["1991-03-02", "1985-08-15"]);
    for column in ["Mã đối tượng", "Giới tính", "Số CMND/CCCD", "Mũi tiêm"] {
        assert_eq!(text(&before, column), text(&after, column), "{column}");
    }
    revert(&bench, &new, &list);
}
