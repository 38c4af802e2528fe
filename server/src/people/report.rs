//! `/i/{id}/report`: a visitor says that something is wrong with an initiative. What keeps robots from it is as at the other forms of pages
//! without a script. Nothing is hidden by it: somebody looks.

use std::time::Instant;

use alentour_model::{EmailAddress, Initiative};
use alentour_texts::Organising;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::html;

use super::now;
use super::page::{PeoplePage, mend, to_be_mended, without_secret};
use crate::http::beat::next_beat;
use crate::http::{Error, Visitor, is_own_form};
use crate::signups::FormTicket;
use crate::state::AppState;
use crate::store::{Report, ReportReason, ReportWords};

/// Characters that one may write.
const LONGEST: usize = 1000;
/// Bytes of an address, at most.
const LONGEST_ADDRESS: usize = 254;

/// What the form has sent.
#[derive(Default)]
struct Fields {
    reason: String,
    words: String,
    email: String,
    /// What names this filling in.
    attempt: String,
    /// The field that people do not see.
    website: String,
}

impl Fields {
    fn read(body: &[u8]) -> Self {
        let mut all = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match name.as_ref() {
                "reason" => all.reason = value.into_owned(),
                // Lines of a text area end in CRLF where a form is sent.
                "words" => all.words = value.replace("\r\n", "\n"),
                "email" => all.email = value.into_owned(),
                "attempt" => all.attempt = value.into_owned(),
                "website" => all.website = value.into_owned(),
                _ => {}
            }
        }
        all
    }

    /// What of it needs mending.
    fn wrong(&self) -> Wrong {
        let words = self.words.trim();
        let is_odd = |c: char| c.is_control() && c != '\n' && c != '\t';
        let email = self.email.trim();
        Wrong {
            reason: ReportReason::parse(&self.reason).is_none(),
            words: words.chars().count() > LONGEST || words.chars().any(is_odd),
            email: !email.is_empty()
                && (email.len() > LONGEST_ADDRESS || EmailAddress::parse(email).is_none()),
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Wrong {
    reason: bool,
    words: bool,
    email: bool,
}

impl Wrong {
    fn any(self) -> bool {
        self.reason || self.words || self.email
    }
}

/// Why a form comes back.
#[derive(Default)]
struct Refused {
    ticket: Option<FormTicket>,
    wrong: Wrong,
    said: &'static str,
}

/// A reason in words.
pub fn reason_words(texts: &Organising, reason: ReportReason) -> &'static str {
    match reason {
        ReportReason::Wrong => texts.reason_wrong,
        ReportReason::Hateful => texts.reason_hateful,
        ReportReason::Dangerous => texts.reason_dangerous,
        ReportReason::Advertising => texts.reason_advertising,
        ReportReason::Personal => texts.reason_personal,
        ReportReason::Other => texts.reason_other,
    }
}

/// What a mark of this form is for: none of the initiative's other form is good here.
fn form_of(id: &str) -> String {
    format!("report {id}")
}

/// `GET`.
pub async fn show(page: PeoplePage, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let initiative = page.state.feeds.initiative(&id)?;
    form(&page, &initiative, &Fields::default(), None)
}

/// `POST`.
pub async fn send(
    page: PeoplePage,
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    if !is_own_form(&headers, &state.settings) {
        return Err(Error::ForeignForm);
    }
    state.limits.page(visitor)?;
    let (start, sent) = (Instant::now(), Fields::read(&body));
    let initiative = state.feeds.initiative(&id)?;
    let texts = page.texts;
    let back = |refused| form(&page, &initiative, &sent, Some(refused));
    // What is none of this page's gets a mark, and its time begins.
    let Some(ticket) = FormTicket::read(&sent.attempt, state.store.secret(), &form_of(&id)) else {
        return back(Refused { said: texts.form_late, ..Refused::default() });
    };
    let now = now();
    let ticket = match ticket.in_time(now, state.settings.robots.fill_seconds, texts) {
        Ok(ticket) => ticket,
        Err((ticket, said)) => return back(Refused { ticket, said, ..Refused::default() }),
    };
    state.limits.unproved_sign_up(visitor)?;
    if !sent.website.is_empty() {
        return back(Refused { said: texts.form_soon, ..Refused::default() });
    }
    let wrong = sent.wrong();
    let (Some(reason), false) = (ReportReason::parse(&sent.reason), wrong.any()) else {
        return back(Refused { ticket: Some(ticket), wrong, said: "" });
    };
    // Apart from sign-ups: whoever reports an initiative again and again keeps nobody from taking part in it.
    state.limits.initiative(&form_of(&id))?;
    let email = EmailAddress::parse(sent.email.trim());
    let report = Report {
        id: ticket.key.as_str().to_owned(),
        initiative: id.clone(),
        reason,
        said: ReportWords {
            words: sent.words.trim().to_owned(),
            email: email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default(),
        },
        at: now,
    };
    state.store.report(email.as_ref(), &report, state.settings.mail.is_some()).await?;
    state.writer.outbox_wake().notify_one();
    next_beat(start).await;
    let texts = page.language.organising();
    let back = page.link(&format!("/i/{}", alentour::app::encode(&id)));
    let rest = html! { p { a.button.quiet href=(back) { (texts.report_back) } } };
    Ok(page.message("done", texts.report_done, texts.report_done_lead, rest))
}

fn form(
    page: &PeoplePage,
    initiative: &Initiative,
    typed: &Fields,
    refused: Option<Refused>,
) -> Result<Response, Error> {
    let (words, texts) = (page.texts, page.language.organising());
    let is_refused = refused.is_some();
    let Refused { ticket, wrong, said } = refused.unwrap_or_default();
    let ticket = ticket.map_or_else(|| FormTicket::begin(now()), Ok)?;
    let attempt = ticket.field(page.state.store.secret(), &form_of(&initiative.id));
    let path = format!("/i/{}/report", alentour::app::encode(&initiative.id));
    let to_mend = [
        (wrong.reason, "reason-0", texts.report_reason_wrong),
        (wrong.words, "words", texts.report_words_wrong),
        (wrong.email, "email", words.email_wrong),
    ];
    let content = html! {
        h1 { (texts.report) }
        p.lead { strong { bdi { (initiative.name) } } }
        p { (texts.report_lead) }
        @if !said.is_empty() { p.error role="alert" { (said) } }
        @if wrong.any() { (mend(texts, &to_mend)) }
        form.card method="post" action=(page.link(&path)) novalidate {
            input type="hidden" name="attempt" value=(attempt);
            fieldset aria-describedby=[wrong.reason.then_some("reason-wrong")] {
                legend { (texts.report_reason) }
                @for (at, reason) in ReportReason::ALL.into_iter().enumerate() {
                    label.pick {
                        input id={ "reason-" (at) } type="radio" name="reason" value=(reason.as_str()) checked[reason.as_str() == typed.reason] required;
                        span { (reason_words(texts, reason)) }
                    }
                }
            }
            @if wrong.reason { p.error id="reason-wrong" { (texts.report_reason_wrong) } }
            p {
                label for="words" { (texts.report_words) }
                textarea id="words" name="words" rows="4" aria-invalid=[wrong.words.then_some("true")]
                    aria-describedby={ "words-hint" @if wrong.words { " words-wrong" } } { (typed.words) }
            }
            p.hint id="words-hint" { (texts.report_words_hint) }
            @if wrong.words { p.error id="words-wrong" { (texts.report_words_wrong) } }
            p {
                label for="email" { (texts.report_email) }
                input id="email" name="email" type="email" autocomplete="email" inputmode="email" dir="ltr" maxlength=(LONGEST_ADDRESS)
                    value=(typed.email) aria-invalid=[wrong.email.then_some("true")]
                    aria-describedby={ "email-hint" @if wrong.email { " email-wrong" } };
            }
            p.hint id="email-hint" { (texts.report_email_hint) }
            @if wrong.email { p.error id="email-wrong" { (words.email_wrong) } }
            p.website aria-hidden="true" {
                label for="website" { (page.language.widget("leave_empty")) }
                input id="website" name="website" tabindex="-1" autocomplete="off";
            }
            button { (texts.report_send) }
        }
        p { a href=(page.link(&format!("/i/{}", alentour::app::encode(&initiative.id)))) { (texts.report_back) } }
    };
    let response = page.render(texts.report, Some(""), content);
    Ok(without_secret(to_be_mended(response, is_refused)))
}
