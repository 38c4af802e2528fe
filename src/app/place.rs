//! Where: the field that a place is typed into, with its suggestions.

use alentour_model::Point;
use alentour_model::gazetteer::Locality;
use leptos::prelude::*;

use super::App;
use super::criteria::{ChosenPlace, Criteria};

/// The field that the place is typed into.
#[derive(Clone, Default)]
pub struct Field {
    /// What stands in it.
    pub typed: String,
    /// What went wrong, or is going on.
    pub note: String,
    /// Places that what has been typed may mean.
    pub suggestions: Vec<Locality>,
    /// Position of the suggestion that the arrow keys have reached.
    pub active: Option<usize>,
    /// What the page or the visitor last asked for; an answer to something older comes too late.
    sought: Option<Sought>,
}

/// What a place is looked for by.
#[derive(Clone, Debug, PartialEq)]
pub enum Sought {
    /// A name, a postcode or coordinates, as typed.
    Named(String),
    /// The visitor's position.
    Position,
}

/// The state of the place's field, and of the place that the search is around.
#[derive(Clone, Copy)]
pub struct PlaceState {
    /// The field as it stands.
    pub field: RwSignal<Field>,
    criteria: RwSignal<Criteria>,
}

impl PlaceState {
    /// No place. Call it within a reactive owner.
    pub fn new(criteria: RwSignal<Criteria>) -> Self {
        Self { field: RwSignal::new(Field::default()), criteria }
    }

    /// Whether that is what was asked for last. Never, once the widget is gone.
    pub fn is_sought(self, text: &str) -> bool {
        let is_it = |sought: &Sought| matches!(sought, Sought::Named(named) if named == text);
        self.field.try_read_untracked().is_some_and(|field| field.sought.as_ref().is_some_and(is_it))
    }

    /// Whether the visitor's position is what was asked for last.
    pub fn is_position_sought(self) -> bool {
        self.field.try_read_untracked().is_some_and(|field| field.sought == Some(Sought::Position))
    }

    /// Asks for something: what was asked for before is no longer waited for.
    pub fn seek_only(self, sought: Sought, note: &str) {
        if let Some(mut field) = self.field.try_write() {
            field.sought = Some(sought);
            field.suggestions.clear();
            field.active = None;
            field.note = note.to_owned();
        }
    }

    /// Says what went wrong, or is going on.
    pub fn note(self, note: &str) {
        note.clone_into(&mut self.field.write().note);
    }

    /// Offers places: nothing is taken until one of them is chosen.
    pub fn ask(self, places: Vec<Locality>, note: &str) {
        let mut field = self.field.write();
        field.suggestions = places;
        note.clone_into(&mut field.note);
    }

    /// Whether somebody has been asked which of several places is meant.
    pub fn is_asking(self) -> bool {
        let field = self.field.read_untracked();
        !field.note.is_empty() && !field.suggestions.is_empty()
    }

    /// What was looked for cannot be found: then there is no place, as what is found would be around another one.
    pub fn miss(self, note: &str) {
        self.note(note);
        self.criteria.write().around = None;
    }

    /// Takes a place.
    pub fn take(self, label: String, point: Point) {
        self.seek_only(Sought::Named(label.clone()), "");
        self.field.write().typed = label.clone();
        self.criteria.write().around = Some(ChosenPlace { label, point });
    }

    /// Takes what has been typed so far; `false` where the field is empty now: then there is no place.
    pub fn type_in(self, typed: &str) -> bool {
        self.seek_only(Sought::Named(typed.to_owned()), "");
        typed.clone_into(&mut self.field.write().typed);
        let is_empty = typed.trim().is_empty();
        if is_empty {
            self.criteria.write().around = None;
        }
        !is_empty
    }

    /// Takes the suggestion that the keys have reached, or what stands in the field.
    pub fn accept(self, app: App) {
        let (reached, typed) = {
            let field = self.field.read_untracked();
            (field.active.and_then(|active| field.suggestions.get(active).cloned()), field.typed.clone())
        };
        match reached {
            Some(locality) => self.take(locality.label(), locality.point),
            None => {
                let around =
                    self.criteria.read_untracked().around.as_ref().map(|around| around.label.clone());
                if around.unwrap_or_default() != typed {
                    app.act(|browser| browser.find_place(app, typed, true));
                }
            }
        }
    }

    /// Goes through the suggestions with the keys; whether it is one that does.
    pub fn key(self, app: App, key: &str) -> bool {
        let count = self.field.read_untracked().suggestions.len();
        let step = |forward: bool| {
            let mut field = self.field.write();
            field.active = Some(match (field.active, forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(active), true) => (active + 1) % count,
                (Some(active), false) => (active + count - 1) % count,
            });
        };
        match key {
            "ArrowDown" if count > 0 => step(true),
            "ArrowUp" if count > 0 => step(false),
            "Enter" => {
                self.accept(app);
                app.act(|browser| browser.put_keyboard_away());
            }
            "Escape" if count > 0 => self.field.write().suggestions.clear(),
            _ => return false,
        }
        true
    }
}
