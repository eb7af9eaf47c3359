//! Runs of rows: a number dragged down, a column of numbers sorted alone, one sex for a whole page.

use std::ops::Range;

use super::{AGAINST_NUMBER, OTHER_SEX, Row, SEX_KNOWN, WOMAN, Whole};

/// How far down the next number of a dragged series is looked for: rows of other people may stand between.
const DRAGGED_WITHIN: u32 = 4;
/// Rows of a series from which it is no accident.
const DRAGGED_ROWS: usize = 3;
/// Rows between that went to quarantine and are not counted.
const LOST_ROWS: u64 = 2;

/// Rows whose number is that of a row above plus the rows between, in series of three rows and more; all but the first.
/// At least half of them must contradict their number: in an extract in the order of its numbers neighbours are close.
pub(super) fn filled_down(whole: &Whole, file: Range<Row>) -> Vec<Row> {
    let mut found = Vec::new();
    let mut series: Vec<Row> = Vec::new();
    let continues = |last: Row, row: Row| {
        let (from, to) = (whole.numbers[last as usize], whole.numbers[row as usize]);
        let step = to.checked_sub(from).filter(|_| from != 0);
        step.is_some_and(|step| (1..=u64::from(row - last) + LOST_ROWS).contains(&step))
    };
    // A series ends where no row within reach goes on with it.
    for row in file {
        if whole.numbers[row as usize] == 0 {
            continue;
        }
        match series.last() {
            Some(&last) if continues(last, row) => {
                series.push(row);
                continue;
            }
            Some(&last) if series.len() > 1 && row - last < DRAGGED_WITHIN => continue,
            _ => {}
        }
        end_series(whole, &mut series, &mut found);
        series.push(row);
    }
    end_series(whole, &mut series, &mut found);
    found
}

fn end_series(whole: &Whole, series: &mut Vec<Row>, found: &mut Vec<Row>) {
    let dragged = series.get(1..).unwrap_or_default();
    let n_against = dragged.iter().filter(|row| whole.fact(**row, AGAINST_NUMBER)).count();
    if series.len() >= DRAGGED_ROWS && n_against * 2 >= dragged.len() {
        found.extend(dragged);
    }
    series.clear();
}

/// How far apart rows that contradict their number may stand to be one block.
const GAP: u32 = 3;
/// Rows of a block from which its order is looked at.
const BLOCK_ROWS: usize = 6;

/// Rows of blocks in which nearly every number contradicts its row and the numbers are in order: one column was sorted
/// and the others were not.
pub(super) fn sorted_alone(whole: &Whole, file: Range<Row>) -> Vec<Row> {
    let mut found = Vec::new();
    let mut block: Vec<Row> = Vec::new();
    let mut end_block = |block: &mut Vec<Row>| {
        let n_rows = block.last().zip(block.first()).map_or(0, |(last, first)| (last - first + 1) as usize);
        if block.len() >= BLOCK_ROWS && block.len() * 2 > n_rows && is_in_order(whole, block) {
            found.extend(&*block);
        }
        block.clear();
    };
    for row in file.filter(|row| whole.fact(*row, AGAINST_NUMBER)) {
        if block.last().is_some_and(|last| row - last > GAP) {
            end_block(&mut block);
        }
        block.push(row);
    }
    end_block(&mut block);
    found
}

/// Whether at most one step in five goes the other way: a row of another trouble may stand in the block.
fn is_in_order(whole: &Whole, block: &[Row]) -> bool {
    let numbers: Vec<u64> = block.iter().map(|row| whole.numbers[*row as usize]).collect();
    // Numbers that follow upon each other were dragged down, not sorted.
    let is_step = |pair: &&[u64]| pair[0].abs_diff(pair[1]) > u64::from(GAP);
    let n_up = numbers.windows(2).filter(is_step).filter(|pair| pair[0] < pair[1]).count();
    let n_down = numbers.windows(2).filter(is_step).filter(|pair| pair[0] > pair[1]).count();
    n_up.max(n_down) * 5 >= (numbers.len() - 1) * 4
}

/// Rows of the same sex on end from which it is no accident: half to the power of forty.
const ONE_SEX_ROWS: usize = 40;

/// Rows in runs of one sex, where the file has both and names or numbers of the run say the other: a list in the order
/// of its numbers, or of the sexes, has long runs as well.
pub(super) fn one_sex(whole: &Whole, file: Range<Row>) -> Vec<Row> {
    let mut found = Vec::new();
    if only_sex(whole, file.clone()).is_some() {
        return found;
    }
    let mut run: Vec<Row> = Vec::new();
    let mut end_run = |run: &mut Vec<Row>| {
        let n_against = run.iter().filter(|row| whole.fact(**row, OTHER_SEX)).count();
        if run.len() >= ONE_SEX_ROWS && n_against * 10 >= run.len() {
            found.extend(&*run);
        }
        run.clear();
    };
    let mut last = 0;
    for row in file.filter(|row| whole.fact(*row, SEX_KNOWN)) {
        let sex = whole.facts[row as usize] & WOMAN;
        if sex != last {
            end_run(&mut run);
            last = sex;
        }
        run.push(row);
    }
    end_run(&mut run);
    found
}

/// Whether a whole file, long enough to wonder, knows one sex only.
pub(super) fn has_one_sex(whole: &Whole, file: Range<Row>) -> bool {
    let n_known = file.clone().filter(|row| whole.fact(*row, SEX_KNOWN)).count();
    n_known >= ONE_SEX_ROWS && only_sex(whole, file).is_some()
}

fn only_sex(whole: &Whole, file: Range<Row>) -> Option<u8> {
    let mut sexes =
        file.filter(|row| whole.fact(*row, SEX_KNOWN)).map(|row| whole.facts[row as usize] & WOMAN);
    let first = sexes.next()?;
    sexes.all(|sex| sex == first).then_some(first)
}
