//! Places as the forms understand them that were typed: what is exact is taken, what is merely like it is asked about.

use crate::app::{App, MAILING};
use crate::completion::start;
use crate::organise::Browser;
use crate::proposing::{begins, step};

/// The attributes of the tag that is made for a place, or what is proposed instead.
async fn made(app: &App, place: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(place.as_bytes()).collect();
    let page =
        app.get(&format!("/embed-it?lang=fr&where=joomla&place={encoded}")).await.text().await.unwrap();
    let page = page.replace("&quot;", "\"").replace("&lt;", "<");
    if let Some((_, tag)) = page.split_once("alentour.js\" ") {
        return tag.split(" data-lang").next().unwrap().to_owned();
    }
    let Some((_, list)) = page.split_once("<ul class=\"namesakes\">") else { return "unknown".to_owned() };
    let names = list.split("</ul>").next().unwrap().split("<bdi>").skip(1);
    let names: Vec<_> = names.map(|name| name.split('<').next().unwrap()).collect();
    let said = if page.contains("Vouliez-vous dire") { "like: " } else { "one of: " };
    said.to_owned() + &names.join(", ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_abroad_brings_its_country_whatever_its_label_says() {
    let app = start("").await;
    for (typed, expected) in [
        ("Genève", "data-countries=\"CH FR\" data-place=\"Genève (CH)\""),
        ("Luxembourg", "data-countries=\"LU FR\" data-place=\"Luxembourg (LU)\""),
        ("Monaco", "data-countries=\"MC FR\" data-place=\"Monaco (MC)\""),
        ("Barcelona", "data-countries=\"ES FR\" data-place=\"Barcelona (ES)\""),
        ("Torino", "data-countries=\"IT FR\" data-place=\"Torino (IT)\""),
        ("London", "data-countries=\"GB FR\" data-place=\"London (GB)\""),
        ("Bruxelles", "data-countries=\"BE FR\" data-place=\"Bruxelles (BE-1000)\""),
        ("Halle (BE, VBR)", "data-countries=\"BE FR\" data-place=\"Halle (BE, VBR)\""),
        ("1000", "data-countries=\"BE FR\" data-place=\"Bruxelles (BE-1000)\""),
        // France's own need none.
        ("69007", "data-place=\"69007\""),
        ("Paris", "data-place=\"Paris (75000)\""),
        ("Saint-Denis (93200)", "data-place=\"Saint-Denis (93200)\""),
    ] {
        assert_eq!(made(&app, typed).await, expected, "{typed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_a_place_abroad_has_is_none_that_is_merely_like_it_in_france() {
    let app = start("").await;
    for (typed, expected) in [
        ("Liège", "data-countries=\"BE FR\" data-place=\"Liège (BE-4000)\""),
        ("Dinant", "data-countries=\"BE FR\" data-place=\"Dinant (BE-5500)\""),
        ("Berlin", "data-countries=\"DE FR\" data-place=\"Berlin (DE)\""),
        // With its article it is France's, and so is what is nowhere else.
        ("Le Liège", "data-place=\"Le Liège (37460)\""),
        ("Havre", "data-place=\"Le Havre (76600)\""),
        ("Lyon Part-Dieu", "data-place=\"Lyon (69000)\""),
        // Several have the name: somebody has to say which.
        ("Halle", "one of: Halle (BE, VBR), Halle (BE, VAN), Halle (DE), Halle, Saale (DE)"),
        (
            "Montreux",
            "one of: Montreux (54450), Montreux-Château (90130), Montreux-Vieux (68210), Montreux (CH)",
        ),
        ("Villeurbane", "like: Villeurbanne (69100)"),
        ("zzzz", "unknown"),
    ] {
        assert_eq!(made(&app, typed).await, expected, "{typed}");
    }
    let mons = made(&app, "Mons").await;
    assert!(mons.starts_with("one of: Mons (31280)") && mons.ends_with("Mons (BE-7000)"), "{mons}");
    for island in ["Réunion", "La Réunion"] {
        let like = made(&app, island).await;
        assert!(like.starts_with("like: Saint-Denis (97400), Saint-Paul (97411), Saint-Pierre"), "{like}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_town_of_what_is_proposed_is_understood_alike() {
    let app = start(MAILING).await;
    let mut browser = Browser::new(&app);
    let draft = begins(&mut browser).await;
    let form = |town: &str| {
        let encoded: String = url::form_urlencoded::byte_serialize(town.as_bytes()).collect();
        format!("do=next&when=open&where=place&town={encoded}")
    };
    for (town, asked) in [
        ("Liège", None),
        ("Berlin", None),
        ("Berlim", Some("Berlin (DE)")),
        ("Réunion", Some("Saint-Denis (97400)")),
    ] {
        step(&mut browser, &draft, "when", &form(town)).await;
        let page = browser.get(&format!("{draft}?step=when&lang=fr&check=yes")).await.body;
        match asked {
            None => assert!(
                !page.contains("type=\"radio\" id=\"town") && !page.contains("href=\"#town\""),
                "{town}: {page}"
            ),
            Some(asked) => assert!(page.contains(&format!("value=\"{asked}\"")), "{town}: {page}"),
        }
    }
}
