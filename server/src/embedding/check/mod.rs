//! `/embed-it/check`: somebody names their page, and reads what of Alentour is seen in it. The page is fetched and read in a process of its own,
//! as strangers' feeds are; nothing of it is shown but what concerns the tag.

mod attributes;
mod frame;
mod job;
mod known;
mod look;
mod missing;
mod names;
mod policy;
mod report;
mod script;
mod seen;
mod server;
mod show;
mod written;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use url::Url;

pub use job::run;

use self::job::Job;
use self::report::{Finding, Findings};
use self::server::Server;
use super::page::render;
use super::server;
use crate::http::{Error, Visitor, is_own_form};
use crate::people::page::{PeoplePage, without_secret};
use crate::sandbox::{SandboxError, Task};
use crate::state::AppState;

/// The longest address, in bytes.
const LONGEST: usize = 2000;
/// Seconds after which somebody is asked to come back, where too many pages are being read.
const COME_BACK: u64 = 10;

/// `GET /embed-it/check`: the form. `page` fills it in; nothing is fetched.
///
/// # Errors
/// Where somebody asks too often.
pub async fn show(page: PeoplePage, visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let address = field(query.unwrap_or_default().as_bytes());
    Ok(shown(&page, StatusCode::OK, &address, &html! {}))
}

/// `POST /embed-it/check`: reads the page.
pub async fn answer(page: PeoplePage, visitor: Visitor, headers: HeaderMap, body: Bytes) -> Response {
    let address = field(&body);
    // Else any website could have its visitors ask.
    if !is_own_form(&headers, &page.state.settings) {
        return Error::ForeignForm.into_response();
    }
    let Some(mut url) = web(&address) else {
        return shown(&page, StatusCode::UNPROCESSABLE_ENTITY, &address, &html! {});
    };
    url.set_fragment(None);
    if let Err(Error::TooMany(seconds)) = page.state.limits.check(visitor) {
        return busy(&page, StatusCode::TOO_MANY_REQUESTS, &address, seconds);
    }
    let state = page.state.clone();
    let Some(_under_way) = state.limits.examination(visitor) else {
        return busy(&page, StatusCode::SERVICE_UNAVAILABLE, &address, COME_BACK);
    };
    let own = server(&page.state, &headers);
    let job = Job {
        url: url.into(),
        server: Server { address: own.clone(), ..compared(&page.state).await },
        allow_private: page.state.checks.allow_private,
    };
    let findings = match examine(&page, &job).await {
        Ok(findings) => findings,
        Err(SandboxError::Busy) => {
            return busy(&page, StatusCode::SERVICE_UNAVAILABLE, &address, COME_BACK);
        }
        Err(why) => {
            // Not which page it was: that is its editor's.
            tracing::error!(?why, "page not examined");
            return shown(&page, StatusCode::INTERNAL_SERVER_ERROR, &address, &html! {});
        }
    };
    shown(&page, StatusCode::OK, &address, &show::report(&page, &findings, &own))
}

/// What is seen of us in the page.
async fn examine(page: &PeoplePage, job: &Job) -> Result<Vec<Finding>, SandboxError> {
    let failed = |error: serde_json::Error| SandboxError::Failed(error.to_string());
    let bytes = serde_json::to_vec(job).map_err(failed)?;
    let findings: Findings = match page.state.checks.sandbox.run(Task::Page, &bytes).await {
        Ok(found) => serde_json::from_slice(&found).map_err(failed)?,
        // However it was too much, it is a page that is too long to be read.
        Err(SandboxError::Exceeded(_)) => return Ok(vec![Finding::of("large")]),
        Err(why) => return Err(why),
    };
    let state = page.state.clone();
    let whole = page.state.turns.initiatives.work(move || known::whole(&state, findings)).await;
    whole.map_err(|_| SandboxError::Busy)
}

/// What this server has, for a page to be compared with.
async fn compared(state: &AppState) -> Server {
    let bundle = state.bundle.clone();
    Server {
        versions: state.earlier.tags(),
        hash: state.turns.initiatives.work(move || bundle.integrity()).await.ok().flatten(),
        ancestors: state.settings.frames.origins.ancestors(),
        ..Server::default()
    }
}

/// An address of the web. Who leaves out how it begins means https.
fn web(said: &str) -> Option<Url> {
    let host = said.split(['/', '?', '#']).next().unwrap_or_default();
    let is_bare =
        host.contains('.') && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':'));
    let url = if is_bare { Url::parse(&format!("https://{said}")) } else { Url::parse(said) };
    let is_web = |url: &Url| {
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
    };
    url.ok().filter(is_web)
}

fn busy(page: &PeoplePage, status: StatusCode, address: &str, seconds: u64) -> Response {
    let mut response = shown(page, status, address, &html! {});
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The address in a form; none where it is too long.
fn field(form: &[u8]) -> String {
    let mut fields = url::form_urlencoded::parse(form);
    let found = fields.find(|(name, _)| name == "page").map(|(_, value)| value.trim().to_owned());
    found.filter(|address| address.len() <= LONGEST).unwrap_or_default()
}

fn shown(page: &PeoplePage, status: StatusCode, address: &str, part: &Markup) -> Response {
    let texts = page.language.embedding();
    let said = match status {
        StatusCode::OK => "",
        StatusCode::UNPROCESSABLE_ENTITY => texts.check_wrong,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => texts.check_busy,
        _ => texts.check_failed,
    };
    let content = html! {
        h1 { (texts.check) }
        p.lead { (texts.check_lead) }
        form.card method="post" action=(page.link("/embed-it/check")) {
            label for="page" { (texts.check_address) }
            @if !said.is_empty() { p.error id="error" role="alert" { (said) } }
            input id="page" name="page" type="text" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck="false" dir="ltr" required maxlength=(LONGEST) placeholder="https://" value=(address)
                aria-describedby=[(!said.is_empty()).then_some("error")] aria-invalid=[(status == StatusCode::UNPROCESSABLE_ENTITY).then_some("true")];
            button { (texts.check_button) }
        }
        (part)
        p { a href=(page.link("/embed-it")) { (texts.title) } }
    };
    let mut response = render(page, texts.check, "", &content);
    *response.status_mut() = status;
    without_secret(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_leave_out_how_it_begins() {
        for (said, meant) in [
            ("www.asso.example/agir?a=b", Some("https://www.asso.example/agir?a=b")),
            ("asso.example:8443", Some("https://asso.example:8443/")),
            ("http://asso.example", Some("http://asso.example/")),
            ("", None),
            ("agir", None),
            ("javascript:alert(1)", None),
            ("mailto:a@asso.example", None),
            ("a@asso.example", None),
            ("file:///etc/passwd", None),
            ("https://user:secret@asso.example/", None),
        ] {
            assert_eq!(web(said).map(String::from).as_deref(), meant, "{said}");
        }
    }
}
