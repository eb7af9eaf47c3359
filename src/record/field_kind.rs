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
    /// A mark where the person is a man (cột Nam).
    MaleMark,
    /// A mark where the person is a woman (cột Nữ).
    FemaleMark,
    /// Year of birth in the column of men (Năm sinh: Nam): it tells the sex as well.
    BirthYearMale,
    /// Year of birth in the column of women (Năm sinh: Nữ).
    BirthYearFemale,
    /// Health insurance card (mã thẻ BHYT), 15 characters or the ten of the social insurance number.
    HealthCard,
    /// Social insurance number (mã số BHXH).
    SocialInsurance,
    /// Tax code (mã số thuế).
    TaxCode,
    /// Passport (hộ chiếu).
    Passport,
    /// Ethnic group (dân tộc); sensitive, so read only where it is asked for.
    Ethnicity,
    /// Place of birth registration (nơi đăng ký khai sinh).
    BirthPlace,
    /// Day on which the paper was issued (ngày cấp).
    IssueDate,
    /// Day of what the list is about (ngày tiêm, ngày khám).
    EventDate,
    /// Parent or guardian of a child.
    GuardianName,
    /// Number of the parent or guardian.
    GuardianNumber,
}

impl FieldKind {
    /// Every kind, in the order used in reports.
    pub const ALL: [Self; 36] = [
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
        Self::MaleMark,
        Self::FemaleMark,
        Self::BirthYearMale,
        Self::BirthYearFemale,
        Self::HealthCard,
        Self::SocialInsurance,
        Self::TaxCode,
        Self::Passport,
        Self::Ethnicity,
        Self::BirthPlace,
        Self::IssueDate,
        Self::EventDate,
        Self::GuardianName,
        Self::GuardianNumber,
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
            Self::MaleMark => "male_mark",
            Self::FemaleMark => "female_mark",
            Self::BirthYearMale => "birth_year_male",
            Self::BirthYearFemale => "birth_year_female",
            Self::HealthCard => "health_card",
            Self::SocialInsurance => "social_insurance",
            Self::TaxCode => "tax_code",
            Self::Passport => "passport",
            Self::Ethnicity => "ethnicity",
            Self::BirthPlace => "birth_place",
            Self::IssueDate => "issue_date",
            Self::EventDate => "event_date",
            Self::GuardianName => "guardian_name",
            Self::GuardianNumber => "guardian_number",
        }
    }

    /// The kind with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
