//! What other vocabularies' words say about the form of action.

use std::sync::LazyLock;

use alentour_model::Kind;
use alentour_model::text::{fold, has_words};

static TABLE: LazyLock<Vec<(String, Kind)>> = LazyLock::new(|| {
    let lines = include_str!("tables/kinds.tsv").lines().filter(|line| !line.starts_with('#'));
    let line = |line: &str| {
        let (words, kind) = line.split_once('\t')?;
        Some((fold(words), Kind::parse(kind)?))
    };
    lines.filter_map(line).collect()
});

/// The form of action that these words (types, categories, tags) name: that of the first line of the table that is
/// among them.
pub(crate) fn kind<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Kind> {
    let folded: Vec<_> = words.into_iter().map(fold).collect();
    let named = |phrase: &str| folded.iter().any(|word| has_words(word, phrase));
    TABLE.iter().find(|(phrase, _)| named(phrase)).map(|(_, kind)| kind.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_names_a_kind_of_the_vocabulary() {
        let lines = include_str!("tables/kinds.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), lines);
        assert!(TABLE.iter().all(|(phrase, kind)| !phrase.is_empty() && Kind::ALL.contains(kind)));
    }

    #[test]
    fn words_name_kinds_the_more_particular_one_first() {
        assert_eq!(kind(["SIGNATURE_GATHERING"]), Some(Kind::Volunteering));
        assert_eq!(kind(["Concerts", "Formation"]), Some(Kind::Training));
        assert_eq!(kind(["Pétition"]), Some(Kind::Petition));
        assert_eq!(kind(["information", ""]), None);
    }
}
