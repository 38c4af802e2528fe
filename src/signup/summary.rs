//! What is wrong with a form, at its head.

use alentour_model::{Initiative, Question};
use leptos::prelude::*;

use super::field::{input_id, issue};
use crate::app::draft::Draft;
use crate::app::{App, encode};
use crate::dom::html::{a, div, p, span};
use crate::dom::{El, ev};
use crate::message::Message;

/// What is wrong, at the head of the form: how much, and a link to the first. It takes the focus when the form is refused, and gets
/// shorter as things are mended.
pub fn summary(app: App, position: usize, draft: &Draft) -> El {
    let (progress, refusals) = (draft.progress, draft.refusals);
    let looked_at = app.looked_at(position);
    div().child(move || {
        refusals.track();
        if progress.read_untracked().problems.is_empty() {
            return None;
        }
        let looked_at = looked_at.clone();
        let line = p().child(move || {
            let progress = progress.read();
            let first = progress.problems.first()?;
            let left = app.locale.count(Message::ToMend, progress.problems.len(), &[]);
            let label = looked_at.get().and_then(|initiative| label(app, initiative, &first.field));
            let Some(label) = label else {
                let issue = issue(app, &first.field, first.problem, "");
                return Some(span().child(app.locale.labelled(&left, &issue)));
            };
            let id = input_id(&first.field);
            let link =
                a().attr("href", ["#", &encode(&id)].concat()).child(label).on(ev::click, move |event| {
                    event.prevent_default();
                    app.act(|browser| browser.focus(["[id=\"", &id, "\"]"].concat(), true));
                });
            Some(span().child(app.locale.labelled(&left, "")).child(link))
        });
        let notice = div()
            .class("notice to-mend")
            .part("notice")
            .id("to-mend")
            .attr("role", "alert")
            .attr("tabindex", "-1")
            .attr("hidden", move || progress.read().problems.is_empty())
            .child(line);
        Some(notice)
    })
}

/// Characters of a label in the summary: a consent's is a paragraph.
const LONGEST: usize = 60;

/// The question that a field is for.
fn question<'a>(initiative: &'a Initiative, field: &str) -> Option<&'a Question> {
    let id = field.strip_prefix("answers.")?;
    initiative.participation.as_ref()?.questions.iter().find(|question| question.id == id)
}

/// The label of a field, shortened; `None` for what is no field of this form.
fn label(app: App, initiative: &Initiative, field: &str) -> Option<String> {
    let participation = initiative.participation.as_ref()?;
    let label = match field.split_once('.') {
        Some(("answers", _)) => question(initiative, field)?.label.as_str(),
        Some(("offers", id)) => participation.need(id)?.name.as_str(),
        Some(("consents", id)) => participation.consents.iter().find(|it| it.id == id)?.text.as_str(),
        Some(("guests", _)) => app.text(Message::Guests),
        _ => match field {
            // A single session is no choice.
            "session" if initiative.coming(app.locale.clock.now().instant).len() > 1 => {
                app.text(Message::ChooseSession)
            }
            "guests" => app.text(Message::Guests),
            "offers" => app.text(Message::NoteOffer),
            "partySize" => app.text(Message::PartySize),
            "givenName" => app.text(Message::GivenName),
            "familyName" => app.text(Message::FamilyName),
            "email" => app.text(Message::Email),
            "telephone" => app.text(Message::Telephone),
            "postalCode" => app.text(Message::PostalCode),
            "message" => app.text(Message::Note),
            "guardianAgrees" => app.text(Message::GuardianAgrees),
            _ => return None,
        },
    };
    let mut short: String = label.chars().take(LONGEST).collect();
    if short.len() < label.len() {
        short.push('…');
    }
    Some(short)
}
