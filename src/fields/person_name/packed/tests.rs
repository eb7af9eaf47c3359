//! Examples of distances, and what one edit is.

use super::*;
use crate::fields::person_name::{NameWords, texts};

fn words() -> NameWords {
    let pairs = [("Hoàng", "Huỳnh"), ("Vũ", "Võ")].into_iter();
    NameWords::new(std::iter::empty(), pairs, &texts()).expect("the lists are whole")
}

#[test]
fn distances() {
    let words = words();
    let book = words.book();
    let check = |one: &str, other: &str, expected: u16| {
        let (a, b) = (PackedName::new(one, book), PackedName::new(other, book));
        assert_eq!(distance(&a, &b, 200, book), expected, "{one} / {other}");
        assert_eq!(distance(&b, &a, 200, book), expected, "{other} / {one}");
    };
    check("Nguyễn Văn An", "NGUYỄN VĂN AN", 0);
    check("Lê Thị Hoà", "Lê Thị Hòa", 0);
    check("Lê Tòan", "Lê Toàn", 0);
    check("Lý Thị Mỹ", "Lí Thị Mĩ", 0);
    check("Nguyễn Thị Hường", "NGUYEN THI HUONG", 25);
    check("NguyễnVăn An", "Nguyễn Văn An", 20);
    check("NGUYENVAN AN", "Nguyễn Văn An", 45);
    check("Nguyễn Lan Anh", "Lan Anh Nguyễn", 30);
    check("Nguyễn Thi Hường", "Nguyễn Thị Hường", 20);
    check("Nguyễn Văn Dũng", "Nguyễn Văn Dủng", 20);
    check("Lê Toàn", "Lê Toán", 60);
    check("Lê Toàn", "Lê Toạn", 45);
    check("Trần Thị Sương", "Trần Thị Xương", 35);
    check("Lê Thị Trinh", "Lê Thị Chinh", 35);
    check("LE THI TRINH", "Lê Thị Chinh", 60);
    check("Lê Thị Lan", "Lê Thị Lang", 35);
    check("Lê Đạt", "Lê Đạc", 35);
    check("Hoàng Thị Lan", "Huỳnh Thị Lan", 35);
    check("Ngyễn Văn An", "Nguyễn Văn An", 45);
    check("Nguyễn Văn Bnih", "Nguyễn Văn Bình", 100);
    check("Nguyễn Văn Bnìh", "Nguyễn Văn Bình", 45);
    check("Nguyễn An", "Nguyễn Văn An", 52);
    check("Nguyễn An", "Nguyễn Bảo An", 58);
    check("N. V. An", "Nguyễn Văn An", 50);
    check("Nguyễn V An", "Nguyễn Văn An", 25);
    check("Lê Hồng", "Lê Hòng", 40);
    check("Lê Tân", "Lê Tăn", 40);
    check("Trần Thị Bưởi", "Nguyễn Văn Dũng", DISTANCE_MAX);
    check("", "An", DISTANCE_MAX);
    check("H'Hen Niê", "H’Hen Niê", 0);
}

#[test]
fn one_edit_is_one_edit() {
    let key = |word: &str| {
        let letters = word.chars().filter_map(code).fold(0, |key, (code, _)| key << CODE_BITS | code);
        (letters, word.len() as u8)
    };
    let check =
        |one, other, expected| assert_eq!(is_one_edit(key(one), key(other)), expected, "{one} {other}");
    check("nguyen", "ngyen", true);
    check("nguyen", "nguyn", true);
    check("nguyen", "guyen", true);
    check("nguyen", "nguye", true);
    check("binh", "bnih", true);
    check("binh", "binn", true);
    check("binh", "hinb", false);
    check("binh", "bih", true);
    check("binh", "banc", false);
    check("binh", "nghin", false);
}
