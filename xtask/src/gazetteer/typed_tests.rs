//! What visitors type, mistakes and abbreviations and all, looked up in what is committed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use alentour_model::gazetteer::{COUNTRIES, Locality, Lookup, Meant, keys};

use super::{filed, shards::shards};

/// Looks something up as the widget does; also how many files that takes.
fn looked_up(countries: &str, typed: &str) -> (Meant, usize) {
    static FILES: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let of = |country: &'static str| {
            let files = shards(filed(country).unwrap());
            files.into_iter().map(move |(path, text)| (format!("{country}/{path}"), text))
        };
        COUNTRIES.into_iter().flat_map(of).collect()
    });
    let mut lookup = Lookup::new(countries, typed, true);
    let mut count = 0;
    while let Some(file) = lookup.wants() {
        count += 1;
        let text = files[file].clone();
        lookup.add(&text);
    }
    (lookup.meant(""), count)
}

/// What is taken where nobody has to be asked.
fn taken(countries: &str, typed: &str) -> Option<String> {
    let (meant, _) = looked_up(countries, typed);
    meant.taken().filter(|_| meant.is_clear()).map(|place| place.label())
}

fn offered(countries: &str, typed: &str) -> Vec<String> {
    looked_up(countries, typed).0.places.iter().map(Locality::label).collect()
}

#[track_caller]
fn assert_taken(countries: &str, all: &[(&str, &str)]) {
    for (typed, label) in all {
        assert_eq!(taken(countries, typed).as_deref(), Some(*label), "{typed} in {countries}");
    }
}

#[test]
fn a_town_is_found_with_one_mistake() {
    assert_taken(
        "",
        &[
            ("Marseile", "Marseille (13000)"),
            ("Villeurbane", "Villeurbanne (69100)"),
            ("Grenobel", "Grenoble (38000)"),
            ("Tolouse", "Toulouse (31000)"),
            ("Bordaux", "Bordeaux (33000)"),
            ("Strabsourg", "Strasbourg (67000)"),
            ("sainte etienne", "Saint-Étienne (42000)"),
            ("Monpellier", "Montpellier (34000)"),
            ("Marseile 13008", "Marseille 8e (13008)"),
            // In the letters that shards are filed by.
            ("Mraseille", "Marseille (13000)"),
            ("Vlileurbanne", "Villeurbanne (69100)"),
            ("zToulouse", "Toulouse (31000)"),
        ],
    );
    assert_eq!(taken("", "Xyzzyville"), None);
    assert!(offered("", "Xyzzyville").is_empty());
    assert!(offered("", "Marsie").contains(&"Marseille (13000)".into()), "{:?}", offered("", "Marsie"));
}

#[test]
fn each_single_mistake_in_a_large_town_finds_it() {
    let towns = [
        "Marseille",
        "Villeurbanne",
        "Grenoble",
        "Saint-Étienne",
        "Le Havre",
        "Nantes",
        "Montpellier",
        "Aix-en-Provence",
        "Bourges",
    ];
    for town in towns {
        let letters: Vec<char> = town.chars().collect();
        for at in 0..letters.len() {
            let (before, rest) = letters.split_at(at);
            let swapped: Vec<char> = rest.iter().take(2).rev().chain(rest.iter().skip(2)).copied().collect();
            let others =
                [rest[1..].to_vec(), [&['x'], rest].concat(), [&['x'], &rest[1..]].concat(), swapped];
            for other in others {
                let typed: String = before.iter().chain(&other).collect();
                let places = looked_up("", &typed).0.places;
                // "Mareille" is how Mareilles begins.
                let exact = |place: &Locality| {
                    [Some(keys(&place.name).0), keys(&place.name).1]
                        .into_iter()
                        .flatten()
                        .any(|key| key.starts_with(&keys(&typed).0))
                };
                let is_found = places.iter().any(|place| place.name == town || exact(place));
                assert!(is_found, "{typed}: {places:?}");
            }
        }
    }
}

#[test]
fn abbreviations_are_read() {
    assert_taken(
        "",
        &[
            ("St Etienne", "Saint-Étienne (42000)"),
            ("st-étienne", "Saint-Étienne (42000)"),
            ("Saint Etienne 42", "Saint-Étienne (42000)"),
            ("ST ETIENNE CEDEX 1", "Saint-Étienne (42000)"),
            ("42000 st etienne", "Saint-Étienne (42000)"),
            ("ste foy les lyon", "Sainte-Foy-lès-Lyon (69110)"),
            ("chalon s/ saone", "Chalon-sur-Saône (71100)"),
            ("Chalon s/Saône", "Chalon-sur-Saône (71100)"),
            ("Aulnay s/ Bois", "Aulnay-sous-Bois (93600)"),
            ("aulnay ss bois", "Aulnay-sous-Bois (93600)"),
            ("Fontenay sous bois", "Fontenay-sous-Bois (94120)"),
            ("mt de marsan", "Mont-de-Marsan (40000)"),
            ("mt st aignan", "Mont-Saint-Aignan (76130)"),
            ("le gd quevilly", "Le Grand-Quevilly (76120)"),
        ],
    );
}

#[test]
fn arrondissements_are_read_however_they_are_written() {
    for typed in [
        "Paris 12e",
        "paris 12",
        "Paris 12ème",
        "75012 Paris",
        "Paris 12e arrondissement",
        "paris 12 eme arr",
        "Paris, 12e",
    ] {
        assert_eq!(taken("", typed).as_deref(), Some("Paris 12e (75012)"), "{typed}");
    }
    assert_taken("", &[("Marseille 13008", "Marseille 8e (13008)"), ("Lyon 3ème", "Lyon 3e (69003)")]);
    // Roman numerals are not read: the town is true all the same.
    assert_taken("", &[("paris xii", "Paris (75000)")]);
}

#[test]
fn a_quarter_or_a_station_is_its_town() {
    assert_taken(
        "",
        &[
            ("lyon part dieu", "Lyon (69000)"),
            ("Lyon Part-Dieu", "Lyon (69000)"),
            ("paris bastille", "Paris (75000)"),
            ("marseille vieux port", "Marseille (13000)"),
            ("lille fives", "Lille (59000)"),
            ("la rochelle les minimes", "La Rochelle (17000)"),
            ("Saint-Étienne Bellevue", "Saint-Étienne (42000)"),
        ],
    );
    // The village of Rue has no rue Pasteur of note, nor is a town of that name known.
    for typed in ["rue Pasteur", "place du marché", "Nulle Part sur Rien"] {
        assert!(offered("", typed).is_empty(), "{typed}: {:?}", offered("", typed));
    }
}

#[test]
fn names_of_several_towns_are_not_clear() {
    for typed in ["Saint-Denis", "Sainte-Marie", "Villeneuve", "Saint-Joseph", "saint denis pleyel"] {
        let (meant, _) = looked_up("", typed);
        assert!(!meant.is_clear() && meant.places.len() > 1, "{typed}: {meant:?}");
    }
    for typed in
        ["Paris", "Montreuil", "Villeurbanne", "93200", "Saint-Denis (93200)", "saint denis 93", "Lens"]
    {
        assert!(looked_up("", typed).0.is_clear(), "{typed}");
    }
}

#[test]
fn a_postcode_is_that_of_the_page_s_country() {
    assert_taken(
        "BE",
        &[
            ("1000", "Bruxelles (1000)"),
            ("1000 Bruxelles", "Bruxelles (1000)"),
            ("B-1000 Bruxelles", "Bruxelles (1000)"),
        ],
    );
    assert_taken(
        "BE FR",
        &[
            ("1000", "Bruxelles (1000)"),
            ("5100", "Namur (5100)"),
            ("Liège", "Liège (4000)"),
            ("Lille", "Lille (2275)"),
            ("59000", "Lille (FR-59000)"),
            ("Lille (FR-59000)", "Lille (FR-59000)"),
            ("Villeurbane", "Villeurbanne (FR-69100)"),
            ("Bruxelles (BE)", "Bruxelles (1000)"),
        ],
    );
    assert_taken(
        "FR BE",
        &[
            ("Bruxelles", "Bruxelles (BE-1000)"),
            ("Bruxelles (BE-1000)", "Bruxelles (BE-1000)"),
            ("Namur (BE-5100)", "Namur (BE-5100)"),
            ("Lille", "Lille (59000)"),
            ("Bruxeles", "Bruxelles (BE-1000)"),
        ],
    );
    assert!(offered("", "1000").iter().all(|label| label.contains("(1000")), "{:?}", offered("", "1000"));
    assert_eq!(offered("", "1000")[0], "Troyes (10000)");
    assert_taken("CH", &[("Genève", "Genève (CH)")]);
}

#[test]
fn no_more_files_are_read_than_it_takes() {
    for (countries, typed, count) in [
        ("", "69007", 2),
        ("", "Lyon", 2),
        ("", "Marseile", 3),
        ("", "Mraseille", 3),
        ("FR BE", "Lyon", 2),
        ("BE FR", "1000", 2),
        ("FR BE", "Bruxelles", 4),
        // A town that is said last may be larger.
        ("", "lyon part dieu", 3),
    ] {
        assert_eq!(looked_up(countries, typed).1, count, "{typed} in {countries}");
    }
}
