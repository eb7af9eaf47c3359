//! Which columns an export has: those of its template, less what may not be told, and what was asked for besides.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use crate::record::{FieldKind, Trouble, TroubleCode};
use crate::rulebook::{Disclosure, ExportColumn, SensitiveColumns, Template, What};
use crate::text::fold_label;

/// What is asked of an export.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The template.
    pub template: &'a Template,
    /// How much may be told.
    pub disclose: Disclosure,
    /// Columns that are carried over although they are sensitive or the template does not have them.
    pub with_columns: &'a [String],
}

/// The columns of a list.
#[derive(Debug, Clone)]
pub struct ListColumns {
    /// The file, for troubles.
    pub path: PathBuf,
    /// Its headers.
    pub names: Vec<String>,
    /// Which of them are which fields.
    pub fields: BTreeMap<FieldKind, usize>,
}

/// A column that is not written, or written empty.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOut {
    /// Its header in the template.
    pub header: String,
    /// `disclosure`, or the group of sensitive data.
    pub why: String,
    /// Whether the column stands there without its values, because the receiver counts on it.
    pub kept_empty: bool,
}

/// The columns of an export.
#[derive(Debug, Clone)]
pub struct Layout {
    /// In order. Where nothing may be told of a column the receiver counts on, it has an empty text.
    pub columns: Vec<ExportColumn>,
    /// What is not written.
    pub left_out: Vec<LeftOut>,
    /// Sensitive fields that were asked for by name.
    pub include: Vec<FieldKind>,
    /// Of each list and each column that is carried over: the column of the list.
    carried: Vec<Vec<Option<usize>>>,
}

/// Fields that every list can be asked for: they may stand in several columns, or be told by other things.
const ALWAYS: [FieldKind; 4] =
    [FieldKind::CitizenNumber, FieldKind::FullName, FieldKind::BirthDate, FieldKind::Sex];

impl Layout {
    /// Lays out the columns for lists with these columns.
    ///
    /// # Errors
    /// When the template needs to tell more than may be told, or a list lacks what it takes.
    pub fn new(wish: Wish<'_>, lists: &[ListColumns], sensitive: &SensitiveColumns) -> Result<Self, Trouble> {
        let mut layout =
            Self { columns: Vec::new(), left_out: Vec::new(), include: Vec::new(), carried: Vec::new() };
        let mut columns = wish.template.columns.clone();
        let mut named = vec![false; columns.len()];
        for name in wish.with_columns {
            let folded = fold_label(name);
            // Only what is taken from the list can be meant: a column of ours may be called the same.
            let is_of_list = |what: &What| matches!(what, What::Carried(_) | What::Value(_));
            let is = |column: &ExportColumn| {
                is_of_list(&column.what)
                    && (fold_label(&column.header) == folded || is_called(&column.what, name))
            };
            if let Some(at) = columns.iter().position(is) {
                named[at] = true;
                continue;
            }
            if !lists.iter().any(|list| place_of(&list.names, name).is_some()) {
                let known: Vec<String> = lists.iter().flat_map(|list| list.names.iter().cloned()).collect();
                let trouble = Trouble::new(TroubleCode::UnknownColumn).word("name", name);
                return Err(trouble.word("known", known.join(", ")));
            }
            let is_taken = columns.iter().any(|column| column.header == *name);
            let header = if is_taken { format!("{name} (2)") } else { name.clone() };
            let what = What::Carried(vec![name.clone()]);
            columns.push(ExportColumn { header, what, optional: true, width: 18.0 });
            named.push(true);
        }
        check_disclosure(wish, &columns, &named)?;
        for (mut column, named) in columns.into_iter().zip(named) {
            let why = if column.what.level() > wish.disclose {
                Some("disclosure".to_owned())
            } else if named {
                None
            } else {
                group_of(&column, lists, sensitive)
            };
            if let Some(why) = why {
                let kept_empty = wish.template.fixed;
                layout.left_out.push(LeftOut { header: column.header.clone(), why, kept_empty });
                if !kept_empty {
                    continue;
                }
                column.what = What::Text(String::new());
            }
            if let What::Value(FieldKind::Ethnicity) = column.what {
                layout.include.push(FieldKind::Ethnicity);
            }
            layout.columns.push(column);
        }
        layout.bind(lists)?;
        Ok(layout)
    }

    /// Finds the columns of each list.
    fn bind(&mut self, lists: &[ListColumns]) -> Result<(), Trouble> {
        for list in lists {
            let missing = |name: &str| {
                let trouble = Trouble::new(TroubleCode::MissingColumn).file(&list.path).word("column", name);
                Err(trouble.word("known", list.names.join(", ")))
            };
            let mut carried = Vec::new();
            for column in &self.columns {
                match &column.what {
                    What::Carried(names) => {
                        let place = names.iter().find_map(|name| place_of(&list.names, name));
                        if place.is_none() && !column.optional {
                            return missing(&column.header);
                        }
                        carried.push(place);
                    }
                    What::Value(field)
                        if !ALWAYS.contains(field)
                            && !column.optional
                            && !list.fields.contains_key(field) =>
                    {
                        return missing(field.name());
                    }
                    _ => {}
                }
            }
            self.carried.push(carried);
        }
        Ok(())
    }

    /// The headers.
    pub fn headers(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.header.as_str()).collect()
    }

    /// Whether values are told, and not only what is said of them.
    pub fn tells_values(&self) -> bool {
        self.columns.iter().any(|column| column.what.level() == Disclosure::Values)
    }

    /// Whether today's units are asked for.
    pub fn has_units(&self) -> bool {
        let is_unit = |column: &ExportColumn| {
            matches!(column.what, What::CommuneCodeToday | What::CommuneToday | What::ProvinceToday)
        };
        self.columns.iter().any(is_unit)
    }

    /// The columns of a list that are carried over, one for each such column of the export.
    pub fn carried(&self, list: usize) -> &[Option<usize>] {
        &self.carried[list]
    }
}

/// What was asked for by name is never left out in silence, and a template whose columns are all counted on neither.
fn check_disclosure(wish: Wish<'_>, columns: &[ExportColumn], named: &[bool]) -> Result<(), Trouble> {
    let too_much: Vec<&ExportColumn> = columns
        .iter()
        .zip(named)
        .filter(|(column, named)| column.what.level() > wish.disclose && (wish.template.fixed || **named))
        .map(|(column, _)| column)
        .collect();
    let Some(needed) = too_much.iter().map(|column| column.what.level()).max() else { return Ok(()) };
    let headers: Vec<&str> = too_much.iter().map(|column| column.header.as_str()).collect();
    Err(Trouble::new(TroubleCode::MoreDisclosure)
        .word("template", &wish.template.name)
        .word("disclose", wish.disclose.name())
        .word("columns", headers.join(", "))
        .word("needed", needed.name()))
}

/// The group of sensitive data that a column belongs to, by its own header or by that of the list.
fn group_of(column: &ExportColumn, lists: &[ListColumns], sensitive: &SensitiveColumns) -> Option<String> {
    let places: Vec<&String> = match &column.what {
        What::Carried(names) => {
            let place = |list: &ListColumns| names.iter().find_map(|name| place_of(&list.names, name));
            lists.iter().filter_map(|list| place(list).map(|place| &list.names[place])).chain(names).collect()
        }
        What::Value(FieldKind::Ethnicity) => return Some(FieldKind::Ethnicity.name().to_owned()),
        What::Value(field) => {
            lists.iter().filter_map(|list| list.fields.get(field).map(|place| &list.names[*place])).collect()
        }
        _ => return None,
    };
    let mut headers = std::iter::once(&column.header).chain(places);
    headers.find_map(|header| sensitive.group_of(header)).map(ToOwned::to_owned)
}

/// Whether a column of a template takes the column of the list, or the field, of this name.
fn is_called(what: &What, name: &str) -> bool {
    match what {
        What::Carried(names) => names.iter().any(|other| fold_label(other) == fold_label(name)),
        What::Value(field) => field.name() == name,
        _ => false,
    }
}

/// The column with a header: as it is written, or else the only one that is the same without case and marks.
fn place_of(names: &[String], name: &str) -> Option<usize> {
    let name = name.trim();
    if let Some(place) = names.iter().position(|other| other.trim() == name) {
        return Some(place);
    }
    let folded = fold_label(name);
    let mut alike =
        names.iter().enumerate().filter(|(_, other)| fold_label(other) == folded && !folded.is_empty());
    let first = alike.next().map(|(place, _)| place);
    first.filter(|_| alike.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::Rulebook;

    fn list(names: &[&str]) -> ListColumns {
        ListColumns {
            path: "list.csv".into(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            fields: BTreeMap::new(),
        }
    }

    #[test]
    fn nothing_is_told_above_the_disclosure() {
        let book = Rulebook::load(None).expect("our own rules");
        let answer = book.export("tra_loi").expect("a template of ours");
        let import = book.export("tiem_chung_nhap").expect("a template of ours");
        let lists = [list(&["Họ và tên", "Dân tộc", "Ghi chú"])];
        let lay = |template, disclose, with_columns: &[String]| {
            Layout::new(Wish { template, disclose, with_columns }, &lists, &book.sensitive)
        };
        let verdict = lay(answer, Disclosure::Verdict, &[]).expect("it adapts");
        assert_eq!(verdict.headers(), ["Tệp", "Dòng", "Mã đối tượng", "Kết luận"]);
        assert_eq!(verdict.left_out.len(), 6);
        let fields = lay(answer, Disclosure::Fields, &[]).expect("it adapts");
        assert_eq!(fields.headers().len(), 6);
        let trouble = lay(import, Disclosure::Fields, &[]).expect_err("it is fixed");
        assert_eq!(trouble.code, TroubleCode::MoreDisclosure);
        assert!(trouble.to_string().contains("Họ và tên"));
        let named = ["Ghi chú".to_owned()];
        let trouble = lay(answer, Disclosure::Fields, &named).expect_err("asked for by name");
        assert_eq!(trouble.code, TroubleCode::MoreDisclosure);
        let whole = lay(answer, Disclosure::Values, &named).expect("all may be told");
        assert_eq!(whole.headers().last(), Some(&"Ghi chú (2)"));
        let trouble =
            lay(answer, Disclosure::Values, &["Nơi làm việc".to_owned()]).expect_err("no such column");
        assert_eq!(trouble.code, TroubleCode::UnknownColumn);
    }

    #[test]
    fn sensitive_columns_stay_out_unless_they_are_named() {
        let book = Rulebook::load(None).expect("our own rules");
        let mut template = book.export("tra_loi").expect("a template of ours").clone();
        let carried = |header: &str, of: &str| ExportColumn {
            header: header.to_owned(),
            what: What::Carried(vec![of.to_owned()]),
            optional: true,
            width: 18.0,
        };
        // A harmless header of the template does not make the column of the list harmless.
        template.columns = vec![carried("A", "Ghi chú"), carried("B", "DAN TOC"), carried("C", "Bệnh nền")];
        let lists = [list(&["Ghi chú", "Dân tộc", "Bệnh nền"])];
        let headers = |fixed, with_columns: &[String]| {
            let template = Template { fixed, ..template.clone() };
            let wish = Wish { template: &template, disclose: Disclosure::Values, with_columns };
            let layout = Layout::new(wish, &lists, &book.sensitive).expect("columns that are there");
            let carried = layout.carried(0).to_vec();
            (layout.headers().join(" "), carried)
        };
        assert_eq!(headers(false, &[]), ("A".to_owned(), vec![Some(0)]));
        assert_eq!(headers(true, &[]), ("A B C".to_owned(), vec![Some(0)]));
        assert_eq!(headers(false, &["dân tộc".to_owned()]), ("A B".to_owned(), vec![Some(0), Some(1)]));
        assert_eq!(headers(false, &["C".to_owned()]), ("A C".to_owned(), vec![Some(0), Some(2)]));
    }
}
