//! What the widget says: the messages of one language, looked up by name.

macro_rules! messages {
    ($($name:ident)+) => {
        /// A message. The files of `src/messages/` have one line for each, in this order.
        #[allow(missing_docs, reason = "the messages say what they are")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message { $($name),+ }

        /// Every message's name.
        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

messages! {
    Search Place PlaceExample PlaceChoices PlaceUnknown PlaceOffline Radius RadiusAny AroundMe AroundMeHere
    Locating LocationRefused LocationFailed Words WordsExample Filters FiltersSet Kinds Causes When WhenAny
    ThisWeek ThisWeekend ThisMonth Range RangeFirst RangeLast RangeReversed ClearFilters ClearWords ShowFound

    Loading FoundNear Found FoundElsewhere Elsewhere More NothingNear NothingFound NothingFoundHelp
    NothingPublished Wider Failed FailedNetwork FailedTimeout FailedStatus FailedMalformed Retry

    Volunteering Gathering Petition Group Project Campaign Training

    Poverty Education Health Employment Housing Inclusion Environment Culture

    Rsvp Shift Signature Membership Offer Pledge Enrolment ReadMore Labelled

    AtDistance AboutDistance Online National Ongoing FromDate UntilDate SessionMore Seats Full Signatures
    SignaturesOf AsOf Zone Back WhenTitle WhereTitle WhoTitle WithPartners AccessTitle ImpactTitle LanguagesTitle
    AddressedTo Outcome Approximate OrganiserPage Permalink Copied

    SectorAssociation SectorNgo SectorPublic SectorPrivate SectorCollective

    Wheelchair SignLanguage HearingLoop EasyToRead AssistanceAnimals AccessibleToilets PublicTransport

    Optional ChooseSession PartySize GivenName FamilyName Email Telephone PostalCode Note Choose
    MinimumAge ToMend Required RequiredConsent Invalid InvalidEmail InvalidTelephone InvalidPostalCode TooLong
    SessionFull SessionClosed Closed AllFull Changed Sending SendingSlow Trying NotSent SendAgain Received ReceivedHelp
    LeaveEmpty Checking Unsure Lost YourAddress Unconfirmed UnconfirmedHelp MyData SignUpAnother
    Notice Organiser Rights Under15 GuardianAgrees
}

/// The alternative of a plural message (`one: … | other: …`) for a category; the last one where it has none such.
pub fn plural<'a>(text: &'a str, category: &str) -> &'a str {
    let mut last = text;
    if !text.contains('|') {
        return text;
    }
    for alternative in text.split('|') {
        let Some((name, words)) = alternative.split_once(':') else { return text };
        last = words.trim_matches(' ');
        if name.trim_matches(' ') == category {
            break;
        }
    }
    last
}

/// The text with each `{name}` replaced by its value. A value is never looked into for further names.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            filled.push_str(value);
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [(&str, &str); 4] = [
        ("fr", include_str!("messages/fr.txt")),
        ("en", include_str!("messages/en.txt")),
        ("es", include_str!("messages/es.txt")),
        ("ar", include_str!("messages/ar.txt")),
    ];

    fn lines(file: &str) -> impl Iterator<Item = (&str, &str)> {
        file.lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .filter_map(|line| line.split_once(" = "))
    }

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
        for (language, file) in LANGUAGES {
            let keys: Vec<_> = lines(file).map(|(key, _)| key.to_owned()).collect();
            assert_eq!(keys, expected, "{language}");
        }
    }

    #[test]
    fn every_language_fills_in_the_same_values() {
        let blanks = |text: &str| {
            let mut names: Vec<_> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            names.sort();
            names.dedup();
            names
        };
        for (language, file) in LANGUAGES {
            for ((key, french), (_, text)) in lines(LANGUAGES[0].1).zip(lines(file)) {
                assert_eq!(blanks(text), blanks(french), "{language}: {key}");
                assert_eq!(text.contains(" | "), french.contains(" | "), "{language}: {key}");
            }
        }
    }

    #[test]
    fn plurals_follow_the_category() {
        let text = "one: {n} action | other: {n} actions";
        assert_eq!(plural(text, "one"), "{n} action");
        assert_eq!(plural(text, "many"), "{n} actions");
        assert_eq!(plural("simple", "one"), "simple");
    }

    #[test]
    fn values_are_not_looked_into() {
        assert_eq!(fill("{a} et {b} {c}", &[("a", "{b}"), ("b", "2")]), "{b} et 2 ");
        assert_eq!(fill("fin {", &[]), "fin ");
    }
}
