//! The texts of an initiative that words are looked for in.

use crate::initiative::{Cause, Initiative, Kind};
use crate::text::words;

/// How obvious it is that an initiative has a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// It is in the title, or the name of its kind.
    Named,
    /// Its card shows it.
    Shown,
    /// It is said of the initiative, but not on its card.
    Kept,
    /// It stands in the description.
    Described,
}

impl Field {
    pub(crate) const COUNT: usize = 4;
    pub(crate) const ALL: [Self; Self::COUNT] = [Self::Named, Self::Shown, Self::Kept, Self::Described];
}

/// Visits all texts of an initiative that words are looked for in, the most obvious ones first.
///
/// Of several places the card names one, and which that is depends on the query: so they count as kept.
pub fn texts(initiative: &Initiative, visit: &mut dyn FnMut(Field, &str)) {
    visit(Field::Named, &initiative.name);
    if let Some(Kind::Other(kind)) = &initiative.kind {
        visit(Field::Named, kind);
    }
    visit(Field::Shown, &initiative.summary);
    if let Some(organiser) = &initiative.organizer {
        visit(Field::Shown, &organiser.name);
    }
    if let [place] = &*initiative.places {
        visit(Field::Shown, &place.address_locality);
        visit(Field::Shown, &place.name);
    }
    for keyword in &initiative.keywords {
        visit(Field::Kept, keyword);
    }
    for partner in &initiative.partners {
        visit(Field::Kept, &partner.name);
    }
    for cause in &initiative.causes {
        if let Cause::Other(cause) = cause {
            visit(Field::Kept, cause);
        }
    }
    for place in &initiative.places {
        if initiative.places.len() > 1 {
            visit(Field::Kept, &place.address_locality);
            visit(Field::Kept, &place.name);
        }
        visit(Field::Kept, &place.postal_code);
    }
    visit(Field::Described, &initiative.description);
    visit(Field::Described, &initiative.accessibility_summary);
}

/// What is found first in the texts of an initiative.
pub(crate) fn first<T>(initiative: &Initiative, look: &mut dyn FnMut(Field, &str) -> Option<T>) -> Option<T> {
    let mut found = None;
    texts(initiative, &mut |field, text| {
        if found.is_none() {
            found = look(field, text);
        }
    });
    found
}

/// The most obvious field in which an initiative has a word written just so.
pub(crate) fn field_of(initiative: &Initiative, written: &str) -> Option<Field> {
    first(initiative, &mut |field, text| words(text).any(|word| word == written).then_some(field))
}
