//! An event: what a sink is told about a sign-up.

use alentour_model::Initiative;
use serde_json::{Value, json};

use crate::signups::export;
use crate::store::{Consent, Kept, MessageKind, OutboxMessage, OwnInitiative, SignUpRecord};
use crate::wording::line;

/// What a sink is told.
pub struct Event<'a> {
    /// The message that carries it.
    pub message: &'a OutboxMessage,
    /// Names the sign-up to those outside.
    pub signup: String,
    /// What it is for, where the feed still has it.
    pub initiative: Option<&'a Initiative>,
    /// The sign-up; `None` where it was erased.
    pub record: Option<&'a SignUpRecord>,
    /// The consent that was withdrawn.
    pub consent: Option<String>,
    /// The session that has left the feed, when and where it was.
    pub session: Option<(String, Kept)>,
    /// How many people take part in it.
    pub people: Option<u64>,
    /// What the message says beside all that.
    pub detail: &'a Value,
    /// The initiative that is made here, of events about one.
    pub own: Option<&'a OwnInitiative>,
}

impl Event<'_> {
    /// The initiative's title as one line.
    pub fn title(&self) -> String {
        self.initiative.map_or_else(|| self.message.initiative.clone(), |it| line(&it.name))
    }

    /// The event in JSON. Of a sign-up that was erased it holds the id only, of a consent that was withdrawn the consents.
    pub fn to_json(&self) -> Value {
        let kind = self.message.kind;
        if kind.is_about_own() {
            return self.of_own();
        }
        if kind.is_about_nobody()
            && let Some((session, was)) = &self.session
        {
            return self.of_session(session, was);
        }
        if kind.is_on_request() {
            return self.of_step();
        }
        let mut signup = json!({ "id": self.signup });
        if let Some(record) = self.record {
            if matches!(self.message.kind, MessageKind::SignedUp | MessageKind::Changed) {
                signup = export::object(record);
                signup["id"] = json!(self.signup);
            }
            signup["consents"] = record.consents.iter().map(consent).collect();
        }
        let mut event = json!({
            "id": self.message.id,
            "type": self.message.kind.as_str(),
            "createdAt": time(self.message.created_at),
            "attempt": self.message.attempts,
            "sequence": self.message.sequence,
            "initiative": { "id": self.message.initiative, "title": self.initiative.map(|it| &it.name) },
            "signup": signup,
        });
        if let Some(consent) = &self.consent {
            event["consent"] = json!(consent);
        }
        event
    }

    /// What all events have.
    fn head(&self) -> Value {
        json!({
            "id": self.message.id,
            "type": self.message.kind.as_str(),
            "createdAt": time(self.message.created_at),
            "attempt": self.message.attempts,
            "initiative": { "id": self.message.initiative, "title": self.initiative.map(|it| &it.name) },
        })
    }

    /// An event that is about no sign-up, and nobody in particular.
    fn of_session(&self, session: &str, was: &Kept) -> Value {
        let mut event = self.head();
        let said = |session: &str, kept: &Kept| json!({ "id": session, "startDate": kept.starts, "endDate": kept.ends, "location": kept.place });
        // Of one that was moved `session` is as it is now.
        let now = self.detail.get("now").and_then(|now| serde_json::from_value::<Kept>(now.clone()).ok());
        event["session"] = said(session, now.as_ref().unwrap_or(was));
        event["session"]["people"] = self.people.into();
        if now.is_some() {
            let from = self.detail.get("from").and_then(Value::as_str).unwrap_or(session);
            event["from"] = said(from, was);
        }
        event
    }

    /// What has become of a sign-up: nothing that its person wrote, which `signup.changed` says to whom it concerns.
    fn of_step(&self) -> Value {
        let mut event = self.head();
        event["sequence"] = self.message.sequence.into();
        let sessions = self.record.map(|record| &record.attendances[..]).unwrap_or_default().iter();
        event["signup"] = json!({
            "id": self.signup,
            "partySize": self.record.map(|record| record.party),
            "sessions": sessions.map(|one| json!({ "id": one.session, "state": one.state.as_str() })).collect::<Vec<_>>(),
        });
        event["session"] = json!({ "id": self.detail.get("session") });
        if let Some(from) = self.detail.get("from") {
            event["from"] = json!({ "id": from });
        }
        if let Some(by) = self.detail.get("decideBy").and_then(Value::as_i64) {
            event["decideBy"] = time(by).into();
        }
        event
    }

    /// An event about an initiative that is made here. Who has proposed it is not in it.
    fn of_own(&self) -> Value {
        let mut event = self.head();
        event["sequence"] = self.message.sequence.into();
        let content = self.own.and_then(|own| serde_json::from_str::<Value>(&own.content.json).ok());
        event["initiative"]["title"] = content.and_then(|content| content.get("name").cloned()).into();
        event["initiative"]["status"] = self.detail.get("after").cloned().into();
        event["initiative"]["previousStatus"] = self.detail.get("before").cloned().into();
        event["initiative"]["version"] = self.message.sequence.into();
        event
    }
}

fn consent(consent: &Consent) -> Value {
    json!({
        "id": consent.id,
        "version": consent.version,
        "purpose": consent.purpose,
        "text": consent.text,
        "given": consent.given,
        "withdrawnAt": consent.withdrawn_at.map(time),
    })
}

/// A time as events have it: RFC 3339, UTC.
pub fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}
