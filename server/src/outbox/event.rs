//! An event: what a sink is told about a sign-up.

use alentour_model::Initiative;
use serde_json::{Value, json};

use crate::signups::export;
use crate::store::{Consent, Kept, MessageKind, OutboxMessage, SignUpRecord};
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
}

impl Event<'_> {
    /// The initiative's title as one line.
    pub fn title(&self) -> String {
        self.initiative.map_or_else(|| self.message.initiative.clone(), |it| line(&it.name))
    }

    /// The event in JSON. Of a sign-up that was erased it holds the id only, of a consent that was withdrawn the consents.
    pub fn to_json(&self) -> Value {
        if let Some((session, was)) = &self.session {
            return self.of_session(session, was);
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

    /// An event that is about no sign-up, and nobody in particular.
    fn of_session(&self, session: &str, was: &Kept) -> Value {
        json!({
            "id": self.message.id,
            "type": self.message.kind.as_str(),
            "createdAt": time(self.message.created_at),
            "attempt": self.message.attempts,
            "initiative": { "id": self.message.initiative, "title": self.initiative.map(|it| &it.name) },
            "session": { "id": session, "startDate": was.starts, "endDate": was.ends, "location": was.place, "people": self.people },
        })
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
