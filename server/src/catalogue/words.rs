//! The words of a catalogue.

use std::fs;
use std::sync::Arc;

use alentour_model::Lexicon;
use alentour_texts::Language;
use tracing::error;

use super::opened::{Catalogue, FORMS};
use crate::http::representation::{A_MINUTE, Representation, TEXT};
use crate::words;

impl Catalogue {
    /// The forms of its words, as the widget takes them. Where they cannot be read there are none: words are found by their beginnings.
    pub fn forms(&self) -> &Representation {
        self.forms.get_or_init(|| {
            let forms = fs::read(self.folder().join(FORMS)).unwrap_or_else(|why| {
                error!(folder = %self.folder().display(), %why, "the forms of the catalogue's words cannot be read");
                Vec::new()
            });
            Representation::compressed(forms, TEXT, A_MINUTE)
        })
    }

    /// What is known of words, on pages in that language.
    pub fn lexicon(&self, language: Language) -> Arc<Lexicon> {
        let forms = || std::str::from_utf8(&self.forms().identity).unwrap_or_default();
        let at = Language::ALL.iter().position(|known| *known == language);
        let lexicon = at.and_then(|at| self.lexica.get(at));
        lexicon
            .map(|lexicon| lexicon.get_or_init(|| Arc::new(words::lexicon(language, forms()))).clone())
            .unwrap_or_default()
    }
}
