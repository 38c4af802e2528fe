//! The last page of a proposal: how visitors will see it, what is like it, and sending it.

use std::time::Instant;

use alentour::app::encode;
use alentour_model::text::clean;
use alentour_model::{EmailAddress, Initiative};
use alentour_texts::fill;
use axum::response::Response;
use maud::{Markup, html};

use super::content::Answers;
use super::page::{kept, message, name_of, numbered, render, see, steps};
use super::sent::{Sent, value};
use super::{Opened, now};
use crate::check::preview;
use crate::http::beat::next_beat;
use crate::http::{Error, Visitor};
use crate::likeness::{Like, likeness};
use crate::people::page::{PeoplePage, to_be_mended};
use crate::state::AppState;
use crate::steps::{self, Problem, Step};
use crate::store::{Deed, Draft, ProposalState, TrailEntry};

/// Others that are shown at most.
const LIKES: usize = 3;
/// Characters that the words to whoever decides may have.
const LONGEST_WORDS: usize = 2000;

/// The page. `typed` is what was sent that is to be mended.
pub async fn show(
    page: &PeoplePage,
    opened: &Opened,
    token: &str,
    answers: &Answers,
    typed: &Sent,
) -> Result<Response, Error> {
    let here = |step: Step| format!("/propose/{token}?step={}", step.as_str());
    if let Some(step) = answers.first_wrong(page.language) {
        return Ok(see(page, &format!("{}&check=1", here(step))));
    }
    let texts = page.language.proposing();
    let Some((_, initiative)) = answers.content() else {
        let change = html! { p { a.button href=(page.link(&here(Step::When))) { (texts.change_step) } } };
        return Ok(message(page, "warning", texts.wrong, texts.wrong_whole, &change));
    };
    let likes = likeness(&page.state, &initiative, LIKES).await;
    let is_draft = opened.found.state == ProposalState::Draft;
    let problems = if typed.is_empty() { Vec::new() } else { problems(page, is_draft, typed) };
    let content = html! {
        h1 { (texts.step_send) }
        (steps(page, None))
        (numbered(page, None))
        (steps::summary(page.language, &problems))
        section { h2 { (texts.preview) } (picture(page, &initiative)) }
        ul.answers {
            @for step in Step::ALL {
                li {
                    span { (name_of(page, Some(step))) }
                    a href=(page.link(&here(step))) aria-label={ (texts.change_step) " – " (name_of(page, Some(step))) } { (texts.change_step) }
                }
            }
        }
        @if !likes.is_empty() { (alike(page, &likes)) }
        (form(page, opened, typed, &problems, !likes.is_empty()))
        @if is_draft { (kept(page, opened)) }
    };
    let style = preview::style(&page.state.bundle);
    let response = render(page, texts.step_send, "step=send&", &style, &content);
    Ok(to_be_mended(response, !problems.is_empty()))
}

/// The initiative as visitors will see it, and what its form asks.
pub fn picture(page: &PeoplePage, initiative: &Initiative) -> Markup {
    html! {
        (preview::cards(std::slice::from_ref(initiative), page.language, now()))
        @if !initiative.description.is_empty() { p.written dir="auto" { (initiative.description) } }
        (steps::asked(page.language, initiative))
    }
}

fn alike(page: &PeoplePage, likes: &[Like]) -> Markup {
    let texts = page.language.proposing();
    let said = |like: &Like| {
        let title = like.initiative.name.as_str();
        match like.distance.map(|distance| distance.value()) {
            None => fill(texts.like_anywhere, &[("title", title)]),
            Some(distance) if distance < 0.5 => fill(texts.like_here, &[("title", title)]),
            Some(distance) => {
                fill(texts.like_at, &[("title", title), ("distance", &format!("{distance:.0}"))])
            }
        }
    };
    html! {
        section.card.asked {
            h2 { (texts.likes) }
            p { (texts.likes_lead) }
            ul {
                @for like in likes {
                    li {
                        (said(like)) " "
                        a href=(page.link(&format!("/i/{}", encode(&like.initiative.id)))) target="_blank" { (texts.like_join) }
                    }
                }
            }
        }
    }
}

fn form(page: &PeoplePage, opened: &Opened, typed: &Sent, problems: &[Problem], is_like: bool) -> Markup {
    let texts = page.language.proposing();
    let draft = &opened.found.draft;
    let is_draft = opened.found.state == ProposalState::Draft;
    let or = |name: &str, kept: &str| {
        if typed.is_empty() { kept.to_owned() } else { value(typed, name).to_owned() }
    };
    let problem = |field: &str| problems.iter().find(|problem| problem.field == field);
    let invalid = |field: &str| problem(field).map(|_| "true");
    let described = |field: &str| match problem(field) {
        Some(_) => format!("{field}-hint {field}-wrong"),
        None => format!("{field}-hint"),
    };
    let error = |field: &str| {
        html! { @if let Some(problem) = problem(field) { p.error id={ (field) "-wrong" } { (problem.said) } } }
    };
    let button = match (is_draft, is_like) {
        (false, _) => texts.answer_send,
        (true, true) => texts.send_other,
        (true, false) => texts.send,
    };
    html! {
        form.card method="post" action={ "?step=send&lang=" (page.language.tag()) } novalidate {
            @if is_draft {
                p { (texts.send_lead) }
                div.field {
                    label for="email" { (texts.email) }
                    p.hint id="email-hint" { (texts.email_hint) }
                    input id="email" name="email" type="email" autocomplete="email" inputmode="email" dir="ltr" maxlength="254"
                        value=(or("email", &draft.email)) aria-invalid=[invalid("email")] aria-describedby=(described("email"));
                    (error("email"))
                }
            }
            div.field {
                label for="words" { (if is_draft { texts.words } else { texts.answer }) }
                p.hint id="words-hint" { (texts.words_hint) }
                textarea id="words" name="words" rows="3" dir="auto" aria-invalid=[invalid("words")] aria-describedby=(described("words")) {
                    (or("words", &draft.words))
                }
                (error("words"))
            }
            @if is_draft {
                p.tick {
                    input id="consent" name="consent" type="checkbox" value="yes" checked[value(typed, "consent") == "yes"]
                        aria-invalid=[invalid("consent")] aria-describedby=[problem("consent").map(|_| "consent-wrong")];
                    label for="consent" { (texts.consent) }
                }
                (error("consent"))
            }
            div.choices {
                button name="do" value="send" { (button) }
                button.quiet name="do" value="back" { (texts.back) }
            }
        }
    }
}

fn problems(page: &PeoplePage, is_draft: bool, sent: &Sent) -> Vec<Problem> {
    let texts = page.language.proposing();
    let mut problems = Vec::new();
    let mut wrong = |field: &str, said: String| problems.push(Problem { field: field.to_owned(), said });
    if is_draft && EmailAddress::parse(value(sent, "email")).is_none() {
        wrong("email", texts.wrong_email.to_owned());
    }
    if value(sent, "words").chars().count() > LONGEST_WORDS {
        wrong("words", fill(texts.wrong_words, &[("most", &LONGEST_WORDS.to_string())]));
    }
    if is_draft && value(sent, "consent") != "yes" {
        wrong("consent", texts.wrong_consent.to_owned());
    }
    problems
}

/// Sends it. Whoever the address is of, the same is written, mailed and answered, on the same beat.
pub async fn act(
    page: &PeoplePage,
    state: &AppState,
    visitor: Visitor,
    (opened, token): (&Opened, &str),
    answers: &Answers,
    sent: &Sent,
) -> Result<Response, Error> {
    let found = &opened.found;
    if value(sent, "do") == "back" {
        return Ok(see(page, &format!("/propose/{token}?step={}", Step::Telling.as_str())));
    }
    let is_draft = found.state == ProposalState::Draft;
    if !problems(page, is_draft, sent).is_empty() || answers.first_wrong(page.language).is_some() {
        return show(page, opened, token, answers, sent).await;
    }
    let Some((content, _)) = answers.content() else { return show(page, opened, token, answers, sent).await };
    let words = clean(&value(sent, "words").replace("\r\n", "\n"));
    let fields = answers.fields.clone().into();
    if !is_draft {
        let version = found.own.as_ref().map_or(0, |own| own.version);
        let entry = TrailEntry::of_visitor(&found.id, Deed::Changed, now());
        let draft = Draft { fields: Default::default(), words: words.clone(), ..found.draft.clone() };
        if state.store.answer_proposal(version, &content, &words, &entry).await? {
            // What was changed is what it says now.
            state.store.save_proposal(&found.id, found.version, &draft, now()).await?;
            state.writer.outbox_wake().notify_one();
        }
        return Ok(see(page, &format!("/proposal/{token}")));
    }
    let Some(email) = EmailAddress::parse(value(sent, "email")) else {
        return show(page, opened, token, answers, sent).await;
    };
    state.limits.mail(visitor)?;
    let start = Instant::now();
    let email_h = state.store.secret().email_h(&email);
    let consent = Some((now(), page.language.proposing().consent.to_owned()));
    let draft = Draft { fields, email: email.as_str().to_owned(), words, consent, ..Draft::default() };
    // Where it was sent a moment ago, it is.
    state.store.send_proposal((&found.id, found.version), &email_h, &draft, now()).await?;
    state.writer.outbox_wake().notify_one();
    next_beat(start).await;
    Ok(see(page, &format!("/propose/{token}")))
}
