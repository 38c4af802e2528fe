//! What goes over the wire when somebody signs up: the request, its key, and the answers.

use serde::{Deserialize, Serialize};

use crate::json::Json;
use crate::signup::{FieldIssue, FieldProblem, SignUp};
use crate::term::terms;

/// The body of `POST /signups`: the form, and what comes with it and is no part of what it says. The same form with another proof is the
/// same request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Submission {
    /// The form.
    #[serde(flatten)]
    pub sign_up: SignUp,
    /// The solved challenge (ALTCHA, version 1); empty where none was asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub altcha: String,
    /// The address of the page that the form stands on, without its fragment: mails lead back to it where it is a partner's. What is none is
    /// as good as nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// The honeypot: a field that people do not see. Who fills it in is a program.
    pub website: String,
}

/// Names one attempt to sign up: a retry with the same key signs up once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key: 16 to 128 visible ASCII characters.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (16..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

terms! {
    /// Whether the server has a sign-up.
    SignUpStatus {
        /// It is stored.
        Received = "received",
        /// Nothing is stored under that key.
        #[default]
        Unknown = "unknown",
    }
}

terms! {
    /// What the person has to do after the sign-up was received.
    NextStep {
        /// Open the mailed link and confirm.
        Confirm = "confirm",
        /// What only a later version knows.
        #[default]
        Other = "other",
    }
}

/// The answer where a sign-up is stored, and to the question whether it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpAnswer {
    /// Whether the server has it.
    pub status: SignUpStatus,
    /// What is left to do; nothing where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextStep>,
}

impl SignUpAnswer {
    /// Reads an answer; `None` for what is none.
    pub fn read(json: &impl Json) -> Option<Self> {
        Some(Self {
            status: SignUpStatus::parse(&json.field("status")?.text()?)?,
            next: json
                .field("next")
                .and_then(|next| Some(NextStep::parse(&next.text()?).unwrap_or_default())),
        })
    }
}

terms! {
    /// Why a sign-up is refused.
    RefusalReason {
        /// Fields need mending.
        Invalid = "invalid",
        /// No seats are left.
        Full = "full",
        /// Sign-ups have closed.
        Closed = "closed",
        /// The proof of work is missing, wrong, used or too old, or the honeypot is filled: may be sent again with a new proof.
        Proof = "proof",
        /// The idempotency key belongs to another request.
        KeyReused = "key-reused",
        /// What a form says nothing special of, and what only a later version knows.
        #[default]
        Other = "other",
    }
}

/// The answer where a sign-up is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpRefusal {
    /// Why.
    pub error: RefusalReason,
    /// The fields that need mending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// The sessions that are full, by their identifiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<String>,
}

impl SignUpRefusal {
    /// A refusal for that reason.
    pub fn of(error: RefusalReason) -> Self {
        Self { error, fields: Vec::new(), sessions: Vec::new() }
    }

    /// Reads a refusal; `None` for what is none.
    pub fn read(json: &impl Json) -> Option<Self> {
        let fields = json.field("fields").and_then(|fields| fields.list()).unwrap_or_default();
        let sessions = json.field("sessions").and_then(|sessions| sessions.list()).unwrap_or_default();
        Some(Self {
            error: RefusalReason::parse(&json.field("error")?.text()?).unwrap_or_default(),
            fields: fields.iter().filter_map(wrong_field).collect(),
            sessions: sessions.iter().filter_map(Json::text).collect(),
        })
    }
}

fn wrong_field(json: &impl Json) -> Option<FieldProblem> {
    let problem = FieldIssue::parse(&json.field("problem")?.text()?).unwrap_or_default();
    Some(FieldProblem { field: json.field("field")?.text()?, problem })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_form_and_what_comes_with_it_are_one_object() {
        let submission = Submission {
            sign_up: SignUp { email: "awa@example.org".into(), ..SignUp::new("devoirs", "fr") },
            altcha: "eyJ9".into(),
            page: "https://asso.example.org/agir".into(),
            website: String::new(),
        };
        let json = serde_json::to_value(&submission).unwrap();
        assert_eq!(json["initiative"], "devoirs");
        assert_eq!((&json["altcha"], &json["website"]), (&"eyJ9".into(), &"".into()));
        assert_eq!(json["page"], "https://asso.example.org/agir");
        assert_eq!(serde_json::from_value::<Submission>(json).unwrap(), submission);
    }

    #[test]
    fn only_an_object_is_a_submission() {
        for text in
            ["[\"devoirs\"]", "\"devoirs\"", "null", "7", "[]", "{\"partySize\":\"two\"}", "{\"website\":1}"]
        {
            assert!(serde_json::from_str::<Submission>(text).is_err(), "{text}");
        }
        assert_eq!(serde_json::from_str::<Submission>("{}").unwrap(), Submission::default());
    }

    #[test]
    fn a_field_given_twice_is_refused_and_one_nobody_knows_is_ignored() {
        assert!(
            serde_json::from_str::<Submission>(r#"{"email":"a@example.org","email":"b@example.org"}"#)
                .is_err()
        );
        assert!(serde_json::from_str::<Submission>(r#"{"altcha":"a","altcha":"b"}"#).is_err());
        assert!(serde_json::from_str::<Submission>(r#"{"email":"a@example.org","utm":{"a":[1]}}"#).is_ok());
    }

    #[test]
    fn answers_of_a_later_server_are_still_read() {
        let json: Value = serde_json::from_str(r#"{"status":"received","next":"pay","more":1}"#).unwrap();
        let answer = SignUpAnswer::read(&&json).unwrap();
        assert_eq!(serde_json::from_value::<SignUpAnswer>(json).unwrap(), answer);
        assert_eq!(answer.status, SignUpStatus::Received);
        assert_eq!(answer.next, Some(NextStep::Other));
        let json: Value =
            serde_json::from_str(r#"{"error":"later","fields":[{"field":"email","problem":"typo"}]}"#)
                .unwrap();
        let refusal = SignUpRefusal::read(&&json).unwrap();
        assert_eq!(serde_json::from_value::<SignUpRefusal>(json).unwrap(), refusal);
        assert_eq!(refusal.error, RefusalReason::Other);
        assert_eq!(refusal.fields[0].problem, crate::signup::FieldIssue::Invalid);
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for text in ["null", "[]", "7", "\"received\"", "{}", "{\"status\":[]}", "{\"status\":\"\"}"] {
            let json: Value = serde_json::from_str(text).unwrap();
            assert_eq!((SignUpAnswer::read(&&json), SignUpRefusal::read(&&json)), (None, None), "{text}");
        }
        let json = serde_json::json!({ "error": "invalid", "fields": [null, 7, {}, { "field": "email" }] });
        assert_eq!(SignUpRefusal::read(&&json).unwrap().fields, []);
    }
}
