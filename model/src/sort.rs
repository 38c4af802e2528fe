//! What is sorted: a number, and one that decides between equal ones.

/// What is sorted by, and what for. The last number does not count: of keys that are the same otherwise the first stays the first. One
/// type, so that there is one sort to download.
pub(crate) type Key = (u64, u32, u32);

/// Bytes that count.
const BYTES: u32 = 12;

/// Sorts keys: by their last byte, then by the one before, and so on (radix sort), each time leaving in their order what has the same.
/// std's sort for small programs (`optimize_for_size`) takes four times as long for the results of a large feed.
pub(crate) fn sort(keys: &mut Vec<Key>) {
    let Some(first) = keys.first().copied() else { return };
    // The bits that are not the same in all.
    let differ = keys
        .iter()
        .fold((0, 0, 0), |differ: Key, key| (differ.0 | key.0 ^ first.0, differ.1 | key.1 ^ first.1, 0));
    let mut sorted = keys.clone();
    for byte in 0..BYTES {
        let digit = |key: &Key| {
            let rest = if byte < 4 { u64::from(key.1) >> (8 * byte) } else { key.0 >> (8 * (byte - 4)) };
            (rest & 0xff) as usize
        };
        if digit(&differ) == 0 {
            continue;
        }
        let mut places = [0; 256];
        keys.iter().for_each(|key| places[digit(key)] += 1);
        let mut end = 0;
        for place in &mut places {
            end += std::mem::replace(place, end);
        }
        for key in keys.iter() {
            let place = &mut places[digit(key)];
            sorted[*place] = *key;
            *place += 1;
        }
        std::mem::swap(keys, &mut sorted);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Key, sort};

    proptest! {
        #[test]
        fn sorts_as_std_does(mut keys in prop::collection::vec((any::<u64>(), 0u32..9), 0..400), shift in 0u32..64) {
            let mut keys: Vec<Key> =
                (0..).zip(keys.drain(..)).map(|(at, (rank, ordinal))| (rank >> shift, ordinal, at)).collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            sort(&mut keys);
            prop_assert_eq!(keys, expected);
        }
    }
}
