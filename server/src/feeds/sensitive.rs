//! What may reveal opinions, beliefs or union membership (GDPR, article 9), and the explicit consent that is then asked
//! for (article 9(2)(a)). The feed may decide it (`sensitive`); where it does not, better one box too many.

use alentour_model::text::fold;
use alentour_model::{ConsentRequest, Initiative, Kind};
use alentour_texts::Language;

/// Names the consent within its form. A feed that has one of that name words it itself.
const ID: &str = "opinion";
/// Changed whenever a wording is: `consents.txt` in each language.
const VERSION: &str = "alentour-2";

/// Words of demonstrations, folded, whole. `marche` alone would be a market (`marché`), and a walk.
const DEMONSTRATION: &[&str] = &[
    // French
    "manifestation",
    "manifestations",
    "manif",
    "manifs",
    "manifester",
    "contre manifestation",
    "rassemblement",
    "rassemblements",
    "marche pour",
    "marche contre",
    "marche blanche",
    "marche des fiertes",
    "marche feministe",
    "grande marche",
    "marche mondiale",
    "cortege",
    "pride",
    "mobilisation contre",
    "sit in",
    "die in",
    "tractage",
    "desobeissance civile",
    "opposition a",
    "non a",
    "stop a",
    "meeting politique",
    "reunion publique politique",
    // English
    "demonstration",
    "demonstrations",
    "protest",
    "protests",
    "march for",
    "march against",
    "rally",
    "picket",
    "vigil",
    "civil disobedience",
    // Spanish
    "manifestacion",
    "manifestaciones",
    "marcha por",
    "marcha contra",
    "marcha del orgullo",
    "concentracion",
    "concentraciones",
    "protesta",
    "protestas",
    "desobediencia civil",
    // Arabic
    "مظاهرة",
    "المظاهرة",
    "مظاهرات",
    "تظاهرة",
    "التظاهرة",
    "مسيرة",
    "المسيرة",
    "وقفة احتجاجية",
    "احتجاج",
    "الاحتجاج",
    "اعتصام",
];

/// Words of union action, whatever the kind.
const UNION: &[&str] = &[
    "greve",
    "greves",
    "greviste",
    "grevistes",
    "syndicat",
    "syndicats",
    "syndical",
    "syndicale",
    "syndicales",
    "syndicaux",
    "intersyndicale",
    "piquet de greve",
    "bourse du travail",
    "strike",
    "strikes",
    "trade union",
    "trade unions",
    "labour union",
    "labor union",
    "huelga",
    "huelgas",
    "sindicato",
    "sindicatos",
    "sindical",
    "sindicales",
    "إضراب",
    "اضراب",
    "الإضراب",
    "نقابة",
    "النقابة",
    "نقابي",
    "نقابية",
];

/// What has such a word in it and is none: taken out first.
const HARMLESS: &[&str] = &[
    "manifestation culturelle",
    "manifestations culturelles",
    "manifestation sportive",
    "manifestations sportives",
    "manifestation festive",
    "manifestations festives",
    "manifestation artistique",
    "demonstration de",
];

/// Asks for the explicit consent where taking part is sensitive.
pub fn ask(initiative: &mut Initiative, language: &str) {
    if !is_sensitive(initiative) {
        return;
    }
    let Some(participation) = &mut initiative.participation else { return };
    if participation.consents.iter().any(|consent| consent.id == ID) {
        return;
    }
    let language = Language::parse(language).unwrap_or(Language::DEFAULT);
    participation.consents.push(ConsentRequest {
        id: ID.to_owned(),
        version: VERSION.to_owned(),
        text: language.consents().opinion.to_owned(),
        purpose: "sensitive data".to_owned(),
        required: true,
        used_for: None,
    });
}

fn is_sensitive(initiative: &Initiative) -> bool {
    if let Some(decided) = initiative.sensitive {
        return decided;
    }
    let mut words = format!(" {} ", fold(&initiative.name));
    for keyword in &initiative.keywords {
        words.push_str(&format!("| {} ", fold(keyword)));
    }
    for phrase in HARMLESS {
        while let Some(at) = position(&words, phrase) {
            words.replace_range(at..=at + phrase.len(), "");
        }
    }
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| position(&words, phrase).is_some());
    match initiative.kind {
        Some(Kind::Petition) => true,
        Some(Kind::Gathering | Kind::Campaign) | None => says(DEMONSTRATION) || says(UNION),
        _ => says(UNION),
    }
}

/// Where a phrase stands as whole words, with a space around each; of all feeds each initiative comes through here.
fn position(words: &str, phrase: &str) -> Option<usize> {
    let is_whole = |at: &usize| {
        let (before, after) = (words[..*at].ends_with(' '), words[at + phrase.len()..].starts_with(' '));
        before && after
    };
    words.match_indices(phrase).map(|(at, _)| at).find(is_whole)
}

#[cfg(test)]
mod tests {
    use alentour_model::{Participation, Way};
    use sha2::{Digest, Sha256};

    use super::*;

    fn initiative(kind: Option<Kind>, name: &str) -> Initiative {
        let mut initiative = Initiative::new("a", name);
        initiative.kind = kind;
        initiative.participation = Some(Participation::new(Way::Rsvp));
        initiative
    }

    fn asked(mut initiative: Initiative, language: &str) -> Vec<ConsentRequest> {
        ask(&mut initiative, language);
        initiative.participation.map(|participation| participation.consents).unwrap_or_default()
    }

    #[test]
    fn petitions_demonstrations_and_union_action_ask_for_an_explicit_consent() {
        for (kind, name) in [
            (Some(Kind::Petition), "Un abri pour tous"),
            (Some(Kind::Gathering), "Manifestation pour le droit au logement"),
            (Some(Kind::Gathering), "Marche pour le climat"),
            (Some(Kind::Gathering), "Marche des fiertés"),
            (Some(Kind::Campaign), "Grève du 1er mai"),
            (Some(Kind::Training), "Formation syndicale"),
            (None, "Rassemblement devant la préfecture"),
            (Some(Kind::Gathering), "Rally for housing"),
            (Some(Kind::Gathering), "Huelga general"),
            (Some(Kind::Gathering), "مظاهرة من أجل السكن"),
        ] {
            let asked = asked(initiative(kind, name), "fr");
            assert!(matches!(&asked[..], [one] if one.id == "opinion" && one.required), "{name}");
        }
        let mut keyword = initiative(Some(Kind::Gathering), "Tous ensemble");
        keyword.keywords = vec!["logement".into(), "Manif".into()];
        assert_eq!(asked(keyword, "fr").len(), 1);
    }

    #[test]
    fn everything_else_asks_for_nothing_more() {
        for (kind, name) in [
            (Some(Kind::Gathering), "Marché de Noël solidaire"),
            (Some(Kind::Gathering), "Marche nordique du dimanche"),
            (Some(Kind::Gathering), "Grande manifestation sportive"),
            (Some(Kind::Gathering), "Atelier vélo"),
            (Some(Kind::Volunteering), "Aider au rassemblement des familles"),
            (None, "Soutien scolaire"),
        ] {
            assert_eq!(asked(initiative(kind, name), "fr"), [], "{name}");
        }
    }

    #[test]
    fn the_feed_decides_where_it_says_so() {
        let mut no = initiative(Some(Kind::Petition), "Un banc");
        no.sensitive = Some(false);
        assert_eq!(asked(no, "fr"), []);
        let mut yes = initiative(Some(Kind::Group), "Cercle de lecture");
        yes.sensitive = Some(true);
        assert_eq!(asked(yes, "fr").len(), 1);
    }

    #[test]
    fn a_consent_of_the_feed_s_own_is_left_as_it_is() {
        let mut own = initiative(Some(Kind::Petition), "Un banc");
        let mut words = asked(own.clone(), "fr");
        words[0].text = "À notre façon.".into();
        own.participation.as_mut().unwrap().consents = words.clone();
        assert_eq!(asked(own, "fr"), words);
    }

    #[test]
    fn it_is_worded_in_the_feed_s_language_or_in_french() {
        for (language, start) in [
            ("fr-FR", "Participer"),
            ("EN", "Taking"),
            ("es", "Participar"),
            ("ar", "قد"),
            ("", "Participer"),
            ("br", "Participer"),
        ] {
            let text = &asked(initiative(Some(Kind::Petition), "Un banc"), language)[0].text;
            assert!(text.starts_with(start), "{language}: {text}");
        }
    }

    /// A receipt names the version of what was agreed to. Whoever changes a wording changes both lines.
    #[test]
    fn a_new_wording_is_a_new_version() {
        let wordings = Language::ALL.map(|language| language.consents().opinion).concat();
        let digest = hex::encode(Sha256::digest(wordings));
        assert_eq!((VERSION, &digest[..16]), ("alentour-2", "d2acaf01cc3d1aea"));
    }

    #[test]
    fn every_word_of_the_tables_is_folded() {
        for word in DEMONSTRATION.iter().chain(UNION).chain(HARMLESS) {
            assert_eq!(fold(word), *word);
        }
    }
}
