//! What a page says where it has no form and the announcement names no page of its own: whom to turn to, as far as anybody knows.

use alentour_model::{Availability, Initiative};
use alentour_texts::{Language, fill};

use crate::wording::{line, place};

/// Whom to contact, or who announces it, and where it is. Empty where the announcement has a page, to which the views lead, or where it
/// is over at `now` (UTC seconds). `site` is who publishes the page, where that is known: it announces what names no organiser.
pub fn words(language: Language, initiative: &Initiative, site: &str, now: i64) -> String {
    if initiative.url.is_some() || initiative.is_over(now) {
        return String::new();
    }
    if initiative.participation.is_some() {
        match initiative.availability(now) {
            Availability::Open | Availability::Full => {}
            Availability::Closed => return language.widget("closed").to_owned(),
        }
    }
    let texts = language.pages();
    let named = |text: &str, name: &str| fill(text, &[("name", &line(name))]);
    let contact = contact(language, initiative);
    let organiser = initiative.organizer.as_ref().filter(|organiser| !organiser.name.trim().is_empty());
    let mut said = match contact {
        Some(contact) => vec![contact],
        None => {
            let name = organiser.map_or(site, |organiser| organiser.name.as_str());
            let from = (!name.is_empty()).then(|| named(texts.how_from, name));
            std::iter::once(texts.how_none.to_owned()).chain(from).collect()
        }
    };
    let place = place(language, initiative, None);
    said.extend(place.map(|place| fill(texts.how_place, &[("place", &place)])));
    said.join(" ")
}

/// What is said where sign-ups are of no use, for no mail confirms them.
pub fn no_mail(language: Language, initiative: &Initiative) -> String {
    let said = [Some(language.pages().form_no_mail.to_owned()), contact(language, initiative)];
    said.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Whom one contacts: the organiser, whose site is linked to where it is named; `None` where none is known.
fn contact(language: Language, initiative: &Initiative) -> Option<String> {
    let organiser = initiative.organizer.as_ref().filter(|organiser| organiser.url.is_some())?;
    let name = line(&organiser.name);
    (!name.trim().is_empty()).then(|| fill(language.pages().how_contact, &[("name", &name)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(more: &str) -> String {
        let feed = format!(r#"{{"initiatives":[{{"id":"a","name":"A"{more}}}]}}"#);
        let feed = alentour_formats::read(feed.as_bytes()).unwrap().feed;
        words(Language::English, &feed.initiatives[0], "The site", 0)
    }

    #[test]
    fn where_no_mail_is_sent_the_organiser_is_named_if_there_is_a_contact() {
        for (more, contact) in [
            ("", ""),
            (r#","organizer":{"name":"Friends"}"#, ""),
            (
                r#","organizer":{"name":"Friends","url":"https://example.org/"}"#,
                " To take part, contact Friends.",
            ),
        ] {
            let feed = format!(r#"{{"initiatives":[{{"id":"a","name":"A"{more}}}]}}"#);
            let feed = alentour_formats::read(feed.as_bytes()).unwrap().feed;
            let said = no_mail(Language::English, &feed.initiatives[0]);
            assert_eq!(
                said,
                format!("This site sends no e-mail, so you cannot take part from this page.{contact}")
            );
        }
    }

    #[test]
    fn what_is_known_of_an_announcement_without_a_form_is_said() {
        let none = "You cannot sign up from this page.";
        assert_eq!(said(""), format!("{none} Announced by The site."));
        assert_eq!(said(r#","organizer":{"name":"Friends"}"#), format!("{none} Announced by Friends."));
        let contact = r#","organizer":{"name":"Friends","url":"https://example.org/"}"#;
        assert_eq!(said(contact), "To take part, contact Friends.");
        let place = r#","location":{"name":"Hall","streetAddress":"1 High Street","addressLocality":"Lyon"}"#;
        let both = format!("{contact}{place}");
        assert_eq!(said(&both), "To take part, contact Friends. Where: Hall, 1 High Street, Lyon.");
        let full = r#","participation":{"way":"rsvp"},"sessions":[{"id":"s","startDate":"2060-01-01","remainingAttendeeCapacity":0}]"#;
        // Its line cannot be joined from here, but perhaps where it is announced.
        assert_eq!(said(&[contact, full].concat()), "To take part, contact Friends.");
        assert_eq!(said(r#","participation":{"way":"rsvp","closes":"1960-01-01"}"#), "Sign-ups are closed.");
        // The announcement's own page says it, or it is too late.
        assert_eq!(said(r#","url":"https://example.org/a""#), "");
        assert_eq!(said(r#","endDate":"1960-01-01""#), "");
    }
}
