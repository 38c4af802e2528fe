//! The forms of words: those of a feed's language that Snowball gives one stem. Telephones get groups of forms, and no stemmer.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use alentour_model::Initiative;
use alentour_model::lexicon::source::rows;
use alentour_model::text::{fold, words};
use alentour_model::texts::texts;
use alentour_texts::Language;
use snowball_stemmers_rs::{Algorithm, Stemmer};

use super::TABLES;

/// Letters of the shortest word that has other forms: what is shorter is an article, an acronym or a number.
const SHORTEST: usize = 4;

/// Endings, folded, that inflect a word of French behind what its forms share: plurals, feminines, the verb's persons and participles.
const FRENCH: &[&str] = &[
    "", "s", "x", "ux", "l", "le", "les", "e", "es", "ee", "ees", "er", "ez", "ent", "ons", "ai", "ait",
    "aient", "era", "eront", "r", "ir", "it", "is", "issent", "re", "t", "te", "tes", "ts", "ne", "nes",
    "se", "ses", "ve", "ves", "f", "fs",
];
/// The same for English.
const ENGLISH: &[&str] = &["", "s", "e", "es", "d", "ed", "ing", "y", "ies", "ied", "i"];

/// Bytes of the longest: what is longer is no word.
const LONGEST: usize = 40;

/// Different words that are gathered at most: ten times those of a large dictionary. What is beyond has no forms.
const MOST: usize = 500_000;

/// The words of a feed, gathered initiative by initiative.
#[derive(Debug, Default)]
pub struct Forms(HashSet<String>);

impl Forms {
    /// Adds the words of an initiative.
    pub fn add(&mut self, initiative: &Initiative) {
        texts(initiative, &mut |_, text| self.add_text(text));
    }

    fn add_text(&mut self, text: &str) {
        for word in words(text).filter(|word| (SHORTEST..=LONGEST).contains(&word.len())) {
            let word = word.to_lowercase();
            if !self.0.contains(&word) && self.0.len() < MOST {
                self.0.insert(word);
            }
        }
    }

    /// The forms of all these words in that language, and of the synonyms of the field: what [`super::lexicon`] takes. Empty for a
    /// language whose words are found by their beginnings alone.
    pub fn of(mut self, language: Language) -> String {
        let table = match language {
            Language::French => TABLES[0],
            Language::English => TABLES[1],
            Language::Spanish | Language::Arabic => return String::new(),
        };
        // A test reads each row.
        for [_, term, _] in rows(table).unwrap_or_default() {
            // An acronym has no forms.
            if term.chars().any(char::is_lowercase) {
                self.add_text(&term);
            }
        }
        let groups = groups(self.0.iter().map(String::as_str), language);
        groups.iter().map(|group| group.join(" ")).collect::<Vec<_>>().join("\n")
    }
}

/// The forms of all words of these initiatives in that language.
#[cfg(test)]
pub fn forms<'a>(initiatives: impl IntoIterator<Item = &'a Initiative>, language: Language) -> String {
    let mut forms = Forms::default();
    initiatives.into_iter().for_each(|initiative| forms.add(initiative));
    forms.of(language)
}

/// Words that share a stem and differ by an inflection, folded: only groups of two and more. Takes words in lower case, with their
/// accents, which matter to the stemmer. Words and groups are in the order of their bytes.
///
/// Snowball gives one stem also to what is derived from one another: it joins "collecte" with "collectif", "isolement" with
/// "isolation", "répit" with "repas". So of what shares a stem those go together that end in an inflection, and the others by their
/// suffixes.
pub fn groups<'a>(words: impl IntoIterator<Item = &'a str>, language: Language) -> Vec<Vec<String>> {
    let (algorithm, inflections, endings): (_, _, &[&str]) = match language {
        Language::French => (Algorithm::French, FRENCH, &["es", "s", "e"]),
        Language::English => (Algorithm::English, ENGLISH, &["ing", "ed", "es", "s"]),
        Language::Spanish | Language::Arabic => return Vec::new(),
    };
    let stemmer = Stemmer::create(algorithm);
    let mut groups: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for word in words {
        let (stem, word) = (fold(&stemmer.stem(word)), fold(word));
        let suffix = suffix(&stem, &word, inflections, endings);
        groups.entry((stem, suffix)).or_default().insert(word);
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

/// What a word has behind its stem, without an inflection.
fn suffix(stem: &str, word: &str, inflections: &[&str], endings: &[&str]) -> String {
    let shared = stem.bytes().zip(word.bytes()).take_while(|(one, other)| one == other).count();
    let rest = word.get(shared..).unwrap_or(word);
    if inflections.contains(&rest) {
        return String::new();
    }
    let suffix = endings.iter().find_map(|ending| rest.strip_suffix(ending)).unwrap_or(rest);
    // "collective" goes with "collectif".
    suffix.strip_suffix('v').map_or(suffix.to_owned(), |stem| [stem, "f"].concat())
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

    #[test]
    fn what_is_derived_from_a_word_is_none_of_its_forms() {
        let words = ["collecte", "collecter", "collectif", "collectifs", "collective", "répit", "repas"];
        let groups = groups(words, Language::French);
        assert_eq!(groups, [vec!["collecte", "collecter"], vec!["collectif", "collectifs", "collective"]]);
    }
}
