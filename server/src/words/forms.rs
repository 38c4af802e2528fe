//! The forms of words: those of a feed's language that Snowball gives one stem. Telephones get groups of forms, and no stemmer.

use std::collections::{BTreeMap, BTreeSet};

use alentour_model::Initiative;
use alentour_model::text::{fold, words};
use alentour_model::understanding::texts::texts;
use alentour_texts::Language;
use snowball_stemmers_rs::{Algorithm, Stemmer};

use super::{TABLES, rows};

/// Letters of the shortest word that has other forms: what is shorter is an article, an acronym or a number.
const SHORTEST: usize = 4;

/// The forms of all words of a feed in that language, and of the synonyms of the field: what [`super::lexicon`] takes. Empty for a
/// language whose words are found by their beginnings alone.
pub fn forms<'a>(initiatives: impl IntoIterator<Item = &'a Initiative>, language: Language) -> String {
    let mut all = BTreeSet::new();
    let mut add = |text: &str| {
        for word in words(text).filter(|word| word.len() >= SHORTEST) {
            all.insert(word.to_lowercase());
        }
    };
    for initiative in initiatives {
        texts(initiative, &mut |_, text| add(text));
    }
    let table = match language {
        Language::French => TABLES[0],
        Language::English => TABLES[1],
        Language::Spanish | Language::Arabic => return String::new(),
    };
    // A test reads each row.
    for [_, term, _] in rows(table).unwrap_or_default() {
        // An acronym has no forms.
        if term.chars().any(char::is_lowercase) {
            add(&term);
        }
    }
    let groups = groups(all.iter().map(String::as_str), language);
    groups.iter().map(|group| group.join(" ")).collect::<Vec<_>>().join("\n")
}

/// Words that share a stem, folded: only groups of two and more. Takes words in lower case, with their accents, which matter to the
/// stemmer. Words and groups are in the order of their bytes.
pub fn groups<'a>(words: impl IntoIterator<Item = &'a str>, language: Language) -> Vec<Vec<String>> {
    let stemmer = Stemmer::create(match language {
        Language::French => Algorithm::French,
        Language::English => Algorithm::English,
        Language::Spanish | Language::Arabic => return Vec::new(),
    });
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for word in words {
        groups.entry(stemmer.stem(word).into_owned()).or_default().insert(fold(word));
    }
    let mut groups: Vec<Vec<String>> = groups
        .into_values()
        .filter(|group| group.len() > 1)
        .map(|group| group.into_iter().collect())
        .collect();
    groups.sort();
    groups.dedup();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_group_and_what_has_one_form_has_none() {
        let words = ["bénévole", "bénévoles", "devoir", "devoirs", "collecter", "collectes", "maraude"];
        let groups = groups(words, Language::French);
        assert_eq!(
            groups,
            [vec!["benevole", "benevoles"], vec!["collecter", "collectes"], vec!["devoir", "devoirs"]]
        );
        let english = super::groups(["volunteer", "volunteering", "shift"], Language::English);
        assert_eq!(english, [["volunteer", "volunteering"]]);
        assert!(super::groups(["niño", "niños"], Language::Spanish).is_empty());
    }
}
