//! The closed list of fields that lamsach understands in a list of people.
//!
//! A `FieldKind` is what a column *means*; which header text means it is data (`rules/lexicon/headers.csv`
//! and `rules/sources/`). Adding a kind makes the compiler list the places that must handle it.

use serde::{Deserialize, Serialize};

/// What a column means. The serde name is the name used in rules, in `--map` and in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// The list's own key of a row (mã đối tượng, mã hồ sơ).
    RecordKey,
    /// Personal number of 12 digits (số định danh cá nhân, CCCD).
    CitizenNumber,
    /// Old paper number, nine or twelve digits (CMND).
    OldNumber,
    /// One column that holds either of them (CMND/CCCD).
    AnyNumber,
    /// Full name in one column.
    FullName,
    /// Family and middle names where the given name has its own column (họ và tên đệm).
    FamilyMiddleName,
    /// Given name in its own column (tên).
    GivenName,
    /// Birth date, with a precision of day, month or year.
    BirthDate,
    /// Day of birth in its own column.
    BirthDay,
    /// Month of birth in its own column.
    BirthMonth,
    /// Year of birth in its own column.
    BirthYear,
    /// Sex in the code of the source.
    Sex,
    /// Name of the province of residence.
    Province,
    /// Code of the province of residence.
    ProvinceCode,
    /// Name of the district of residence (until 30 June 2025).
    District,
    /// Code of the district of residence.
    DistrictCode,
    /// Name of the commune of residence.
    Commune,
    /// Code of the commune of residence.
    CommuneCode,
    /// House, street, hamlet.
    Address,
    /// Telephone.
    Phone,
    /// Whether the citizen lives, has died, or the number is cancelled.
    LifeStatus,
    /// Nationality.
    Nationality,
}

impl FieldKind {
    /// Every kind, in the order used in reports.
    pub const ALL: [Self; 22] = [
        Self::RecordKey,
        Self::CitizenNumber,
        Self::OldNumber,
        Self::AnyNumber,
        Self::FullName,
        Self::FamilyMiddleName,
        Self::GivenName,
        Self::BirthDate,
        Self::BirthDay,
        Self::BirthMonth,
        Self::BirthYear,
        Self::Sex,
        Self::Province,
        Self::ProvinceCode,
        Self::District,
        Self::DistrictCode,
        Self::Commune,
        Self::CommuneCode,
        Self::Address,
        Self::Phone,
        Self::LifeStatus,
        Self::Nationality,
    ];

    /// The name in rules, in `--map` and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecordKey => "record_key",
            Self::CitizenNumber => "citizen_number",
            Self::OldNumber => "old_number",
            Self::AnyNumber => "any_number",
            Self::FullName => "full_name",
            Self::FamilyMiddleName => "family_middle_name",
            Self::GivenName => "given_name",
            Self::BirthDate => "birth_date",
            Self::BirthDay => "birth_day",
            Self::BirthMonth => "birth_month",
            Self::BirthYear => "birth_year",
            Self::Sex => "sex",
            Self::Province => "province",
            Self::ProvinceCode => "province_code",
            Self::District => "district",
            Self::DistrictCode => "district_code",
            Self::Commune => "commune",
            Self::CommuneCode => "commune_code",
            Self::Address => "address",
            Self::Phone => "phone",
            Self::LifeStatus => "life_status",
            Self::Nationality => "nationality",
        }
    }

    /// The kind with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
