//! Facts of an initiative in the visitor's words.

use alentour_model::{Initiative, Place};
use leptos::prelude::*;

use crate::clock;
use crate::locale::Locale;
use crate::message::Message;
use crate::words;

/// What it is: the kind's sign and word, and the causes behind it.
pub fn kind(locale: Locale, initiative: &Initiative) -> AnyView {
    let kind = initiative.kind.as_ref();
    let word = kind.map(|kind| words::kind(locale, kind));
    let causes: Vec<_> = initiative.causes.iter().take(2).map(|cause| words::cause(locale, cause)).collect();
    let data_kind = kind.map(|kind| kind.as_str().to_owned());
    view! {
        <p class="kind" data-kind=data_kind>
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d=words::sign(kind)></path></svg>
            {word.map(|word| view! { <b>{word}</b> })}
            {(!causes.is_empty()).then(|| view! { <span>{causes.join(", ")}</span> })}
        </p>
    }
    .into_any()
}

/// The link that opens it on the partner's page.
pub fn permalink(initiative: &Initiative) -> String {
    String::from("#alentour=") + &String::from(js_sys::encode_uri_component(&initiative.id))
}

/// When: the next session, or since when and until when it goes on. `None` where it names no date.
pub fn next(locale: Locale, initiative: &Initiative, session: Option<usize>) -> Option<String> {
    if let Some(session) = session.and_then(|session| initiative.sessions.get(session)) {
        return Some(locale.session(session));
    }
    let today = clock::now().today;
    match (initiative.start.filter(|start| start.date() > today), initiative.end) {
        (Some(start), _) => Some(locale.say(Message::FromDate, &[("date", &locale.when(start))])),
        (None, Some(end)) => Some(locale.say(Message::UntilDate, &[("date", &locale.when(end))])),
        (None, None) => initiative.start.map(|_| locale.text(Message::Ongoing).to_owned()),
    }
}

/// "et 3 autres dates", where there are more to come.
pub fn further_sessions(locale: Locale, initiative: &Initiative) -> Option<String> {
    let more = initiative.coming(clock::now().instant).len().saturating_sub(1);
    (more > 0).then(|| [" ", &locale.count(Message::SessionMore, more, &[])].concat())
}

/// What is still needed: seats of a session, signatures of a petition.
pub fn needed(locale: Locale, initiative: &Initiative, session: Option<usize>) -> Option<AnyView> {
    if let Some(petition) = &initiative.petition {
        return Some(progress(locale, petition.signatures?, petition.target));
    }
    let session = initiative.sessions.get(session?)?;
    let text = if session.is_full() {
        locale.text(Message::Full).to_owned()
    } else {
        locale.count(Message::Seats, session.remaining? as usize, &[])
    };
    Some(text.into_any())
}

/// How far a petition has come.
pub fn progress(locale: Locale, signatures: u32, target: Option<u32>) -> AnyView {
    let Some(target) = target.filter(|target| *target > 0) else {
        return locale.count(Message::Signatures, signatures as usize, &[]).into_any();
    };
    let target_text = locale.number(f64::from(target));
    let text = locale.say(
        Message::SignaturesOf,
        &[("n", &locale.number(f64::from(signatures))), ("target", &target_text)],
    );
    view! {
        <progress max=target.to_string() value=signatures.min(target).to_string() aria-hidden="true"></progress>
        {text}
    }
    .into_any()
}

/// The town of a place, or the best it says of where it is.
pub fn locality(place: &Place) -> String {
    let texts = [&place.address_locality, &place.name, &place.street_address, &place.postal_code];
    texts.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
}

/// The whole address on one line.
pub fn address(place: &Place) -> String {
    let town = [place.postal_code.as_str(), place.address_locality.as_str()].join(" ");
    let parts = [place.name.as_str(), place.street_address.as_str(), town.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
