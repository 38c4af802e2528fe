//! Filling in.

/// The text with each `{name}` replaced by its value. A value is never looked into for further names. A name without a value is a
/// mistake of the caller's: it panics in tests, and is left out otherwise.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        debug_assert!(value.is_some(), "{{{name}}} is not filled in: {text}");
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_are_not_looked_into() {
        assert_eq!(fill("{a} et {b}", &[("a", "{b}"), ("b", "2")]), "{b} et 2");
        assert_eq!(fill("fin {", &[]), "fin ");
        let values = [("title", "{link} {title}"), ("link", "https://x.example")];
        assert_eq!(fill("« {title} » : {link}{", &values), "« {link} {title} » : https://x.example");
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "{b} is not filled in")]
    fn a_value_that_is_forgotten_is_noticed() {
        fill("{a} et {b}", &[("a", "1")]);
    }
}
