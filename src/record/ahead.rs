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
    in_time_by_way(items, |_| {}, ask)
}

/// The same for what is found by way of something that is not near either: what `ask_then` looks at, `ask` asked for some
/// items before.
#[inline]
pub fn in_time_by_way<'a, T>(
    items: &'a [T],
    ask: impl Fn(&T) + 'a,
    ask_then: impl Fn(&T) + 'a,
) -> impl Iterator<Item = &'a T> + 'a {
    items.iter().take(2 * AHEAD).for_each(&ask);
    items.iter().take(AHEAD).for_each(&ask_then);
    items.iter().enumerate().map(move |(at, item)| {
        items.get(at + 2 * AHEAD).into_iter().for_each(&ask);
        items.get(at + AHEAD).into_iter().for_each(&ask_then);
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

    #[test]
    fn the_way_is_asked_for_before_what_lies_behind_it() {
        for length in [0, 1, AHEAD, 3 * AHEAD + 1] {
            let items: Vec<usize> = (0..length).collect();
            let (asked, then) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
            let ask_then = |&item: &usize| {
                assert!(asked.borrow().contains(&item));
                then.borrow_mut().push(item);
            };
            let ask = |&item: &usize| asked.borrow_mut().push(item);
            for (index, &item) in in_time_by_way(&items, ask, ask_then).enumerate() {
                assert_eq!(index, item);
                assert!(then.borrow().len() > index);
            }
            assert_eq!((asked.into_inner(), then.into_inner()), (items.clone(), items));
        }
    }
}
