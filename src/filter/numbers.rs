//! Telephone, tax, insurance and passport numbers.

use super::{Answer, Filter};
use crate::fields::health_insurance::{self, InsuranceNumber};
use crate::fields::passport;
use crate::fields::phone::{self, PhoneKind};
use crate::fields::tax_code::{self, TaxCode};
use crate::record::FieldKind;
use crate::rulebook::Rulebook;

/// Reads telephone numbers.
pub struct PhoneFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
}

/// Reads tax codes.
pub struct TaxCodeFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
}

/// Reads social insurance numbers.
pub struct InsuranceFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
}

/// Reads passport numbers.
pub struct PassportFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
}

/// Reads health insurance cards.
pub struct HealthCardFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
}

impl Filter for PhoneFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        Answer::of(&phone::parse(raw, &self.book.phone_words), |number, answer| {
            number.write(&mut answer.canonical);
            let kind = match number.kind() {
                PhoneKind::Mobile => "mobile",
                PhoneKind::Landline => "landline",
            };
            answer.facts.push(("kind", kind.to_owned()));
        })
        .checked(FieldKind::Phone, self.book)
    }
}

impl Filter for TaxCodeFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        Answer::of(&tax_code::parse(raw), |code, answer| {
            code.write(&mut answer.canonical);
            let kind = if matches!(code, TaxCode::Person(_)) { "personal_number" } else { "tax_code" };
            answer.facts.push(("kind", kind.to_owned()));
        })
        .checked(FieldKind::TaxCode, self.book)
    }
}

impl Filter for InsuranceFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        Answer::of(&health_insurance::parse_number(raw), |number, answer| {
            number.write(&mut answer.canonical);
            let is_person = matches!(number, InsuranceNumber::Person(_));
            let kind = if is_person { "personal_number" } else { "insurance_number" };
            answer.facts.push(("kind", kind.to_owned()));
        })
        .checked(FieldKind::SocialInsurance, self.book)
    }
}

impl Filter for HealthCardFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        Answer::of(&health_insurance::parse_card(raw, &self.book.card_words), |card, answer| {
            card.write(&mut answer.canonical);
            if let Some((object, benefit, province)) = card.class {
                let object = object.map(char::from).iter().collect();
                answer.facts.extend([
                    ("object", object),
                    ("benefit", benefit.to_string()),
                    ("province_code", format!("{province:02}")),
                ]);
            }
            answer.facts.push(("insurance_number", format!("{:010}", card.number)));
        })
        .checked(FieldKind::HealthCard, self.book)
    }
}

impl Filter for PassportFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        Answer::of(&passport::parse(raw), |passport, answer| passport.write(&mut answer.canonical))
            .checked(FieldKind::Passport, self.book)
    }
}
