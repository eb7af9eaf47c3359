//! Profiles, good and bad.

use super::*;

const GOOD: &str = "\
title = \"Two lists\"
[[field]]
name = \"given\"
columns = [\"Given\"]
kind = \"text\"
prepare = [\"lower\"]
[[field]]
name = \"family\"
columns = [\"Family\"]
kind = \"text\"
[[field]]
name = \"whole\"
joined = [\"given\", \"family\"]
kind = \"text\"
[[field]]
name = \"born\"
columns = [\"Born\"]
kind = \"date\"
formats = [\"dd/mm/yyyy\"]
[[comparison]]
name = \"names\"
kind = \"pair\"
fields = [\"given\", \"family\"]
levels = [{ name = \"close\", jaro_winkler = 0.9 }]
frequency = { floor = 1e-4, alike = 0.5 }
[[comparison]]
name = \"born\"
kind = \"date\"
fields = [\"born\"]
[[block]]
on = [\"born:year\", \"family:2\"]
refine = [\"given:sound\"]
";

#[test]
fn a_profile_becomes_slots_and_levels() {
    let profile = Profile::from_text(GOOD).expect("a good profile");
    let start = profile.start();
    let shown: Vec<(String, usize, bool)> = start
        .comparisons
        .iter()
        .map(|of| (of.name.clone(), of.levels.len(), of.frequency.is_some()))
        .collect();
    let row = |name: &str, n, counts| (name.to_owned(), n, counts);
    assert_eq!(
        shown,
        [row("given", 3, true), row("family", 3, true), row("names", 2, false), row("born", 6, false)]
    );
    for comparison in &start.comparisons {
        let sum: f64 = comparison.levels.iter().map(|level| level.m).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
    assert_eq!(profile.blocks[0].parts, [Part::Year(3), Part::First(1, 2)]);
    assert_eq!(profile.blocks[0].refine, [Part::Sound(0)]);
    assert_eq!(profile.fields[2].joined, [0, 1]);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let cases = [
        ("columns = [\"Given\"]", "column = [\"Given\"]", 4, "unknown field `column`"),
        ("columns = [\"Given\"]\n", "", 2, "either `columns` or `joined`"),
        ("\"lower\"", "\"upper\"", 2, "prepare `upper`"),
        ("kind = \"date\"\nformats", "kind = \"day\"\nformats", 15, "kind `day`"),
        ("dd/mm/yyyy", "dd/mm/yy", 15, "formats with yyyy, and with mm and dd"),
        ("[\"given\", \"family\"]\nlevels", "[\"given\"]\nlevels", 20, "pair takes 2"),
        ("jaro_winkler = 0.9 ", "jaro_winkler = 1.9 ", 20, "says not when it holds"),
        ("floor = 1e-4", "floor = 0", 20, "a floor above 0"),
        ("[\"born\"]\n[[block]]", "[\"family\"]\n[[block]]", 26, "date does not fit"),
        ("family:2", "family:year", 30, "block `family:year`"),
        ("born:year", "birth", 30, "no field `birth`"),
        ("name = \"names\"", "name = \"given\"", 1, "two comparisons have the name `given`"),
        ("title", "[limits]\nblock = 1\n[x]\ntitle", 3, "unknown field `x`"),
    ];
    for (good, bad, line, cause) in cases {
        let text = GOOD.replacen(good, bad, 1);
        assert_ne!(text, GOOD, "{good}");
        let wrong = Profile::from_text(&text).expect_err(bad);
        assert!(wrong.cause.contains(cause) && wrong.line == line, "{bad}: {wrong:?}");
    }
}
