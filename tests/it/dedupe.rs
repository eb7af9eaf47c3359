//! People who stand twice in Vietnamese lists, found by the profile of the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{code, lamsach, stderr};

const HEADER: &str = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD,Số điện thoại,Tỉnh/Thành phố,\
    Quận/Huyện,Phường/Xã,Địa chỉ chi tiết";

/// Two doses of one person (1, 2), a mother and her child with her phone (3, 4), one number for two people (5, 6), twins
/// (7, 8), and a person whose rows differ in the writing of the date and a digit of the number (9, 10).
const ROWS: [&str; 10] = [
    "H1,Đỗ Thị Quỳnh Giao,07/03/1988,Nữ,212345671,0905111222,Tỉnh Bình Định,Huyện Tuy Phước,Xã Phước An,Thôn 4",
    "H2,DO THI QUYNH GIAO,7/3/1988,Nu,052188006543,0905111222,Tỉnh Bình Định,Huyện Tuy Phước,Xã Phước An,Thôn 4",
    "H3,Lâm Thị Thúy Vi,21/11/1985,Nữ,091185004321,0913444555,Tỉnh Kiên Giang,Huyện An Biên,Xã Hưng Yên,Ấp 2",
    "H4,Lâm Gia Khiêm,09/06/2014,Nam,091214007654,0913444555,Tỉnh Kiên Giang,Huyện An Biên,Xã Hưng Yên,Ấp 2",
    "H5,Tạ Quang Bách,30/08/1970,Nam,038070001234,0988777666,Tỉnh Thanh Hóa,Huyện Bá Thước,Xã Thiết Kế,Thôn 9",
    "H6,Vi Thị Sương,12/02/1999,Nữ,038070001234,0366123123,Tỉnh Thanh Hóa,Huyện Lang Chánh,Xã Tân Phúc,Bản 1",
    "H7,Mạc Thu Hiền,15/05/2009,Nữ,022309001111,0977000111,Tỉnh Quảng Ninh,Huyện Hải Hà,Xã Quảng Phong,Thôn 6",
    "H8,Mạc Thu Phương,15/05/2009,Nữ,022309008888,0977000111,Tỉnh Quảng Ninh,Huyện Hải Hà,Xã Quảng Phong,Thôn 6",
    "H9,Ông Kiều Viễn,1962-10-04,Nam,048062003399,0935222888,Thành phố Đà Nẵng,Quận Hải Châu,Phường Bình Thuận,Tổ 3",
    "H10,ÔNG KIỀU VIỄN,04.10.1962,Nam,048062003398,,Thành phố Đà Nẵng,Quận Hải Châu,Phường Bình Thuận,Tổ 3",
];

/// Two invented lists of the same people, from which weights are learned, and one written by hand.
struct Lists {
    home: tempfile::TempDir,
}

impl Lists {
    fn new() -> Self {
        let lists = Self { home: tempfile::tempdir().expect("a temporary folder") };
        for (name, n_rows) in [("a", "1500"), ("b", "1800")] {
            let output = lamsach()
                .args(["generate", "--citizens", "4000", "--list", n_rows, "-o"])
                .arg(lists.path(name))
                .output()
                .expect("the tool starts");
            assert_eq!(code(&output), 0, "{}", stderr(&output));
            fs::rename(lists.path(name).join("tiem_chung.csv"), lists.path(&format!("{name}.csv")))
                .expect("a list was written");
        }
        lists
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Looks for repetitions in these files and a list of these rows.
    fn dedupe(&self, files: [&str; 2], rows: &[&str], out: &str) -> PathBuf {
        fs::write(self.path("hand.csv"), format!("{HEADER}\n{}\n", rows.join("\n")))
            .expect("a temporary file");
        let output = lamsach()
            .arg("dedupe")
            .args(files.map(|name| self.path(name)))
            .arg(self.path("hand.csv"))
            .args(["--profile", "danh_sach", "--lang", "en", "-o"])
            .arg(self.path(out))
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        self.path(out)
    }
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("it was written");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// Groups of files and keys.
fn groups(out: &Path) -> BTreeSet<BTreeSet<(String, String)>> {
    let mut groups: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for row in table(&out.join("clusters.csv")) {
        let group = groups.entry(row["cluster"].clone()).or_default();
        group.insert((row["file"].clone(), row["record_key"].clone()));
    }
    groups.into_values().collect()
}

#[test]
fn one_person_is_found_however_written_and_two_stay_two() {
    let lists = Lists::new();
    let out = lists.dedupe(["a.csv", "b.csv"], &ROWS, "out");
    let found = groups(&out);
    let of_hand = |group: &&BTreeSet<(String, String)>| group.iter().any(|(_, key)| key.starts_with('H'));
    let keys = |group: &BTreeSet<(String, String)>| group.iter().map(|(_, key)| key.clone()).collect();
    let by_hand: BTreeSet<Vec<String>> = found.iter().filter(of_hand).map(keys).collect();
    let expected = [["H1", "H2"], ["H10", "H9"]].map(|pair| pair.map(str::to_owned).to_vec());
    assert_eq!(by_hand, BTreeSet::from(expected));
    assert!(found.len() > 500, "{} people in two lists", found.len());
    let conflicts: Vec<_> = table(&out.join("links.csv"))
        .into_iter()
        .filter(|row| row["decision"] == "conflict" && row["record_key_a"].starts_with('H'))
        .map(|row| (row["record_key_a"].clone(), row["record_key_b"].clone()))
        .collect();
    assert_eq!(conflicts, [("H5".to_owned(), "H6".to_owned())]);
}

#[test]
fn the_order_of_rows_does_not_show_in_groups() {
    let lists = Lists::new();
    let straight = groups(&lists.dedupe(["a.csv", "b.csv"], &ROWS, "straight"));
    let mut turned = ROWS;
    turned.reverse();
    assert_eq!(groups(&lists.dedupe(["b.csv", "a.csv"], &turned, "turned")), straight);
}
