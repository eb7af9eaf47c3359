//! Headers of printed forms: names in two rows, where the upper one groups columns, and a row of column numbers.
//!
//! Merged cells leave only their first cell filled, so a group is a name with empty cells to its right. Never
//! takes the first person for a part of the header: a second row has no digit and stands below groups only.

/// Longest name of a column in a group, in letters.
const LONGEST_NAME: usize = 40;
/// Fewest cells of a second row, and of a row of numbers one more.
const FEWEST_CELLS: usize = 2;

/// The names of the columns when `below` names the columns that `above` groups; `None` when it does not.
pub(super) fn joined_names(
    above: &[String],
    below: &[String],
    is_header_word: &dyn Fn(&str) -> bool,
) -> Option<Vec<String>> {
    if above.len() != below.len() || filled(below).count() < FEWEST_CELLS {
        return None;
    }
    if filled(below).any(|(_, cell)| is_data(cell)) || filled(above).any(|(_, cell)| is_data(cell)) {
        return None;
    }
    let group = groups(above, below);
    let is_grouped =
        |column: usize| group[column] != Some(column) || group.get(column + 1) == Some(&Some(column));
    let n_grouped = filled(below).filter(|(column, _)| is_grouped(*column)).count();
    let fits = |(column, cell): (usize, &str)| is_grouped(column) || is_header_word(cell);
    if n_grouped < FEWEST_CELLS || !filled(below).all(fits) {
        return None;
    }
    let name = |column: usize| {
        let (top, bottom) = (group[column].map_or("", |at| above[at].trim()), below[column].trim());
        let joined = [top, bottom].join(" ").trim().to_owned();
        // A group without a meaning of its own ("personal data") adds nothing to the name of its columns.
        let is_own_name = !top.is_empty() && is_header_word(bottom) && !is_header_word(top);
        if is_own_name && !is_header_word(&joined) { bottom.to_owned() } else { joined }
    };
    let names: Vec<String> = (0..above.len()).map(name).collect();
    (filled(&names).count() > filled(above).count()).then_some(names)
}

/// For each column the column whose upper cell stands above it: its own, or that of the group it belongs to.
fn groups(above: &[String], below: &[String]) -> Vec<Option<usize>> {
    let mut open = None;
    (0..above.len())
        .map(|column| {
            let (has_top, has_bottom) = (!above[column].trim().is_empty(), !below[column].trim().is_empty());
            // A name with nothing below it is merged downwards: it is no group.
            open = match (has_top, has_bottom) {
                (true, true) => Some(column),
                (false, true) => open,
                (_, false) => None,
            };
            if has_top { Some(column) } else { open }
        })
        .collect()
}

fn filled(cells: &[String]) -> impl Iterator<Item = (usize, &str)> {
    cells.iter().map(|cell| cell.trim()).enumerate().filter(|(_, cell)| !cell.is_empty())
}

fn is_data(cell: &str) -> bool {
    cell.chars().any(|letter| letter.is_ascii_digit()) || cell.chars().count() > LONGEST_NAME
}

/// Whether the cells of a row are the numbers of the columns: 1, 2, 3 or (1), (2), (3), letters before them allowed.
pub(super) fn is_number_row(cells: &[String], n_names: usize) -> bool {
    let (mut n_cells, mut n_letters, mut last) = (0, 0, 0);
    for (_, cell) in filled(cells) {
        let inner = cell.trim_matches(|letter| matches!(letter, '(' | ')' | '[' | ']')).trim();
        let letter = b'A' + n_letters;
        n_cells += 1;
        if last == 0
            && n_letters < 26
            && inner.len() == 1
            && inner.as_bytes()[0].to_ascii_uppercase() == letter
        {
            n_letters += 1;
        } else if inner.parse() == Ok(last + 1) {
            last += 1;
        } else {
            return false;
        }
    }
    n_cells > FEWEST_CELLS && n_cells * 2 >= n_names && cells.len() == n_names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Vec<String> {
        line.split('|').map(|cell| cell.trim().to_owned()).collect()
    }

    fn joined(above: &str, below: &str) -> Option<String> {
        let known = ["stt", "ten", "sinh", "nam", "nu", "sinh nam", "sinh nu", "que", "xa", "huyen", "so"];
        joined_names(&cells(above), &cells(below), &|cell| known.contains(&cell)).map(|names| names.join("|"))
    }

    #[test]
    fn two_rows_become_one_where_the_lower_names_what_the_upper_groups() {
        #[rustfmt::skip]
        let table = [
            ("stt|ten|sinh||que|", "||nam|nu|xa|huyen", "stt|ten|sinh nam|sinh nu|que xa|que huyen"),
            // The last group has a single column, and its name is known.
            ("stt|sinh||giay to", "|nam|nu|so", "stt|sinh nam|sinh nu|so"),
            // What a group without a meaning holds is called by its own name, what nobody knows by both.
            ("stt|du lieu||", "|ten|sinh|ghi", "stt|ten|sinh|du lieu ghi"),
            // Columns without any upper name.
            ("stt|||", "|ten|sinh|", "stt|ten|sinh|"),
        ];
        for (above, below, names) in table {
            assert_eq!(joined(above, below).as_deref(), Some(names), "{above} / {below}");
        }
    }

    #[test]
    fn a_person_is_no_header() {
        #[rustfmt::skip]
        let table = [
            ("stt|ten|sinh|", "1|Nguyen An|1990|Nam"),
            ("stt|ten|sinh||que|", "|Nguyen An|nam||a|b"),
            ("stt|ten|sinh||que|", "||1990||a|b"),
            ("stt|ten|sinh|que", "||nam|nu"),
            ("stt|ten|sinh|", "||nam|"),
            ("stt|ten|sinh", "||nam|nu"),
        ];
        for (above, below) in table {
            assert_eq!(joined(above, below), None, "{above} / {below}");
        }
    }

    #[test]
    fn column_numbers_are_known() {
        for line in ["1|2|3|4", "(1)|(2)|(3)|(4)", "A|B|1|2", "[1]|[2]|[3]|", "a|b|c|1"] {
            assert!(is_number_row(&cells(line), 4), "{line}");
        }
        for line in ["1|Nguyen|3|4", "1|2||", "2|3|4|5", "1|2|3|5", "1|2|3", "1|B|2|3", "|||"] {
            assert!(!is_number_row(&cells(line), 4), "{line}");
        }
    }
}
