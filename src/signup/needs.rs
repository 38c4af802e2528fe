//! What the organiser needs, as rows to tick; of what more than one is needed one says how many.

use std::cell::Cell;
use std::rc::Rc;

use alentour_model::question::typed_number;
use alentour_model::{Need, Offer, Participation};
use leptos::prelude::*;

use super::field::{FieldSpec, Fields, input_id};
use crate::counts;
use crate::dom::html::{b, input, label, small, span};
use crate::dom::{El, ev, ticked};
use crate::message::Message;

/// The needs, each to be offered; none where there are none.
pub fn needs(fields: &Fields, participation: &Participation) -> Option<El> {
    let rows: Vec<El> =
        participation.needs.iter().enumerate().flat_map(|(at, need)| row(fields, need, at)).collect();
    let text = FieldSpec::own("offers", fields.app.text(Message::NoteOffer), false);
    (!rows.is_empty()).then(|| fields.rows(text, rows, true))
}

/// One need, and how many are offered. What is found already cannot be ticked any more; whoever has ticked it before may change that.
fn row(fields: &Fields, need: &Need, at: usize) -> Vec<El> {
    let (app, position) = (fields.app, fields.position);
    let offered = Offer::of(&fields.draft.signup.borrow().offers, &need.id);
    // Some(0) for one that is ticked: signals of one type share their code.
    let is_ticked = RwSignal::new(offered.map(|_| 0_usize));
    let quantity = Rc::new(Cell::new(offered.unwrap_or(1)));
    let offer: Rc<dyn Fn()> = {
        let (fields, id, quantity) = (fields.clone(), need.id.clone(), quantity.clone());
        Rc::new(move || {
            let offers = &mut fields.draft.signup.borrow_mut().offers;
            offers.retain(|offer| offer.need != id);
            if is_ticked.get_untracked().is_some() {
                offers.push(Offer { need: id.clone(), quantity: quantity.get() });
            }
        })
    };
    let name = ["offers.", &need.id].concat();
    let (tick, again, field) = (offer.clone(), fields.clone(), name.clone());
    let is_met = move || counts::is_met(app, position, at);
    let button = input()
        .id((at == 0).then(|| input_id("offers")))
        .attr("type", "checkbox")
        .attr("name", "offers")
        .attr("value", &need.id)
        .attr("disabled", move || is_met() && is_ticked.read().is_none())
        .prop("checked", offered.is_some())
        .on(ev::change, move |event| {
            is_ticked.set(ticked(&event).then_some(0));
            tick();
            again.look_again("offers");
            again.look_again(&field);
        });
    let words = span()
        .child(b().child(&need.name))
        .child(" ")
        .child(small().child(move || counts::needed(app, position, at)));
    let row = label().class(move || if is_met() { "slot full" } else { "slot" }).child(button).child(words);
    let Some(most) = need.left().filter(|left| *left > 1) else { return vec![row] };
    let label = app.locale.labelled(&need.name, app.text(Message::HowMany));
    let between = [("first", "1"), ("last", &*app.locale.number(f64::from(most)))];
    let invalid = app.locale.say(Message::NumberBetween, &between);
    let text = FieldSpec {
        kind: "decimal",
        invalid: &invalid,
        follows: true,
        ..FieldSpec::own(&name, &label, true)
    };
    let typed = quantity.get().to_string();
    let set = move |typed: String| {
        // What is no number fits nothing.
        quantity.set(typed_number(&typed).parse().unwrap_or_default());
        offer();
    };
    let is_served = app.served().map(|_| 0_usize);
    let field = fields.text(text, &typed, Box::new(set));
    // Without a script nothing could show it.
    vec![row, field.attr("hidden", move || is_served.is_none() && is_ticked.read().is_none())]
}
