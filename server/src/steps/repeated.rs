//! Fields that a form has several times, each time with a number behind their names: dates, questions.

use alentour_model::text::fold;

use super::fields::{Fields, MOST_KEPT};

/// What such fields say together: a row.
pub(super) trait Repeated: Default {
    /// What the names of its fields begin with. The first is the one without which there is no row, the last names what it is.
    const NAMES: &'static [&'static str];

    /// Its texts, in the order of their names.
    fn texts(&mut self) -> Vec<&mut String>;

    /// Whether nothing is in it.
    fn is_empty(&self) -> bool;
}

/// A name for what says that: its words, with a number where they are taken. What is answered to it is kept by this name for good, so that what
/// says the same again is the same, and what says something else is another.
pub(super) fn named(words: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let words = match fold(words) {
        folded if folded.is_empty() => "a".to_owned(),
        folded => folded.replace(' ', "-"),
    };
    let more = (2..).map(|number| format!("{words}-{number}"));
    std::iter::once(words.clone()).chain(more).find(|name| !is_taken(name)).unwrap_or_default()
}

/// Whether a field is one of such a row's.
pub(super) fn is_of<R: Repeated>(name: &str) -> bool {
    let number = R::NAMES.iter().find_map(|start| name.strip_prefix(start)?.parse().ok());
    number.is_some_and(|number: usize| number < MOST_KEPT)
}

impl Fields {
    fn row<R: Repeated>(&self, number: usize) -> R {
        let mut row = R::default();
        for (name, text) in R::NAMES.iter().zip(row.texts()) {
            self.get(&format!("{name}{number}")).clone_into(text);
        }
        row
    }

    fn set_row<R: Repeated>(&mut self, number: usize, mut row: R) {
        for (name, text) in R::NAMES.iter().zip(row.texts()) {
            self.set(&format!("{name}{number}"), text);
        }
    }

    /// The rows in which something is, each with the number that its fields have.
    pub(super) fn all<R: Repeated>(&self) -> Vec<(usize, R)> {
        let rows = (0..MOST_KEPT).map(|number| (number, self.row::<R>(number)));
        rows.filter(|(_, row)| !row.is_empty()).collect()
    }

    /// Has these rows and no others.
    pub(super) fn set_all<R: Repeated>(&mut self, rows: impl IntoIterator<Item = R>) {
        let mut rows = rows.into_iter();
        for number in 0..MOST_KEPT {
            self.set_row(number, rows.next().unwrap_or_default());
        }
    }

    /// Leaves out the rows whose first field was emptied, whatever their others still say. `before` is what was answered before.
    pub(super) fn leave_out<R: Repeated>(&mut self, before: &Self) {
        let (Some(first), Some(id)) = (R::NAMES.first(), R::NAMES.last()) else { return };
        for number in 0..MOST_KEPT {
            let [first, id] = [first, id].map(|name| format!("{name}{number}"));
            let was_there = !before.get(&first).is_empty() || !self.get(&id).is_empty();
            if self.get(&first).is_empty() && (was_there || self.row::<R>(number).is_empty()) {
                self.set_row(number, R::default());
            }
        }
    }
}
