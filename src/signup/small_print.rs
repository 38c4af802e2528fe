//! What stands in every form beside its fields: who is young, who gets the data, and the honeypot.

use alentour_model::Initiative;
use leptos::prelude::*;

use super::field::{FieldSpec, Fields};
use crate::app::{App, encode};
use crate::controls::link;
use crate::dom::El;
use crate::dom::html::{div, input, label, p};
use crate::message::Message;

/// A link to a page of the server's, in the visitor's language.
pub fn page(app: App, path: &str, text: Message) -> Option<El> {
    Some(link(&app.address(&[path, "lang=", app.locale.language].concat())?, app.text(text)))
}

/// Who organises it.
pub fn organiser(app: App, initiative: &Initiative) -> &str {
    let organiser = initiative.organizer.as_ref().map(|organiser| organiser.name.as_str());
    organiser.filter(|name| !name.is_empty()).unwrap_or(app.text(Message::Organiser))
}

/// Who gets what is typed, what for, and where to read on.
pub fn notice(app: App, initiative: &Initiative) -> El {
    let name = organiser(app, initiative);
    let path = ["/privacy?initiative=", &encode(&initiative.id), "&"].concat();
    p().class("hint").child([&app.locale.say(Message::Notice, &[("name", name)]), " "].concat()).child(page(
        app,
        &path,
        Message::Rights,
    ))
}

/// Who is under 15 says so, and then that a parent agrees.
pub fn age(fields: &Fields) -> El {
    let (signup, young) = (fields.draft.signup.clone(), fields.draft.signup.clone());
    let (under15, guardian_agrees) = (signup.borrow().under15, signup.borrow().guardian_agrees);
    let is_served = fields.app.served().map(|_| 0_usize);
    // Some(0) for whoever is: signals of one type share their code.
    let is_young = RwSignal::new(under15.then_some(0_usize));
    let text = FieldSpec::own("guardianAgrees", fields.app.text(Message::GuardianAgrees), true);
    let guardian = fields
        .tick(text, guardian_agrees, Box::new(move |agrees| signup.borrow_mut().guardian_agrees = agrees))
        // Without a script the style sheet does that, where it can.
        .attr("hidden", move || is_served.is_none() && is_young.read().is_none());
    let again = fields.clone();
    let text = FieldSpec::own("under15", fields.app.text(Message::Under15), false);
    let age = fields.tick(
        FieldSpec { optional: false, ..text },
        under15,
        Box::new(move |under15| {
            young.borrow_mut().under15 = under15;
            is_young.set(under15.then_some(0));
            again.look_again("guardianAgrees");
        }),
    );
    div().class("age").child(age).child(guardian)
}

/// A honeypot: a field that people meet neither by eye, by keyboard nor by screen reader. Whoever fills it in is a program.
pub fn honeypot(app: App) -> El {
    let input =
        input().id("in-website").attr("name", "website").attr("tabindex", "-1").attr("autocomplete", "off");
    let label = label().attr("for", "in-website").child(app.text(Message::LeaveEmpty));
    // No class that says what it is: programs look for that.
    div().class("website").attr("aria-hidden", "true").child(label).child(input)
}
