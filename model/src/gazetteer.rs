//! Finding a place by the postcode or the name somebody types.
//!
//! The gazetteer of a country is a directory of small static files, its *shards* (`cargo xtask build`
//! writes them), filed by the beginning of postcodes (`p/`) and of names (`n/`). A shard holds what begins
//! like it and is in no deeper shard, and the most populous of what is, so that two letters are answered
//! at once. Each line is a [`Locality`], by population. [`Index`] says which shard to fetch for what has
//! been typed; [`complete`] and [`resolve`] read it. Nothing here does I/O.
//!
//! ```
//! # use alentour_model::gazetteer::{Index, complete};
//! let index = Index::parse("69\nly vi");
//! assert_eq!(index.shard_for("Lyon 7").as_deref(), Some("n/ly.txt"));
//! let shard = "69000\tLyon\t45748\t4847\t520000\n69007\tLyon 7e\t45745\t4842\t83000\n";
//! assert_eq!(complete(shard, "lyon 7", 8)[0].label(), "Lyon 7e (69007)");
//! ```

use crate::geo::Point;
use crate::text::fold;

/// A place people live in: a French commune under one of its postcodes, an arrondissement of Paris,
/// Lyon or Marseille, a former commune, or a town abroad.
#[derive(Clone, Debug, PartialEq)]
pub struct Locality {
    /// The postcode, or empty where the sources have none.
    pub postcode: String,
    /// What tells the place apart where there is no postcode: the country (`BE`, or `CH, SG` where a name
    /// occurs twice), or the commune that a former one is part of now. Empty where there is a postcode.
    pub area: String,
    /// The name, accents and all.
    pub name: String,
    /// Where its inhabitants are, to about 100 m (but see `approximate`).
    pub point: Point,
    /// Inhabitants, rounded to two significant digits.
    pub population: u32,
    /// Whether `point` was estimated from neighbours: off by 5 km in half of the cases, by 10 in one of ten.
    pub approximate: bool,
}

impl Locality {
    /// One line of a shard, its fields separated by tabs: postcode or area, name, thousandths of degrees
    /// north, the same east, inhabitants, and `~` if approximate. `None` for anything else.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (distinction, name) = (fields.next()?, fields.next()?);
        let mut degrees = || Some(f64::from(fields.next()?.parse::<i32>().ok()?) / 1000.0);
        let point = Point::new(degrees()?, degrees()?)?;
        let population = fields.next()?.parse().ok()?;
        let (postcode, area) = if is_number(distinction) { (distinction, "") } else { ("", distinction) };
        let approximate = fields.next() == Some("~");
        Some(Self {
            postcode: postcode.into(),
            area: area.into(),
            name: name.into(),
            point,
            population,
            approximate,
        })
    }

    /// The name and what tells it apart from its namesakes: `Saint-Denis (93200)`, `Bruxelles (BE)`.
    /// Typed back, the label finds the same place.
    pub fn label(&self) -> String {
        [&self.name, " (", self.distinction(), ")"].concat()
    }

    fn distinction(&self) -> &str {
        if self.postcode.is_empty() { &self.area } else { &self.postcode }
    }
}

/// The shards of a country: what `index.txt` lists.
#[derive(Clone, Debug)]
pub struct Index {
    postcodes: String,
    names: String,
}

impl Index {
    /// Reads `index.txt`: the prefixes that have a shard, separated by spaces; those of postcodes on the first
    /// line (empty abroad), those of names on the second.
    pub fn parse(text: &str) -> Self {
        let mut lines = text.lines().map(str::to_owned);
        Self { postcodes: lines.next().unwrap_or_default(), names: lines.next().unwrap_or_default() }
    }

    /// The shard to fetch for what has been typed, relative to the country's directory. `None` as long as
    /// too little has been typed (two letters or digits are enough), and for what no place begins with.
    pub fn shard_for(&self, typed: &str) -> Option<String> {
        let typed = Typed::parse(typed)?;
        // Two digits after a name may be an arrondissement ("Paris 12"), three are a postcode.
        let (directory, prefixes, text) = if typed.words.is_empty() || typed.digits.len() > 2 {
            ("p/", &self.postcodes, &typed.digits)
        } else {
            ("n/", &self.names, &typed.whole)
        };
        let prefixes = prefixes.split(' ').filter(|prefix| !prefix.is_empty() && text.starts_with(prefix));
        Some([directory, prefixes.max_by_key(|prefix| prefix.len())?, ".txt"].concat())
    }
}

/// The localities of a shard that begin like what has been typed, at most `limit`: those whose name or
/// postcode is exactly that first, then by population.
///
/// Case, accents, punctuation and spaces do not count, nor does an article in front; `st` and `ste` are
/// `saint` and `sainte`. Postcode and name may come together, in either order. A complete postcode counts for more than
/// the name: if nothing matches both, its communes are offered.
pub fn complete(shard: &str, typed: &str, limit: usize) -> Vec<Locality> {
    let Some(mut typed) = Typed::parse(typed) else { return Vec::new() };
    let mut found = typed.search(shard, limit);
    if found.is_empty() && typed.digits.len() == POSTCODE {
        typed.words.clear();
        found = typed.search(shard, limit);
    }
    found
}

/// The one place that is meant by a whole postcode, a whole name or a [label](Locality::label), as in
/// `data-place="69007"`. Of namesakes, and of the communes that share a postcode, the most populous.
/// `None` for a mere beginning of a name.
pub fn resolve(shard: &str, typed: &str) -> Option<Locality> {
    let found = complete(shard, typed, usize::MAX);
    let typed = Typed::parse(typed)?;
    // "Roche" is Roche rather than the larger La Roche.
    let literal =
        found.iter().find(|locality| [&typed.words, &typed.whole].contains(&&keys(&locality.name).0));
    let best = literal.or(found.first())?;
    let whole = !best.postcode.is_empty() && typed.digits == best.postcode
        || typed.rank(best.distinction(), &best.name) == Some(Rank::Whole);
    whole.then(|| best.clone())
}

/// Of namesakes the largest is meant if it has so many times the inhabitants of the next; else nobody knows.
const CLEARLY: u32 = 10;

/// Kilometres within which two entries are one town: it has several names and postcodes.
const ONE_TOWN: f64 = 10.0;

/// Whether the largest of namesakes is the one that is meant where only a name is said. Each is a point and its inhabitants,
/// the largest first.
pub fn is_clear(mut namesakes: impl Iterator<Item = (Point, u32)>) -> bool {
    let Some((point, population)) = namesakes.next() else { return false };
    let other = namesakes.find(|(other, _)| other.distance(point).value() > ONE_TOWN);
    other.is_none_or(|(_, other)| population / CLEARLY >= other.max(1))
}

/// The country whose gazetteer has the places of a country: France's has those overseas, and is asked where none is said.
pub fn country(code: &str) -> &str {
    match code {
        "" | "GP" | "MQ" | "GF" | "RE" | "YT" | "PM" | "BL" | "MF" => "FR",
        other => other,
    }
}

/// What a name is filed and looked up under: its folded words run together, without (second) an article in
/// front. Ordinals lose their ending, so that "Lyon 7e", "lyon 07" and "Lyon 7ème" are one.
pub fn keys(name: &str) -> (String, Option<String>) {
    let folded = fold(name);
    let rest = ["le ", "la ", "les ", "l "].iter().find_map(|article| folded.strip_prefix(article));
    (key(folded.split(' ')), rest.map(|rest| key(rest.split(' '))))
}

fn key<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(canonical).collect()
}

/// A folded word as gazetteers write it: abbreviations in full, `07eme` as `7`, nothing for what addresses add.
fn canonical(word: &str) -> &str {
    match word {
        "st" => "saint",
        "ste" => "sainte",
        "cedex" | "arrondissement" => "",
        _ => {
            let number =
                ["eme", "er", "e"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
            if is_number(number) && number.len() < 3 { number.trim_start_matches('0') } else { word }
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits of a complete French postcode.
const POSTCODE: usize = 5;

#[derive(Clone, Copy, PartialEq)]
enum Rank {
    /// The whole name, or the whole postcode.
    Whole,
    Beginning,
}

/// What somebody has typed, taken apart.
struct Typed {
    /// The beginning of a postcode, or empty.
    digits: String,
    /// The beginning of a name as a key, without `digits`, or empty.
    words: String,
    /// The same with `digits`, where these may belong to the name.
    whole: String,
    /// Folded beginning of what stood in brackets, or empty.
    area: String,
}

impl Typed {
    /// `None` if it is too short to look for: less than two letters or digits.
    fn parse(typed: &str) -> Option<Self> {
        let (before, brackets) = typed.split_once('(').unwrap_or((typed, ""));
        let mut area = fold(brackets);
        let mut folded = fold(before);
        if is_number(&area) {
            folded = [&folded, " ", &area].concat();
            area.clear();
        }
        let mut words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let digits = if words.iter().all(|word| is_number(word)) {
            words.drain(..).collect()
        } else if let Some(at) = words.iter().position(|word| is_number(word) && word.len() == POSTCODE) {
            words.remove(at).to_owned()
        } else {
            words.pop_if(|word| is_number(word) && word.len() > 1).unwrap_or_default().to_owned()
        };
        let words = key(words.into_iter());
        let whole =
            if digits.len() == 2 { [words.as_str(), canonical(&digits)].concat() } else { words.clone() };
        (digits.len() > 1 || words.chars().nth(1).is_some()).then_some(Self { digits, words, whole, area })
    }

    fn search(&self, shard: &str, limit: usize) -> Vec<Locality> {
        let ranked = |rank| {
            shard.lines().filter(move |line| {
                let mut fields = line.split('\t');
                let (distinction, name) =
                    (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
                self.rank(distinction, name) == Some(rank)
            })
        };
        let lines = ranked(Rank::Whole).chain(ranked(Rank::Beginning));
        lines.filter_map(Locality::parse).take(limit).collect()
    }

    /// How well a place fits, `None` for not at all.
    fn rank(&self, distinction: &str, name: &str) -> Option<Rank> {
        let by_postcode = distinction.starts_with(&self.digits);
        if self.words.is_empty() {
            return by_postcode.then_some(if distinction == self.digits {
                Rank::Whole
            } else {
                Rank::Beginning
            });
        }
        if !self.area.is_empty() && !fold(distinction).starts_with(&self.area) {
            return None;
        }
        let words = if by_postcode { &self.words } else { &self.whole };
        if !by_postcode && self.digits.len() != 2 {
            return None;
        }
        let (name, rest) = keys(name);
        if name == *words || rest.as_ref() == Some(words) {
            Some(Rank::Whole)
        } else if name.starts_with(words) || rest.is_some_and(|rest| rest.starts_with(words)) {
            Some(Rank::Beginning)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A shard as `xtask` writes it: by population.
    const SHARD: &str = "\
75000\tParis\t48853\t2349\t2100000
69000\tLyon\t45748\t4847\t520000
75015\tParis 15e\t48840\t2293\t230000
97400\tSaint-Denis\t-20882\t55450\t160000
93200\tSaint-Denis\t48935\t2354\t150000
69100\tVilleurbanne\t45766\t4880\t160000
17000\tLa Rochelle\t46160\t-1151\t79000
76600\tLe Havre\t49494\t107\t170000
45000\tOrléans\t47902\t1904\t120000
69007\tLyon 7e\t45745\t4842\t83000
75001\tParis 1er\t48863\t2336\t16000
59650\tVilleneuve-d'Ascq\t50619\t3132\t62000
51300\tVitry-le-François\t48727\t4585\t11000
51300\tBlacy\t48717\t4560\t600\t~
51300\tVilleneuve-sur-Fère\t48700\t4600\t10\t~
Annecy\tAnnecy-le-Vieux\t45920\t6144\t22000
70120\tRochelle\t47700\t5600\t40
80190\tY\t49803\t2991\t89
";

    fn labels(typed: &str) -> Vec<String> {
        complete(SHARD, typed, 8).iter().map(Locality::label).collect()
    }

    fn resolved(typed: &str) -> Option<String> {
        resolve(SHARD, typed).map(|locality| locality.label())
    }

    #[test]
    fn the_most_populous_come_first() {
        assert_eq!(
            labels("vil"),
            ["Villeurbanne (69100)", "Villeneuve-d'Ascq (59650)", "Villeneuve-sur-Fère (51300)"]
        );
        assert_eq!(complete(SHARD, "vil", 1).len(), 1);
    }

    #[test]
    fn accents_case_punctuation_and_spaces_do_not_count() {
        for typed in ["orleans", "ORLÉANS", " Orl", "orlé"] {
            assert_eq!(labels(typed), ["Orléans (45000)"], "{typed}");
        }
        for typed in ["villeneuve d'ascq", "Villeneuve d’A", "villeneuve dascq", "VILLENEUVE-D-ASCQ"] {
            assert_eq!(labels(typed), ["Villeneuve-d'Ascq (59650)"], "{typed}");
        }
    }

    #[test]
    fn namesakes_are_told_apart_by_their_postcode() {
        for typed in ["saint denis", "st denis", "St-D", "Saint-Den"] {
            assert_eq!(labels(typed), ["Saint-Denis (97400)", "Saint-Denis (93200)"], "{typed}");
        }
        for typed in ["saint denis 93", "93200 saint-denis", "Saint-Denis (93200)", "st denis 932"] {
            assert_eq!(labels(typed), ["Saint-Denis (93200)"], "{typed}");
        }
    }

    #[test]
    fn an_article_in_front_may_be_left_out() {
        assert_eq!(labels("havre"), ["Le Havre (76600)"]);
        assert_eq!(labels("le ha"), ["Le Havre (76600)"]);
        assert_eq!(labels("rochelle"), ["La Rochelle (17000)", "Rochelle (70120)"]);
    }

    #[test]
    fn arrondissements_are_found_however_they_are_written() {
        for typed in [
            "Lyon 7",
            "lyon 07",
            "Lyon 7ème",
            "lyon 7e arrondissement",
            "Lyon cedex 07",
            "Lyon (69007)",
            "69 007",
        ] {
            assert_eq!(labels(typed), ["Lyon 7e (69007)"], "{typed}");
        }
        assert_eq!(labels("paris 1"), ["Paris 1er (75001)", "Paris 15e (75015)"]);
        assert_eq!(labels("paris 15"), ["Paris 15e (75015)"]);
        assert_eq!(labels("paris 75"), ["Paris (75000)", "Paris 15e (75015)", "Paris 1er (75001)"]);
    }

    #[test]
    fn a_postcode_offers_all_its_communes() {
        assert_eq!(labels("51300").len(), 3);
        assert_eq!(labels("6900"), ["Lyon (69000)", "Lyon 7e (69007)"]);
        assert!(complete(SHARD, "51300", 8)[1].approximate);
    }

    #[test]
    fn an_address_is_found_by_its_postcode() {
        assert_eq!(labels("12 rue Pasteur, 69007 Lyon"), ["Lyon 7e (69007)"]);
        assert_eq!(labels("Nulle-Part 69007"), ["Lyon 7e (69007)"]);
    }

    #[test]
    fn one_letter_is_too_short_and_nonsense_finds_nothing() {
        for typed in
            ["", " ", "y", "6", "(", "()", "xyzzy", "690071", "lyon 98", "-'-", "saint denis (paris)"]
        {
            assert_eq!(labels(typed), [""; 0], "{typed}");
        }
    }

    #[test]
    fn an_attribute_means_a_whole_name_or_postcode() {
        assert_eq!(resolved("69007").as_deref(), Some("Lyon 7e (69007)"));
        assert_eq!(resolved("Lyon").as_deref(), Some("Lyon (69000)"));
        assert_eq!(resolved("69000").as_deref(), Some("Lyon (69000)"));
        assert_eq!(resolved("51300").as_deref(), Some("Vitry-le-François (51300)"));
        assert_eq!(resolved("saint-denis").as_deref(), Some("Saint-Denis (97400)"));
        assert_eq!(resolved("havre").as_deref(), Some("Le Havre (76600)"));
        assert_eq!(resolved("la rochelle").as_deref(), Some("La Rochelle (17000)"));
        assert_eq!(resolved("rochelle").as_deref(), Some("Rochelle (70120)"));
        for beginning in ["lyo", "6900", "Paris 2", "vitry", ""] {
            assert_eq!(resolved(beginning), None, "{beginning}");
        }
    }

    #[test]
    fn each_label_typed_back_means_its_place() {
        let localities: Vec<_> = SHARD.lines().filter_map(Locality::parse).collect();
        assert_eq!(localities.len(), SHARD.lines().count());
        for locality in localities.into_iter().filter(|locality| locality.name != "Y") {
            assert_eq!(resolve(SHARD, &locality.label()), Some(locality));
        }
    }

    #[test]
    fn the_deepest_shard_that_exists_is_fetched() {
        let index = Index::parse("69 97 974\nly pa sa saint saintd\n");
        for (typed, shard) in [
            ("69", Some("p/69.txt")),
            ("69 007", Some("p/69.txt")),
            ("97400", Some("p/974.txt")),
            ("Lyon (69007)", Some("p/69.txt")),
            ("Lyon 69", Some("n/ly.txt")),
            ("St-Denis", Some("n/saintd.txt")),
            ("Ste", Some("n/saint.txt")),
            ("Paris 12", Some("n/pa.txt")),
            ("l", None),
            ("6", None),
            ("12345", None),
            ("zz", None),
            ("", None),
        ] {
            assert_eq!(index.shard_for(typed).as_deref(), shard, "{typed}");
        }
    }

    #[test]
    fn lines_that_are_none_are_skipped() {
        for shard in [
            "<!doctype html>",
            "69007\tLyon 7e",
            "69007\tLyon\t99999\t1\t1",
            "69007\tLyon\t1\t1\tmany",
            "\n\n",
        ] {
            assert_eq!(complete(shard, "69007", 8), [], "{shard}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_or_fetched_makes_it_fail(shard in "\\PC*", typed in "\\PC*", index in "\\PC*", limit in 0usize..9) {
            let _ = Index::parse(&index).shard_for(&typed);
            prop_assert!(complete(&shard, &typed, limit).len() <= limit);
            prop_assert!(complete(SHARD, &typed, limit).len() <= limit);
            let _ = resolve(SHARD, &typed);
        }

        #[test]
        fn what_is_like_typing_makes_it_fail_neither(typed in "[a-zé (),'0-9-]{0,12}") {
            for locality in complete(SHARD, &typed, 8) {
                prop_assert!(SHARD.contains(&locality.name));
            }
        }

        #[test]
        fn each_beginning_of_a_name_of_two_letters_offers_it(line in 0usize..17, length in 2usize..20) {
            let locality = Locality::parse(SHARD.lines().nth(line).unwrap()).unwrap();
            let typed: String = locality.name.chars().take(length).collect();
            prop_assert!(complete(SHARD, &typed, 16).contains(&locality), "{}", typed);
        }
    }
}
