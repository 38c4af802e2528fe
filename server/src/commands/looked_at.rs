//! What somebody decides about is what they have looked at: `list` says the version of each sign-up, and a decision about another one is refused.

use std::fmt::Display;

const WITHOUT: &str =
    "it says no version: it may have changed since you looked at it (ID@VERSION, as list says it)";

/// As `list` says it.
pub fn name(id: &str, version: impl Display) -> String {
    format!("{id}@{version}")
}

/// Reads `ID@VERSION`.
pub fn parse(text: &str) -> Result<(String, i64), String> {
    let (id, version) = text.rsplit_once('@').ok_or(WITHOUT)?;
    let version =
        version.parse().map_err(|_| format!("{version:?} is no version (ID@VERSION, as list says it)"))?;
    Ok((id.to_owned(), version))
}

/// Reads the two of an entry in a file; the id may have its version with it.
pub fn of_entry(id: String, version: Option<i64>) -> Result<(String, i64), String> {
    version.map_or_else(|| parse(&id), |version| Ok((id.clone(), version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_without_a_version_is_none() {
        assert_eq!(parse("a@b@3"), Ok(("a@b".into(), 3)));
        assert_eq!(parse(&name("a", 3)), Ok(("a".into(), 3)));
        assert_eq!(of_entry("a".into(), Some(2)), Ok(("a".into(), 2)));
        assert_eq!(of_entry("a@2".into(), None), Ok(("a".into(), 2)));
        for wrong in ["a", "a@", "a@x"] {
            assert!(parse(wrong).unwrap_err().contains("ID@VERSION"), "{wrong}");
        }
        assert!(of_entry("a".into(), None).is_err());
    }
}
