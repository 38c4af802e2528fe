//! `/alerts/new`: an alert is asked for without a script. The rules are those of `POST /alerts`, but for the proof of work: what is asked
//! instead is a mark that only this page has, which tells how long filling in took, and is good for one form.

use std::time::Instant;

use alentour_model::alert::CONSENT;
use alentour_model::query::RADII;
use alentour_model::{AlertRequest, FieldProblem};
use alentour_texts::fill;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};

use super::now;
use super::page::{PeoplePage, to_be_mended, without_secret, write_to};
use crate::http::beat::next_beat;
use crate::http::{Error, Visitor, is_own_form};
use crate::position::is_position;
use crate::signups::alerts::{check, digest, keep};
use crate::signups::{Arrival, FormTicket};
use crate::state::AppState;
use crate::store::{ALERTS, Alert};
use crate::wording;

/// What the address asks for, or the form has sent.
#[derive(Default)]
struct NewAlert {
    place: String,
    countries: String,
    radius: String,
    kinds: String,
    causes: String,
    email: String,
    consent: String,
    /// What names this filling in.
    attempt: String,
    /// The field that people do not see.
    website: String,
}

/// Kilometres around a place, unless the address says otherwise.
const RADIUS: u32 = 25;

/// Bytes of a value, at most: labels and addresses are shorter.
const LONGEST: usize = 300;

impl NewAlert {
    /// Reads a query or a form: several values of one name are a list. What is too long says nothing.
    fn read(text: &[u8]) -> Self {
        let mut all = Self::default();
        for (name, value) in url::form_urlencoded::parse(text) {
            let field = match name.as_ref() {
                "place" => &mut all.place,
                "countries" => &mut all.countries,
                "radius" => &mut all.radius,
                "kinds" => &mut all.kinds,
                "causes" => &mut all.causes,
                "email" => &mut all.email,
                "consent" => &mut all.consent,
                "attempt" => &mut all.attempt,
                "website" => &mut all.website,
                _ => continue,
            };
            if field.len() + value.len() < LONGEST {
                let comma = if field.is_empty() { "" } else { "," };
                field.push_str(&[comma, &value].concat());
            }
        }
        all
    }

    fn radius(&self) -> u32 {
        self.radius.parse().unwrap_or(RADIUS)
    }

    fn request(&self, page: &PeoplePage) -> AlertRequest {
        AlertRequest {
            place: self.place.trim().to_owned(),
            countries: self.countries.clone(),
            radius: self.radius(),
            kinds: self.kinds.clone(),
            causes: self.causes.clone(),
            email: self.email.trim().to_owned(),
            consent: self.consent.clone(),
            language: page.language.tag().to_owned(),
        }
    }
}

/// Why a form comes back.
#[derive(Default)]
struct Refused {
    ticket: Option<FormTicket>,
    problems: Vec<FieldProblem>,
    said: &'static str,
}

/// `GET /alerts/new?place=&radius=&kinds=&causes=`.
pub async fn show(page: PeoplePage, visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let mut asked = NewAlert::read(query.unwrap_or_default().as_bytes());
    if is_position(&asked.place) {
        asked.place.clear();
    }
    form(&page, &asked, None)
}

/// `POST /alerts/new`.
pub async fn send(
    page: PeoplePage,
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    if !is_own_form(&headers, &state.settings) {
        return Err(Error::ForeignForm);
    }
    state.limits.page(visitor)?;
    if state.settings.mail.is_none() {
        return form(&page, &NewAlert::default(), None);
    }
    let (start, sent) = (Instant::now(), NewAlert::read(&body));
    let (texts, request) = (page.texts, sent.request(&page));
    let request_h = digest(&state, &request);
    let back = |refused| form(&page, &sent, Some(refused));
    // What is none of this page's gets a mark, and its time begins.
    let Some(ticket) = FormTicket::read(&sent.attempt, state.store.secret(), ALERTS) else {
        return back(Refused { said: texts.form_late, ..Refused::default() });
    };
    if let Some(answered) = state.store.answered(ticket.key.as_str()).await? {
        if answered != request_h {
            return back(Refused { said: texts.form_again, ..Refused::default() });
        }
        next_beat(start).await;
        return Ok(received(&page));
    }
    let now = now();
    let ticket = match ticket.in_time(now, state.settings.robots.fill_seconds, texts) {
        Ok(ticket) => ticket,
        Err((ticket, said)) => return back(Refused { ticket, said, ..Refused::default() }),
    };
    state.limits.unproved_sign_up(visitor)?;
    if !sent.website.is_empty() {
        return back(Refused { said: texts.form_soon, ..Refused::default() });
    }
    let checked = match check(&state, request).await {
        Err(Error::Invalid(problems)) => {
            return back(Refused { ticket: Some(ticket), problems, said: "" });
        }
        checked => checked?,
    };
    let proof = Some(ticket.proof(state.store.secret()));
    let arrival = Arrival { key: ticket.key, request_h, proof, page: String::new(), now, start };
    match keep(&state, arrival, checked).await {
        Ok(()) => Ok(received(&page)),
        // What was spent is the ticket.
        Err(Error::Proof | Error::KeyReused) => {
            back(Refused { said: texts.form_again, ..Refused::default() })
        }
        Err(error) => Err(error),
    }
}

/// The same for every address.
fn received(page: &PeoplePage) -> Response {
    let widget = |key| page.language.widget(key);
    let help = fill(widget("unconfirmed_help"), &[("email", widget("your_address"))]);
    page.message("asked", widget("unconfirmed"), &help, html! {})
}

fn form(page: &PeoplePage, typed: &NewAlert, refused: Option<Refused>) -> Result<Response, Error> {
    let texts = page.texts;
    if page.state.settings.mail.is_none() {
        return Ok(page.render(
            texts.alert_new,
            None,
            html! {
                h1 { (texts.alert_new) }
                p.lead { (texts.no_mail) }
                (write_to(page, texts.no_mail_contact))
            },
        ));
    }
    let is_refused = refused.is_some();
    let Refused { ticket, problems, said } = refused.unwrap_or_default();
    let ticket = ticket.map_or_else(|| FormTicket::begin(now()), Ok)?;
    let attempt = ticket.field(page.state.store.secret(), ALERTS);
    let wrong = |field: &str| problems.iter().any(|problem| problem.field == field);
    let hidden = [
        ("attempt", &attempt),
        ("countries", &typed.countries),
        ("kinds", &typed.kinds),
        ("causes", &typed.causes),
    ];
    let response = page.render(
        texts.alert_new,
        None,
        html! {
            h1 { (texts.alert_new) }
            p.lead { (texts.alert_new_lead) }
            @if !said.is_empty() { p.error role="alert" { (said) } }
            form.card method="post" action=(page.link("/alerts/new")) novalidate {
                @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
                (field(page, ("place", page.language.widget("place"), "text"), &typed.place, wrong("place").then_some(texts.alert_place_wrong)))
                (radius(page, typed.radius()))
                (filters(page, typed))
                (field(page, ("email", texts.email, "email"), &typed.email, wrong("email").then_some(texts.email_wrong)))
                (consent(page, &typed.consent, wrong("consent")))
                p.website aria-hidden="true" {
                    label for="website" { (page.language.widget("leave_empty")) }
                    input id="website" name="website" tabindex="-1" autocomplete="off";
                }
                button { (texts.alert_new) }
            }
        },
    );
    Ok(without_secret(to_be_mended(response, is_refused)))
}

/// A line to be typed, of that name, label and type.
fn field(
    page: &PeoplePage,
    (name, label, kind): (&str, &str, &str),
    value: &str,
    wrong: Option<&str>,
) -> Markup {
    let is_email = kind == "email";
    let direction = if is_email { "ltr" } else { page.language.direction() };
    let error = format!("{name}-wrong");
    html! {
        p {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) dir=(direction) value=(value) required maxlength="254"
                autocomplete=(if is_email { "email" } else { "off" })
                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| &error)];
        }
        @if let Some(words) = wrong { p.error id=(error) { (words) } }
    }
}

fn radius(page: &PeoplePage, chosen: u32) -> Markup {
    let kilometres = |radius: u32| fill(page.texts.kilometres, &[("radius", &radius.to_string())]);
    let own = (!RADII.contains(&chosen)).then_some(chosen);
    html! {
        p {
            label for="radius" { (page.language.widget("radius")) }
            select id="radius" name="radius" {
                @for radius in own.into_iter().chain(RADII) {
                    option value=(radius) selected[radius == chosen] { (kilometres(radius)) }
                }
            }
        }
    }
}

/// The filters of the list that leads here.
fn filters(page: &PeoplePage, typed: &NewAlert) -> Markup {
    let (kinds, causes) = (typed.kinds.clone(), typed.causes.clone());
    let named = wording::alert(page.language, &Alert { kinds, causes, ..Alert::default() }, false);
    // The place and the circle are fields.
    let named: Vec<_> = named.into_iter().skip(2).collect();
    html! {
        @if !named.is_empty() {
            dl { @for (label, value) in named { dt { (label) } dd { bdi { (value) } } } }
        }
    }
}

fn consent(page: &PeoplePage, given: &str, is_missing: bool) -> Markup {
    let texts = page.texts;
    html! {
        p.tick {
            input id="consent" name="consent" type="checkbox" value=(CONSENT) checked[given == CONSENT] required
                aria-invalid=[is_missing.then_some("true")] aria-describedby=[is_missing.then_some("consent-wrong")];
            label for="consent" { (texts.alert_consent) }
        }
        @if is_missing { p.error id="consent-wrong" { (texts.alert_consent_missing) } }
    }
}
