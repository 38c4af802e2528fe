//! Labels of the domain's terms in the visitor's language, and the icons of kinds.

use alentour_model::{Accessibility, Cause, Initiative, Kind, NeedType, Sector, Way};

use crate::app::FeedError;
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
        Some(Kind::Volunteering) => "M12 21 4 13C-1 7 7 1 12 7c5-6 13 0 8 6z",
        Some(Kind::Gathering) => {
            "M8 4a4 4 0 0 1 0 8 4 4 0 0 1 0-8zm9 1a3 3 0 0 1 0 6 3 3 0 0 1 0-6zM1 21c0-9 14-9 14 0zm16 0h6c0-6-3-9-8-8 2 2 2 4 2 8z"
        }
        Some(Kind::Petition) => "M3 21l1-5L17 3l4 4L8 20zm10-2h8v2h-8z",
        Some(Kind::Group) => {
            "M12 2a4 4 0 0 1 0 8 4 4 0 0 1 0-8zM6 13a4 4 0 0 1 0 8 4 4 0 0 1 0-8zm12 0a4 4 0 0 1 0 8 4 4 0 0 1 0-8z"
        }
        Some(Kind::Project) => "M12 3 2 12h3v9h5v-6h4v6h5v-9h3z",
        Some(Kind::Campaign) => "M2 9v6h5l9 6V3L7 9zm16-2v10a5 5 0 0 0 0-10zM7 17l2 5h3l-1-4z",
        Some(Kind::Training) => "M2 4q6-1 9 2v15q-3-3-9-2zm20 0q-6-1-9 2v15q3-3 9-2z",
        _ => "M12 2l3 7 7 1-5 4 1 7-6-4-6 4 1-7-5-4 7-1z",
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

/// What the button says that sends the form.
pub fn sending(way: Way) -> Message {
    match way {
        Way::Rsvp | Way::Shift => Message::SendRsvp,
        Way::Signature => Message::SendSignature,
        Way::Membership => Message::SendMembership,
        Way::Offer => Message::SendOffer,
        Way::Pledge => Message::SendPledge,
        Way::Enrolment => Message::SendEnrolment,
    }
}

/// What the button says that leads to the form, or to the letter where there is no form; and what stands there where there is neither.
pub fn taking_part(initiative: &Initiative) -> Message {
    let instead = if initiative.letter.is_some() { Message::WriteLetter } else { Message::LetterShare };
    initiative.participation.as_ref().map_or(instead, |participation| way(participation.way))
}

/// What the field for some words to the organiser is called.
pub fn note(way: Way) -> Message {
    match way {
        Way::Signature => Message::NoteSignature,
        Way::Membership => Message::NoteMembership,
        Way::Offer => Message::NoteOffer,
        _ => Message::Note,
    }
}

/// What kind of thing is needed; nothing of what only its name says.
pub fn need(kind: NeedType) -> Option<Message> {
    match kind {
        NeedType::Time => Some(Message::NeedTime),
        NeedType::Skill => Some(Message::NeedSkill),
        NeedType::Material => Some(Message::NeedMaterial),
        NeedType::Premises => Some(Message::NeedPremises),
        NeedType::Other => None,
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

/// Why something has not come.
pub fn failure(locale: Locale, failure: &FeedError) -> String {
    match failure {
        FeedError::Network => locale.text(Message::FailedNetwork).to_owned(),
        FeedError::Timeout => locale.text(Message::FailedTimeout).to_owned(),
        FeedError::Malformed => locale.text(Message::FailedMalformed).to_owned(),
        FeedError::Status(status) => locale.say(Message::FailedStatus, &[("status", &status.to_string())]),
    }
}
