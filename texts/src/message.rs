//! The widget's messages by name. The bundle has each language's texts alone, in this order.

macro_rules! messages {
    ($($name:ident)+) => {
        /// A message. The files `widget.txt` have one line for each, in this order.
        #[allow(missing_docs, reason = "the messages say what they are")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message { $($name),+ }

        /// Every message's name.
        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

messages! {
    Search Place PlaceChoices PlaceUnknown PlaceFrance PlaceAmbiguous PlaceOffline Radius RadiusAny AroundMe AroundMeHere
    Locating LocationRefused LocationFailed Words Filters FiltersSet Kinds Causes When WhenAny
    ThisWeek ThisWeekend ThisMonth Range RangeFirst RangeLast RangeReversed ClearFilters ClearWords ShowFound

    Loading FoundNear Found OpenSeats Elsewhere More NothingNear NothingFound NothingFoundHelp MoreThan NothingWithin NothingSoon DidYouMean FoundBy FoundDescribed
    NothingPublished Wider Failed FailedNetwork FailedTimeout FailedStatus FailedMalformed Retry
    Partly LoadingDetails FailedDetails NoLongerAnnounced TellMe Propose

    Volunteering Gathering Petition Group Project Campaign Training

    Poverty Education Health Employment Housing Inclusion Environment Culture

    Rsvp Shift Signature Membership Offer Pledge Enrolment ReadMore Labelled

    AtDistance AboutDistance Online National Ongoing FromDate UntilDate Hour Time Today Tomorrow UntilTime SessionMore Cancelled Weekly WeeklyUntil Weekdays Except ExceptDay Seats Full WaitingList WaitingListOffered WaitingListOf
    ActionWaitingList Signatures
    SignaturesOf SignaturesLeft SignaturesNext GoalReached Pledges SignedBy CourseTitle CourseFigures AsOf Source Zone Back AboutTitle WhenTitle WhereTitle WhoTitle WithPartners AccessTitle ImpactTitle LanguagesTitle AlsoBy
    AddressedTo Outcome UpdatesTitle Approximate VenueForParticipants OrganiserPage Report Permalink Copied QrCode Poster AddToCalendar

    SectorAssociation SectorNgo SectorPublic SectorPrivate SectorCollective

    Wheelchair SignLanguage HearingLoop EasyToRead AssistanceAnimals AccessibleToilets PublicTransport

    Optional TwoMinutes ChooseSession ChooseSessions WholeSeries OtherDates PartySize Guests Guest GuestLines GivenName FamilyName Email Telephone PostalCode Town TownHint Note NoteSignature NoteMembership NoteOffer SessionNeeds NeedsTitle NeedLeft NeedMet NeedTime NeedSkill NeedMaterial NeedPremises HowMany Choose
    Yes No OnlyIf Daytimes NumberBetween NumberFrom NumberTo
    MinimumAge OnDay OnDates JoinWaitingList SendRsvp SendSignature SendMembership SendOffer SendPledge SendEnrolment ToMend Required RequiredSession RequiredGuest
    RequiredGivenName RequiredFamilyName RequiredEmail RequiredTelephone RequiredPostalCode RequiredTown RequiredNote RequiredGuardian
    RequiredConsent RequiredAlert Invalid InvalidPlace NotAccepted InvalidEmail InvalidTelephone InvalidPostalCode InvalidNumber InvalidDate TooLong
    SessionFull SessionClosed Closed ClosedOff Changed Sending SendingSlow Trying NotSent SendAgain Received ReceivedHelp DecidedHelp DecidedThen
    LeaveEmpty Checking Unsure Lost YourAddress Unconfirmed UnconfirmedHelp MyData SignUpAnother AlsoOpen
    WriteLetter LetterHelp LetterSubject LetterText LetterPostcode LetterNobody WriteMail ContactForm CopyLetter TextCopied LetterPaste LetterShare CopyText ShareText
    PrerequisitesTitle Donate
    Notice Organiser Rights Under15 GuardianAgrees
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn snake_case(name: &str) -> String {
        let mut snake = String::new();
        for c in name.chars() {
            if c.is_uppercase() && !snake.is_empty() {
                snake.push('_');
            }
            snake.extend(c.to_lowercase());
        }
        snake
    }

    #[test]
    fn every_language_has_every_message_in_order() {
        let expected: Vec<_> = NAMES.iter().map(|name| snake_case(name)).collect();
        for language in Language::ALL {
            let keys: Vec<_> = language.widget_messages().map(|(key, _)| key.to_owned()).collect();
            assert_eq!(keys, expected, "{}", language.tag());
        }
    }
}
