//! An address as typed, taken apart: `P.3 Q.5 TPHCM` is a phường 3, a quận 5 and a city.
//!
//! Owns where one part ends and the next begins, and what the words for kinds of units mean. Knows no unit.

use std::collections::{HashMap, HashSet};

use crate::text;

/// The words of addresses.
#[derive(Debug, Clone, Default)]
pub struct PlaceWords {
    /// Words for kinds in small letters and without marks, `thành phố` and `thanh pho`, and the kind.
    kinds: HashMap<String, KindWord>,
    /// Folded names in use for a province, and the province's.
    aliases: HashMap<String, Box<str>>,
    /// Names in use for a province as the list has them, and the province's.
    alias_forms: Vec<(Box<str>, Box<str>)>,
    /// Those of the folded names that are short for the name.
    short: HashSet<String>,
    /// Folded words for what lies below a commune: hamlets and streets.
    below: Vec<String>,
}

impl PlaceWords {
    /// The tables for these rows: kind (or `alias`, `short`, `below`), form, and what an alias stands for.
    pub fn new<'a>(rows: impl Iterator<Item = (&'a str, &'a str, &'a str)>) -> Self {
        let mut words = Self::default();
        for (kind, form, stands_for) in rows {
            let folded = text::fold_label(form);
            match kind {
                "alias" | "short" => {
                    words.alias_forms.push((form.into(), stands_for.into()));
                    if kind == "short" {
                        words.short.insert(folded.clone());
                    }
                    words.aliases.insert(folded, stands_for.into());
                }
                "below" => words.below.push(folded),
                _ => {
                    let is_short = form.chars().count() < kind.chars().count();
                    let word = KindWord { kind: kind.into(), is_short };
                    words.kinds.insert(folded, word.clone());
                    words.kinds.insert(form.to_lowercase(), word);
                }
            }
        }
        words
    }

    /// The kind that the words stand for. Where an address has marks they count: Xả, Phương and Tam Quan are names.
    fn kind(&self, written: &str, is_bare: bool) -> Option<&KindWord> {
        let form = if is_bare { text::fold_label(written) } else { written.to_lowercase() };
        self.kinds.get(&form)
    }

    fn is_alias(&self, written: &str) -> bool {
        self.aliases.contains_key(&text::fold_label(written))
    }

    /// Other names in use for a province, parted by semicolons.
    pub(super) fn aliases_of(&self, province: &str) -> String {
        let of_province = self.alias_forms.iter().filter(|(_, stands_for)| **stands_for == *province);
        of_province.map(|(form, _)| &**form).collect::<Vec<_>>().join(";")
    }

    /// Whether it is short for the name of a province.
    pub(super) fn is_short(&self, written: &str) -> bool {
        written.len() <= LONGEST_SHORT && self.short.contains(&text::fold_label(written))
    }

    /// Whether the text begins as what lies below a commune does.
    pub(super) fn is_below(&self, written: &str) -> bool {
        is_below(&written.split_whitespace().collect::<Vec<_>>(), self)
    }
}

/// A word for a kind of unit.
#[derive(Debug, Clone)]
pub(super) struct KindWord {
    pub(super) kind: Box<str>,
    /// Whether it is short for the kind.
    pub(super) is_short: bool,
}

/// Bytes that a short name has at most.
const LONGEST_SHORT: usize = 16;

/// One part of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// The kind of unit, where the address says it.
    pub(super) kind: Option<Box<str>>,
    /// The name.
    pub(super) name: String,
    /// Whether it is a hamlet, a street or a house: no unit.
    pub(super) below: bool,
    /// Whether the kind, or the name of the province, is written short.
    pub(super) short: bool,
    /// Whether the whole address has no mark.
    pub(super) bare: bool,
}

/// Words of the longest kind.
const KIND_WORDS: usize = 2;

/// Where a part may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// At a comma, and at any word for a kind.
    Kinds,
    /// At a comma only: what looks like a word for a kind inside is part of a name.
    Commas,
}

/// The parts in their order.
pub(super) fn parts(address: &str, words: &PlaceWords, cut: Cut) -> Vec<Part> {
    let is_bare = address.is_ascii();
    let mut cleaned = String::new();
    text::clean(address, &mut cleaned);
    // A dash parts units where nothing else does; some names have one too.
    let spaced = if cleaned.contains(',') { cleaned } else { cleaned.replace(" - ", ", ") };
    let mut parts: Vec<Part> = Vec::new();
    for segment in spaced.split([',', ';', '|']) {
        let tokens: Vec<&str> = segment.split_whitespace().collect();
        let mut part = Part { below: is_below(&tokens, words), ..Part::default() };
        let mut at = 0;
        while at < tokens.len() {
            let may_start = at == 0 || cut == Cut::Kinds && !part.name.is_empty();
            let starts = kind_at(&tokens[at..], words, is_bare).filter(|_| may_start);
            if cut == Cut::Kinds && !part.name.is_empty() && words.is_alias(tokens[at]) {
                finish(&mut parts, std::mem::take(&mut part), words);
            }
            let Some((word, n_tokens, rest)) = starts else {
                push_word(tokens[at], &mut part.name);
                at += 1;
                continue;
            };
            if rest.is_empty() && at + n_tokens == tokens.len() {
                push_word(tokens[at], &mut part.name);
                at += 1;
                continue;
            }
            finish(&mut parts, std::mem::take(&mut part), words);
            (part.kind, part.short) = (Some(word.kind.clone()), word.is_short);
            push_word(rest, &mut part.name);
            at += n_tokens;
        }
        finish(&mut parts, part, words);
    }
    parts.iter_mut().for_each(|part| part.bare = is_bare);
    parts
}

fn push_word(word: &str, name: &mut String) {
    if !name.is_empty() && !word.is_empty() {
        name.push(' ');
    }
    name.push_str(word);
}

fn finish(parts: &mut Vec<Part>, mut part: Part, words: &PlaceWords) {
    let may_be_province = part.kind.as_ref().is_none_or(|kind| matches!(&**kind, "Tỉnh" | "Thành phố"));
    let alias = words.aliases.get(&text::fold_label(&part.name)).filter(|_| may_be_province);
    if let Some(stands_for) = alias {
        part.short |= words.is_short(&part.name);
        (part.name, part.kind) = (stands_for.to_string(), None);
    }
    let name = part.name.trim_matches(EDGES).to_owned();
    if !name.is_empty() {
        parts.push(Part { name, ..part });
    }
}

/// What may stand around a name and is no part of it.
pub(super) const EDGES: [char; 5] = ['.', ' ', '-', '(', ')'];

fn is_below(tokens: &[&str], words: &PlaceWords) -> bool {
    let folded = text::fold_label(&tokens.join(" "));
    let begins = |word: &String| folded.strip_prefix(word.as_str()).is_some_and(|rest| rest.starts_with(' '));
    words.below.iter().any(begins)
        || tokens
            .first()
            .is_some_and(|first| first.starts_with(|c: char| c.is_ascii_digit()) && tokens.len() > 1)
}

/// Whether the text names a commune with its kind.
pub(super) fn names_commune(written: &str, words: &PlaceWords) -> bool {
    const COMMUNES: [&str; 4] = ["Xã", "Phường", "Thị trấn", "Đặc khu"];
    let is_commune = |part: &Part| part.kind.as_ref().is_some_and(|kind| COMMUNES.contains(&&**kind));
    parts(written, words, Cut::Kinds).iter().any(|part| !part.below && is_commune(part))
}

/// The kind that the tokens begin with, how many of them it takes, and what of the name hangs on to it: `P.3`, `Q5`.
pub(super) fn kind_at<'w, 't>(
    tokens: &[&'t str],
    words: &'w PlaceWords,
    is_bare: bool,
) -> Option<(&'w KindWord, usize, &'t str)> {
    for count in (1..=KIND_WORDS.min(tokens.len())).rev() {
        let written = tokens[..count].join(" ");
        if let Some(kind) = words.kind(&written, is_bare) {
            // A letter alone is a kind only as a capital or with its dot: `x` and `t` are words too.
            let is_word = written.chars().count() > 1 || written.chars().all(char::is_uppercase);
            if is_word {
                return Some((kind, count, ""));
            }
        }
    }
    let token = tokens.first()?;
    let end = token.find(|letter: char| letter == '.' || letter.is_ascii_digit())?;
    let (short, rest) = token.split_at(end);
    let kind = words.kind(short, is_bare).filter(|_| !short.is_empty())?;
    Some((kind, 1, rest.trim_start_matches('.')))
}
