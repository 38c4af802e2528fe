//! `/organise/settings`: what an installation needs, step by step; each can be left for later, and come back to.

use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::{above, fact, on_to, texts};
use crate::http::Error;
use crate::organise::page::OrganisePage;
use crate::settings::Part;
use crate::store::Deed;

/// The steps, in their order: the address of each, after that of all.
const STEPS: [&str; 4] = ["/controller", "/mail", "/secret", "/back-up"];

/// What an address says that was just done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    saved: String,
}

impl Done {
    /// Says that it is saved, where it was just saved.
    pub fn said(&self, page: &OrganisePage) -> Markup {
        html! { @if !self.saved.is_empty() { p.said role="status" { (page.texts.saved) } } }
    }

    /// The address of a page that says so.
    pub fn at(address: &str) -> String {
        format!("{address}&saved=1")
    }
}

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    let (texts, settings) = (texts(&page), &page.state().settings);
    let backed_up = page.state().store.last_done(Deed::BackedUp).await?.is_some();
    let done = [
        Part::Controller.is_in(settings),
        Part::Mail.is_in(settings) && !settings.is_mail_refused(),
        true,
        Part::BackUp.is_in(settings) || backed_up,
    ];
    let words = [
        (texts.controller, texts.controller_why),
        (texts.mail, texts.mail_why),
        (texts.secret, texts.secret_why),
        (texts.back_up, texts.back_up_why),
    ];
    let content = html! {
        h1 { (texts.settings) }
        p.lead { (texts.settings_lead) }
        ol.plain {
            @for ((path, (title, why)), done) in STEPS.iter().zip(words).zip(done) {
                li.card {
                    h2 { a href=(page.link(&format!("/settings{path}"))) { (title) } }
                    p { (why) }
                    p.hint { (if done { texts.step_done } else { texts.step_open }) }
                }
            }
        }
    };
    Ok(page.render(texts.settings, &above(&page), "", &content))
}

/// `GET /organise/settings/secret`: where the secret is, and nothing of it.
pub async fn secret(page: OrganisePage) -> Result<Response, Error> {
    let texts = texts(&page);
    let place = match &page.state().installation.secret_file {
        Some(file) => html! { code dir="ltr" { (file.display()) } },
        None => html! { (texts.secret_environment) },
    };
    let content = html! {
        h1 { (texts.secret) }
        p.lead { (texts.secret_lead) }
        section.card { dl { (fact(texts.secret_where, place)) } }
        p { (texts.secret_copy) }
        (onward(&page, "/secret"))
    };
    Ok(step(&page, texts.secret, &content))
}

/// A step as a page.
pub fn step(page: &OrganisePage, title: &str, content: &Markup) -> Response {
    let [first] = above(page);
    let above = [first, (texts(page).settings, page.link("/settings"))];
    page.render(title, &above, "", content)
}

/// The address of what comes after a step.
pub fn next(page: &OrganisePage, path: &str) -> String {
    let at = STEPS.iter().position(|step| *step == path);
    match at.and_then(|at| STEPS.get(at + 1)) {
        Some(next) => page.link(&format!("/settings{next}")),
        None => page.link("/installation"),
    }
}

/// Leads to what comes after a step, without doing anything.
pub fn onward(page: &OrganisePage, path: &str) -> Markup {
    html! { p { a.button.quiet href=(next(page, path)) { (texts(page).step_skip) } } }
}

/// Settles a part, or unsettles it, and goes on to the next step; this server knows at once, others within half a minute.
pub async fn settle(
    page: &OrganisePage,
    part: Part,
    value: Option<serde_json::Value>,
    then: &str,
) -> Result<Response, Error> {
    let state = page.state();
    if state.settings.is_given(part) {
        return Err(Error::Malformed("part"));
    }
    let entry = page.who()?.entry("", Deed::Settled, serde_json::json!({}));
    state.store.settle_part(part.as_str(), value.as_ref(), &entry).await?;
    state.settings.learn(state.store.made_settings().await?);
    if part == Part::Mail {
        state.settings.note_trial(true);
    }
    on_to(then)
}

/// What stands where the file says a part.
pub fn given(page: &OrganisePage) -> Markup {
    html! { p.attention { (texts(page).settings_given) } }
}
