//! Looking far ahead: tables larger than the caches are asked for some rows before they are needed.

/// Rows between asking for memory and using it: enough for the slowest memory, few enough for the smallest cache.
const AHEAD: usize = 24;

/// Asks the processor to bring a value near. Changes nothing but time.
#[inline]
pub fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    safe_arch::prefetch_t0(value);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

/// The items in order; `ask` is called with each some items before it comes.
#[inline]
pub fn in_time<'a, T>(items: &'a [T], ask: impl Fn(&T) + 'a) -> impl Iterator<Item = &'a T> + 'a {
    items.iter().take(AHEAD).for_each(&ask);
    let later = items.iter().skip(AHEAD).map(Some).chain(std::iter::repeat(None));
    items.iter().zip(later).map(move |(item, later)| {
        later.into_iter().for_each(&ask);
        item
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn every_item_is_asked_for_once_and_in_time() {
        for length in [0, 1, AHEAD, 3 * AHEAD + 1] {
            let items: Vec<usize> = (0..length).collect();
            let asked = RefCell::new(Vec::new());
            for (index, &item) in in_time(&items, |&item| asked.borrow_mut().push(item)).enumerate() {
                assert_eq!(index, item);
                assert!(asked.borrow().len() > index);
            }
            assert_eq!(*asked.borrow(), items);
        }
    }
}
