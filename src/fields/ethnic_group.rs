//! The ethnic group (dân tộc): one of the 54 of Viet Nam, or a foreigner.
//!
//! Owns how a name or code becomes the group. Deliberately knows no group: the table is an argument. Ethnic origin is
//! sensitive data (Decree 356/2025/NĐ-CP art. 4), so it is read only where somebody asks for it.
//! Source: list of ethnic groups of the General Statistics Office, Decision 121-TCTK/PPCĐ of 2 March 1979; code 55 for
//! foreigners is that of population censuses.

use std::collections::HashMap;

use super::typed_marks::strip_marks;
use crate::record::{Defect, Outcome, Repair};
use crate::text;

/// One group, by the statistical code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EthnicGroup(u8);

impl EthnicGroup {
    /// The statistical code, 1 to 55.
    pub const fn code(self) -> u8 {
        self.0
    }
}

/// The groups and the names in use for them.
#[derive(Debug, Default)]
pub struct EthnicGroups {
    names: HashMap<EthnicGroup, Box<str>>,
    folded: HashMap<String, Option<EthnicGroup>>,
}

impl EthnicGroups {
    /// The table of code, name and other names. A form without marks that stands for two groups stands for none.
    pub fn new<'a>(rows: impl Iterator<Item = (u8, &'a str, &'a str)>) -> Self {
        let mut groups = Self::default();
        for (code, name, others) in rows {
            let group = EthnicGroup(code);
            groups.names.insert(group, name.into());
            for form in std::iter::once(name).chain(others.split(';')).filter(|form| !form.trim().is_empty())
            {
                let known = groups.folded.entry(key(form)).or_insert(Some(group));
                if *known != Some(group) {
                    *known = None;
                }
            }
        }
        groups
    }

    /// The name of a group as registers write it.
    pub fn name(&self, group: EthnicGroup) -> &str {
        self.names.get(&group).map_or("", |name| name)
    }
}

/// Marks and signs do not count: Ê-đê, Êđê and Ê Đê are one people.
fn key(form: &str) -> String {
    text::fold_label(form).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Reads one cell: the name, another name in use, or the statistical code.
pub fn parse(raw: &str, groups: &EthnicGroups) -> Outcome<EthnicGroup> {
    let mut cleaned = String::new();
    let mut repairs = text::clean(raw, &mut cleaned);
    let bare = strip_marks(&cleaned, &mut repairs);
    if bare.is_empty() {
        return Outcome::Missing;
    }
    let by_code = bare.parse().ok().map(EthnicGroup).filter(|group| groups.names.contains_key(group));
    match by_code.or_else(|| groups.folded.get(&key(bare)).copied().flatten()) {
        Some(group) => {
            if bare != groups.name(group) {
                repairs.insert(Repair::Code);
            }
            Outcome::Value(group, repairs)
        }
        None => Outcome::Defective(Defect::UnknownCode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_by_name_and_code() {
        let rows = [(1, "Kinh", "Việt"), (12, "Ê Đê", "Ê-đê;Rađê"), (3, "Thái", ""), (99, "Thai", "")];
        let groups = EthnicGroups::new(rows.into_iter());
        let check = |raw, expected: Option<&str>| {
            let found = parse(raw, &groups).value().map(|group| groups.name(group));
            assert_eq!(found, expected, "{raw}");
        };
        check("Kinh", Some("Kinh"));
        check("kinh", Some("Kinh"));
        check("01", Some("Kinh"));
        check("12", Some("Ê Đê"));
        check("Êđê", Some("Ê Đê"));
        check("Ê-ĐÊ", Some("Ê Đê"));
        check("Rađê", Some("Ê Đê"));
        check("Thái", None);
        check("77", None);
        check("", None);
        assert_eq!(parse("Kinh", &groups), Outcome::Value(EthnicGroup(1), crate::record::Repairs::NONE));
    }
}
