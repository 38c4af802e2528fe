//! Plurals, by CLDR's categories (<https://cldr.unicode.org/index/cldr-spec/plural-rules>).

/// The alternative of a plural message (`one: … | other: …`) for a category; the last one where it has none such.
pub fn plural<'a>(text: &'a str, category: &str) -> &'a str {
    let mut last = text;
    if !text.as_bytes().contains(&b'|') {
        return text;
    }
    for alternative in text.split('|') {
        let Some((name, words)) = alternative.split_once(':') else { return text };
        last = words.trim();
        if name.trim() == category {
            break;
        }
    }
    last
}

/// The category of a whole number in French: zero is singular. A million has a category of its own, which none of our texts needs.
pub(crate) fn french(n: u64) -> &'static str {
    if n < 2 { "one" } else { "other" }
}

/// The category of a whole number in English, and in Spanish.
pub(crate) fn english(n: u64) -> &'static str {
    if n == 1 { "one" } else { "other" }
}

/// The category of a whole number in Arabic.
pub(crate) fn arabic(n: u64) -> &'static str {
    match (n, n % 100) {
        (0, _) => "zero",
        (1, _) => "one",
        (2, _) => "two",
        (_, 3..=10) => "few",
        (_, 11..=99) => "many",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn plurals_follow_the_category() {
        let text = "one: {n} action | other: {n} actions";
        assert_eq!(plural(text, "one"), "{n} action");
        assert_eq!(plural(text, "many"), "{n} actions");
        assert_eq!(plural("simple", "one"), "simple");
    }
}
