//! `lamsach explain`: why one record got its verdict, as sentences and bars, or as JSON.
//!
//! Shows what it is asked for unmasked, on standard output only.

use super::args::Explain;
use super::language;
use super::terminal::{cut, decimal, left, number, print, right};
use crate::explain::{Candidate, Explained, Kind, RARITY, Share, explain};
use crate::record::{Exit, FieldKind, Trouble, TroubleCode};
use crate::report::mask::shown;
use crate::rulebook::{Language, Rulebook};

/// Letters of a line.
const WIDTH: usize = 80;

pub(super) fn run(args: &Explain) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let found = explain(&args.folder, &args.record)?;
    if args.common.json {
        let json = serde_json::to_string(&found)
            .map_err(|_| Trouble::new(TroubleCode::Internal).word("cause", "json"))?;
        print(&(json + "\n"));
    } else if !args.common.quiet {
        let words = Words { book: &book, language: language(&args.common) };
        print(&words.text(&found));
    }
    Ok(Exit::Success)
}

/// The words of a language.
struct Words<'a> {
    book: &'a Rulebook,
    language: Language,
}

impl Words<'_> {
    fn label(&self, group: &str, code: &str) -> String {
        self.book.wording.label(group, code, self.language).to_owned()
    }

    /// A text with its words filled in.
    fn filled(&self, group: &str, code: &str, words: &[(&str, &str)]) -> String {
        let text = self.label(group, code);
        words.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    fn explain(&self, code: &str, words: &[(&str, &str)]) -> String {
        self.filled("explain", code, words)
    }

    fn bits(&self, bits: f64) -> String {
        let sign = if bits > 0.0 { "+" } else { "" };
        format!("{sign}{}", decimal(bits, 1, self.language))
    }

    /// A chance in percent. What was rounded to nothing or to all is neither.
    fn chance(&self, chance: f64) -> String {
        let share = |percent: f64, digits| decimal(percent, digits, self.language) + " %";
        if chance > 0.9999 {
            format!("{} {}", self.label("explain", "more_than"), share(99.99, 2))
        } else if chance < 0.0001 {
            format!("{} {}", self.label("explain", "less_than"), share(0.01, 2))
        } else {
            // Never rounded up to more than it is.
            share((chance * 1e4 + 1e-6).floor() / 1e2, 2)
        }
    }

    /// A chance that the run wrote with four decimals, as the candidate who was taken has it where it is the same one.
    fn chance_of_taken(&self, found: &Explained, chance: f64) -> String {
        const HALF_OF_LAST: f64 = 0.000_05;
        let taken = found.candidates.iter().find(|candidate| found.taken == Some(candidate.rank));
        let finer = taken.map(|candidate| candidate.probability);
        // Both were rounded: less than the last digit of the finer one makes no other chance.
        let same = finer.filter(|finer| (finer - chance).abs() < HALF_OF_LAST + 1e-6);
        self.chance(same.unwrap_or(chance))
    }

    fn list(&self, items: impl IntoIterator<Item = String>) -> String {
        let items: Vec<String> = items.into_iter().collect();
        if items.is_empty() { self.label("explain", "no_value") } else { items.join(", ") }
    }

    fn text(&self, found: &Explained) -> String {
        let mut out = String::new();
        let line = found.line.to_string();
        let title = if found.record_key.is_empty() { "record_of_line" } else { "record" };
        let place = [("key", &*found.record_key), ("file", &found.file), ("line", &line)];
        wrap(&mut out, 0, &self.explain(title, &place));
        self.row(&mut out, found);
        self.verdict(&mut out, found);
        self.corrections(&mut out, found);
        self.findings(&mut out, found);
        for candidate in &found.candidates {
            self.candidate(&mut out, found, candidate);
        }
        if !found.candidates.is_empty() {
            out.push('\n');
            wrap(&mut out, 0, &self.explain("legend", &[]));
        }
        out.push('\n');
        wrap(&mut out, 0, &self.explain("why", &[]));
        wrap(&mut out, 2, &self.why(found));
        out
    }

    fn row(&self, out: &mut String, found: &Explained) {
        let Some(row) = &found.row else { return };
        out.push('\n');
        wrap(out, 0, &self.explain("row", &[]));
        let unit = self.label("explain", "unit");
        let cells = [
            (self.label("field", FieldKind::CitizenNumber.name()), &row.citizen_number),
            (self.label("field", FieldKind::FullName.name()), &row.full_name),
            (self.label("field", FieldKind::BirthDate.name()), &row.birth_date),
            (self.label("field", FieldKind::Sex.name()), &row.sex),
            (unit, &row.unit),
        ];
        for (name, cell) in cells {
            let cell = if cell.is_empty() { self.label("explain", "empty") } else { cell.clone() };
            wrap(out, 2, &format!("{}{cell}", left(&name, NAME)));
        }
    }

    fn verdict(&self, out: &mut String, found: &Explained) {
        out.push('\n');
        let verdict = self.label("verdict", &found.verdict);
        wrap(out, 0, &self.explain("verdict", &[("verdict", &verdict)]));
        if let Some(chance) = found.probability.filter(|_| !found.citizen_number.is_empty()) {
            let words =
                [("number", &*found.citizen_number), ("chance", &self.chance_of_taken(found, chance))];
            wrap(out, 2, &self.explain("citizen", &words));
        }
        for (code, group, codes) in [("wrong", "field", &found.wrong_fields), ("flags", "flag", &found.flags)]
        {
            if !codes.is_empty() {
                let list = self.list(codes.iter().map(|code| self.label(group, code)));
                wrap(out, 2, &self.explain(code, &[("list", &list)]));
            }
        }
    }

    fn corrections(&self, out: &mut String, found: &Explained) {
        if found.corrections.is_empty() {
            return;
        }
        out.push('\n');
        wrap(out, 0, &self.explain("corrections", &[]));
        for one in &found.corrections {
            let old = if one.old.is_empty() { self.label("explain", "empty") } else { one.old.clone() };
            let field = left(&self.label("field", &one.field), NAME);
            wrap(out, 2, &format!("{field}{old} → {}", one.new));
            let reason = if self.language == Language::English { &one.reason_en } else { &one.reason };
            let chance = one
                .probability
                .map(|chance| self.explain("chance", &[("chance", &self.chance_of_taken(found, chance))]));
            let decision =
                self.list([Some(self.label("decision", &one.decision)), chance].into_iter().flatten());
            wrap(out, 2 + NAME, &format!("{decision}; {}: {reason}", one.code));
        }
    }

    /// What no correction says already.
    fn findings(&self, out: &mut String, found: &Explained) {
        let is_told = |code: &str| found.corrections.iter().any(|one| one.code == code);
        let mut rest = found.findings.iter().filter(|finding| !is_told(&finding.code)).peekable();
        if rest.peek().is_none() {
            return;
        }
        out.push('\n');
        wrap(out, 0, &self.explain("findings", &[]));
        for finding in rest {
            let is = |check: &&crate::rulebook::Check| {
                check.code == finding.code && check.field.name() == finding.field
            };
            let words =
                self.book.checks.all().iter().find(is).map_or("", |check| {
                    if self.language == Language::English { &check.en } else { &check.vi }
                });
            let severity = self.label("severity", &finding.severity);
            wrap(out, 2, &format!("{}: {words} ({severity})", finding.code));
        }
    }

    fn candidate(&self, out: &mut String, found: &Explained, candidate: &Candidate) {
        out.push('\n');
        let rank = candidate.rank.to_string();
        let chance = self.chance(candidate.probability);
        let words = [("rank", &*rank), ("number", &candidate.values.citizen_number), ("chance", &chance)];
        let mut title = self.explain("candidate", &words);
        if found.taken == Some(candidate.rank) {
            title = format!("{title}; {}", self.label("explain", "taken"));
        }
        wrap(out, 0, &title);
        for compared in &candidate.comparisons {
            let (ours, theirs) = values(found, candidate, &compared.comparison);
            // Where neither side is known, nothing was compared and nothing is to be shown.
            if compared.level == "missing" && ours.is_empty() && theirs.is_empty() {
                continue;
            }
            let level = self.level(&compared.comparison, &compared.level);
            self.weighed(out, &self.label("comparison", &compared.comparison), &level, compared.bits);
            self.values(out, ours, theirs);
        }
        if candidate.name_rarity_bits != 0.0 {
            let how = if candidate.name_rarity_bits > 0.0 { "rare" } else { "common" };
            let how = self.label("comparison", how);
            self.weighed(out, &how, "", candidate.name_rarity_bits);
        }
        let sum = self.label("explain", "sum");
        self.weighed(out, &sum, "", candidate.bits);
    }

    fn level(&self, comparison: &str, level: &str) -> String {
        let group = format!("level_{comparison}");
        let own = self.label(&group, level);
        if own == level { self.label("level", level) } else { own }
    }

    /// The two values under their comparison: one where they are written alike.
    fn values(&self, out: &mut String, ours: &str, theirs: &str) {
        let indent = 2 + NAME;
        if ours == theirs {
            if !ours.is_empty() {
                wrap(out, indent, ours);
            }
            return;
        }
        for (side, value) in [("in_list", ours), ("in_reference", theirs)] {
            if !value.is_empty() {
                wrap(out, indent, &format!("{} {value}", left(&self.label("explain", side), 10)));
            }
        }
    }

    fn weighed(&self, out: &mut String, name: &str, level: &str, bits: f64) {
        let line = format!(
            "  {}{}{} {}",
            left(&cut(name, NAME - 1), NAME),
            left(&cut(level, LEVEL), LEVEL),
            right(&self.bits(bits), 7),
            bar(bits)
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }

    /// The sentences that say what made the difference.
    fn why(&self, found: &Explained) -> String {
        let why = &found.why;
        let field = FieldKind::CitizenNumber.name();
        let old = found.corrections.iter().find(|one| one.field == field).map_or("", |one| &one.old);
        let (n, together) = why.group.map_or((0, 0.0), |group| (group.n, group.probability));
        let chance = found.candidates.first().map_or(0.0, |first| first.probability);
        let margin = why.margin_bits.unwrap_or(0.0);
        let words = [
            ("number", found.citizen_number.clone()),
            ("old", old.to_owned()),
            ("n", n.to_string()),
            ("together", self.chance(together)),
            ("chance", self.chance(chance)),
            ("margin", decimal(margin, 1, self.language)),
            ("times", self.times(margin)),
            ("for", self.shares(&why.for_first, 1.0)),
            ("against", self.shares(&why.against_first, if why.margin_bits.is_some() { -1.0 } else { 1.0 })),
        ];
        let words: Vec<(&str, &str)> = words.iter().map(|(name, word)| (*name, word.as_str())).collect();
        let sentence = |code: &str| self.filled("why", code, &words);
        let mut sentences = vec![sentence(code(found))];
        let has_against = !why.against_first.is_empty();
        match why.kind {
            Kind::FirstBeforeSecond | Kind::NoneStandsOut if has_against => {
                sentences.push(sentence("against_second"))
            }
            Kind::OnlyOne if has_against => sentences.push(sentence("against_first")),
            Kind::ByNumber
            | Kind::ByRepairedNumber
            | Kind::ByOldNumber
            | Kind::ByCancelledNumber
            | Kind::NumberKept => {
                let list = |fields: &mut dyn Iterator<Item = &str>| {
                    let fields: Vec<String> = fields.map(|field| self.label("field", field)).collect();
                    self.list(fields)
                };
                if !why.differing.is_empty() {
                    let fields = list(&mut why.differing.iter().map(String::as_str));
                    sentences.push(self.filled("why", "differing", &[("list", &fields)]));
                }
                if !why.agreeing.is_empty() {
                    let fields = list(&mut why.agreeing.iter().copied());
                    sentences.push(self.filled("why", "agreeing", &[("list", &fields)]));
                }
            }
            _ => {}
        }
        sentences.join(" ")
    }

    /// The greatest shares with their bits.
    fn shares(&self, shares: &[Share], sign: f64) -> String {
        const TOLD: usize = 3;
        let told = shares.iter().take(TOLD).map(|share| {
            let name = if share.comparison == RARITY { RARITY } else { &share.comparison };
            format!("{} ({})", self.label("comparison", name), self.bits(share.bits * sign))
        });
        self.list(told)
    }

    /// How much more likely the first is than the second.
    fn times(&self, margin_bits: f64) -> String {
        const MANY: f64 = 1e6;
        let times = margin_bits.exp2();
        if times > MANY {
            return self.label("why", "many_times");
        }
        if times < 1.05 {
            return self.label("why", "as_likely");
        }
        let n = if times < 10.0 {
            decimal(times, 1, self.language)
        } else {
            // Two digits are all that such an estimate is worth.
            let unit = 10_f64.powf(times.log10().floor() - 1.0);
            number(((times / unit).round() * unit) as u64, self.language)
        };
        self.filled("why", "times", &[("n", &n)])
    }
}

/// Letters of the names of fields.
const NAME: usize = 16;
/// Letters of a level.
const LEVEL: usize = 31;

/// The wording of the first sentence.
fn code(found: &Explained) -> &'static str {
    match found.why.kind {
        Kind::ByNumber => "by_number",
        Kind::ByRepairedNumber => "by_repaired_number",
        Kind::ByOldNumber => "by_old_number",
        Kind::ByCancelledNumber => "by_cancelled_number",
        Kind::NumberKept => "number_kept",
        Kind::FirstBeforeSecond => "first_before_second",
        Kind::OnlyOne => "only_one",
        Kind::NoneStandsOut if found.why.group.is_none_or(|group| group.n < 2) => "none_stands_out_one",
        Kind::NoneStandsOut if found.why.for_first.is_empty() => "none_stands_out_equal",
        Kind::NoneStandsOut => "none_stands_out",
        Kind::NotEnough => "not_enough",
        Kind::NobodyNear => "nobody_near",
        Kind::SharedNumber => "shared_number",
        Kind::CancelledNumber => "cancelled_number",
        Kind::NotSearched => "not_searched",
        Kind::Foreigner => "foreigner",
    }
}

/// The values behind a comparison, as far as the run wrote them.
fn values<'a>(found: &'a Explained, candidate: &'a Candidate, comparison: &str) -> (&'a str, &'a str) {
    let Some(row) = &found.row else { return ("", "") };
    let theirs = &candidate.values;
    match comparison {
        "full_name" => (&row.full_name, &theirs.full_name),
        "birth_date" => (&row.birth_date, &theirs.birth_date),
        "sex" => (&row.sex, &theirs.sex),
        "commune" => (&row.unit, &theirs.unit),
        // An earlier number stands in the same column of a list, and is nothing beside a personal one.
        "number" if !is_old_number(&row.citizen_number) => (&row.citizen_number, &theirs.citizen_number),
        // That of the citizen is not among what the run wrote.
        "old_number" if is_old_number(&row.citizen_number) => (&row.citizen_number, ""),
        _ => ("", ""),
    }
}

/// Whether a number is one of the identity cards of before: nine digits, a personal number has twelve.
fn is_old_number(number: &str) -> bool {
    const DIGITS: usize = 9;
    number.len() == DIGITS
}

/// Bits as a bar, two bits a letter: to the right for one person, to the left against.
fn bar(bits: f64) -> String {
    const BITS: f64 = 2.0;
    const AGAINST: usize = 6;
    const FOR: usize = 15;
    let n = ((bits.abs() / BITS).round() as usize).max(usize::from(bits.abs() >= WORTH));
    if bits < 0.0 {
        format!("{}|", right(&"-".repeat(n.min(AGAINST)), AGAINST))
    } else {
        format!("{}|{}", " ".repeat(AGAINST), "+".repeat(n.min(FOR)))
    }
}

/// From so many bits on a bar has a letter.
const WORTH: f64 = 0.05;

/// Appends a text in lines of at most [`WIDTH`] letters, each moved in. What a cell holds moves no cursor.
fn wrap(out: &mut String, indent: usize, text: &str) {
    let text = shown(text);
    // Spaces before the text's own words stay: they fill columns.
    let mut line = " ".repeat(indent);
    let mut is_empty = true;
    for word in text.split(' ') {
        let length = line.chars().count() + usize::from(!is_empty) + word.chars().count();
        if !is_empty && !word.is_empty() && length > WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line = " ".repeat(indent + 2);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_not_wider_than_the_screen() {
        let mut out = String::new();
        wrap(&mut out, 2, &"giống nhau ".repeat(30));
        assert!(out.lines().all(|line| line.chars().count() <= WIDTH && line.starts_with("  ")));
    }

    #[test]
    fn bars_lean_to_what_they_speak_for() {
        assert_eq!(bar(14.7), "      |+++++++");
        assert_eq!(bar(-9.98), " -----|");
        assert_eq!(bar(0.0), "      |");
        assert_eq!(bar(0.3), "      |+");
        assert_eq!(bar(90.0).chars().count(), 22);
    }
}
