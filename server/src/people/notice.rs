//! `/privacy`: what happens to the data, from what the operator has settled and what the feed asks for (GDPR, article 13).

use alentour::app::encode;
use alentour_model::{Initiative, Use};
use alentour_texts::{Pages, fill};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::page::PeoplePage;
use crate::document::linked;
use crate::settings::{Channel, Settings};
use crate::state::AppState;
use crate::store::ANSWERED_DAYS;
use crate::wording::{line, purpose};

/// Where people in France complain.
const COMPLAINTS: &str = "https://www.cnil.fr/fr/plaintes";

/// For which initiative.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct About {
    initiative: String,
}

/// `GET /privacy?initiative=ID`.
pub async fn show(
    page: PeoplePage,
    State(state): State<AppState>,
    about: Result<Query<About>, QueryRejection>,
) -> Response {
    let about = about.map(|Query(about)| about).unwrap_or_default();
    let initiative = state.feeds.initiative(&about.initiative).ok();
    let (texts, settings) = (page.texts, &state.settings);
    // As it stands in the address; what is not a query's has been taken apart above.
    let query = match &initiative {
        Some(initiative) => format!("initiative={}&", encode(&initiative.id)),
        None => String::new(),
    };
    let mail = if settings.mail.is_some() { texts.what_mail } else { texts.what_no_mail };
    page.render(
        texts.notice,
        Some(&query),
        html! {
            h1 { (texts.notice) }
            @if let Some(initiative) = &initiative {
                p.lead { bdi { (fill(texts.notice_for, &[("title", &line(&initiative.name))])) } }
            }
            section.card { h2 { (texts.who) } (who(&page, initiative.as_deref())) }
            section {
                h2 { (texts.why) }
                p { (texts.why_basis) }
                p { (texts.why_sensitive) }
                @if let Some(initiative) = &initiative { (consents(&page, initiative)) }
            }
            section { h2 { (texts.what) } p { (texts.what_asked) } p { (mail) } @if !settings.sign_ups.partner_origins.is_empty() { p { (texts.what_page) } } @if settings.mail.is_some() { p { (texts.what_alerts) } } }
            section { h2 { (texts.recipients) } (recipients(&page, initiative.as_deref(), &about.initiative)) }
            section { h2 { (texts.how_long) } (how_long(&page, &about.initiative)) }
            @if settings.takes_proposals() {
                @let own = page.language.proposing();
                section { h2 { (own.notice) } p { (fill(own.notice_lead, &[("days", &ANSWERED_DAYS.to_string())])) } }
            }
            section { h2 { (texts.safety) } p { (texts.safety_lead) } }
            section { h2 { (texts.minors) } p { (texts.minors_lead) } }
            section.card.asked {
                h2 { (texts.rights) }
                p { (texts.rights_lead) }
                ul { @for right in rights(texts) { li { (right) } } }
                p { a.button href=(page.link("/my-data")) { (texts.my_data) } }
                @if !settings.controller.contact.is_empty() {
                    p { (linked(texts.rights_contact, &settings.controller.contact)) }
                }
                p { (texts.rights_complaint) " " a href=(COMPLAINTS) dir="ltr" { "cnil.fr" } }
            }
        },
    )
}

fn rights(texts: &Pages) -> [&'static str; 6] {
    [
        texts.right_see,
        texts.right_correct,
        texts.right_erase,
        texts.right_withdraw,
        texts.right_take,
        texts.right_object,
    ]
}

fn who(page: &PeoplePage, initiative: Option<&Initiative>) -> Markup {
    let (texts, controller) = (page.texts, &page.state.settings.controller);
    // Where one operator serves several organisers, each of them answers for what it does with its own sign-ups.
    let organiser = initiative.and_then(|it| it.organizer.as_ref()).map(|it| line(&it.name));
    let organiser = organiser.filter(|name| !name.is_empty() && *name != line(&controller.name));
    html! {
        @if controller.name.is_empty() {
            p { (texts.who_not_named) }
        } @else {
            p { bdi { strong { (controller.name) } } }
        }
        @if !controller.address.is_empty() { p { bdi { (controller.address) } } }
        @if !controller.contact.is_empty() { p { (linked(texts.who_contact, &controller.contact)) } }
        @if !controller.data_protection_officer.is_empty() {
            p { (linked(texts.who_officer, &controller.data_protection_officer)) }
        }
        @if let Some(name) = organiser { p { (fill(texts.who_organiser, &[("name", &name)])) } }
    }
}

fn consents(page: &PeoplePage, initiative: &Initiative) -> Markup {
    let texts = page.texts;
    let asked = initiative.participation.as_ref().map_or(&[][..], |asked| &asked.consents);
    html! {
        @if !asked.is_empty() {
            p { (texts.why_consents) }
            ul {
                @for one in asked {
                    li {
                        bdi { (one.text) }
                        " " span.hint {
                            "(" (if one.required { texts.why_required } else { texts.why_optional })
                            @if !one.purpose.is_empty() {
                                " · " (fill(texts.why_purpose, &[("purpose", purpose(page.language, &one.purpose))]))
                            }
                            ")"
                        }
                    }
                }
            }
        }
    }
}

fn recipients(page: &PeoplePage, initiative: Option<&Initiative>, id: &str) -> Markup {
    let texts = page.texts;
    let organiser = initiative.and_then(|it| it.organizer.as_ref());
    html! {
        ul {
            @if let Some(organiser) = organiser {
                li { bdi { (fill(texts.recipients_organiser, &[("name", &organiser.name)])) } }
            }
            @for kind in channels(&page.state.settings, initiative.map(|_| id)) {
                li { (match kind {
                    Recipient::Webhook => texts.recipients_webhook,
                    Recipient::Mail => texts.recipients_mail,
                    Recipient::Osdi => texts.recipients_osdi,
                    Recipient::Mobilizon => texts.recipients_mobilizon,
                }) }
            }
            @if is_asked_to_be_named(initiative) { li { (texts.recipients_public) } }
        }
        p { (texts.recipients_else) }
    }
}

fn is_asked_to_be_named(initiative: Option<&Initiative>) -> bool {
    let participation = initiative.and_then(|it| it.participation.as_ref());
    participation.is_some_and(|participation| participation.consent_for(Use::Signers).is_some())
}

/// The kinds of recipients.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Recipient {
    Webhook,
    Mail,
    Osdi,
    Mobilizon,
}

/// Each kind once: of one initiative's sinks, or of all.
fn channels(settings: &Settings, initiative: Option<&str>) -> Vec<Recipient> {
    let takes = |initiatives: &[String]| {
        initiative.is_none_or(|id| initiatives.is_empty() || initiatives.iter().any(|one| one == id))
    };
    let mut kinds: Vec<Recipient> = settings
        .sinks
        .iter()
        .filter(|sink| takes(&sink.initiatives))
        .map(|sink| match sink.channel {
            Channel::Webhook { .. } => Recipient::Webhook,
            Channel::Mail { .. } => Recipient::Mail,
            Channel::Osdi { .. } => Recipient::Osdi,
            Channel::Mobilizon { .. } => Recipient::Mobilizon,
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn how_long(page: &PeoplePage, id: &str) -> Markup {
    let (texts, retention) = (page.texts, &page.state.settings.retention);
    let days = |days| page.language.calendar().days(days);
    html! {
        ul {
            li { (fill(texts.how_long_end, &[("days", &days(retention.days_of(id)))])) }
            @if page.state.settings.mail.is_some() {
                li { (fill(texts.how_long_unconfirmed, &[("days", &days(retention.unconfirmed_days))])) }
                li { (fill(texts.how_long_alerts, &[("days", &days(retention.alert_days))])) }
            }
        }
        p { (texts.how_long_then) }
    }
}
