//! What whoever decides about an initiative may want to look at twice. Nothing of it decides anything.

use alentour_model::{Initiative, Kind};

/// Characters below which a text says next to nothing.
const SHORT: usize = 40;
/// Links that a text may have: a page, a form, a map.
const LINKS: usize = 3;
/// Seconds from now beyond which a date is more likely a mistake: two years.
const FAR: i64 = 2 * 365 * 86_400;
/// Letters of a title, and of a text, below which capitals say nothing: abbreviations have them.
const LETTERS: [usize; 2] = [8, 40];
/// Of a hundred letters so many capitals are shouting: of a title, and of a text.
const CAPITALS: [usize; 2] = [60, 40];

/// Something to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// It names no place, and people meet there.
    NoPlace,
    /// All of its dates are over.
    Past,
    /// A date is years ahead.
    Far,
    /// It is written in capitals.
    Shouting,
    /// Its text has many links.
    Links,
    /// It has hardly any text.
    NoText,
    /// It names nobody who organises it.
    NoOrganiser,
}

/// What there is to look at, at that time (UTC seconds).
pub fn hints(initiative: &Initiative, now: i64) -> Vec<Hint> {
    let text = format!("{}\n{}", initiative.summary, initiative.description);
    let is_tied = !matches!(initiative.kind, Some(Kind::Petition | Kind::Campaign));
    let starts = initiative.sessions.iter().map(|session| session.start).chain(initiative.start);
    let far = starts.map(|start| start.moment.instant).any(|start| start > now + FAR);
    [
        (Hint::NoPlace, is_tied && !initiative.reach.is_everywhere() && initiative.places.is_empty()),
        (Hint::Past, initiative.is_over(now) && !initiative.is_called_off()),
        (Hint::Far, far),
        (Hint::Shouting, shouts(&initiative.name, 0) || shouts(&text, 1)),
        (Hint::Links, links(&text) > LINKS),
        (Hint::NoText, text.trim().chars().count() < SHORT),
        (Hint::NoOrganiser, initiative.organizer.as_ref().is_none_or(|it| it.name.trim().is_empty())),
    ]
    .into_iter()
    .filter_map(|(hint, is_so)| is_so.then_some(hint))
    .collect()
}

/// Whether a text is written in capitals. Scripts without them never are.
fn shouts(text: &str, of: usize) -> bool {
    let letters = text.chars().filter(|c| c.is_uppercase() || c.is_lowercase()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    letters >= LETTERS[of] && capitals * 100 > letters * CAPITALS[of]
}

fn links(text: &str) -> usize {
    let text = text.to_lowercase();
    let named = text.matches("://").count();
    // One that is written without its scheme.
    named + text.split_whitespace().filter(|word| word.starts_with("www.")).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn read(more: &str) -> Initiative {
        let text = format!(
            r#"{{"initiatives":[{{"id":"a","name":"Balade des haies","kind":"gathering","organizer":{{"name":"Les haies"}},
            "location":[{{"addressLocality":"Lyon"}}],"startDate":"2027-05-02","endDate":"2027-05-03",
            "summary":"Nous marchons le long des haies et nous parlons."{more}}}]}}"#
        );
        alentour_formats::read(text.as_bytes()).unwrap().feed.initiatives.remove(0)
    }

    #[test]
    fn nothing_is_said_of_what_is_as_it_should_be() {
        assert_eq!(hints(&read(""), NOW), []);
        let mut online = read("");
        online.places.clear();
        assert_eq!(hints(&online, NOW), [Hint::NoPlace]);
        online.reach = alentour_model::Reach::Online;
        assert_eq!(hints(&online, NOW), []);
        let petition = Initiative { kind: Some(Kind::Petition), places: Vec::new(), ..read("") };
        assert_eq!(hints(&petition, NOW), []);
    }

    #[test]
    fn dates_are_looked_at_from_now() {
        assert_eq!(hints(&read(""), NOW + 30 * 86_400), [] as [Hint; 0]);
        assert_eq!(hints(&read(""), NOW + 365 * 86_400), [Hint::Past]);
        assert_eq!(hints(&read(""), NOW - FAR), [Hint::Far]);
    }

    #[test]
    fn a_text_that_shouts_links_or_says_nothing_is_named() {
        let name = |name: &str| hints(&Initiative { name: name.into(), ..read("") }, NOW);
        assert_eq!(name("GRANDE BALADE DES HAIES"), [Hint::Shouting]);
        assert_eq!(name("ATELIER CV"), [Hint::Shouting]);
        assert_eq!(name("Atelier CAP/BEP"), []);
        assert_eq!(name("المسيرة الكبرى للحي"), []);
        let said = |text: &str| {
            hints(&Initiative { summary: text.into(), description: String::new(), ..read("") }, NOW)
        };
        assert_eq!(
            said("VENEZ TOUTES ET TOUS, C’EST GRATUIT ET TRÈS BIEN POUR TOUT LE MONDE"),
            [Hint::Shouting]
        );
        assert_eq!(said("court"), [Hint::NoText]);
        let four = "Voyez https://a.example https://b.example HTTP://c.example et www.d.example pour tout";
        assert_eq!(said(four), [Hint::Links]);
        assert_eq!(said(&four.replace("www.d", "d")), []);
        assert_eq!(hints(&Initiative { organizer: None, ..read("") }, NOW), [Hint::NoOrganiser]);
    }
}
