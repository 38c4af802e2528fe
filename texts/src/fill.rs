//! Filling in.

/// The text with each `{name}` replaced by its value; by nothing where there is none of that name. A value is never looked into
/// for further names.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
        }
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
        assert_eq!(fill("{a} et {b} {c}", &[("a", "{b}"), ("b", "2")]), "{b} et 2 ");
        assert_eq!(fill("fin {", &[]), "fin ");
        let values = [("title", "{link} {title}"), ("link", "https://x.example")];
        assert_eq!(fill("« {title} » : {link} {none}{", &values), "« {link} {title} » : https://x.example ");
    }
}
