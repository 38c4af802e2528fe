//! What the model accepts, in one place: formats join what they read, and what is joined may be longer than each of its parts.

use alentour_model::read::{LINE, TEXT};
use alentour_model::{Initiative, Problem};

use super::item::{Item, cut};

/// Cuts an initiative to what is read again as it is written, and says what was cut. Findings name the field as the model does:
/// that of the item is not one.
pub(super) fn keep(item: &mut Item, initiative: &mut Initiative) {
    let mut limit = |field: &str, (text, most): (&mut String, usize)| {
        if cut(text, most) {
            item.find(field, Problem::TooLong);
        }
    };
    limit("summary", (&mut initiative.summary, TEXT));
    limit("description", (&mut initiative.description, TEXT));
    limit("accessibilitySummary", (&mut initiative.accessibility_summary, TEXT));
    for organisation in initiative.organizer.iter_mut().chain(&mut initiative.partners) {
        limit("organizer", (&mut organisation.name, LINE));
    }
    for place in &mut initiative.places {
        for (field, line) in [
            ("location.name", &mut place.name),
            ("location.streetAddress", &mut place.street_address),
            ("location.postalCode", &mut place.postal_code),
            ("location.addressLocality", &mut place.address_locality),
            ("location.addressRegion", &mut place.address_region),
        ] {
            limit(field, (line, LINE));
        }
    }
    for session in initiative.sessions.iter_mut().chain(&mut initiative.cancelled) {
        limit("sessions.name", (&mut session.name, LINE));
    }
    for word in &mut initiative.keywords {
        limit("keywords", (word, LINE));
    }
    for target in initiative.petition.iter_mut().flat_map(|petition| &mut petition.addressed_to) {
        limit("petition.addressedTo", (target, LINE));
    }
    item.limit("keywords", &mut initiative.keywords);
    item.limit("causes", &mut initiative.causes);
    item.limit("partners", &mut initiative.partners);
    item.limit("location", &mut initiative.places);
    item.limit("sessions", &mut initiative.sessions);
    item.limit("cancelledSessions", &mut initiative.cancelled);
    item.limit("inLanguage", &mut initiative.languages);
}
