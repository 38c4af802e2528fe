//! What is wrong with a form, at its head.

use alentour_model::{Initiative, Question};
use leptos::prelude::*;

use super::field::{input_id, issue};
use super::question::invalid;
use crate::app::draft::Draft;
use crate::app::{App, encode};
use crate::dom::html::{a, div, h4, li, ul};
use crate::dom::{El, ev};
use crate::message::Message;

/// What is wrong, at the head of the form: a link to each field. It takes the focus when the form is refused.
pub fn summary(app: App, position: usize, draft: &Draft) -> El {
    let (progress, refusals) = (draft.progress, draft.refusals);
    let looked_at = app.looked_at(position);
    // A new refusal makes a new summary, which is read out; a new status does not.
    div().child(move || {
        refusals.track();
        let progress = progress.read_untracked();
        let problems = &progress.problems;
        if problems.is_empty() {
            return None;
        }
        let links = problems.iter().map(|problem| {
            let id = input_id(&problem.field);
            let initiative = looked_at.get();
            let question = initiative.and_then(|initiative| question(initiative, &problem.field));
            let invalid = question.map(|question| invalid(app, question)).unwrap_or_default();
            let issue = issue(app, &problem.field, problem.problem, &invalid);
            let label = initiative.and_then(|initiative| label(app, initiative, &problem.field));
            let Some(label) = label else { return li().child(issue) };
            let text = app.locale.labelled(&label, &issue);
            let link =
                a().attr("href", ["#", &encode(&id)].concat()).child(text).on(ev::click, move |event| {
                    event.prevent_default();
                    app.act(|browser| browser.focus(["[id=\"", &id, "\"]"].concat(), true));
                });
            li().child(link)
        });
        let notice = div()
            .class("notice to-mend")
            .part("notice")
            .id("to-mend")
            .attr("role", "alert")
            .attr("tabindex", "-1")
            .child(h4().child(app.locale.count(Message::ToMend, problems.len(), &[])))
            .child(ul().child(links.collect::<Vec<_>>()));
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
        Some(("consents", id)) => participation.consents.iter().find(|it| it.id == id)?.text.as_str(),
        _ => match field {
            // A single session is no choice.
            "session" if initiative.coming(app.locale.clock.now().instant).len() > 1 => {
                app.text(Message::ChooseSession)
            }
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
