//! A sign-up on a page: what it is for, what was typed, and what was agreed to.

use alentour_model::Initiative;
use maud::{Markup, html};

use super::page::Page;
use crate::store::SignUpRecord;
use crate::wording;

/// The initiative of a sign-up as the feed has it; `None` where it has left the feed.
pub fn initiative(page: &Page, record: &SignUpRecord) -> Option<Initiative> {
    page.state.feeds.initiative(&record.initiative).ok()
}

/// The title of an initiative, or words for one that has left the feed.
pub fn title(page: &Page, initiative: Option<&Initiative>) -> String {
    initiative.map_or_else(|| page.texts.an_initiative.to_owned(), |it| wording::line(&it.name))
}

/// When and where it is, who organises it, and for how many people the sign-up is: terms and descriptions of a list.
pub fn facts(page: &Page, initiative: Option<&Initiative>, record: &SignUpRecord) -> Markup {
    let (language, texts) = (page.language, page.language.mails());
    let session = record.session.as_deref();
    let time = initiative.and_then(|it| wording::times(language, it, session));
    let place = initiative.and_then(|it| wording::place(language, it, session));
    let organiser = initiative.and_then(|it| it.organizer.as_ref());
    html! {
        @if let Some(time) = time { dt { (texts.when) } dd { (time) } }
        @if let Some(place) = place { dt { (texts.place) } dd { bdi { (place) } } }
        @if let Some(organiser) = organiser { dt { (page.texts.organiser) } dd { bdi { (organiser.name) } } }
        @if record.party > 1 { dt { (page.texts.people) } dd { (record.party) } }
    }
}

/// All that was typed, answers in the form's words: terms and descriptions of a list.
pub fn typed(page: &Page, initiative: Option<&Initiative>, record: &SignUpRecord) -> Markup {
    let (texts, person) = (page.texts, &record.person);
    let fields = [
        (texts.given_name, Some(&person.given_name)),
        (texts.family_name, Some(&person.family_name)),
        (texts.email, Some(&person.email)),
        (texts.telephone, person.telephone.as_ref()),
        (texts.postcode, person.postal_code.as_ref()),
        (texts.message, person.message.as_ref()),
    ];
    let answers = person.answers.iter().map(|(id, answer)| {
        wording::answer(page.language, initiative, id, answer.as_str().unwrap_or_default())
    });
    html! {
        @for (name, value) in fields {
            @if let Some(value) = value { dt { (name) } dd { bdi { (value) } } }
        }
        @for (label, answer) in answers { dt { bdi { (label) } } dd { bdi { (answer) } } }
        @if person.under_15 { dt { (texts.minors) } dd { (texts.under_15) } }
    }
}

/// Each consent that was asked for, in its words, and whether its box was ticked.
pub fn consents(page: &Page, record: &SignUpRecord) -> Markup {
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
