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
    for typed in ["", " ", "y", "6", "(", "()", "xyzzy", "690071", "lyon 98", "-'-", "saint denis (paris)"] {
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
    for shard in
        ["<!doctype html>", "69007\tLyon 7e", "69007\tLyon\t99999\t1\t1", "69007\tLyon\t1\t1\tmany", "\n\n"]
    {
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
