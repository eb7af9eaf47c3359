//! Tests of the module above: tables of examples and laws.

use super::*;
use crate::text::{legacy, syllable};

pub(super) fn detector() -> Detector {
    let grammar = syllable::grammar();
    let words = [
        ("Nguyễn", Place::First, 3000),
        ("Trần", Place::First, 1000),
        ("Lê", Place::First, 900),
        ("Đinh", Place::First, 100),
        ("Hồ", Place::First, 160),
        ("Văn", Place::Middle, 2000),
        ("Thị", Place::Middle, 2500),
        ("Đức", Place::Middle, 300),
        ("Ánh", Place::Last, 100),
        ("Hoà", Place::Last, 60),
        ("Hùng", Place::Last, 100),
        ("Dũng", Place::Last, 100),
        ("Tú", Place::Last, 50),
        ("Hồng", Place::Last, 80),
        ("Sơn", Place::Last, 70),
        ("Thành", Place::Last, 70),
        ("Ngân", Place::Last, 70),
        ("Lan", Place::Last, 70),
    ];
    let vocabulary = Vocabulary::new(&grammar, words.into_iter(), ["Niê", "Ksor"].into_iter());
    let entities =
        Entities::new(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/text/entities.csv")));
    Detector::new(grammar, legacy::tables(), entities.expect("the list is whole"), vocabulary)
}

#[test]
fn cells_are_recovered() {
    let detector = detector();
    let mut seen = WordsSeen::default();
    let mut check = |raw: &str, expected: &str, repair: Option<Repair>| {
        // The second time all words were seen.
        for _ in 0..2 {
            let mut out = String::from("left over");
            let repairs = detector.recover(raw, &ColumnPrior::default(), &mut seen, &mut out);
            assert_eq!(repairs.and_then(|repairs| repairs.iter().next()), repair, "{raw:?} {out}");
            if repair.is_some() {
                assert_eq!(out, expected);
            }
        }
    };
    let legacy = Some(Repair::LegacyFont);
    check("NguyÔn V¨n Dòng", "Nguyễn Văn Dũng", legacy);
    check("NGUYÔN THÞ ¸NH", "NGUYỄN THỊ ÁNH", legacy);
    check("nguyôn v¨n dòng", "nguyễn văn dũng", legacy);
    check("Nguyeãn Vaên Hoaøng", "Nguyễn Văn Hoàng", legacy);
    check("NguyeÃn ThÒ aÙnh", "Nguyễn Thị ánh", legacy);
    check("Nguyễn Vaên Sôn", "Nguyễn Văn Sơn", legacy);
    check("Nguyeãn V¨n Dòng", "Nguyễn Văn Dũng", legacy);
    check("Nguy\u{AD}n Văn Hùng", "Nguyễn Văn Hùng", legacy);
    check("Nguye^~n Va(n Hu`ng", "Nguyễn Văn Hùng", legacy);
    check("Nguyêòn Vãn Duòng", "Nguyện Văn Dụng", legacy);
    check("NguyêÞn Vãn DuÞng", "Nguyễn Văn Dũng", legacy);
    let mojibake = Some(Repair::Mojibake);
    check("Nguyá»…n VÄƒn HÃ¹ng", "Nguyễn Văn Hùng", mojibake);
    check("ThÃ nh ThÃ nh", "Thành Thành", mojibake);
    check("Renée DuprÃ©", "Renée Dupré", mojibake);
    let keys = Some(Repair::TypedKeys);
    check("Nguyeenx Vawn Hungf", "Nguyễn Văn Hùng", keys);
    check("Nguye6n4 Va8n Du4ng", "Nguyễn Văn Dũng", keys);
    check("Nguy&#7877;n V&#259;n A", "Nguyễn Văn A", Some(Repair::Entity));
    check("Nguy&Ocirc;n V&uml;n D&ograve;ng", "Nguyễn Văn Dũng", Some(Repair::LegacyFont));
}

#[test]
fn plain_cells_stay() {
    let detector = detector();
    let (mut out, mut seen) = (String::new(), WordsSeen::default());
    for raw in [
        "Nguyễn Văn Hoà",
        "LÊ THỊ HÙNG",
        "Lê Hùng",
        "Renée Zoé",
        "Peláez Núñez",
        "Eiður Þór",
        "Çalışkan Gülşen",
        "Lee Soo Jin",
        "Wang Fang",
        "H'Hen Niê",
        "Ksor H'Lan",
        "Y Bhăm Niê",
        "João Simão",
        "Ångström",
        "Nguyễn Văn A1",
        "Nguyễn Văn A?",
        "Nguyễn Thị Lan 2",
        "Trần Văn A.",
        "",
        " ",
        "\u{AD}",
        "A&B",
        "Ðinh Văn Hùng",
        "Nguy?n V?n A",
    ] {
        assert_eq!(
            detector.recover(raw, &ColumnPrior::default(), &mut seen, &mut out),
            None,
            "{raw:?} {out}"
        );
    }
}

#[test]
fn the_glance_sees_what_matters() {
    let detector = detector();
    for plain in ["Nguyễn Văn Hoà", "LÊ THỊ HÙNG", "Trần Đức Tú", "TRAN VAN TU", "lê hùng"] {
        let glance = detector.glance(plain);
        assert!(!glance.encoded && !glance.unclean && !glance.sign && glance.letter, "{plain}");
    }
    for odd in
        ["Nguyeãn", "NguyÔn V¨n", "Vawn", "Leef", "Lee", "LĂŞ", "Trần\u{A0}Thị", " Lê", "Lê  Hùng", "Lê "]
    {
        let glance = detector.glance(odd);
        assert!(glance.encoded || glance.unclean, "{odd}");
    }
}

#[test]
fn columns_teach() {
    let detector = detector();
    let (mut out, mut seen) = (String::new(), WordsSeen::default());
    let vni = ["Hoà Hoàng Lan", "Nguyeãn Vaên Duõng", "Traàn Thò Lan", "Leâ Ñöùc Huøng", "Ñinh Thò AÙnh"];
    let prior = ColumnPrior::learn(&detector, vni.into_iter());
    assert!(prior.share(Encoding::Vni) > 0.5 && !prior.trusts_plain());
    assert!(detector.recover("Hoà Hoàng Lan", &prior, &mut seen, &mut out).is_some());
    assert_eq!(out, "Hồ Hồng Lan");
    let plain = ["Hoà Hoàng Lan", "Nguyễn Văn Dũng", "Trần Thị Lan", "Lê Đức Hùng", "Đinh Thị Ánh"];
    let prior = ColumnPrior::learn(&detector, plain.into_iter());
    assert!(prior.trusts_plain());
    let told = ColumnPrior::told(Encoding::Vni);
    assert!(detector.recover("Hoà", &told, &mut seen, &mut out).is_some());
    assert_eq!(out, "Hồ");
}

#[test]
fn names_of_encodings_lead_back() {
    for encoding in Encoding::ALL {
        assert_eq!(Encoding::from_name(encoding.name()), Some(encoding));
    }
}
