//! What other vocabularies' words say about the form of action.

use std::sync::LazyLock;

use alentour_model::Kind;

use crate::fields::phrases::Phrases;

static TABLE: LazyLock<Phrases<Kind>> =
    LazyLock::new(|| Phrases::parse(include_str!("../tables/kinds.tsv"), Kind::parse));

/// The form of action that these words (types, categories, tags) name: that of the first line of the table that is
/// among them.
pub(crate) fn kind<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Kind> {
    TABLE.find(words).first().map(|kind| (*kind).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_names_a_kind_of_the_vocabulary() {
        let lines = include_str!("../tables/kinds.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.lines().len(), lines);
        assert!(TABLE.lines().iter().all(|(phrase, kind)| !phrase.is_empty() && Kind::ALL.contains(kind)));
    }

    #[test]
    fn words_name_kinds_the_more_particular_one_first() {
        assert_eq!(kind(["SIGNATURE_GATHERING"]), Some(Kind::Volunteering));
        assert_eq!(kind(["Concerts", "Formation"]), Some(Kind::Training));
        assert_eq!(kind(["Pétition"]), Some(Kind::Petition));
        assert_eq!(kind(["information", ""]), None);
    }
}
