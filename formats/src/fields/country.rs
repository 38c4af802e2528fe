//! Countries, by their codes and names.

use std::collections::HashMap;
use std::sync::LazyLock;

use alentour_model::text::fold;

/// The country's ISO 3166-1 alpha-2 code, from a code or the names that French feeds use; empty where unknown.
pub(crate) fn country(given: &str) -> String {
    let given = given.trim();
    if given.len() == 2 && given.bytes().all(|b| b.is_ascii_alphabetic()) {
        return given.to_ascii_uppercase();
    }
    let folded = fold(given);
    // "France (Métropole)": what is behind the name tells nothing that matters here.
    let first = folded.split(' ').next().unwrap_or_default();
    let code = |name: &str| COUNTRIES.get(name).copied().filter(|_| !name.is_empty());
    code(&folded).or_else(|| code(first)).unwrap_or_default().to_owned()
}

/// Codes by folded names.
static COUNTRIES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../tables/countries.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .flat_map(|line| {
            let (code, names) = line.split_once('\t').unwrap_or_default();
            names.split('\t').map(move |name| (name, code))
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_become_codes() {
        for given in ["France", "fr", "FR", "France (Métropole)", " FRANCE "] {
            assert_eq!(country(given), "FR");
        }
        assert_eq!(
            (country("Belgique"), country("Atlantis"), country("")),
            ("BE".into(), String::new(), String::new())
        );
        assert_eq!((country("Royaume-Uni"), country("La Réunion")), ("GB".into(), "RE".into()));
    }

    #[test]
    fn names_of_countries_are_folded_and_lead_to_one_code() {
        let lines = include_str!("../tables/countries.tsv").lines().filter(|line| !line.starts_with('#'));
        let names: Vec<_> = lines.flat_map(|line| line.split('\t').skip(1)).collect();
        assert_eq!(names.len(), COUNTRIES.len(), "a name is given twice");
        assert!(names.iter().all(|name| fold(name) == *name));
        assert!(
            COUNTRIES.values().all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
        );
    }
}
