//! What the address of a list asks for, which its filters and the views' links write: that of the list itself, and of whatever page it
//! leads to.

use alentour::app::{criteria, encode};
use alentour::render::{ChosenPlace, Request};
use alentour_model::Kilometres;
use alentour_model::gazetteer::Meant;

use super::page::Page;
use crate::http::query;
use crate::position::is_position;

/// The longest text of an address that is looked at, in bytes: names of places are shorter, and so is what people look for.
const LONGEST: usize = 200;
/// Different words that are looked for at most.
const WORDS: usize = 8;
/// The last page that there is: twelve cards a page, of more initiatives than one feed has.
const PAGES: usize = 10_000;

/// What an address asks for: that of a list, or of an initiative as a list leads to it.
#[derive(Debug, Default, PartialEq)]
pub struct ListQuery {
    /// The place as it is named.
    pub place: String,
    /// The countries whose places are meant; none: France.
    pub countries: String,
    radius: Option<String>,
    words: String,
    kinds: String,
    causes: String,
    when: String,
    /// The page, from 1.
    pub page: usize,
    /// The partner's page that the visitor has come from, as the address says it: [`of`](Self::of) tells whether it is one.
    pub from: String,
}

impl ListQuery {
    /// Reads a query. One that is too long asks for nothing.
    pub fn read(query: &str) -> Self {
        let query = if query.len() <= query::LONGEST { query } else { "" };
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let all = |name: &str| {
            let values = fields.iter().filter(|(known, value)| known == name && value.len() <= LONGEST);
            let values = values
                .map(|(_, value)| value.trim())
                .filter(|value| !value.is_empty())
                .collect::<Vec<_>>()
                .join(",");
            if values.len() <= query::LIST { values } else { String::new() }
        };
        let one = |name: &str| {
            let found = fields.iter().find(|(known, value)| known == name && value.len() <= LONGEST);
            found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let (first, last) = (one("first"), one("last"));
        let when = match one("when").as_str() {
            // Two days that are given are meant, whichever box they stand beside.
            "" | "range" if !(first.is_empty() && last.is_empty()) => format!("{first}/{last}"),
            when => when.to_owned(),
        };
        let page = one("page").parse().unwrap_or(1);
        Self {
            place: one("place"),
            countries: one("countries"),
            radius: Some(one("radius")).filter(|radius| !radius.is_empty()),
            words: some_words(&one("words")),
            kinds: all("kinds"),
            causes: all("causes"),
            when,
            page: usize::clamp(page, 1, PAGES),
            from: fields
                .iter()
                .find(|(name, _)| name == "from")
                .map(|(_, value)| value.clone())
                .unwrap_or_default(),
        }
    }

    /// What a page's address asks for. A page that somebody comes from which is no partner's is none.
    pub fn of(page: &Page) -> Self {
        let mut asked = Self::read(&page.query);
        if page.state.settings.sign_ups.partner_of(&asked.from).is_none() {
            asked.from.clear();
        }
        asked
    }

    /// What is meant by the place. Reads files: not for the thread that answers requests. Nothing for a position, which is refused, and for
    /// what nobody knows.
    pub fn find(&self, page: &Page) -> Meant {
        if !self.is_of_name() {
            return Meant::default();
        }
        page.state.bundle.named(&self.place, &self.countries)
    }

    /// The place that is meant, as [`find`](Self::find) has it.
    pub fn around(&self, page: &Page) -> Option<ChosenPlace> {
        self.find(page).taken().map(|found| ChosenPlace { label: found.label(), point: found.point })
    }

    /// How far around it; `None`: however far.
    pub fn radius(&self) -> Option<Kilometres> {
        criteria::kilometres(self.radius.as_deref().unwrap_or_default())
    }

    /// Whether a position stands in the place of a name.
    pub fn is_of_position(&self) -> bool {
        is_position(&self.place)
    }

    fn is_of_name(&self) -> bool {
        !self.place.is_empty() && !self.is_of_position()
    }

    /// The query that a page keeps in another language, with the place as it was found.
    pub fn kept(&self, around: Option<&ChosenPlace>) -> String {
        self.written(around.map(|around| around.label.as_str()).unwrap_or_default())
    }

    /// The same on the way to another page, which looks the place up.
    pub fn carried(&self) -> String {
        self.written(if self.is_of_name() { &self.place } else { "" })
    }

    fn written(&self, place: &str) -> String {
        let radius = self.radius.as_deref().unwrap_or_default();
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let said = [
            ("place", place),
            ("countries", &self.countries),
            ("radius", radius),
            ("words", &self.words),
            ("kinds", &self.kinds),
            ("causes", &self.causes),
            ("when", &self.when),
            ("page", &page),
            ("from", &self.from),
        ];
        let said = said.iter().filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| format!("{name}={}&", encode(value))).collect()
    }

    /// The same for the views, which get the place beside it.
    pub fn request(self) -> Request {
        Request {
            // What is refused is not repeated either.
            place: Some(self.place).filter(|place| !is_position(place)),
            radius: Some(self.radius.unwrap_or_default()),
            words: Some(self.words),
            kinds: Some(self.kinds),
            causes: Some(self.causes),
            when: Some(self.when),
        }
    }

    /// Whether it is more than a place: search engines need not list each choice.
    pub fn is_narrowed(&self) -> bool {
        let texts = [&self.words, &self.kinds, &self.causes, &self.when];
        self.radius.is_some() || self.page > 1 || texts.iter().any(|text| !text.is_empty())
    }
}

/// What is looked for: the first words of it, each of which is looked for in the whole feed; no position.
fn some_words(text: &str) -> String {
    if is_position(text) {
        return String::new();
    }
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        if words.len() < WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use alentour::app::criteria::{Criteria, Days, radius, words};
    use alentour::app::served;
    use alentour_model::{Cause, Date, Kind, Point};

    use super::*;

    /// What the views make of it, without the place's point.
    fn criteria(Request { place, radius: far, words: text, kinds, causes, when }: Request) -> Criteria {
        let label = place.filter(|place| !place.is_empty());
        let point = Point::new(45.75, 4.85).unwrap();
        Criteria {
            around: label.map(|label| ChosenPlace { label, point }),
            radius: radius(&far.unwrap()),
            words: text.unwrap(),
            kinds: words(&kinds.unwrap(), Kind::parse),
            causes: words(&causes.unwrap(), Cause::parse),
            days: Days::parse(&when.unwrap()),
        }
    }

    #[test]
    fn what_the_links_of_the_views_write_is_read_as_it_was_meant() {
        let day = |text: &str| Some(Date::parse(text).unwrap());
        let all = [Days::Any, Days::Week, Days::Weekend, Days::Month];
        let ranges = [("2026-12-01", "2026-12-24"), ("2026-12-24", "2026-12-01")];
        let ranges = ranges.map(|(first, last)| Days::Range(day(first), day(last)));
        let open = [Days::Range(day("2026-12-01"), None), Days::Range(None, day("2026-12-01"))];
        let point = Point::new(45.75, 4.85).unwrap();
        let places = [None, Some("Lyon 7e (69007)"), Some("L’Île-d’Yeu & co. + 1 = 2 % (85350)")];
        for days in all.into_iter().chain(ranges).chain(open) {
            for (label, far) in places.into_iter().flat_map(|label| [(label, Some(10)), (label, None)]) {
                for (text, kinds, causes) in [
                    ("", vec![], vec![]),
                    ("a+b & c=d", vec![Kind::Group], vec![Cause::parse("éduc&ation").unwrap()]),
                    (
                        "soupe",
                        vec![Kind::Petition, Kind::Group],
                        ["a", "b c"].map(|it| Cause::parse(it).unwrap()).to_vec(),
                    ),
                ] {
                    let around = label.map(|label| ChosenPlace { label: label.into(), point });
                    let meant = Criteria { around, radius: far, words: text.into(), kinds, causes, days };
                    let written = served::query("fr", &meant);
                    let asked = ListQuery::read(&written[1..]);
                    assert_eq!(ListQuery::read(&asked.carried()), asked, "{written}");
                    let read = criteria(asked.request());
                    assert_eq!(read.around, meant.around, "{written}");
                    // How far means something around a place.
                    assert!(label.is_none() || read.radius == meant.radius, "{written}");
                    assert_eq!((read.words, read.kinds), (meant.words, meant.kinds), "{written}");
                    assert_eq!((read.causes, read.days), (meant.causes, meant.days), "{written}");
                }
            }
        }
    }

    #[test]
    fn a_position_that_the_views_were_given_is_in_no_link_and_taken_from_none() {
        let around = |label: &str| {
            let point = Point::new(45.75, 4.0).unwrap();
            Criteria { around: Some(ChosenPlace { label: label.into(), point }), ..Criteria::default() }
        };
        for label in ["45.757812,4", "45,4", "45.75, 4.85", "-45.75,4e0"] {
            assert_eq!(served::query("fr", &around(label)), "?lang=fr", "{label}");
            let asked = ListQuery::read(&format!("place={}", encode(label)));
            assert!(asked.is_of_position() && asked.carried().is_empty(), "{label}");
            assert_eq!(asked.request().place, None, "{label}");
        }
    }

    #[test]
    fn boxes_of_one_name_are_a_list_and_two_days_a_range() {
        let asked = ListQuery::read(
            "place=+69007+&kinds=group&kinds=petition,project&when=&first=2026-12-01&last=&page=3",
        );
        assert_eq!((asked.place.as_str(), asked.kinds.as_str()), ("69007", "group,petition,project"));
        assert_eq!((asked.when.as_str(), asked.page, asked.radius.is_none()), ("2026-12-01/", 3, true));
        assert_eq!(ListQuery::read("when=week&first=2026-12-01").when, "week");
        for page in ["0", "-1", "x", ""] {
            assert_eq!(ListQuery::read(&format!("page={page}")).page, 1);
        }
        assert_eq!(ListQuery::read(&format!("words={}", "a".repeat(201))).words, "");
        let many = format!("kinds={}", "ab,".repeat(60));
        assert!(!ListQuery::read(&many).kinds.is_empty());
        assert_eq!(
            ListQuery::read(&format!("{many}&{many}")).kinds,
            "",
            "each word is looked for in the whole feed"
        );
        let words = ListQuery::read("words=un+deux+un+3+4+5+6+7+8+9+10").words;
        assert_eq!(words, "un deux 3 4 5 6 7 8");
        assert_eq!(ListQuery::read("words=45.757+4.832").words, "");
    }
}
