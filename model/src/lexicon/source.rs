//! What a lexicon's words are made of, and how they are written for [`Lexicon::read`](super::Lexicon::read). For builds and servers
//! alone.

use serde_json::{Map, Value, json};

/// What is known of words, in one language after the other.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Concepts in the order in which they were met: their names and their terms, those that mean the same and the narrower ones.
    concepts: Vec<(String, [Vec<String>; 2])>,
    skipped: Vec<String>,
}

impl Source {
    /// What a kind or a cause is called in the page's language: `name` as a concept is (`kind:petition`).
    pub fn call(&mut self, name: &str, label: &str) {
        self.add(name, label, true);
    }

    /// A row of `data/synonyms`. A term that its concept already has is left out.
    ///
    /// # Errors
    /// Where the relation is neither `same` nor `narrower`: says so.
    pub fn row(&mut self, concept: &str, term: &str, relation: &str) -> Result<(), String> {
        match relation {
            "same" => self.add(concept, term, true),
            "narrower" => self.add(concept, term, false),
            _ => {
                return Err(format!(
                    "{concept}, {term}: the relation `{relation}` is neither `same` nor `narrower`"
                ));
            }
        }
        Ok(())
    }

    /// Words that count for nothing between others: folded, with white space between them. Lines after `#` are comments.
    pub fn skip(&mut self, words: &str) {
        let lines = words.lines().filter(|line| !line.starts_with('#'));
        self.skipped.extend(lines.flat_map(str::split_whitespace).map(str::to_owned));
    }

    fn add(&mut self, concept: &str, term: &str, is_same: bool) {
        let at = self.concepts.iter().position(|(name, _)| name == concept).unwrap_or_else(|| {
            self.concepts.push((concept.to_owned(), Default::default()));
            self.concepts.len() - 1
        });
        let [same, narrower] = &mut self.concepts[at].1;
        if !same.iter().chain(&*narrower).any(|known| known == term) {
            if is_same { same.push(term.to_owned()) } else { narrower.push(term.to_owned()) }
        }
    }

    /// As JSON, compact.
    pub fn compile(&self) -> String {
        let concepts = self.concepts.iter().map(|(name, [same, narrower])| {
            let mut concept = Map::new();
            if let Some((filter @ ("kind" | "cause"), value)) = name.split_once(':') {
                concept.insert(filter.into(), value.into());
            }
            concept.insert("same".into(), json!(same));
            if !narrower.is_empty() {
                concept.insert("narrower".into(), json!(narrower));
            }
            Value::Object(concept)
        });
        json!({ "skip": self.skipped, "concepts": concepts.collect::<Vec<_>>() }).to_string()
    }
}
