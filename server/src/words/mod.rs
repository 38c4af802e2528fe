//! What is known of words, natively: the synonyms of the field, compiled as the bundle has them, and the forms of a feed's words.

pub mod forms;

use std::sync::{Arc, LazyLock, OnceLock};

use alentour_model::lexicon::source;
use alentour_model::{Catalog, Initiative, Lexicon};
use alentour_texts::Language;
use tracing::error;

use crate::http::representation::{A_MINUTE, Representation};

/// `data/synonyms/*.csv`. The words of French come first: a feed is likely to have them.
pub const TABLES: [&str; 2] =
    [include_str!("../../../data/synonyms/fr.csv"), include_str!("../../../data/synonyms/en.csv")];

static WORDS: LazyLock<[String; 4]> = LazyLock::new(|| {
    Language::ALL.map(|language| {
        compile(language).unwrap_or_else(|why| {
            // A test reads each of them.
            error!(why, "the synonyms cannot be read");
            String::new()
        })
    })
});

/// What is known of words on pages in that language, with the forms of a feed's words as [`forms::forms`] has them.
pub fn lexicon(language: Language, forms: &str) -> Lexicon {
    let words = Language::ALL.iter().position(|known| *known == language).and_then(|at| WORDS.get(at));
    Lexicon::read(words.map(String::as_str).unwrap_or_default(), forms)
}

/// What is known of words beside one version of a feed: in each language made when it is first asked for.
#[derive(Debug)]
pub struct Lexica {
    forms: Representation,
    catalogs: [OnceLock<Arc<Catalog>>; 4],
}

impl Lexica {
    /// For these initiatives, whose texts are in that language.
    pub fn new(initiatives: &[Initiative], language: Language) -> Self {
        let forms = forms::forms(initiatives, language);
        let forms = Representation::compressed(forms.into_bytes(), "text/plain; charset=utf-8", A_MINUTE);
        Self { forms, catalogs: Default::default() }
    }

    /// The feed's catalogue on pages in that language.
    pub fn catalog(&self, language: Language, catalog: &Arc<Catalog>) -> Arc<Catalog> {
        let at = Language::ALL.iter().position(|known| *known == language);
        let Some(known) = at.and_then(|at| self.catalogs.get(at)) else { return catalog.clone() };
        let forms = || std::str::from_utf8(&self.forms.identity).unwrap_or_default();
        let knowing = || Catalog::clone(catalog).knowing(Arc::new(lexicon(language, forms())));
        known.get_or_init(|| Arc::new(knowing())).clone()
    }

    /// The forms of the feed's words, as [`forms::forms`] has them.
    pub fn forms(&self) -> &Representation {
        &self.forms
    }
}

/// The lexicon's words in that language, as the bundle has them.
fn compile(language: Language) -> Result<String, String> {
    let small = match language {
        Language::French => include_str!("../../../data/synonyms/small/fr.txt"),
        Language::English => include_str!("../../../data/synonyms/small/en.txt"),
        Language::Spanish => include_str!("../../../data/synonyms/small/es.txt"),
        Language::Arabic => include_str!("../../../data/synonyms/small/ar.txt"),
    };
    source::compile(|word| language.widget(word), small, &TABLES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alentour_model::text::fold;

    #[test]
    fn the_synonyms_of_each_language_can_be_read() {
        for language in Language::ALL {
            let words = compile(language).unwrap();
            assert!(words.lines().count() > 60, "{language:?}");
        }
    }

    #[test]
    fn small_words_are_folded_as_texts_are_and_none_turns_the_sense_round() {
        for language in Language::ALL {
            let words = compile(language).unwrap();
            let skipped: Vec<&str> = words.lines().next().unwrap().split(' ').collect();
            assert!(skipped.len() > 10);
            for word in skipped {
                assert_eq!(fold(word), word);
                assert!(!["sans", "non", "pas", "no", "not", "without", "sin"].contains(&word), "{word}");
            }
        }
    }
}
