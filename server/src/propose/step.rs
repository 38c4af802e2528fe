//! `/propose/{token}`: the steps of a draft, and of an initiative about which something was asked back.

use std::time::Instant;

use alentour_model::EmailAddress;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::begin::heading;
use super::content::Answers;
use super::page::{gone, kept, message, render, see, steps};
use super::sent::{Sent, value};
use super::{Opened, now, opened, send};
use crate::completion;
use crate::http::beat::next_beat;
use crate::http::{Error, Visitor};
use crate::people::page::{PeoplePage, to_be_mended};
use crate::state::AppState;
use crate::steps::{self, Asking, Problem, Step};
use crate::store::{Draft, ProposalState};

/// What an address asks for beside the draft.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Which step; none: the one at which they went away, else the first that is to be mended, or the last page.
    step: String,
    /// How many rows of dates, or of questions.
    rows: usize,
    /// Whether what is wrong is said at once.
    check: String,
}

/// `GET`: the step that is asked for.
pub async fn show(
    page: PeoplePage,
    State(state): State<AppState>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    state.limits.page(visitor)?;
    let Some(opened) = opened(&state, &token).await? else { return Ok(gone(&page)) };
    if !opened.may_change() {
        return Ok(elsewhere(&page, &opened, &token));
    }
    let answers = Answers::of(&state, &opened.found, page.language).await?;
    if asked.step == "send" {
        return send::show(&page, &opened, &token, &answers, &Vec::new()).await;
    }
    let left = Step::parse(&opened.found.draft.step);
    let step = Step::parse(&asked.step).or(left).or_else(|| answers.first_wrong(page.language));
    let Some(step) = step else { return Ok(see(&page, &format!("/propose/{token}?step=send"))) };
    let problems = if asked.check.is_empty() { Vec::new() } else { answers.problems(step, page.language) };
    Ok(one(&page, &opened, &answers, step, &problems, asked.rows, None))
}

/// `POST`: keeps what was answered, whatever is wrong with it, and goes on, back, or elsewhere.
pub async fn act(
    page: PeoplePage,
    State(state): State<AppState>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    state.limits.page(visitor)?;
    let Some(opened) = opened(&state, &token).await? else { return Ok(gone(&page)) };
    let does = value(&sent, "do");
    if does == "take-back" && opened.found.state == ProposalState::Sent {
        state.store.take_back_proposal(&opened.found.id, now()).await?;
        return Ok(see(&page, &format!("/propose/{token}?step=send")));
    }
    if !opened.may_change() {
        return Ok(elsewhere(&page, &opened, &token));
    }
    let mut answers = Answers::of(&state, &opened.found, page.language).await?;
    if asked.step == "send" {
        return send::act(&page, &state, visitor, (&opened, &token), &answers, &sent).await;
    }
    let step = Step::parse(&asked.step).ok_or(Error::Malformed("step"))?;
    answers.fields.take(step, &sent);
    if does == "town" {
        answers.fields.set("town", "");
    }
    answers.look_up(&state).await?;
    let left = if does == "later" { step.as_str() } else { "" };
    let draft =
        Draft { fields: answers.fields.clone().into(), step: left.to_owned(), ..opened.found.draft.clone() };
    let found = &opened.found;
    if !state.store.save_proposal(&found.id, found.version, &draft, now()).await? {
        // Somebody has sent it meanwhile, or the same form twice.
        return Ok(see(&page, &format!("/propose/{token}?step={}", step.as_str())));
    }
    let here = |step: &str| format!("/propose/{token}?step={step}");
    match does {
        "back" => Ok(see(&page, &here(step.before().unwrap_or(step).as_str()))),
        "row" => {
            let rows = step.one_row_more(&answers.fields);
            Ok(see(&page, &format!("{}&rows={rows}", here(step.as_str()))))
        }
        "town" => Ok(see(&page, &here(step.as_str()))),
        "later" if found.state == ProposalState::Draft => {
            later(&page, &state, visitor, &opened, (&answers, step), value(&sent, "later")).await
        }
        _ => {
            let problems = answers.problems(step, page.language);
            if problems.is_empty() {
                return Ok(see(&page, &here(step.next().map_or("send", Step::as_str))));
            }
            Ok(one(&page, &opened, &answers, step, &problems, 0, None))
        }
    }
}

/// Mails the link that continues a draft elsewhere: the same for each address.
async fn later(
    page: &PeoplePage,
    state: &AppState,
    visitor: Visitor,
    opened: &Opened,
    (answers, step): (&Answers, Step),
    typed: &str,
) -> Result<Response, Error> {
    let texts = page.language.proposing();
    let Some(email) = EmailAddress::parse(typed) else {
        return Ok(one(page, opened, answers, step, &[], 0, Some(typed)));
    };
    state.limits.mail(visitor)?;
    let start = Instant::now();
    let (email_h, found) = (state.store.secret().email_h(&email), &opened.found);
    let draft = Draft {
        fields: answers.fields.clone().into(),
        email: email.as_str().to_owned(),
        step: step.as_str().to_owned(),
        ..found.draft.clone()
    };
    // It has just been saved.
    state.store.resume_proposal((&found.id, found.version + 1), &email_h, &draft, now()).await?;
    state.writer.outbox_wake().notify_one();
    next_beat(start).await;
    Ok(message(page, "asked", texts.sent, texts.later_sent_lead, &kept(page, opened)))
}

/// Where it is to be changed no more: what is to be done instead.
fn elsewhere(page: &PeoplePage, opened: &Opened, token: &str) -> Response {
    let texts = page.language.proposing();
    match opened.found.state {
        _ if opened.is_own => see(page, &format!("/proposal/{token}")),
        ProposalState::Sent => {
            let back = html! {
                (kept(page, opened))
                form method="post" action=(page.link(&format!("/propose/{token}"))) {
                    button.quiet name="do" value="take-back" { (texts.sent_change) }
                }
            };
            message(page, "asked", texts.sent, texts.sent_lead, &back)
        }
        // Whose mailbox it is follows it; this browser may be somebody else's.
        _ => message(page, "done", texts.confirmed, texts.state_waiting_lead, &html! {}),
    }
}

/// A step. `later` is an address that was typed for a link and is none.
fn one(
    page: &PeoplePage,
    opened: &Opened,
    answers: &Answers,
    step: Step,
    problems: &[Problem],
    rows: usize,
    later: Option<&str>,
) -> Response {
    let texts = page.language.proposing();
    let (fields, town) = (&answers.fields, &answers.town);
    let places = completion::address(page);
    let asking = Asking { step, language: page.language, fields, problems, town, rows, places: &places };
    let query = format!("step={}&", step.as_str());
    let is_refused = !problems.is_empty() || later.is_some();
    let content = html! {
        h1 { (texts.propose) }
        (steps(page, Some(step)))
        (steps::summary(page.language, problems))
        form.card method="post" action={ "?step=" (step.as_str()) "&lang=" (page.language.tag()) } novalidate {
            // What the Enter key presses.
            button.unseen name="do" value="next" tabindex="-1" aria-hidden="true" { (texts.next) }
            (heading(page, step))
            (steps::ask(&asking))
            div.choices {
                button name="do" value="next" { (texts.next) }
                @if step.before().is_some() { button.quiet name="do" value="back" { (texts.back) } }
            }
            @if opened.found.state == ProposalState::Draft { (continue_later(page, later)) }
        }
        @if opened.found.state == ProposalState::Draft { (kept(page, opened)) }
    };
    let response = completion::render(page, asking.is_completed(), &content, |style, content| {
        render(page, texts.propose, &query, style, content)
    });
    to_be_mended(response, is_refused)
}

fn continue_later(page: &PeoplePage, wrong: Option<&str>) -> Markup {
    let texts = page.language.proposing();
    html! {
        details.part open[wrong.is_some()] {
            summary { (texts.later) }
            p.hint id="later-hint" { (texts.later_lead) }
            div.field {
                label for="later" { (texts.email) }
                input id="later" name="later" type="email" autocomplete="email" dir="ltr" maxlength="254" value=[wrong]
                    aria-invalid=[wrong.map(|_| "true")] autofocus[wrong.is_some()]
                    aria-describedby=(if wrong.is_some() { "later-hint later-wrong" } else { "later-hint" });
                @if wrong.is_some() { p.error id="later-wrong" { (texts.wrong_email) } }
            }
            button.quiet name="do" value="later" { (texts.later_button) }
        }
    }
}
