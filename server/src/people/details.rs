//! A sign-up on a page: what it is for, what was typed, and what was agreed to.

use std::sync::Arc;

use alentour::app::encode;
use alentour_model::Initiative;
use maud::{Markup, html};

use super::page::PeoplePage;
use super::{alerts, now};
use crate::http::Error;
use crate::store::{Attendance, AttendanceState, KnownSession, Person, SignUpRecord};
use crate::way_back::WayBack;
use crate::wording;

/// The initiative of a sign-up as the feed has it, though it is hidden; `None` where it has left the feed.
pub fn initiative(page: &PeoplePage, record: &SignUpRecord) -> Option<Arc<Initiative>> {
    page.state.feeds.even_hidden(&record.initiative).ok()
}

/// Whether what a sign-up is for is still to come, as far as the feed says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is; or the feeds could not all be read, and nobody knows.
    Announced,
    /// The initiative has left the feed.
    InitiativeGone,
    /// The initiative is in the feed, and the session no longer.
    SessionGone,
    /// The session, or all of the initiative that was to come, is called off.
    CalledOff,
    /// The session, or all of the initiative, is over.
    Over,
}

impl Standing {
    /// What the feed says of that sign-up now.
    pub fn of(page: &PeoplePage, record: &SignUpRecord) -> Self {
        if record.alert().is_some() {
            return Self::Announced;
        }
        let is_cancelled = |one: &Attendance| one.state == AttendanceState::Cancelled;
        // What waits to be confirmed loses its dates by nothing else.
        if record.pending && !record.attendances.is_empty() && record.attendances.iter().all(is_cancelled) {
            return Self::CalledOff;
        }
        match page.state.feeds.even_hidden(&record.initiative) {
            Ok(initiative) => Self::within(&initiative, &record.attendances),
            Err(Error::NotFound) => Self::InitiativeGone,
            Err(_) => Self::Announced,
        }
    }

    /// What an initiative says now of those sessions, as far as they were not given back; of itself where there are none.
    pub fn within(initiative: &Initiative, attendances: &[Attendance]) -> Self {
        let is_off = |one: &Attendance| {
            let is_in_feed = initiative.session(&one.session).is_some();
            let found = wording::session_of(initiative, &one.session).filter(|_| !is_in_feed);
            found.is_some_and(|session| session.ends() > now())
        };
        let kept = attendances.iter().filter(|one| one.state != AttendanceState::Cancelled);
        let sessions: Vec<_> = kept.map(|one| initiative.session(&one.session)).collect();
        let known: Vec<_> = sessions.iter().flatten().collect();
        match () {
            () if known.iter().any(|session| session.ends() > now()) => Self::Announced,
            () if attendances.iter().any(is_off) => Self::CalledOff,
            () if known.is_empty() && wording::is_called_off(initiative, now()) => Self::CalledOff,
            // Feeds drop what has been: where nothing is to come, the session is not either.
            () if !known.is_empty() || initiative.is_over(now()) => Self::Over,
            () if !sessions.is_empty() => Self::SessionGone,
            () => Self::Announced,
        }
    }

    /// The same by what is known of sessions that the feed has dropped: those that were to come are not over.
    pub fn with_known(self, attendances: &[Attendance], known: &[KnownSession]) -> Self {
        let is_to_come = |one: &&Attendance| {
            let known = known.iter().find(|known| known.session == one.session && known.gone_since.is_some());
            known.and_then(|known| known.kept.session("")).is_some_and(|session| session.ends() > now())
        };
        let mut dropped = attendances.iter().filter(is_to_come).peekable();
        match self {
            Self::Over if dropped.peek().is_none() => Self::Over,
            Self::Over if dropped.all(|one| one.state == AttendanceState::Cancelled) => Self::CalledOff,
            Self::Over => Self::SessionGone,
            other => other,
        }
    }

    /// Whether nothing of it is to come.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Over | Self::CalledOff)
    }

    /// The same in words, for whoever has to know; `None` where all is as it was.
    pub fn words(self, page: &PeoplePage) -> Option<&'static str> {
        match self {
            Self::Announced => None,
            Self::InitiativeGone => Some(page.texts.initiative_gone),
            Self::SessionGone => Some(page.texts.session_gone),
            Self::CalledOff => Some(page.texts.called_off),
            Self::Over => Some(page.texts.over),
        }
    }
}

/// The title of what a sign-up is for, or words for an initiative that has left the feed.
pub fn title(page: &PeoplePage, initiative: Option<&Initiative>, record: &SignUpRecord) -> String {
    if record.alert().is_some() {
        return alerts::title(page, record);
    }
    initiative.map_or_else(|| page.texts.an_initiative.to_owned(), |it| wording::line(&it.name))
}

/// The same, leading to its page where there is one and the page's [`way_back`](PeoplePage::way_back) leads nowhere else.
pub fn linked_title(page: &PeoplePage, initiative: Option<&Initiative>, record: &SignUpRecord) -> Markup {
    let title = title(page, initiative, record);
    let is_ours = WayBack::of(&page.state.settings, record).is_none();
    let initiative = initiative.filter(|it| is_ours && page.state.feeds.is_shown(&it.id));
    let own = initiative.map(|initiative| page.link(&format!("/i/{}", encode(&initiative.id))));
    html! { bdi { @if let Some(own) = own { a href=(own) { (title) } } @else { (title) } } }
}

/// When and where it is, who organises it, and for how many people the sign-up is: terms and descriptions of a list.
pub fn facts(page: &PeoplePage, initiative: Option<&Initiative>, record: &SignUpRecord) -> Markup {
    let (language, texts) = (page.language, page.language.mails());
    let appointments = initiative.map(|it| wording::appointments(language, it, record));
    let (times, place) = appointments.map_or_else(Default::default, |it| (it.times, it.place));
    let organiser = initiative.and_then(|it| it.organizer.as_ref());
    html! {
        (alerts::facts(page, record))
        @if !times.is_empty() { dt { (texts.when) } @for time in times { dd { (time) } } }
        @if let Some(place) = place { dt { (texts.place) } dd { bdi { (place) } } }
        @if let Some(organiser) = organiser { dt { (page.texts.organiser) } dd { bdi { (organiser.name) } } }
        @if record.party > 1 { dt { (page.texts.people) } dd { (record.party) } }
        (request(page, initiative, record))
    }
}

/// What a sign-up offers, and what the organiser has decided about it: terms and descriptions of a list.
pub fn request(page: &PeoplePage, initiative: Option<&Initiative>, record: &SignUpRecord) -> Markup {
    html! {
        @for (name, value) in wording::request(page.language, initiative, record) { dt { (name) } dd { bdi { (value) } } }
    }
}

/// A form's fields, and what was written into them.
fn fields<'a>(page: &PeoplePage, person: &'a Person) -> [(&'static str, Option<&'a str>); 7] {
    let texts = page.texts;
    [
        (texts.given_name, Some(&*person.given_name)),
        (texts.family_name, Some(&*person.family_name)),
        (texts.email, Some(&*person.email)),
        (texts.telephone, person.telephone.as_deref()),
        (texts.postcode, person.postal_code.as_deref()),
        (page.language.widget("town"), person.town.as_deref()),
        (texts.message, person.message.as_deref()),
    ]
}

/// All that was typed, answers in the form's words: terms and descriptions of a list.
pub fn typed(page: &PeoplePage, initiative: Option<&Initiative>, record: &SignUpRecord) -> Markup {
    html! {
        @for (name, value) in fields(page, &record.person) {
            // An alert has no names.
            @if let Some(value) = value.filter(|value| !value.is_empty()) { dt { (name) } dd { bdi { (value) } } }
        }
        (answers(page, initiative, record))
    }
}

/// What was answered, and who comes along: the same.
pub fn answers(page: &PeoplePage, initiative: Option<&Initiative>, record: &SignUpRecord) -> Markup {
    let (texts, person) = (page.texts, &record.person);
    let answers = wording::answers(page.language, initiative, person);
    html! {
        @if !person.guests.is_empty() { dt { (texts.guests) } dd { bdi { (person.guests.join(" · ")) } } }
        @for (label, answer) in answers { dt { bdi { (label) } } dd { bdi { (answer) } } }
        @if person.under_15 { dt { (texts.minors) } dd { (texts.under_15) } }
    }
}

/// What a sign-up has said before, and a change of it no longer says: terms and descriptions of a list.
pub fn erased(page: &PeoplePage, initiative: Option<&Initiative>, before: &Person, then: &Person) -> Markup {
    let is_said = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
    let fields = fields(page, before).into_iter().zip(fields(page, then));
    let fields = fields.filter(|((_, before), (_, then))| is_said(*before) && !is_said(*then));
    let answers = before.answers.iter().filter(|(id, _)| !then.answers.contains_key(*id));
    html! {
        @for ((name, _), _) in fields { dt { (name) } dd { (page.texts.no_longer_said) } }
        @if !before.guests.is_empty() && then.guests.is_empty() {
            dt { (page.texts.guests) } dd { (page.texts.no_longer_said) }
        }
        @for (id, _) in answers {
            dt { bdi { (wording::label(initiative, before, id)) } } dd { (page.texts.no_longer_said) }
        }
        @if before.under_15 && !then.under_15 { dt { (page.texts.minors) } dd { (page.texts.no_longer_said) } }
    }
}

/// Each consent that was asked for, in its words, and whether its box was ticked.
pub fn consents(page: &PeoplePage, record: &SignUpRecord) -> Markup {
    let texts = page.texts;
    html! {
        @for consent in &record.consents {
            div.consent {
                p { bdi { (consent.text) } }
                p.hint { (if consent.given { texts.ticked } else { texts.unticked }) }
            }
        }
    }
}
