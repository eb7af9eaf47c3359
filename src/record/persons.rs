//! What a search knows of people: of the rows that it searches for, and of the citizens that it passes.

/// One person. 0 is what is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Person {
    /// Personal number, packed.
    pub number: u64,
    /// Earlier number, packed.
    pub old_number: u64,
    /// Hash of the name as compared.
    pub name_key: u64,
    /// Hash of the name without marks.
    pub unmarked_key: u64,
    /// Telephone number without its first zero.
    pub phone: u64,
    /// Hash of the last word of the name without marks.
    pub given_key: u32,
    /// Birth date, packed.
    pub birth: u32,
    /// Commune of today: its place among them, plus one.
    pub commune: u16,
    /// Province of today: its place among them, plus one.
    pub province: u8,
    /// Sex, packed plus one.
    pub sex: u8,
}

/// People column by column: row `i` of all columns is one person.
#[derive(Debug, Clone, Default)]
pub struct Persons {
    /// Personal numbers.
    pub numbers: Vec<u64>,
    /// Earlier numbers.
    pub old_numbers: Vec<u64>,
    /// Names as compared.
    pub name_keys: Vec<u64>,
    /// Names without marks.
    pub unmarked_keys: Vec<u64>,
    /// Telephone numbers.
    pub phones: Vec<u64>,
    /// Given names.
    pub given_keys: Vec<u32>,
    /// Birth dates.
    pub births: Vec<u32>,
    /// Communes of today.
    pub communes: Vec<u16>,
    /// Provinces of today.
    pub provinces: Vec<u8>,
    /// Sexes.
    pub sexes: Vec<u8>,
}

impl Persons {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Adds one.
    pub fn push(&mut self, person: &Person) {
        self.numbers.push(person.number);
        self.old_numbers.push(person.old_number);
        self.name_keys.push(person.name_key);
        self.unmarked_keys.push(person.unmarked_key);
        self.phones.push(person.phone);
        self.given_keys.push(person.given_key);
        self.births.push(person.birth);
        self.communes.push(person.commune);
        self.provinces.push(person.province);
        self.sexes.push(person.sex);
    }

    /// One of them.
    #[inline]
    pub fn get(&self, row: usize) -> Person {
        Person {
            number: self.numbers[row],
            old_number: self.old_numbers[row],
            name_key: self.name_keys[row],
            unmarked_key: self.unmarked_keys[row],
            phone: self.phones[row],
            given_key: self.given_keys[row],
            birth: self.births[row],
            commune: self.communes[row],
            province: self.provinces[row],
            sex: self.sexes[row],
        }
    }
}
