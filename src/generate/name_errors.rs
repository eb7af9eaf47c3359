//! Errors of the name cell: NA01 to NA20 as far as one cell can show them.
//!
//! Owns how a name goes wrong, and whether it is then another name or the same one badly written.
//! Does not know the person, except the sex.

use super::codes::Code::{self, *};
use super::fonts::{Fonts, keystrokes, mojibake};
use super::letters::{self, Vowel};
use super::names::Names;
use super::random::Random;
use super::settings::Settings;
use super::writing::push_capitals;

/// What the errors are made from.
pub(super) struct NameErrors<'a> {
    pub(super) settings: &'a Settings,
    pub(super) names: &'a Names,
    pub(super) fonts: &'a Fonts,
}

/// The name to spoil.
pub(super) struct Subject<'a> {
    /// The name in the case of the name tables.
    pub(super) name: &'a str,
    /// Written in capitals in this row.
    pub(super) capitals: bool,
    pub(super) woman: bool,
    /// Somebody else's name.
    pub(super) neighbour: &'a str,
}

impl NameErrors<'_> {
    /// The spoiled cell, and whether the name no longer agrees once written canonically.
    pub(super) fn apply(&self, code: Code, subject: &Subject, random: &mut Random) -> Option<(String, bool)> {
        let written = in_case(subject.name, subject.capitals);
        let (text, wrong) = match code {
            NA10 => (badly_spaced(&written, random), false),
            NA11 if random.below(2) == 0 => (self.fonts.tcvn3(subject.name)?, false),
            NA11 => (self.fonts.vni(&written)?, false),
            NA12 => (mojibake(&written), false),
            NA13 => (written.chars().map(lost).collect(), true),
            NA14 => (keystrokes(subject.name, random.below(3) > 0), true),
            NA19 => minority(&written, random),
            NA20 => (written.replace('đ', "ð").replace('Đ', "Ð"), false),
            _ => {
                let text = self.reword(code, subject, random)?;
                // A title or a note around the name leaves the name right.
                let wrong = !matches!(code, NA02 | NA16);
                (in_case(&text, subject.capitals), wrong)
            }
        };
        (text != written && !text.is_empty()).then_some((text, wrong))
    }

    fn reword(&self, code: Code, subject: &Subject, random: &mut Random) -> Option<String> {
        let words = &self.settings.words;
        let mut tokens: Vec<String> = subject.name.split(' ').map(str::to_owned).collect();
        match code {
            NA01 => lose_marks(&mut tokens, random),
            NA02 => change_one(&mut tokens, random, move_tone)?,
            NA03 => change_one(&mut tokens, random, swap_i_y)?,
            NA04 => change_one(&mut tokens, random, |token, random| self.mishear(token, random))?,
            NA05 => change_one(&mut tokens, random, |token, _| self.regional(token))?,
            NA06 => self.change_middle(&mut tokens, subject.woman, random),
            NA07 => tokens.rotate_right(1),
            NA09 => return Some(glue_or_split(&tokens, random)),
            NA15 if subject.neighbour.is_empty() => return None,
            NA15 => {
                let sign = *random.pick(&[", ", " và ", " / "]);
                return Some(format!("{}{sign}{}", subject.name, subject.neighbour));
            }
            NA16 if random.below(3) > 0 => {
                let of_sex = if subject.woman { &words.honorifics_women } else { &words.honorifics_men };
                let titles = if random.below(2) == 0 { &words.honorifics } else { of_sex };
                let title = random.pick(titles);
                return Some(format!("{title}{}", subject.name));
            }
            NA16 => return Some(format!("{}{}", subject.name, random.pick(&words.notes))),
            _ => {
                let other = self.names.draw_given(subject.woman, random).to_owned();
                *tokens.last_mut()? = other;
            }
        }
        Some(tokens.join(" "))
    }

    fn mishear(&self, token: &str, random: &mut Random) -> Option<String> {
        let swap = |letter| match Vowel::of(letter) {
            Some(vowel) if vowel.tone == 2 => vowel.with_tone(3).letter(),
            Some(vowel) if vowel.tone == 3 => vowel.with_tone(2).letter(),
            _ => letter,
        };
        let tones: String = token.chars().map(swap).collect();
        if tones != token {
            return Some(tones);
        }
        let words = &self.settings.names;
        let (from, to) = random.pick(&words.initials);
        if let Some(rest) = token.strip_prefix(from.as_str()) {
            let next = rest.chars().next().and_then(Vowel::of)?;
            // "Gi" before i would write the i twice.
            let doubled = to.ends_with('i') && next.plain() == 'i';
            return (!doubled).then(|| format!("{to}{rest}"));
        }
        let (from, to) = random.pick(&words.finals);
        let rest = token.strip_suffix(from.as_str())?;
        rest.chars().next_back().and_then(Vowel::of)?;
        Some(format!("{rest}{to}"))
    }

    fn regional(&self, token: &str) -> Option<String> {
        self.settings.names.regional.iter().find_map(|(a, b)| match token {
            _ if token == a => Some(b.clone()),
            _ if token == b => Some(a.clone()),
            _ => None,
        })
    }

    fn change_middle(&self, tokens: &mut Vec<String>, woman: bool, random: &mut Random) {
        if tokens.len() > 2 && random.below(100) < 70 {
            let at = random.between(1, tokens.len() as u64 - 2) as usize;
            tokens.remove(at);
        } else {
            let middle = self.names.draw_middle(woman, random).to_owned();
            tokens.insert(1, middle);
        }
    }
}

/// The name in capitals, or as it is.
pub(super) fn in_case(name: &str, capitals: bool) -> String {
    let mut out = String::with_capacity(name.len());
    if capitals {
        push_capitals(&mut out, name);
    } else {
        out.push_str(name);
    }
    out
}

/// Changes the first token, from a random one on, that the change fits.
fn change_one(
    tokens: &mut [String],
    random: &mut Random,
    mut change: impl FnMut(&str, &mut Random) -> Option<String>,
) -> Option<()> {
    let start = random.index(tokens.len());
    for step in 0..tokens.len() {
        let at = (start + step) % tokens.len();
        if let Some(changed) = change(&tokens[at], random) {
            tokens[at] = changed;
            return Some(());
        }
    }
    None
}

/// No marks at all, no marks on one word, or another tone on one word.
fn lose_marks(tokens: &mut [String], random: &mut Random) {
    let bare = |token: &str| -> String { token.chars().map(letters::plain).collect() };
    match random.below(3) {
        0 => tokens.iter_mut().for_each(|token| *token = bare(token)),
        1 => {
            let marked: Vec<usize> =
                (0..tokens.len()).filter(|at| bare(&tokens[*at]) != tokens[*at]).collect();
            if !marked.is_empty() {
                let at = *random.pick(&marked);
                tokens[at] = bare(&tokens[at]);
            }
        }
        _ => {
            let at = random.index(tokens.len());
            tokens[at] = retone(&tokens[at], random);
        }
    }
}

/// Another tone on the vowel that carries one, or on the only vowel.
fn retone(token: &str, random: &mut Random) -> String {
    let letters: Vec<char> = token.chars().collect();
    let vowels: Vec<usize> = (0..letters.len()).filter(|at| Vowel::of(letters[*at]).is_some()).collect();
    let toned = |at: &&usize| Vowel::of(letters[**at]).is_some_and(|vowel| vowel.tone > 0);
    let carrier = vowels.iter().find(toned).or(vowels.first().filter(|_| vowels.len() == 1));
    let step = random.between(1, 5) as usize;
    let change = |(at, letter): (usize, &char)| match Vowel::of(*letter) {
        Some(vowel) if Some(&at) == carrier => vowel.with_tone((vowel.tone + step) % 6).letter(),
        _ => *letter,
    };
    letters.iter().enumerate().map(change).collect()
}

/// Hòa and Hoà: the same word with its tone mark in another place.
fn move_tone(token: &str, _: &mut Random) -> Option<String> {
    let letters: Vec<char> = token.chars().collect();
    let (head, [first, last]) = letters.split_last_chunk::<2>()?;
    let (a, b) = (Vowel::of(*first)?, Vowel::of(*last)?);
    let pair = matches!((a.marked(), b.marked()), ('o', 'a' | 'e') | ('u', 'y'));
    let after_q = head.last().is_some_and(|letter| matches!(letter, 'q' | 'Q'));
    if !pair || after_q || (a.tone == 0) == (b.tone == 0) {
        return None;
    }
    let mut out: String = head.iter().collect();
    out.extend([a.with_tone(b.tone).letter(), b.with_tone(a.tone).letter()]);
    Some(out)
}

/// Lý and Lí: y and i at the end of a word after a consonant.
fn swap_i_y(token: &str, _: &mut Random) -> Option<String> {
    let letters: Vec<char> = token.chars().collect();
    let (last, head) = letters.split_last()?;
    let vowel = Vowel::of(*last)?;
    let after_vowel = head.last().is_none_or(|letter| Vowel::of(*letter).is_some());
    let after_qu = head.len() > 1 && matches!(head[head.len() - 2], 'q' | 'Q');
    if (after_vowel && !after_qu) || token == "Thị" {
        return None;
    }
    let other = match vowel.marked() {
        'y' => Vowel::of('i')?,
        'i' => Vowel::of('y')?,
        _ => return None,
    };
    let mut out: String = head.iter().collect();
    out.push(other.with_tone(vowel.tone).letter());
    Some(out)
}

fn glue_or_split(tokens: &[String], random: &mut Random) -> String {
    let at = random.index(tokens.len());
    let token = &tokens[at];
    if random.below(2) == 0 && tokens.len() > 1 {
        let at = at.min(tokens.len() - 2);
        let glued = format!("{}{}", tokens[at], tokens[at + 1]);
        let mut out: Vec<&str> = tokens.iter().map(String::as_str).collect();
        out.splice(at..at + 2, [glued.as_str()]);
        return out.join(" ");
    }
    let inside = token.char_indices().nth(2).or(token.char_indices().nth(1));
    let split = inside.map_or(token.len(), |(place, _)| place);
    let parts = format!("{} {}", &token[..split], &token[split..]);
    let mut out: Vec<&str> = tokens.iter().map(String::as_str).collect();
    out[at] = parts.trim_end();
    out.join(" ")
}

/// The same name with other spaces, in small letters, decomposed, or with a letter nobody sees.
fn badly_spaced(written: &str, random: &mut Random) -> String {
    let middle = written.find(' ').unwrap_or(written.len());
    match random.below(7) {
        0 => written.replacen(' ', "  ", 1),
        1 => written.replacen(' ', "\u{a0}", 1),
        2 => format!(" {written}"),
        3 => format!("{written} "),
        4 => written.to_lowercase(),
        5 => format!("{}\u{200b}{}", &written[..middle], &written[middle..]),
        _ => decomposed(written),
    }
}

fn decomposed(written: &str) -> String {
    let mut out = String::new();
    for letter in written.chars() {
        match Vowel::of(letter) {
            Some(vowel) => vowel.push_decomposed(&mut out),
            None => out.push(letter),
        }
    }
    out
}

/// A letter that a Latin-1 file could not hold.
fn lost(letter: char) -> char {
    if (letter as u32) < 256 { letter } else { '?' }
}

/// Another apostrophe is the same name; a lost breve is not.
fn minority(written: &str, random: &mut Random) -> (String, bool) {
    if written.contains('\'') {
        let sign = *random.pick(&["’", "‘", "`", "´", "ʼ"]);
        return (written.replace('\'', sign), false);
    }
    (written.chars().map(letters::without_breve).collect(), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_words_change_as_people_change_them() {
        let random = &mut Random::new(6, 6);
        assert_eq!(move_tone("Hòa", random).as_deref(), Some("Hoà"));
        assert_eq!(move_tone("Thuý", random).as_deref(), Some("Thúy"));
        assert_eq!(move_tone("Quý", random), None);
        assert_eq!(move_tone("Hoàng", random), None);
        assert_eq!(swap_i_y("Lý", random).as_deref(), Some("Lí"));
        assert_eq!(swap_i_y("Quý", random).as_deref(), Some("Quí"));
        assert_eq!(swap_i_y("Thị", random), None);
        assert_ne!(retone("Hùng", random), "Hùng");
    }

    #[test]
    fn minority_letters() {
        let random = &mut Random::new(6, 6);
        assert_eq!(minority("Y Suôp Hmŏk", random), ("Y Suôp Hmok".to_owned(), true));
        assert!(!minority("H'Len Mlô", random).1);
        assert_eq!(lost('ễ'), '?');
        assert_eq!(lost('à'), 'à');
    }
}
