//! The names of those who come along.

use alentour_model::signup::MOST_GUESTS;
use alentour_model::{Asked, Participation};
use leptos::prelude::*;

use super::field::{FieldSpec, Fields};
use super::without_script;
use crate::dom::El;
use crate::dom::html::{fieldset, legend};
use crate::message::Message;

/// Their names, where they are asked: as many fields as others come. What was typed stays while fewer come.
pub fn guests(fields: &Fields, participation: &Participation) -> Option<El> {
    let others = MOST_GUESTS.min(participation.party_size.saturating_sub(1) as usize);
    if !participation.guests.is_asked() || others == 0 {
        return None;
    }
    if let Some(lines) = without_script::guests(fields, &participation.guests) {
        return Some(lines);
    }
    let (app, required) = (fields.app, participation.guests == Asked::Required);
    let size = {
        let (choices, signup) = (fields.draft.choices, fields.draft.signup.clone());
        move || {
            choices.track();
            signup.borrow().party_size as usize
        }
    };
    let names = (0..others).map(|n| {
        let (signup, size) = (fields.draft.signup.clone(), size.clone());
        let name = ["guests.", &n.to_string()].concat();
        // The first of them is who writes.
        let label = app.locale.say(Message::Guest, &[("n", &app.locale.number((n + 2) as f64))]);
        let typed = signup.borrow().guests.get(n).cloned().unwrap_or_default();
        let set = move |typed| {
            let names = &mut signup.borrow_mut().guests;
            if names.len() <= n {
                names.resize(n + 1, String::new());
            }
            names[n] = typed;
        };
        let field = fields.text(FieldSpec::own(&name, &label, required), &typed, Box::new(set));
        field.attr("hidden", move || size() < n + 2)
    });
    let names = names.collect::<Vec<_>>();
    Some(
        fieldset()
            .class("among guests")
            .attr("hidden", move || size() < 2)
            .child(legend().child(app.text(Message::Guests)))
            .child(names),
    )
}
