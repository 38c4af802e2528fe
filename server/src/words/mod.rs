//! What is known of words, natively: the synonyms of the field, compiled as the bundle has them, and the forms of a feed's words.

pub mod forms;
#[cfg(test)]
mod scored;

use std::sync::{Arc, LazyLock, OnceLock};

use alentour_model::lexicon::source::Source;
use alentour_model::{Cause, Initiative, Kind, Lexicon};
use alentour_texts::Language;
use serde_json::Value;
use tracing::error;

/// `data/synonyms/*.csv`. The words of French come first: a feed is likely to have them.
pub const TABLES: [&str; 2] =
    [include_str!("../../../data/synonyms/fr.csv"), include_str!("../../../data/synonyms/en.csv")];

static WORDS: LazyLock<[Value; 4]> = LazyLock::new(|| {
    Language::ALL.map(|language| {
        let compiled = compile(language).unwrap_or_else(|why| {
            // A test reads each of them.
            error!(why, "the synonyms cannot be read");
            String::new()
        });
        serde_json::from_str(&compiled).unwrap_or_default()
    })
});

/// What is known of words on pages in that language, with the forms of a feed's words as [`forms::forms`] has them.
pub fn lexicon(language: Language, forms: &str) -> Lexicon {
    let words = Language::ALL.iter().position(|known| *known == language).and_then(|at| WORDS.get(at));
    Lexicon::read(&words.unwrap_or(&Value::Null), forms)
}

/// What is known of words beside one version of a feed: in each language made when it is first asked for.
#[derive(Debug, Default)]
pub struct Lexica {
    forms: String,
    lexica: [OnceLock<Arc<Lexicon>>; 4],
}

impl Lexica {
    /// For these initiatives, whose texts are in that language.
    pub fn new(initiatives: &[Initiative], language: Language) -> Self {
        Self { forms: forms::forms(initiatives, language), lexica: Default::default() }
    }

    /// On pages in that language.
    pub fn of(&self, language: Language) -> Arc<Lexicon> {
        let cell =
            Language::ALL.iter().position(|known| *known == language).and_then(|at| self.lexica.get(at));
        cell.map(|cell| cell.get_or_init(|| Arc::new(lexicon(language, &self.forms))).clone())
            .unwrap_or_default()
    }

    /// The forms of the feed's words, as [`forms::forms`] has them.
    pub fn forms(&self) -> &str {
        &self.forms
    }
}

/// The lexicon's words in that language, as the bundle has them.
fn compile(language: Language) -> Result<String, String> {
    let mut source = Source::default();
    source.skip(match language {
        Language::French => include_str!("../../../data/synonyms/small/fr.txt"),
        Language::English => include_str!("../../../data/synonyms/small/en.txt"),
        Language::Spanish => include_str!("../../../data/synonyms/small/es.txt"),
        Language::Arabic => include_str!("../../../data/synonyms/small/ar.txt"),
    });
    let kinds = Kind::ALL.iter().map(|kind| ("kind", kind.as_str()));
    for (filter, name) in kinds.chain(Cause::ALL.iter().map(|cause| ("cause", cause.as_str()))) {
        source.call(&format!("{filter}:{name}"), language.widget(name));
    }
    for table in TABLES {
        for [concept, term, relation] in rows(table)? {
            source.row(&concept, &term, &relation)?;
        }
    }
    Ok(source.compile())
}

/// Concept, term and relation of each row of a table.
fn rows(table: &str) -> Result<Vec<[String; 3]>, String> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.map_err(|error| error.to_string())?;
        Ok([0, 1, 2].map(|column| row.get(column).unwrap_or_default().to_owned()))
    };
    reader.records().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alentour_model::text::fold;

    #[test]
    fn the_synonyms_of_each_language_can_be_read() {
        for language in Language::ALL {
            let words: Value = serde_json::from_str(&compile(language).unwrap()).unwrap();
            assert!(words["concepts"].as_array().is_some_and(|concepts| concepts.len() > 60), "{language:?}");
        }
    }

    #[test]
    fn small_words_are_folded_as_texts_are_and_none_turns_the_sense_round() {
        for language in Language::ALL {
            let words: Value = serde_json::from_str(&compile(language).unwrap()).unwrap();
            let skipped: Vec<&str> =
                words["skip"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert!(skipped.len() > 10);
            for word in skipped {
                assert_eq!(fold(word), word);
                assert!(!["sans", "non", "pas", "no", "not", "without", "sin"].contains(&word), "{word}");
            }
        }
    }

    #[test]
    fn a_relation_that_is_none_is_said() {
        let error = Source::default().row("a", "b", "like").unwrap_err();
        assert_eq!(error, "a, b: the relation `like` is neither `same` nor `narrower`");
    }
}
