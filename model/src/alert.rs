//! An alert: "tell me when there is something near me".

use serde::{Deserialize, Serialize};

use crate::contact::EmailAddress;
use crate::participation::Asked;
use crate::signup::{FieldIssue, FieldProblem, LINE, Problems, SignUp, answer_to};

/// The version of the wording that is agreed to: `alert_consent` in the texts of the pages. Another wording is another version.
pub const CONSENT: &str = "1";
/// Kilometres around a place, at most: farther away is not near.
const FARTHEST: u32 = 200;
/// Bytes of a list of kinds or causes.
const LIST: usize = 300;

/// What the form sends. Texts are as typed; [`AlertRequest::validate`] says what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertRequest {
    /// Postcode or town, or a label of the gazetteer's.
    pub place: String,
    /// The countries whose places are meant, as a tag says them; none: France.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub countries: String,
    /// Kilometres around it.
    pub radius: u32,
    /// Kinds, separated by commas; empty: all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kinds: String,
    /// Causes, separated by commas; empty: all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub causes: String,
    /// E-mail address.
    pub email: String,
    /// The version of the wording whose box was ticked; empty where it was not.
    pub consent: String,
    /// Language of the form (a BCP 47 tag).
    pub language: String,
}

impl AlertRequest {
    /// What the widget's form asks for. It is held as the form of no initiative, whose answers bear the names of these fields.
    pub fn of(form: &SignUp) -> Self {
        let said = |name: &str| answer_to(&form.answers, name).to_owned();
        Self {
            place: said("place"),
            countries: said("countries"),
            radius: said("radius").parse().unwrap_or_default(),
            kinds: said("kinds"),
            causes: said("causes"),
            email: form.email.clone(),
            consent: said("consent"),
            language: form.language.clone(),
        }
    }

    /// What is wrong with it. An empty list says that all is well, but for the place: who has the gazetteer says whether it is known.
    pub fn validate(&self) -> Vec<FieldProblem> {
        let mut problems = Problems::default();
        problems.text("place", &self.place, Asked::Required, LINE);
        problems.add_if(!(1..=FARTHEST).contains(&self.radius), "radius", FieldIssue::Invalid);
        if problems.text("email", &self.email, Asked::Required, LINE + 120) {
            problems.add_if(EmailAddress::parse(&self.email).is_none(), "email", FieldIssue::Invalid);
        }
        for (field, list) in
            [("countries", &self.countries), ("kinds", &self.kinds), ("causes", &self.causes)]
        {
            problems.text(field, list, Asked::Optional, LIST);
        }
        problems.text("language", &self.language, Asked::Optional, 35);
        match self.consent.as_str() {
            CONSENT => {}
            "" => problems.add("consent", FieldIssue::Required),
            _ => problems.add("consent", FieldIssue::Changed),
        }
        problems.found()
    }
}

/// The body of `POST /alerts`: the form, and what comes with it and is no part of what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertSubmission {
    /// The form.
    #[serde(flatten)]
    pub alert: AlertRequest,
    /// The solved challenge (ALTCHA, version 1); empty where none was asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub altcha: String,
    /// The address of the page that the form stands on, as with a sign-up.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// The honeypot: a field that people do not see. Who fills it in is a program.
    pub website: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine() -> AlertRequest {
        AlertRequest {
            place: "69007".into(),
            radius: 25,
            email: "zoe@example.org".into(),
            consent: CONSENT.into(),
            language: "fr".into(),
            ..AlertRequest::default()
        }
    }

    fn problems(change: impl FnOnce(&mut AlertRequest)) -> Vec<(String, FieldIssue)> {
        let mut request = fine();
        change(&mut request);
        request.validate().into_iter().map(|it| (it.field, it.problem)).collect()
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        assert_eq!(problems(|_| {}), []);
        let one = |field: &str, issue| vec![(field.to_owned(), issue)];
        assert_eq!(problems(|it| it.place = " ".into()), one("place", FieldIssue::Required));
        assert_eq!(problems(|it| it.place = "a".repeat(201)), one("place", FieldIssue::TooLong));
        for radius in [0, 201] {
            assert_eq!(problems(|it| it.radius = radius), one("radius", FieldIssue::Invalid));
        }
        assert_eq!(problems(|it| it.email.clear()), one("email", FieldIssue::Required));
        assert_eq!(problems(|it| it.email = "zoe@".into()), one("email", FieldIssue::Invalid));
        assert_eq!(problems(|it| it.causes = "a\0".into()), one("causes", FieldIssue::Invalid));
        assert_eq!(problems(|it| it.consent.clear()), one("consent", FieldIssue::Required));
        assert_eq!(problems(|it| it.consent = "0".into()), one("consent", FieldIssue::Changed));
    }

    #[test]
    fn the_form_and_what_comes_with_it_are_one_object() {
        let json = serde_json::json!({
            "place": "69007", "radius": 25, "email": "zoe@example.org", "consent": CONSENT, "language": "fr", "altcha": "e30",
        });
        let read: AlertSubmission = serde_json::from_value(json).unwrap();
        assert_eq!((read.alert, read.altcha.as_str()), (fine(), "e30"));
    }
}
