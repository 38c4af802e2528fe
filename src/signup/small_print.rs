//! What stands in every form beside its fields: who is young, who gets the data, and the honeypot.

use alentour_model::Initiative;

use super::field::{FieldSpec, Fields};
use crate::app::{App, link};
use crate::dom::{El, classed, el};
use crate::message::Message;

/// A link to a page of the server's, in the visitor's language.
pub fn page(app: App, path: &str, text: Message) -> Option<El> {
    Some(link(&app.address(&[path, "lang=", app.locale.language].concat())?, app.text(text)))
}

/// Who gets what is typed, what for, and where to read on.
pub fn notice(app: App, initiative: &Initiative) -> El {
    let organiser = initiative.organizer.as_ref().map(|organiser| organiser.name.as_str());
    let name = organiser.filter(|name| !name.is_empty()).unwrap_or(app.text(Message::Organiser));
    let id = String::from(js_sys::encode_uri_component(&initiative.id));
    let path = ["/privacy?initiative=", &id, "&"].concat();
    classed("p", "hint")
        .text(&[&app.locale.say(Message::Notice, &[("name", name)]), " "].concat())
        .children(page(app, &path, Message::Rights))
}

/// Who is under 15 says so, and then that a parent agrees.
pub fn age(fields: &Fields) -> [El; 2] {
    let (signup, young) = (fields.draft.signup.clone(), fields.draft.signup.clone());
    let (under15, guardian_agrees) = (signup.borrow().under15, signup.borrow().guardian_agrees);
    let text = FieldSpec::own("guardianAgrees", fields.app.text(Message::GuardianAgrees), true);
    let guardian = fields
        .tick(text, guardian_agrees, move |agrees| signup.borrow_mut().guardian_agrees = agrees)
        .prop("hidden", !under15);
    let shown = guardian.clone();
    let text = FieldSpec::own("under15", fields.app.text(Message::Under15), false);
    let age = fields.tick(FieldSpec { optional: false, ..text }, under15, move |under15| {
        young.borrow_mut().under15 = under15;
        let _ = shown.clone().prop("hidden", !under15);
    });
    [age, guardian]
}

/// Finds the honeypot's input.
pub const HONEYPOT: &str = "#in-website";

/// A honeypot: a field that people meet neither by eye, by keyboard nor by screen reader. Whoever fills it in is a program.
pub fn honeypot(app: App) -> El {
    let input = el("input")
        .attr("id", "in-website")
        .attr("name", "website")
        .attr("tabindex", "-1")
        .attr("autocomplete", "off");
    let label = el("label").attr("for", "in-website").text(app.text(Message::LeaveEmpty));
    // No class that says what it is: programs look for that.
    classed("div", "website").attr("aria-hidden", "true").child(label).child(input)
}
