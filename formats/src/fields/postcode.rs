//! Postcodes.

/// A postcode as it should be, and whether it had to be repaired: an integer that lost its zero (`1000` for
/// `01000`), a space within (`72 000`), a Belgian one with a zero too many.
pub(crate) fn postcode(given: &str, country: &str) -> (String, bool) {
    let given = given.trim();
    let joined: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = !joined.is_empty() && joined.bytes().all(|b| b.is_ascii_digit());
    let repaired = match (country, joined.len()) {
        _ if !is_number => return (given.to_owned(), false),
        ("FR", 4) => format!("0{joined}"),
        ("BE", 5) if joined.starts_with('0') => joined.get(1..).unwrap_or_default().to_owned(),
        // Some countries write a space (Sweden's `114 55`): only where there is none is it a mistake.
        ("" | "FR" | "BE" | "CH" | "LU" | "DE" | "ES" | "IT", _) => joined,
        _ => given.to_owned(),
    };
    let changed = repaired != given;
    (repaired, changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_get_their_zeros_back_and_lose_their_spaces() {
        let repair = |given: &str, country: &str| postcode(given, country);
        assert_eq!(repair("1000", "FR"), ("01000".into(), true));
        assert_eq!(repair("72 000", "FR"), ("72000".into(), true));
        assert_eq!(repair("04219", "BE"), ("4219".into(), true));
        for (given, country) in
            [("1000", "BE"), ("1000", ""), ("69007", "FR"), ("114 55", "SE"), ("EC1A 1BB", "GB")]
        {
            assert_eq!(repair(given, country), (given.into(), false));
        }
    }
}
