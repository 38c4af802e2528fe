//! What is left to be said before there is anything to paste: at the top of the page, and beside the field.

use maud::{Markup, html};

use super::choices::{Choices, Show};
use super::meant::{Meaning, Named};
use crate::people::page::PeoplePage;

/// What the form's own address leads to, whatever becomes of it: the question, or the code.
pub const ANSWER: &str = "answer";

/// One thing that somebody has to say.
pub struct Question {
    /// The name of its field.
    field: &'static str,
    /// What is asked, or wrong.
    said: &'static str,
    /// What may be meant: the address of the same choices with it, and its name.
    answers: Vec<(String, String)>,
}

impl Question {
    /// The first one that is left; `None` where the code can be made.
    pub fn of(page: &PeoplePage, choices: &Choices, meaning: &Meaning) -> Option<Self> {
        let texts = page.language.embedding();
        if choices.show == Show::List {
            let said = match &meaning.place {
                Named::Unsaid | Named::Is(_) => return None,
                Named::Unknown => texts.place_unknown,
                Named::Position => texts.place_position,
                Named::Like(_) => texts.alike,
                Named::OneOf(_) => texts.which,
            };
            let with = |place| Choices { place, ..choices.clone() };
            return Some(Self { field: "place", said, answers: answers(page, &meaning.place, with) });
        }
        let said = match &meaning.initiative {
            Named::Is(_) => return None,
            Named::Unsaid => texts.initiative_needed,
            Named::Like(_) | Named::OneOf(_) => texts.which,
            Named::Unknown | Named::Position => texts.initiative_unknown,
        };
        let with = |initiative| Choices { initiative, ..choices.clone() };
        Some(Self { field: "initiative", said, answers: answers(page, &meaning.initiative, with) })
    }

    /// At the top of the page, with what may be meant.
    pub fn at_the_top(&self, page: &PeoplePage) -> Markup {
        html! {
            div.problems id=(ANSWER) role="alert" {
                p { strong { (page.language.embedding().unclear) } }
                p { a href={ "#" (self.field) } { (self.said) } }
                @if !self.answers.is_empty() {
                    ul.namesakes {
                        @for (address, name) in &self.answers { li { a href=(address) { bdi { (name) } } } }
                    }
                }
            }
        }
    }
}

/// What is said beside a field; empty where nothing is asked about it.
pub fn said_of(question: Option<&Question>, field: &str) -> &'static str {
    question.filter(|question| question.field == field).map_or("", |question| question.said)
}

/// Links to what a name may mean: the same choices with one of these.
fn answers<T>(
    page: &PeoplePage,
    named: &Named<T>,
    with: impl Fn(String) -> Choices,
) -> Vec<(String, String)> {
    let (Named::Like(all) | Named::OneOf(all)) = named else { return Vec::new() };
    let address = |one: &String| {
        let query = with(one.clone()).written();
        format!("{}#{ANSWER}", page.link(&format!("/embed-it?{}", query.trim_end_matches('&'))))
    };
    all.iter().map(|(one, label)| (address(one), label.clone())).collect()
}
