//! `/propose`: the first step. What keeps robots out is what keeps them out of sign-ups without a script: a mark that only this page has, which
//! tells how long filling in took, and a field that people do not see.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use super::page::{kept_by_browsers, message, name_of, numbered, render, see, steps};
use super::sent::{Sent, value};
use super::{Opened, now, opened};
use crate::http::{Error, Visitor, is_own_form};
use crate::people::page::{PeoplePage, to_be_mended, without_secret};
use crate::signups::FormTicket;
use crate::state::AppState;
use crate::steps::{self, Asking, Fields, Problem, Step, Town};
use crate::store::{Begun, Draft, Secret, hex};

/// Whose mark it is.
const FORM: &str = "propose";

/// `GET /propose`.
pub async fn show(page: PeoplePage, visitor: Visitor) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    first(&page, &Fields::default(), &[], None, "")
}

/// `POST /propose`: keeps the first step, and leads to the second.
pub async fn begin(
    page: PeoplePage,
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    if !is_own_form(&headers, &state.settings) {
        return Err(Error::ForeignForm);
    }
    state.limits.page(visitor)?;
    let mut fields = Fields::default();
    fields.take(Step::Aim, &sent);
    let texts = page.texts;
    let back = |ticket, said| first(&page, &fields, &[], ticket, said);
    let secret = state.store.secret();
    let Some(ticket) = FormTicket::read(value(&sent, "attempt"), secret, FORM) else {
        return back(None, texts.form_late);
    };
    let ticket = match ticket.in_time(now(), state.settings.robots.fill_seconds, texts) {
        Ok(ticket) => ticket,
        Err((ticket, said)) => return back(ticket, said),
    };
    if !value(&sent, "website").is_empty() {
        return back(None, texts.form_soon);
    }
    let problems = steps::check(
        Step::Aim,
        &fields,
        None,
        &Town::None,
        alentour_model::Date::from_days(0),
        page.language,
    );
    if !problems.is_empty() {
        return first(&page, &fields, &problems, Some(ticket), "");
    }
    state.limits.unproved_sign_up(visitor)?;
    // Named after the form: sent twice, it is one draft.
    let (id, token) = names(secret, &ticket);
    let hash = secret.token_hash(&token);
    let draft = Draft { fields: fields.into(), ..Draft::default() };
    match state.store.begin_proposal(&id, &hash, page.language.tag(), &draft, now()).await? {
        Begun::Now => {
            change(&state, &token, &sent).await?;
            Ok(see(&page, &format!("/propose/{token}?step={}", Step::People.as_str())))
        }
        Begun::Enough => {
            let own = page.language.proposing();
            let mut response = message(&page, "warning", own.many, own.many_lead, &html! {});
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            Ok(response)
        }
    }
}

/// Keeps what a first step says that was sent again from the same page: whoever goes back there changes the draft that it began.
async fn change(state: &AppState, token: &str, sent: &Sent) -> Result<(), Error> {
    let Some(opened) = opened(state, token).await?.filter(Opened::may_change) else { return Ok(()) };
    let found = &opened.found;
    let mut fields = Fields::from(found.draft.fields.clone());
    fields.take(Step::Aim, sent);
    let draft = Draft { fields: fields.into(), ..found.draft.clone() };
    // Where it is changed elsewhere at that moment, the steps show what is kept.
    if draft.fields != found.draft.fields {
        state.store.save_proposal(&found.id, found.version, &draft, now()).await?;
    }
    Ok(())
}

/// The identifier of a draft, and what its address has.
fn names(secret: &Secret, ticket: &FormTicket) -> (String, String) {
    let name = |what| hex(&secret.digest(what, ticket.key.as_str().as_bytes()));
    let (mut id, token) = (name("proposal"), name("proposal's page"));
    id.truncate(20);
    (format!("a-{id}"), token)
}

fn first(
    page: &PeoplePage,
    fields: &Fields,
    problems: &[Problem],
    ticket: Option<FormTicket>,
    said: &str,
) -> Result<Response, Error> {
    let texts = page.language.proposing();
    let ticket = ticket.map_or_else(|| FormTicket::begin(now()), Ok)?;
    let attempt = ticket.field(page.state.store.secret(), FORM);
    let asking = Asking {
        step: Step::Aim,
        language: page.language,
        fields,
        problems,
        town: &Town::None,
        rows: 0,
        places: "",
    };
    let content = html! {
        h1 { (texts.propose) }
        p.lead { (texts.lead) }
        (steps(page, Some(Step::Aim)))
        (steps::summary(page.language, problems))
        @if !said.is_empty() { p.error role="alert" { (said) } }
        form.card method="post" action=(page.link("/propose")) novalidate {
            input type="hidden" name="attempt" value=(attempt);
            (heading(page, Step::Aim))
            (steps::ask(&asking))
            p.website aria-hidden="true" {
                label for="website" { (page.language.widget("leave_empty")) }
                input id="website" name="website" tabindex="-1" autocomplete="off";
            }
            button { (texts.next) }
        }
    };
    let response = render(page, texts.propose, "", "", &content);
    Ok(kept_by_browsers(without_secret(to_be_mended(response, !problems.is_empty() || !said.is_empty()))))
}

/// What a step is called, and which it is.
pub fn heading(page: &PeoplePage, step: Step) -> Markup {
    html! { h2 { (name_of(page, Some(step))) } (numbered(page, Some(step))) }
}
