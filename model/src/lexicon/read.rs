//! Reading the two files of a lexicon.

use super::{Concept, Lexicon, Term};
use crate::initiative::{Cause, Kind};
use crate::text::fold;
use crate::vocabulary::in_order;

impl Lexicon {
    /// Reads what a site's build has made of `data/synonyms` (`words`: a line of words that count for nothing, with spaces between them,
    /// then a line a concept, with tabs: what it is called (`kind:petition`, `cause:health`, `homework-help`), its terms that mean the same, nothing, and narrower
    /// ones; the first term of a kind or a cause is its name), and what a server has made of the words of its feed (`forms`: a line a
    /// word, a space between its forms, all folded).
    pub fn read(words: &str, forms: &str) -> Self {
        let mut lexicon = Self::default();
        lexicon.read_forms(forms);
        let mut lines = words.split('\n');
        for word in lines.next().unwrap_or_default().split(' ') {
            lexicon.skipped.push(word.to_owned());
        }
        for line in lines {
            lexicon.add(line);
        }
        lexicon.keys = in_order(lexicon.terms.len(), &|term| &lexicon.terms[term].key);
        lexicon
    }

    fn read_forms(&mut self, forms: &str) {
        let mut all = Vec::new();
        let mut line_start = 0;
        for line in forms.split('\n') {
            let mut start = line_start;
            for form in line.split(' ') {
                let end = start + form.len();
                all.push([start as u32, end as u32, line_start as u32, (line_start + line.len()) as u32]);
                start = end + 1;
            }
            line_start += line.len() + 1;
        }
        self.forms = forms.to_owned();
        for at in in_order(all.len(), &|at| self.form(all[at])) {
            self.index.push(all[at as usize]);
        }
    }

    fn add(&mut self, line: &str) {
        let mut concept = Concept { terms: [self.terms.len(); 3], ..Concept::default() };
        let mut columns = line.split('\t');
        columns.next().unwrap_or_default().clone_into(&mut concept.id);
        match concept.id.split_once(':') {
            Some(("kind", kind)) => concept.kind = Kind::parse(kind),
            Some((_, cause)) => concept.cause = Cause::parse(cause),
            None => {}
        }
        let is_named = concept.kind.is_some() || concept.cause.is_some();
        let mut is_same = true;
        for written in columns {
            if written.is_empty() {
                is_same = false;
                continue;
            }
            let folded = fold(written);
            let words = self.content(&folded);
            if is_named && concept.name.is_empty() {
                concept.name = folded;
            }
            let key = self.key(&words);
            self.terms.push(Term { written: written.to_owned(), words, key, concept: self.concepts.len() });
            concept.terms[1] += usize::from(is_same);
        }
        concept.terms[2] = self.terms.len();
        self.concepts.push(concept);
    }
}
