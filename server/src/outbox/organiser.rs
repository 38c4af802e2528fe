//! The mails to the organiser: one a sign-up or change, a short one when a consent is withdrawn or a sign-up erased, and a question when a date has left
//! the feed. In French.

use std::fmt::Write as _;

use alentour_model::Initiative;
use alentour_texts::{Language, Organiser, fill};
use lettre::Address;
use serde_json::Value;

use super::event::Event;
use super::mail::{File, Letter};
use crate::store::{Decision, MessageKind, SignUpRecord};
use crate::wording::{self, line};

/// What an organiser reads.
const LANGUAGE: Language = Language::French;

/// Writes the mail. `sealed` is the event, encrypted to the organiser's key; then the mail says nothing of the person itself.
pub fn letter(event: &Event<'_>, sealed: Option<Value>, to: Address) -> Letter {
    let (texts, title) = (Language::organiser(), event.title());
    let mut rows = Rows { text: String::new(), texts };
    let (mut reply_to, mut file) = (None, None);
    let subject = match (event.message.kind, event.record) {
        (kind @ (MessageKind::SignedUp | MessageKind::Changed), Some(stored)) => {
            if kind == MessageKind::Changed {
                rows.text.push_str(&format!("{}\n\n", texts.changed_lead));
            }
            rows.add(texts.initiative, &title);
            rows.add(texts.id, &event.signup);
            match sealed {
                Some(sealed) => {
                    rows.text.push_str(&format!("\n{}\n\n    {}\n", texts.sealed, texts.sealed_command));
                    file = Some(File {
                        name: format!("{}.json", event.signup),
                        media_type: "application/json",
                        text: sealed.to_string(),
                    });
                }
                None => {
                    rows.person(event.initiative, stored);
                    reply_to = stored.person.email.parse().ok();
                }
            }
            if kind == MessageKind::Changed { texts.changed_subject } else { texts.new_subject }
        }
        (MessageKind::Withdrawn, _) => {
            rows.text.push_str(&format!("{}\n\n", texts.withdrawn_lead));
            rows.add(texts.initiative, &title);
            rows.add(texts.id, &event.signup);
            rows.add(texts.withdrawn_consent, event.consent.as_deref().unwrap_or_default());
            rows.add(texts.at, &time(event.initiative, None, event.message.created_at));
            texts.withdrawn_subject
        }
        (MessageKind::Vanished, _) => {
            let people = event.people.unwrap_or_default();
            let lead = fill(texts.vanished_lead, &[("people", &people.to_string())]);
            rows.text.push_str(&format!("{lead}\n\n"));
            rows.add(texts.initiative, &title);
            let was = event.session.as_ref().and_then(|(name, was)| was.session(name));
            rows.add(texts.when, &was.map(|was| wording::session(LANGUAGE, &was)).unwrap_or_default());
            rows.add(texts.id, event.session.as_ref().map_or("", |(name, _)| name));
            rows.text.push_str(&format!("\n{}\n", texts.vanished_then));
            texts.vanished_subject
        }
        _ => {
            rows.text.push_str(&format!("{}\n\n", texts.erased_lead));
            rows.add(texts.initiative, &title);
            rows.add(texts.id, &event.signup);
            rows.add(texts.at, &time(event.initiative, None, event.message.created_at));
            texts.erased_subject
        }
    };
    Letter {
        to,
        reply_to,
        subject: fill(subject, &[("title", &title)]),
        text: rows.text,
        html: None,
        file,
        unsubscribe: None,
    }
}

/// An instant (UTC seconds) in words, on the clocks of where it is.
fn time(initiative: Option<&Initiative>, session: Option<&str>, seconds: i64) -> String {
    let of_session =
        initiative.zip(session).and_then(|(it, id)| it.session(id)).map(|it| it.time_zone.as_str());
    let zone = of_session.filter(|zone| !zone.is_empty()).or(initiative.map(|it| it.time_zone.as_str()));
    wording::moment(LANGUAGE, wording::on_clocks_of(zone.unwrap_or_default(), seconds))
}

/// Names and values, one a line.
struct Rows {
    text: String,
    texts: &'static Organiser,
}

impl Rows {
    /// A field, if there is something in it. What somebody wrote is indented from its second line on, so that none of it looks
    /// like another field.
    fn add(&mut self, name: &str, value: &str) {
        let mut lines = value.lines().map(|line| line.replace(char::is_control, " "));
        let Some(first) = lines.next().filter(|_| !value.trim().is_empty()) else { return };
        let _ = writeln!(self.text, "{}", fill(self.texts.labelled, &[("label", name), ("text", &first)]));
        for line in lines {
            let _ = writeln!(self.text, "    {line}");
        }
    }

    fn person(&mut self, initiative: Option<&Initiative>, stored: &SignUpRecord) {
        let (texts, person, session) = (self.texts, &stored.person, stored.session());
        self.add(texts.received, &time(initiative, session, stored.received_at));
        if let Some(confirmed) = stored.confirmed_at {
            self.add(texts.confirmed, &time(initiative, session, confirmed));
        }
        let times = initiative.map(|it| wording::appointments(LANGUAGE, it, stored).times);
        for when in times.unwrap_or_default() {
            self.add(texts.when, &when);
        }
        self.add(texts.people, &stored.party.to_string());
        self.text.push('\n');
        self.add(texts.given_name, &person.given_name);
        self.add(texts.family_name, &person.family_name);
        self.add(texts.email, &person.email);
        self.add(texts.telephone, person.telephone.as_deref().unwrap_or_default());
        self.add(texts.postcode, person.postal_code.as_deref().unwrap_or_default());
        if person.under_15 {
            self.add(texts.under_15, texts.under_15_yes);
        }
        self.add(texts.message, person.message.as_deref().unwrap_or_default());
        self.add(texts.guests, &person.guests.join("\n"));
        for (label, answer) in wording::answers(LANGUAGE, initiative, person) {
            self.add(&line(&label), &answer);
        }
        for offer in &stored.offers {
            self.add(texts.offers, &wording::offered(LANGUAGE, initiative, offer));
        }
        if let Some((decision, _)) = stored.decision {
            let decision = match decision {
                Decision::Asked => texts.decision_asked,
                Decision::Accepted => texts.decision_accepted,
                Decision::Declined => texts.decision_declined,
            };
            self.add(texts.decision, decision);
        }
        self.text.push('\n');
        for consent in &stored.consents {
            let given = if consent.holds() { texts.yes } else { texts.no };
            self.add(&fill(texts.consent, &[("text", &line(&consent.text))]), given);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_looks_like_no_other_field() {
        let mut rows = Rows { text: String::new(), texts: Language::organiser() };
        rows.add("Message", "Bonjour\nNom : Faux\r\n\u{0}fin");
        rows.add("Téléphone", " ");
        assert_eq!(rows.text, "Message\u{a0}: Bonjour\n    Nom : Faux\n     fin\n");
    }
}
