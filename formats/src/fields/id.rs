//! Identifiers for items that have none.

/// A name made of what an item says, such as its title and its start: the same as long as they are. FNV-1a, 64 bits
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>), each part behind its end.
pub(crate) fn of(parts: &[&str]) -> String {
    let hash = parts
        .iter()
        .flat_map(|part| part.bytes().chain([0]))
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same_has_the_same_name_and_nothing_else_has() {
        assert_eq!(of(&["Marche", "2026-11-24"]), of(&["Marche", "2026-11-24"]));
        assert_ne!(of(&["Marche", "2026-11-24"]), of(&["Marche", "2026-11-25"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_eq!(of(&[]), "cbf29ce484222325");
    }
}
