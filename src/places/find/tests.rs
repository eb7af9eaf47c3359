//! Tests of the module above: addresses by hand, and every commune of 30 June 2025.

use super::*;
use crate::places::tests::gazetteer;

/// The readings as addresses of the time they are of.
fn read(gazetteer: &Gazetteer, address: &str, time: Option<Time>) -> Vec<String> {
    let shown = |reading: &Reading<'_>| match (reading.commune, reading.province) {
        (Some(commune), _) => gazetteer.address(commune),
        (None, Some(province)) => province.full_name(),
        (None, None) => String::new(),
    };
    gazetteer.read(address, time).iter().map(shown).collect()
}

#[test]
fn addresses_are_read() {
    let gazetteer = &gazetteer();
    let check = |address: &str, expected: &[&str]| {
        assert_eq!(read(gazetteer, address, None), expected, "{address}");
    };
    let phuong_3 = ["Phường 3, Quận 5, Thành phố Hồ Chí Minh"];
    for address in [
        "P.3 Q.5 TPHCM",
        "P3, Q5, TP.HCM",
        "Phường 03, Quận 05, Thành phố Hồ Chí Minh",
        "12 Lê Lợi, phường 3, quận 5, tp hcm",
        "phuong 3 - quan 5 - ho chi minh",
    ] {
        let found = read(gazetteer, address, None);
        assert!(
            found.iter().all(|found| found.ends_with("Quận 5, Thành phố Hồ Chí Minh")),
            "{address}: {found:?}"
        );
        assert_eq!(found.len(), phuong_3.len(), "{address}: {found:?}");
    }
    check(
        "Xã Thanh Kỳ, Tỉnh Thanh Hóa",
        &["Xã Thanh Kỳ, Huyện Như Thanh, Tỉnh Thanh Hóa", "Xã Thanh Kỳ, Tỉnh Thanh Hóa"],
    );
    check("Thôn 3, xã Phú Thành, huyện Phú Tân, An Giang", &["Xã Phú Thành, Huyện Phú Tân, Tỉnh An Giang"]);
    check(
        "Thị trấn Diêu Trì, Huyện Tuy Phước, Tỉnh Bình Định",
        &["Thị trấn Diêu Trì, Huyện Tuy Phước, Tỉnh Bình Định"],
    );
    check("thi tran dieu tri, tuy phuoc, binh dinh", &["Thị trấn Diêu Trì, Huyện Tuy Phước, Tỉnh Bình Định"]);
    check("TT Diêu Trì H.Tuy Phước T.Bình Định", &["Thị trấn Diêu Trì, Huyện Tuy Phước, Tỉnh Bình Định"]);
    check("Tam Quan Bac, Hoai Nhon, Binh Dinh", &["Phường Tam Quan Bắc, Thị xã Hoài Nhơn, Tỉnh Bình Định"]);
    check("Phường Sài Gòn, Thành phố Hồ Chí Minh", &["Phường Sài Gòn, Thành phố Hồ Chí Minh"]);
    check("Xã Mỹ Đình, huyện Từ Liêm, Hà Nội", &["Xã Mỹ Đình, Huyện Từ Liêm, Thành phố Hà Nội"]);
    // Phường Từ Liêm is of today.
    let [sought, other] = ["Xã Mỹ Đình, Huyện Từ Liêm, Thành phố Hà Nội", "Phường Từ Liêm, Thành phố Hà Nội"];
    check("Mỹ Đình, Từ Liêm, Hà Nội", &[sought, other]);
    check("Xã Vạn Thắng, Huyện Ba Vì, Hà Tây", &["Xã Vạn Thắng, Huyện Ba Vì, Thành phố Hà Nội"]);
    check("Xã Yên Nghĩa, thành phố Hà Đông, Hà Tây", &["Xã Yên Nghĩa, Thành phố Hà Đông, Thành phố Hà Nội"]);
    check("P.Thảo Điền, Q.2, TPHCM", &["Phường Thảo Điền, Thành phố Thủ Đức, Thành phố Hồ Chí Minh"]);
    check("Phường Sài Gòn, SG", &["Phường Sài Gòn, Thành phố Hồ Chí Minh"]);
    check("Paris, France", &[]);
    check("", &[]);
}

#[test]
fn what_was_noticed_is_told() {
    let gazetteer = &gazetteer();
    let check = |address: &str, expected: &str| {
        let readings = gazetteer.read(address, None);
        let [reading] = &readings[..] else { panic!("{address}: {readings:?}") };
        let marks: Vec<&str> = reading.marks.iter().map(PlaceMark::name).collect();
        assert_eq!(marks.join("+"), expected, "{address}");
    };
    check("Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh", "old_unit");
    check("Phường Bến Nghé, Quận 1", "level_missing+old_unit");
    check("P. Bến Nghé, Q1, Thành phố Hồ Chí Minh", "old_unit+abbreviated");
    check("Xã Mỹ Đình, huyện Từ Liêm, Hà Nội", "old_unit_before");
    check("Phường Thảo Điền, Quận 2, Thành phố Hồ Chí Minh", "old_unit_before");
    check("Xã Vạn Thắng, Huyện Ba Vì, Tỉnh Hà Tây", "old_unit_before");
    check("Huyện Ba Vì, Xã Vạn Thắng, Thành phố Hà Nội", "old_unit+column_mixed");
    check("Huyện Lý Sơn, Tỉnh Quảng Ngãi", "old_unit");
}

#[test]
fn a_time_leaves_one_reading() {
    let gazetteer = &gazetteer();
    let both = read(gazetteer, "Xã Thanh Kỳ, Tỉnh Thanh Hóa", None);
    assert_eq!(both.len(), 2);
    for (time, expected) in [(Time::Before, &both[0]), (Time::Since, &both[1])] {
        assert_eq!(
            read(gazetteer, "Xã Thanh Kỳ, Tỉnh Thanh Hóa", Some(time)),
            std::slice::from_ref(expected)
        );
    }
}

#[test]
fn every_commune_of_before_is_found_by_its_address_and_has_its_place_today() {
    let gazetteer = &gazetteer();
    let (mut n_one, mut n_several, mut lost) = (0, 0, Vec::new());
    for commune in gazetteer.old_communes() {
        match gazetteer.today(commune.id) {
            Today::One(_) => n_one += 1,
            Today::Several(candidates) => {
                n_several += 1;
                assert!(candidates.len() > 1);
            }
            Today::Unknown => panic!("{commune:?} is nowhere"),
        }
        let address = gazetteer.address(commune);
        let readings = gazetteer.read(&address, Some(Time::Before));
        if !readings.iter().any(|reading| reading.commune == Some(commune)) {
            lost.push(address);
        }
    }
    assert_eq!((n_one, n_several), (10_035 - 381, 381));
    assert!(lost.is_empty(), "{} not found: {:?}", lost.len(), &lost[..lost.len().min(10)]);
}

#[test]
fn a_name_of_two_times_gives_both_readings() {
    let gazetteer = &gazetteer();
    let mut n_elsewhere = 0;
    for commune in gazetteer.communes() {
        let readings = gazetteer.read(&gazetteer.address(commune), None);
        assert!(readings.iter().any(|reading| reading.commune == Some(commune)), "{commune:?}");
        let goes_elsewhere = |reading: &Reading<'_>| {
            reading.time == Time::Before && reading.commune.is_some() && reading.today != Today::One(commune)
        };
        n_elsewhere += usize::from(readings.iter().any(goes_elsewhere));
    }
    // Of the 316 names that also name an old unit of today's province which went elsewhere: those of the same kind in the
    // old province of the same name.
    assert_eq!(n_elsewhere, 135);
}

#[test]
fn every_commune_of_today_is_found_by_its_address() {
    let gazetteer = &gazetteer();
    let lost = gazetteer.communes().iter().filter(|commune| {
        let readings = gazetteer.read(&gazetteer.address(commune), Some(Time::Since));
        !matches!(&readings[..], [only] if only.commune == Some(commune))
    });
    let lost: Vec<String> = lost.map(|commune| gazetteer.address(commune)).collect();
    assert!(lost.is_empty(), "{} not found: {:?}", lost.len(), &lost[..lost.len().min(10)]);
}
