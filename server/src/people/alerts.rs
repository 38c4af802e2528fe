//! `/alerts/{token}`: somebody's alerts, to be prolonged and ended. The link is in each mail about them, and in its head for mail programs
//! that end it with one click (RFC 8058). It shows no address: whoever a mail is forwarded to sees towns.

use alentour_texts::fill;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::page::PeoplePage;
use super::{link, now};
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::{LinkUse, Purpose, SignUpRecord};
use crate::wording;

const DAY: i64 = 86_400;

/// `GET`: shows, and changes nothing.
pub async fn show(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((_, found)) = link(&state, &token, Purpose::Alerts).await? else { return Ok(gone(&page)) };
    let all = state.store.of_person(&found.email_h).await?;
    let alerts: Vec<_> = all.iter().filter(|one| is_kept(one)).collect();
    if alerts.is_empty() {
        return Ok(ended(&page));
    }
    let texts = page.texts;
    Ok(page.render(
        texts.alerts,
        Some(""),
        html! {
            h1 { (texts.alerts) }
            p.lead { (texts.alerts_lead) }
            @for (at, one) in alerts.iter().enumerate() { (alert(&page, one, at)) }
            @if alerts.len() > 1 {
                form method="post" { button.quiet name="action" value="stop" { (texts.alerts_stop) } }
            }
            p { a href=(page.link("/my-data")) { (texts.own_more) } }
        },
    ))
}

/// `POST`: prolongs one, ends one, or ends all: that is what mail programs ask for.
pub async fn act(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, Error> {
    let Some((hash, found)) = link(&state, &token, Purpose::Alerts).await? else { return Ok(gone(&page)) };
    let texts = page.texts;
    let field = |name: &str| {
        let fields = url::form_urlencoded::parse(&body);
        fields.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let is_one_click = is_one_click(&body);
    let id = field("id").filter(|_| !is_one_click);
    let (used, title, lead) = match field("action").as_deref() {
        action if is_one_click || action == Some("stop") => {
            let used = state.store.end_alerts(&hash, id.as_deref(), now()).await?;
            let is_one_left = state.store.of_person(&found.email_h).await?.iter().any(is_kept);
            let lead = if is_one_left { texts.alert_stopped_lead } else { texts.alerts_stopped_lead };
            (used, texts.alert_stopped, lead)
        }
        Some("renew") => {
            let until = renewed_until(&page, now());
            let used = state.store.renew_alert(&hash, &id.unwrap_or_default(), until, now()).await?;
            (used, texts.alert_renewed, texts.alert_renewed_lead)
        }
        _ => return Err(Error::Malformed("action")),
    };
    security::link_used("alerts", used == LinkUse::Now);
    let back = html! { p { a.button.quiet href={ "?lang=" (page.language.tag()) } { (texts.alerts) } } };
    Ok(match used {
        LinkUse::Now => page.message("done", title, lead, back),
        LinkUse::Before => ended(&page),
        LinkUse::Unknown => gone(&page),
    })
}

fn is_kept(record: &SignUpRecord) -> bool {
    record.alert().is_some() && record.confirmed_at.is_some()
}

/// How long an alert is kept that is prolonged now (UTC seconds).
fn renewed_until(page: &PeoplePage, now: i64) -> i64 {
    now + DAY * i64::from(page.state.settings.retention.alert_days)
}

/// Whether a mail program asks: in either of the forms that it may use (RFC 8058, section 3.2).
fn is_one_click(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    text.contains("List-Unsubscribe=One-Click")
        || text.contains("name=\"List-Unsubscribe\"") && text.contains("One-Click")
}

/// One alert, with its buttons. Its title names them too.
fn alert(page: &PeoplePage, record: &SignUpRecord, at: usize) -> Markup {
    let texts = page.texts;
    let heading = format!("alert-{at}");
    // What is kept longer, by a setting that was changed, is not kept shorter for it.
    let until = page.day(renewed_until(page, now()).max(record.expires_at));
    let renew = fill(texts.alert_renew, &[("date", &until)]);
    let button = |action: &str, words: &str, is_quiet: bool| {
        let name = format!("{action}-{at}");
        html! {
            button.quiet[is_quiet] id=(name) name="action" value=(action)
                aria-labelledby={ (name) " " (heading) } { (words) }
        }
    };
    html! {
        section.card {
            h2 id=(heading) { bdi { (title(page, record)) } }
            dl { (facts(page, record)) dt { (texts.alert_until) } dd { (page.day(record.expires_at)) } }
            form.choices method="post" {
                input type="hidden" name="id" value=(record.id);
                (button("renew", &renew, false))
                (button("stop", texts.alert_stop, true))
            }
            (page.way_back(record))
        }
    }
}

/// What an alert is called; nothing for what is none.
pub fn title(page: &PeoplePage, record: &SignUpRecord) -> String {
    let alert = record.alert();
    alert.map(|alert| fill(page.texts.alert_title, &[("place", &alert.place)])).unwrap_or_default()
}

/// What an alert is about: terms and descriptions of a list.
pub fn facts(page: &PeoplePage, record: &SignUpRecord) -> Markup {
    let facts = record.alert().map(|alert| wording::alert(page.language, alert, false)).unwrap_or_default();
    html! { @for (label, value) in facts { dt { (label) } dd { bdi { (value) } } } }
}

/// The link is good, and there is nothing that it is for.
fn ended(page: &PeoplePage) -> Response {
    page.message("asked", page.texts.alerts_none, page.texts.alerts_none_lead, page.new_link())
}

/// The link is none any more, which says nothing about alerts.
fn gone(page: &PeoplePage) -> Response {
    page.message("asked", page.texts.link_gone, page.texts.link_gone_access, page.new_link())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_program_asks_in_one_of_two_forms() {
        assert!(is_one_click(b"List-Unsubscribe=One-Click"));
        assert!(is_one_click(
            b"--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
        ));
        assert!(!is_one_click(b"action=renew&id=1") && !is_one_click(b""));
    }
}
