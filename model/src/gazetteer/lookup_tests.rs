use super::lookup::{Certainty, Lookup, Meant};
use super::{Locality, keys};
use proptest::prelude::*;

const INDEX: &str = "10 19 33 69 93\nai be cr lyon mars ma pa ru saint vi\n";
const SHARD: &str = "\
75000\tParis\t48853\t2349\t2100000
13000\tMarseille\t43297\t5381\t870000
69000\tLyon\t45748\t4847\t520000
97400\tSaint-Denis\t-20882\t55450\t160000
93200\tSaint-Denis\t48935\t2354\t150000
69100\tVilleurbanne\t45766\t4880\t160000
69007\tLyon 7e\t45745\t4842\t83000
10000\tTroyes\t48300\t4083\t61000
26000\tValence\t44928\t4893\t64000
47300\tVillence\t44400\t700\t9000
80120\tRue\t50272\t1668\t3000
13100\tAix-en-Provence\t43529\t5447\t140000
19200\tAix\t45617\t2383\t400
59170\tCroix\t50678\t3151\t21000
33690\tMasseilles\t44388\t-44\t140
";
const BELGIUM: &str = "\
BE-1000\tBruxelles\t50850\t4349\t1000000
BE-4000\tLiège\t50634\t5567\t200000
BE\tJambes\t50457\t4872\t20000
BE-5300\tMarseille\t50500\t5000\t900
";

/// What is meant where every file of a country has the same in it, and which files were wanted.
fn looked_up(countries: &str, typed: &str, is_one_enough: bool) -> (Meant, Vec<String>) {
    let mut lookup = Lookup::new(countries, typed, is_one_enough);
    let mut wanted = Vec::new();
    while let Some(file) = lookup.wants().map(str::to_owned) {
        lookup.add(match (file.ends_with("index.txt"), file.starts_with("be/")) {
            (true, true) => "1 4 5\nb l m j",
            (true, false) => INDEX,
            (false, true) => BELGIUM,
            (false, false) => SHARD,
        });
        wanted.push(file);
    }
    (lookup.meant(""), wanted)
}

fn taken(countries: &str, typed: &str) -> String {
    looked_up(countries, typed, true).0.taken().map(Locality::label).unwrap_or_default()
}

fn offered(countries: &str, typed: &str) -> Vec<String> {
    looked_up(countries, typed, false).0.places.iter().map(Locality::label).collect()
}

#[test]
fn what_fits_exactly_is_all_that_is_read() {
    let (meant, wanted) = looked_up("", "Lyon", true);
    assert_eq!(wanted, ["fr/index.txt", "fr/n/lyon.txt"]);
    assert!(meant.is_clear() && meant.places.len() == 2);
    assert_eq!(looked_up("", "l", true).1, ["fr/index.txt"]);
}

#[test]
fn a_name_with_one_mistake_is_taken_where_one_town_is_clearly_meant() {
    for typed in ["Marseile", "Marsseille", "Narseille", "marsielle", "Maseille", "Marseille!e"] {
        assert_eq!(taken("", typed), "Marseille (13000)", "{typed}");
    }
    // Villence and Valence are both like it.
    let (meant, wanted) = looked_up("", "Vallence", true);
    assert_eq!((meant.certainty, meant.places.len()), (Certainty::Guess, 2));
    assert_eq!(wanted.last().unwrap(), "fr/largest.txt");
    // Two mistakes; four letters; a digit is no letter.
    for typed in ["Msarseile", "Lyno", "Lyonn 8", "xyzzy"] {
        assert_eq!(taken("", typed), "", "{typed}");
    }
    let places = offered("", "Marsse");
    assert_eq!(places[0], "Marseille (13000)", "the beginning of a name has mistakes as well");
}

#[test]
fn a_town_and_words_that_no_place_has_are_the_town() {
    for typed in ["lyon part dieu", "Lyon Part-Dieu", "lyon, gare de la part dieu"] {
        assert_eq!(taken("", typed), "Lyon (69000)", "{typed}");
    }
    assert_eq!(taken("", "rue Pasteur"), "", "a village has no quarters that are looked for");
    let (meant, wanted) = looked_up("", "saint denis pleyel", true);
    assert!(!meant.is_clear() && meant.places.len() == 2 && wanted.len() == 3, "{meant:?} {wanted:?}");
    // Where the town is said last it is guessed, and asked for.
    for typed in ["croix rousse lyon", "Bellecour, Lyon", "rue de Lyon"] {
        let (meant, _) = looked_up("", typed, true);
        assert_eq!(
            (meant.certainty, meant.places[0].label().as_str()),
            (Certainty::Guess, "Lyon (69000)"),
            "{typed}"
        );
    }
}

#[test]
fn a_name_of_several_towns_is_not_clear_and_a_postcode_is() {
    let clear = |typed| looked_up("", typed, true).0.is_clear();
    assert!(!clear("Saint-Denis") && !clear("st denis"));
    for typed in ["Saint-Denis (93200)", "saint denis 93", "93200", "Marseille", "saint d"] {
        assert!(clear(typed), "{typed}");
    }
}

#[test]
fn a_village_whose_name_a_city_begins_with_is_asked_about() {
    let (meant, _) = looked_up("", "aix", true);
    assert_eq!(meant.certainty, Certainty::Likely);
    assert_eq!(
        meant.places.iter().map(Locality::label).collect::<Vec<_>>(),
        ["Aix (19200)", "Aix-en-Provence (13100)"]
    );
    assert!(looked_up("", "Aix (19200)", true).0.is_clear() && looked_up("", "Croix", true).0.is_clear());
}

#[test]
fn the_beginning_of_a_postcode_is_proposed_and_not_taken() {
    for typed in ["1000", "100", "10"] {
        let (meant, _) = looked_up("FR", typed, true);
        assert_eq!((meant.certainty, meant.places.len()), (Certainty::Guess, 1), "{typed}");
        assert_eq!((taken("FR", typed).as_str(), &*offered("FR", typed)[0]), ("", "Troyes (10000)"));
    }
    assert_eq!(taken("FR", "10000"), "Troyes (10000)");
    assert_eq!(taken("FR BE", "1000"), "Bruxelles (BE-1000)", "it is one where it has four digits");
}

#[test]
fn france_is_all_where_no_other_country_is_named() {
    let is_france = |countries| looked_up(countries, "Anderlecht", true).0.is_france;
    assert!(["", "FR", "FR FR", "US FR"].into_iter().all(is_france));
    assert!(!["BE FR", "be"].into_iter().any(is_france));
}

#[test]
fn the_first_country_that_has_all_of_it_is_meant() {
    assert_eq!(taken("BE FR", "1000"), "Bruxelles (1000)");
    assert_eq!(taken("BE", "1000 Bruxelles"), "Bruxelles (1000)");
    assert_eq!(taken("FR BE", "Bruxelles"), "Bruxelles (BE-1000)");
    assert_eq!(taken("be,fr", "Marseille"), "Marseille (5300)");
    assert_eq!(taken("fr, be, FR", "Marseille"), "Marseille (13000)");
    assert_eq!(taken("BE FR", "Lyon"), "Lyon (FR-69000)");
    assert_eq!(taken("XX", "Lyon"), "Lyon (69000)", "no country that there is a gazetteer of is none");
    assert_eq!(looked_up("FR BE", "Lyon", true).1.len(), 2);
}

#[test]
fn suggestions_of_several_countries_are_by_population_the_exact_ones_first() {
    assert_eq!(offered("BE FR", "marseille"), ["Marseille (FR-13000)", "Marseille (5300)"]);
    assert_eq!(offered("BE FR", "1000"), ["Bruxelles (1000)", "Troyes (FR-10000)"]);
    assert_eq!(offered("BE FR", "Marseile"), ["Marseille (FR-13000)", "Marseille (5300)"]);
}

#[test]
fn labels_of_other_countries_mean_their_place_when_they_are_typed_back() {
    for countries in ["FR BE", "BE FR"] {
        for typed in ["Bruxelles", "Jambes", "Lyon", "Liège", "69007"] {
            let (meant, _) = looked_up(countries, typed, true);
            let again = taken(countries, &meant.taken().unwrap().label());
            assert_eq!(meant.taken().map(Locality::label), Some(again), "{typed}");
        }
    }
    assert_eq!(taken("BE FR", "Bruxelles (BE)"), "Bruxelles (1000)");
    assert_eq!(taken("FR BE", "Lyon (FR-69000)"), "Lyon (69000)");
    assert_eq!(taken("FR BE", "Marseille (BE)"), "Marseille (BE-5300)");
}

proptest! {
    #[test]
    fn any_one_mistake_in_a_name_finds_it_or_what_is_called_so(line in 0usize..12, at in 0usize..20, kind in 0usize..4, letter in "[a-z]") {
        let name = SHARD.lines().nth(line).unwrap().split('\t').nth(1).unwrap();
        let mut letters: Vec<char> = keys(name).0.chars().collect();
        prop_assume!(letters.len() >= 5 && !letters.iter().any(char::is_ascii_digit));
        let at = at % (letters.len() - 1);
        let letter = letter.chars().next().unwrap();
        match kind {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letter),
            2 => letters[at] = letter,
            _ => letters.swap(at, at + 1),
        }
        let typed: String = letters.iter().collect();
        prop_assume!(letters.len() >= 5);
        let (meant, _) = looked_up("", &typed, true);
        let is_called_so = |place: &Locality| place.name == name || keys(&place.name).0.starts_with(&typed);
        prop_assert!(meant.places.iter().any(is_called_so), "{} {:?}", typed, meant);
    }

    #[test]
    fn nothing_typed_or_fetched_makes_a_lookup_fail_or_go_on(countries in "\\PC{0,20}", typed in "\\PC{0,20}", text in "\\PC*") {
        let mut lookup = Lookup::new(&countries, &typed, false);
        for _ in 0..27 {
            if lookup.wants().is_some() {
                lookup.add(&text);
            }
        }
        prop_assert_eq!(lookup.wants(), None);
        prop_assert!(lookup.meant("be").places.len() <= 8);
    }
}
