//! Labels of the domain's terms in the visitor's language, and the icons of kinds.

use alentour_model::{Accessibility, Cause, Initiative, Kind, Sector, Way};

use crate::locale::Locale;
use crate::message::Message;

/// A kind's name; one of the feed's own as given.
pub fn kind(locale: Locale, kind: &Kind) -> String {
    let message = match kind {
        Kind::Volunteering => Message::Volunteering,
        Kind::Gathering => Message::Gathering,
        Kind::Petition => Message::Petition,
        Kind::Group => Message::Group,
        Kind::Project => Message::Project,
        Kind::Campaign => Message::Campaign,
        Kind::Training => Message::Training,
        Kind::Other(word) => return word.clone(),
    };
    locale.text(message).to_owned()
}

/// A kind's icon: the path of a 24 by 24 drawing, for eyes that read shapes faster than words.
pub fn icon(kind: Option<&Kind>) -> &'static str {
    match kind {
        // Two hands around a heart, people, a pen, a ring of three, a house, a megaphone, an open book.
        Some(Kind::Volunteering) => "M12 20.5 4.2 13a5 5 0 0 1 7.1-7.1l.7.7.7-.7a5 5 0 0 1 7.1 7.1z",
        Some(Kind::Gathering) => {
            "M8 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zm8.5 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM1.5 20c0-4 2.5-7 6.5-7s6.5 3 6.5 7zm15 0h6c0-4-2.2-6.5-6-6.5a7 7 0 0 0-1.6.2c1.2 1.6 1.7 3.7 1.6 6.3z"
        }
        Some(Kind::Petition) => "M3 21l1.2-5.2L16.5 3.5l4 4L8.2 19.8zM13 19.5h8V21.5h-8z",
        Some(Kind::Group) => {
            "M12 2.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM6 12.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm12 0a4 4 0 1 1 0 8 4 4 0 0 1 0-8z"
        }
        Some(Kind::Project) => "M12 3 2 11.5h3V21h5.5v-6h3v6H19v-9.5h3z",
        Some(Kind::Campaign) => {
            "M3 9v6h4l9 5.5v-17L7 9zm15-1.5v9a5 5 0 0 0 0-9zM7.5 16.5l1.5 5h2.5l-1.2-3.4z"
        }
        Some(Kind::Training) => {
            "M2 4.5c4-1 7 0 10 2 3-2 6-3 10-2v14c-4-1-7 0-10 2-3-2-6-3-10-2zm9.2 4C9 7 6.5 6.4 3.7 6.6v10c2.6-.2 5 .3 7.5 1.6z"
        }
        _ => "M12 3l2.6 6.2 6.7.5-5.1 4.4 1.6 6.5-5.8-3.5-5.8 3.5 1.6-6.5L2.7 9.7l6.7-.5z",
    }
}

/// A cause's name; one of the feed's own as given.
pub fn cause(locale: Locale, cause: &Cause) -> String {
    let message = match cause {
        Cause::Poverty => Message::Poverty,
        Cause::Education => Message::Education,
        Cause::Health => Message::Health,
        Cause::Employment => Message::Employment,
        Cause::Housing => Message::Housing,
        Cause::Inclusion => Message::Inclusion,
        Cause::Environment => Message::Environment,
        Cause::Culture => Message::Culture,
        Cause::Other(word) => return word.clone(),
    };
    locale.text(message).to_owned()
}

/// What the button of a way to take part says.
pub fn way(way: Way) -> Message {
    match way {
        Way::Rsvp => Message::Rsvp,
        Way::Shift => Message::Shift,
        Way::Signature => Message::Signature,
        Way::Membership => Message::Membership,
        Way::Offer => Message::Offer,
        Way::Pledge => Message::Pledge,
        Way::Enrolment => Message::Enrolment,
    }
}

/// What the button of an initiative says.
pub fn action(initiative: &Initiative) -> Message {
    initiative.participation.as_ref().map_or(Message::ReadMore, |participation| way(participation.way))
}

/// A sector's name.
pub fn sector(sector: Sector) -> Message {
    match sector {
        Sector::Association => Message::SectorAssociation,
        Sector::Ngo => Message::SectorNgo,
        Sector::Public => Message::SectorPublic,
        Sector::Private => Message::SectorPrivate,
        Sector::Collective => Message::SectorCollective,
    }
}

/// What an accessibility feature is called; one of the feed's own as given.
pub fn accessibility(locale: Locale, feature: &Accessibility) -> String {
    let message = match feature {
        Accessibility::Wheelchair => Message::Wheelchair,
        Accessibility::SignLanguage => Message::SignLanguage,
        Accessibility::HearingLoop => Message::HearingLoop,
        Accessibility::EasyToRead => Message::EasyToRead,
        Accessibility::AssistanceAnimals => Message::AssistanceAnimals,
        Accessibility::AccessibleToilets => Message::AccessibleToilets,
        Accessibility::PublicTransport => Message::PublicTransport,
        Accessibility::Other(word) => return word.clone(),
    };
    locale.text(message).to_owned()
}
