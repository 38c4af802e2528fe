//! `GET /i/{id}/received/{receipt}`: the thanks for a form that came without a script, on a page of their own, which may be loaded again
//! and gone back to.
//!
//! A receipt is looked up nowhere. It is made where a form is stored, and carries a mark that nobody else can make. So its page says the
//! same for every address, whatever becomes of the sign-up: whoever types somebody else's address into a form does not learn from it that
//! they confirmed, or erased, anything. Nothing that was typed is in it, nor the form's key. Each session that was chosen is there as a
//! digest, which is compared with those of the initiative's.

use alentour::app::encode;
use alentour::render::{Filled, ServedForm, Status};
use alentour_model::SignUp;
use alentour_texts::fill;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::list_query::ListQuery;
use super::missing::message;
use super::now;
use super::page::Page;
use super::show::{Beside, drawn};
use crate::also::also_open;
use crate::http::{Error, Visitor};
use crate::signups::FormTicket;
use crate::store::Secret;

/// Seconds after which a receipt is shown no more, since its form was opened: a form may come for a day, and is recognised for another
/// one, or until the next purge.
const LONGEST: i64 = 3 * 86_400;

/// Answers a form that is stored, sent for the first time or again: with the way to its receipt.
///
/// # Errors
/// None that an operator's settings allow: their path would have to be no part of an address.
pub fn see(page: &Page, initiative: &str, ticket: &FormTicket, sent: &SignUp) -> Result<Response, Error> {
    let receipt = Receipt::of(page.state.store.secret(), initiative, ticket, sent).written();
    let path = format!("/i/{}/received/{receipt}", encode(initiative));
    let address = page.link_with(&path, &ListQuery::of(page).carried());
    // What a redirection does not name, browsers take from the form's own address.
    let location = HeaderValue::try_from([&address, "#form-status"].concat());
    let location = location.map_err(|_| Error::Unavailable("no address for the receipt".into()))?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
}

/// `GET /i/{id}/received/{receipt}`.
pub async fn show(
    page: Page,
    visitor: Visitor,
    Path((id, receipt)): Path<(String, String)>,
) -> Result<Response, Error> {
    let secret = page.state.store.secret().clone();
    let receipt = Receipt::read(&receipt, &secret, &id, now());
    // Whoever has asked for many pages hears in few words that the form is stored.
    let may_draw = page.state.limits.page(visitor);
    let Some(receipt) = receipt else {
        may_draw?;
        let mut gone = message(&page, page.texts.receipt_gone, page.texts.receipt_gone_lead);
        *gone.status_mut() = StatusCode::NOT_FOUND;
        return Ok(gone);
    };
    let initiative = may_draw.ok().and_then(|()| page.state.feeds.initiative(&id).ok());
    let address = page.language.widget("your_address");
    let mut response = match initiative.filter(|initiative| initiative.participation.is_some()) {
        Some(initiative) => {
            let initiative = page.state.live.put_into(initiative).await;
            let chosen = |waits: bool| -> Vec<String> {
                let ids = initiative.sessions.iter().map(|session| &session.id);
                ids.filter(|session| receipt.is_for(&secret, &id, session, waits)).cloned().collect()
            };
            let sign_up = SignUp {
                sessions: [chosen(false), chosen(true)].concat(),
                waitlist: chosen(true),
                // The thanks name what was typed where they know it.
                email: address.to_owned(),
                ..SignUp::new(&id, page.language.tag())
            };
            let filled = Filled { sign_up, problems: Vec::new(), status: Status::Unconfirmed };
            let form = ServedForm::Instead(page.texts.receipt_done.to_owned());
            let open = also_open(&page.state, &initiative, page.language).await;
            let beside = Beside { form, course: Vec::new(), open };
            let turns = page.state.turns.clone();
            turns.answers.work(move || drawn(&page, initiative, beside, Some(filled))).await?
        }
        None => {
            let help = fill(page.language.widget("unconfirmed_help"), &[("email", address)]);
            message(&page, page.language.widget("unconfirmed"), &help)
        }
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(response)
}

/// What is known of a form that is stored.
struct Receipt {
    /// When it was opened (UTC seconds).
    opened: i64,
    /// Names it, and is not its key.
    form: String,
    /// Names the sessions that were chosen, and what was asked for of them.
    choice: String,
    mark: String,
}

impl Receipt {
    /// The same for a form that is sent again.
    fn of(secret: &Secret, initiative: &str, ticket: &FormTicket, sent: &SignUp) -> Self {
        let form = digest(secret, "receipt", &[ticket.key.as_str()]);
        let chosen = sent.chosen();
        let choice = chosen.iter().map(|it| choice(secret, &form, initiative, it, sent.may_wait(it)));
        let choice = choice.collect::<Vec<_>>().join(BETWEEN);
        let mark = mark(secret, initiative, ticket.opened, &form, &choice);
        Self { opened: ticket.opened, form, choice, mark }
    }

    /// As it stands in an address.
    fn written(&self) -> String {
        format!("{}.{}.{}.{}", self.opened, self.form, self.choice, self.mark)
    }

    /// Reads it; `None` for what this server has not written for that initiative, and for what is too old.
    fn read(text: &str, secret: &Secret, initiative: &str, now: i64) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        let opened = parts.next()?.parse().ok()?;
        let mut next = || Some(parts.next()?.to_owned());
        let receipt = Self { opened, form: next()?, choice: next()?, mark: next()? };
        let ours = mark(secret, initiative, opened, &receipt.form, &receipt.choice);
        // A number can be written in several ways: each receipt has one address.
        let is_ours = secret.is_mark(&ours, &receipt.mark) && receipt.written() == text;
        (is_ours && now - opened <= LONGEST).then_some(receipt)
    }

    /// Whether that session was chosen, to have a seat or to wait for one.
    fn is_for(&self, secret: &Secret, initiative: &str, session: &str, waits: bool) -> bool {
        let choice = choice(secret, &self.form, initiative, session, waits);
        self.choice.split(BETWEEN).any(|chosen| chosen == choice)
    }
}

/// Between the digests of sessions: none of them has it.
const BETWEEN: &str = "~";

fn choice(secret: &Secret, form: &str, initiative: &str, session: &str, waits: bool) -> String {
    let what = if waits { "receipt line" } else { "receipt choice" };
    digest(secret, what, &[form, initiative, session])
}

fn mark(secret: &Secret, initiative: &str, opened: i64, form: &str, choice: &str) -> String {
    digest(secret, "receipt mark", &[&opened.to_string(), form, choice, initiative])
}

/// Half of an HMAC: 128 bits, in 22 characters that an address may have.
fn digest(secret: &Secret, purpose: &str, said: &[&str]) -> String {
    let whole = secret.digest(purpose, said.join("\n").as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(&whole[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(session: &str) -> SignUp {
        SignUp { sessions: vec![session.into()], ..SignUp::default() }
    }

    #[test]
    fn several_sessions_are_each_known_again_and_which_of_them_wait() {
        let secret = Secret::new("one secret of the tests");
        let sent = SignUp {
            sessions: ["samedi", "dimanche"].map(Into::into).into(),
            waitlist: vec!["dimanche".into()],
            ..SignUp::default()
        };
        let ticket = FormTicket::begin(1000).unwrap();
        let written = Receipt::of(&secret, "atelier", &ticket, &sent).written();
        let receipt = Receipt::read(&written, &secret, "atelier", 1000).unwrap();
        let is_for = |session: &str, waits| receipt.is_for(&secret, "atelier", session, waits);
        assert!(is_for("samedi", false) && is_for("dimanche", true));
        assert!(!is_for("dimanche", false) && !is_for("lundi", false));
    }

    #[test]
    fn only_what_this_server_wrote_for_that_initiative_lately_is_a_receipt() {
        let (secret, other) = (Secret::new("one secret of the tests"), Secret::new("another one of them"));
        let ticket = FormTicket::begin(1000).unwrap();
        let written = Receipt::of(&secret, "atelier", &ticket, &chosen("samedi")).written();
        assert_eq!(written, Receipt::of(&secret, "atelier", &ticket, &chosen("samedi")).written());
        assert!(!written.contains(ticket.key.as_str()) && !written.contains("samedi"), "{written}");
        let read = |text: &str, now| Receipt::read(text, &secret, "atelier", now);
        let receipt = read(&written, 1000 + LONGEST).unwrap();
        let is_for = |session: &str, waits| receipt.is_for(&secret, "atelier", session, waits);
        assert!(is_for("samedi", false) && !is_for("samedi", true));
        assert!(!is_for("dimanche", false) && !is_for("", false));
        assert!(read(&written, 1001 + LONGEST).is_none());
        assert!(Receipt::read(&written, &secret, "petition", 1000).is_none());
        assert!(Receipt::read(&written, &other, "atelier", 1000).is_none());
        let choice = Receipt::of(&secret, "atelier", &ticket, &chosen("dimanche")).choice;
        let swapped = written.replace(&receipt.choice, &choice);
        let later = written.replacen("1000", "9000", 1);
        let (plus, zero) = (["+", &written].concat(), ["0", &written].concat());
        let forged = [
            "",
            ".",
            "...",
            "1000",
            &swapped,
            &later,
            &[&written, "."].concat(),
            &written[1..],
            &plus,
            &zero,
        ];
        for forged in forged {
            assert!(read(forged, 1000).is_none(), "{forged}");
        }
    }

    #[test]
    fn each_form_has_a_receipt_of_its_own() {
        let secret = Secret::new("one secret of the tests");
        let receipt = || {
            let ticket = FormTicket::begin(1000).unwrap();
            Receipt::of(&secret, "atelier", &ticket, &chosen("samedi"))
        };
        let (one, other) = (receipt(), receipt());
        assert_ne!((&one.form, &one.choice, &one.mark), (&other.form, &other.choice, &other.mark));
    }
}
