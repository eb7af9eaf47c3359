//! Names: full names drawn from the token counts, and the forms of minority groups.
//!
//! Owns both name tables. Does not know who is related to whom beyond the family name handed down.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use super::Tables;
use super::places::{Places, rows};
use super::random::{Random, Weighted};
use super::settings::Population;

/// What a household hands down: the group and the family name or clan.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Family {
    /// Index of the minority form; `None` writes the names of the token table.
    group: Option<u32>,
    surname: u32,
}

impl Family {
    /// Whether the names take a minority form.
    pub(super) fn is_minority(self) -> bool {
        self.group.is_some()
    }
}

/// The person to be named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bearer {
    /// Sex.
    pub(super) woman: bool,
    /// Birth year.
    pub(super) year: u16,
    /// What the father hands down.
    pub(super) family: Family,
    /// The mother's family name, when both are carried.
    pub(super) mother: Option<Family>,
}

#[derive(Default)]
struct Tokens {
    words: Vec<String>,
    men: Weighted,
    women: Weighted,
}

impl Tokens {
    fn draw(&self, woman: bool, random: &mut Random) -> &str {
        let weights = if woman { &self.women } else { &self.men };
        &self.words[weights.draw(random)]
    }
}

enum Part {
    Text(String),
    Clan,
    Given,
}

#[derive(Default)]
struct Form {
    parts: Vec<Part>,
    clans: Vec<String>,
    given: Vec<String>,
}

/// Both name tables.
pub(super) struct Names {
    surnames: Tokens,
    middles: Tokens,
    given: Tokens,
    given_older: Tokens,
    /// The forms of men and women, by group.
    forms: Vec<[Form; 2]>,
    group_names: Vec<String>,
    /// Groups by province; index 0 is no minority form.
    groups: Vec<(Weighted, Vec<u32>)>,
}

impl Names {
    /// Reads the tables.
    pub(super) fn new(tables: &Tables, places: &Places, population: &Population) -> Result<Self> {
        let all = rows(tables.names, ["position", "token", "men", "women"])?;
        let middles = tokens(&all, "middle")?;
        let usable = |word: &String| word != "Thị" && word != "Văn";
        ensure!(middles.words.iter().any(usable), "names: no middle name besides Thị and Văn");
        let (forms, group_names, groups) = read_minorities(tables.names_minority, places, population)?;
        Ok(Names {
            surnames: tokens(&all, "surname")?,
            middles,
            given: tokens(&all, "given")?,
            given_older: tokens(&all, "given_older")?,
            forms,
            group_names,
            groups,
        })
    }

    /// What the people of a family is called.
    pub(super) fn group_name(&self, family: Family) -> &str {
        family.group.map_or("Kinh", |group| &self.group_names[group as usize])
    }

    /// Draws the family name and group of a household that lives in a province.
    pub(super) fn draw_family(&self, province: u32, random: &mut Random) -> Family {
        let (weights, members) = &self.groups[province as usize];
        let drawn = weights.draw(random);
        if drawn == 0 {
            return self.draw_surname(random);
        }
        let group = members[drawn - 1];
        let clans = self.forms[group as usize][0].clans.len();
        Family { group: Some(group), surname: random.index(clans) as u32 }
    }

    /// The family of someone who married into a household: of the same group, with another name.
    pub(super) fn draw_beside(&self, family: Family, random: &mut Random) -> Family {
        match family.group {
            None => self.draw_surname(random),
            Some(group) => {
                let clans = self.forms[group as usize][0].clans.len();
                Family { surname: random.index(clans) as u32, ..family }
            }
        }
    }

    fn draw_surname(&self, random: &mut Random) -> Family {
        Family { group: None, surname: self.surnames.men.draw(random) as u32 }
    }

    /// Appends a full name, in the case of the tables.
    pub(super) fn push(
        &self,
        bearer: Bearer,
        population: &Population,
        random: &mut Random,
        out: &mut String,
    ) {
        match bearer.family.group {
            Some(group) => self.push_minority(group, bearer, random, out),
            None => self.push_common(bearer, population, random, out),
        }
    }

    /// Another given name of the same sex.
    pub(super) fn draw_given(&self, woman: bool, random: &mut Random) -> &str {
        self.given.draw(woman, random)
    }

    /// A middle name of the same sex, other than the two whose share the settings give.
    pub(super) fn draw_middle(&self, woman: bool, random: &mut Random) -> &str {
        loop {
            let middle = self.middles.draw(woman, random);
            if middle != "Thị" && middle != "Văn" {
                return middle;
            }
        }
    }

    fn push_minority(&self, group: u32, bearer: Bearer, random: &mut Random, out: &mut String) {
        let form = &self.forms[group as usize][usize::from(bearer.woman)];
        for part in &form.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Clan => out.push_str(&form.clans[bearer.family.surname as usize % form.clans.len()]),
                Part::Given => out.push_str(random.word(&form.given)),
            }
        }
    }

    fn push_common(&self, bearer: Bearer, population: &Population, random: &mut Random, out: &mut String) {
        out.push_str(&self.surnames.words[bearer.family.surname as usize]);
        if let Some(mother) = bearer.mother.filter(|mother| mother.group.is_none()) {
            out.push(' ');
            out.push_str(&self.surnames.words[mother.surname as usize]);
        }
        if !random.chance(population.two_tokens.parts()) {
            let cohorts = &population.thi_van;
            let cohort = cohorts.iter().find(|(before, ..)| bearer.year < *before);
            let (_, thi, van) = cohort.or(cohorts.last()).copied().unwrap_or_default();
            let (share, word) = if bearer.woman { (thi, " Thị") } else { (van, " Văn") };
            let plain = random.chance(share.parts());
            let (of_men, of_women) = population.second_middle;
            let second = if bearer.woman { of_women } else { of_men };
            if plain {
                out.push_str(word);
            }
            if !plain || random.chance(second.parts()) {
                out.push(' ');
                out.push_str(self.draw_middle(bearer.woman, random));
            }
        }
        let older = bearer.year < 1960 && random.chance(population.older_given.parts());
        let given = if older { &self.given_older } else { &self.given };
        out.push(' ');
        out.push_str(given.draw(bearer.woman, random));
    }
}

fn tokens(all: &[[String; 4]], position: &str) -> Result<Tokens> {
    let (mut words, mut men, mut women) = (Vec::new(), Vec::new(), Vec::new());
    for [_, word, men_count, women_count] in all.iter().filter(|row| row[0] == position) {
        let count = |text: &str| text.parse::<u64>().with_context(|| format!("names: {position} {word}"));
        words.push(word.clone());
        men.push(count(men_count)?);
        women.push(count(women_count)?);
    }
    let (men, women) = (Weighted::new(men), Weighted::new(women));
    ensure!(men.total() > 0 && women.total() > 0, "names: no token at position {position}");
    Ok(Tokens { words, men, women })
}

/// The forms by group, the names of the groups, and the groups of each province with their weights.
type Minorities = (Vec<[Form; 2]>, Vec<String>, Vec<(Weighted, Vec<u32>)>);

fn read_minorities(text: &str, places: &Places, population: &Population) -> Result<Minorities> {
    let mut forms: Vec<[Form; 2]> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let mut weights: Vec<Vec<(u32, u64)>> = places.provinces.iter().map(|_| Vec::new()).collect();
    let columns = ["group", "people_thousand", "provinces_2024", "sex", "form", "clans", "given"];
    for [group, people, provinces, sex, form, clans, given] in rows(text, columns)? {
        let form = Form {
            parts: parse_form(&form),
            clans: clans.split(';').map(str::to_owned).collect(),
            given: given.split(';').map(str::to_owned).collect(),
        };
        if let Some(at) = index.get(&group) {
            forms[*at][usize::from(sex == "Nữ")] = form;
            continue;
        }
        ensure!(sex == "Nam", "names_minority: the row of the men of {group} must stand first");
        let at = forms.len();
        forms.push([form, Form::default()]);
        let people: u64 = people.parse().with_context(|| format!("names_minority: {group}"))?;
        let codes: Vec<&str> = provinces.split(';').collect();
        let each = population.minority_scale.of(people * 1000) / codes.len() as u64;
        for code in codes {
            let province = places.provinces.iter().position(|province| province.code == code);
            let province = province.with_context(|| format!("names_minority: no province {code}"))?;
            weights[province].push((at as u32, each));
        }
        index.insert(group, at);
    }
    if forms.iter().any(|[_, women]| women.given.is_empty()) {
        bail!("names_minority: a group has no row for women");
    }
    let of_province = |(province, groups): (&super::places::Province, Vec<(u32, u64)>)| {
        let sum: u64 = groups.iter().map(|(_, weight)| weight).sum();
        // Even where the table promises more people than live there, one in ten takes a common name.
        let rest = province.population.saturating_sub(sum).max(sum / 10).max(1);
        let all = std::iter::once(rest).chain(groups.iter().map(|(_, weight)| *weight));
        (Weighted::new(all), groups.iter().map(|(at, _)| *at).collect())
    };
    let groups = places.provinces.iter().zip(weights).map(of_province).collect();
    let mut group_names = vec![String::new(); forms.len()];
    for (group, at) in index {
        group_names[at] = group;
    }
    Ok((forms, group_names, groups))
}

fn parse_form(form: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = form;
    while let Some(open) = rest.find('{') {
        if open > 0 {
            parts.push(Part::Text(rest[..open].to_owned()));
        }
        let is_clan = rest[open..].starts_with("{c}");
        parts.push(if is_clan { Part::Clan } else { Part::Given });
        rest = rest[open..].split_once('}').map_or("", |(_, after)| after);
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_in_order() {
        let written: Vec<String> = parse_form("H'{g} {c}")
            .into_iter()
            .map(|part| match part {
                Part::Text(text) => text,
                Part::Clan => "C".to_owned(),
                Part::Given => "G".to_owned(),
            })
            .collect();
        assert_eq!(written, ["H'", "G", " ", "C"]);
    }
}
