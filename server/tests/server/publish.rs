//! `alentour publish`: a site of files, from the widget's own views.

use std::io::Read;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::app::{App, MAILING, feed};
use crate::command::{alentour, text};

/// What a published site is made in, and from.
struct Site {
    folder: tempfile::TempDir,
}

impl Site {
    fn of(feeds: &[Value], more: &[&str]) -> (Self, String) {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        let path = |name: &str| site.folder.path().join(name).to_str().unwrap().to_owned();
        for (name, content) in [("alentour.js", "tag"), ("a/pages.0123456789.css", ".card{}")] {
            let file = PathBuf::from(path("dist/v1")).join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        let mut arguments = vec!["publish".to_owned()];
        for (number, feed) in feeds.iter().enumerate() {
            let file = path(&format!("{number}.json"));
            std::fs::write(&file, feed.to_string()).unwrap();
            arguments.push(file);
        }
        arguments.extend([path("site"), "--bundle".into(), path("dist")]);
        arguments.extend(more.iter().map(|one| (*one).to_owned()));
        let said = text(&alentour(&arguments.iter().map(String::as_str).collect::<Vec<_>>()));
        (site, said)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("site").join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The pages of initiatives, by the beginning of their names.
    fn page(&self, name: &str) -> String {
        let files = std::fs::read_dir(self.path("i")).unwrap().map(|entry| entry.unwrap());
        let mut files = files.map(|entry| entry.file_name().into_string().unwrap());
        self.read(&format!("i/{}", files.find(|file| file.starts_with(name)).unwrap()))
    }
}

/// What an initiative says of itself first: the sign of its kind, its title, its facts and its lead.
fn beginning(page: &str) -> &str {
    let (_, page) = page.split_once("<p class=\"kind\"").unwrap();
    page.split_once("<div class=\"bar").unwrap().0
}

/// The addresses that a page links to.
fn links(page: &str) -> Vec<String> {
    let links = page.split(" href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    links.map(|link| link.replace("&amp;", "&")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_page_says_what_the_server_s_says() {
    let mut feed = feed();
    let item = feed["initiatives"][0].as_object_mut().unwrap();
    item.extend([
        ("summary".to_owned(), json!("Réparer ensemble.")),
        ("causes".to_owned(), json!(["environment"])),
        ("organizer".to_owned(), json!({ "name": "Les Amis", "url": "https://example.org/" })),
        (
            "location".to_owned(),
            json!({ "name": "Salle", "addressLocality": "Lyon", "latitude": 45.75, "longitude": 4.84 }),
        ),
    ]);
    let app = App::start_announcing(feed.clone(), MAILING).await;
    let served = app.get("/i/atelier?lang=fr").await.text().await.unwrap();
    let (site, _) = Site::of(&[feed], &["--api", "https://agir.example.org"]);
    let published = site.page("atelier");
    assert!(beginning(&served).contains("Réparer ensemble.") && beginning(&served).contains("Salle"));
    assert_eq!(beginning(&published), beginning(&served));
    for one in ["property=\"og:title\"", "application/ld+json", "class=\"facts\"", "class=\"root\""] {
        assert!(published.contains(one) && served.contains(one), "{one}: {published}");
    }
    // Whoever uploads a site knows its address; it does not.
    assert!(!published.contains("canonical") && served.contains("canonical"), "{published}");
}

/// What a statement says after its scope, which is another one for other pages.
fn declared(page: &str) -> &str {
    let (_, page) = page.split_once("<section class=\"card\">").unwrap();
    page.split_once("</main>").unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn each_published_page_leads_to_a_statement_that_says_what_the_server_s_says() {
    let app = App::start_settled("[controller]\nname = \"Les <Amis>\"\ncontact = \"a@example.org\"").await;
    let named =
        ["--publisher", "Les <Amis>", "--contact", "a@example.org", "--api", "https://agir.example.org/"];
    for (lang, footer, choose) in [
        ("fr", "Accessibilit\u{e9}", " Choisissez au pied de la page"),
        ("en", "Accessibility", " At the foot of the page"),
    ] {
        let (site, _) = Site::of(&[feed()], &[&named[..], &["--lang", lang]].concat());
        let published = site.read("accessibility.html");
        let served = app.get(&format!("/accessibility?lang={lang}")).await.text().await.unwrap();
        // There is no other language at the foot of its pages.
        let (before, after) = declared(&served).split_once(choose).unwrap();
        let after = after.split_once(" <span").unwrap().1;
        assert_eq!(declared(&published), format!("{before} <span{after}"));
        assert!(
            published.contains("Les &lt;Amis&gt;") && published.contains("mailto:a@example.org"),
            "{published}"
        );
        assert!(
            published.contains(&format!("https://agir.example.org/accessibility?lang={lang}")),
            "{published}"
        );
        assert!(published.contains(&format!("<html lang=\"{lang}\"")) && !published.contains(" style="));
        assert!(site.read("accessibility.css").contains("main"));
        for (page, link) in [
            (site.read("index.html"), "accessibility.html"),
            (site.read("all.html"), "accessibility.html"),
            (site.page("atelier"), "../accessibility.html"),
            (published, "accessibility.html"),
        ] {
            let foot = page.split("<footer").nth(1).unwrap();
            assert!(foot.contains(&format!("<a href=\"{link}\">{footer}</a>")), "{foot}");
        }
    }
    // Nothing is said of a server that there is not, nor in the name of nobody.
    let (site, _) = Site::of(&[feed()], &[]);
    let published = site.read("accessibility.html");
    assert!(published.contains("n\u{2019}a pas encore indiqu\u{e9} son nom"), "{published}");
    assert!(
        !published.contains("autre serveur") && !published.contains("sa propre d\u{e9}claration"),
        "{published}"
    );
}

#[test]
fn links_lead_to_files_of_the_site_and_to_the_server_of_forms() {
    let (site, _) = Site::of(&[feed()], &["--api", "https://agir.example.org/"]);
    let mut pages = vec![site.path("index.html"), site.path("all.html"), site.path("accessibility.html")];
    pages.extend(std::fs::read_dir(site.path("i")).unwrap().map(|entry| entry.unwrap().path()));
    for page in pages {
        let html = std::fs::read_to_string(&page).unwrap();
        let is_statement = page.ends_with("accessibility.html");
        let style = if is_statement { "accessibility.css" } else { "v1/a/pages.0123456789.css" };
        assert!(html.contains(style), "{html}");
        for link in links(&html) {
            let (file, part) = link.split_once('#').unwrap_or((&link, ""));
            if link.starts_with("https://") || link.starts_with("mailto:") {
                continue;
            }
            assert!(!link.starts_with('/') && !link.contains("lang="), "{link}");
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(target.is_file(), "{link} of {}", page.display());
            let is_there = |part: &str| std::fs::read_to_string(&target).unwrap().contains(part);
            assert!(part.is_empty() || is_there(&format!("id=\"{part}\"")), "{link} of {}", page.display());
        }
    }
    let form = "https://agir.example.org/i/petition?lang=fr".to_owned();
    assert!(links(&site.page("petition")).contains(&form));
    assert!(!site.page("petition").contains("<form"));
    let calendar = "https://agir.example.org/i/atelier/calendar.ics?lang=fr".to_owned();
    assert!(links(&site.page("atelier")).contains(&calendar));
    let (site, _) = Site::of(&[feed()], &[]);
    assert!(!site.page("atelier").contains("calendar.ics"), "nobody makes the file");
}

#[test]
fn a_page_without_a_form_and_without_a_page_of_the_organiser_s_says_what_is_known() {
    let mut feed = feed();
    feed["initiatives"][3]["organizer"] = json!({ "name": "Les Amis", "url": "https://amis.example/" });
    feed["initiatives"][3]["location"] = json!({ "name": "Salle", "addressLocality": "Lyon" });
    let (site, _) = Site::of(&[feed.clone()], &[]);
    let petition = site.page("petition");
    let said = "On ne peut pas s’inscrire depuis cette page. Annonce publiée par Essai.";
    assert!(petition.contains(said), "{petition}");
    let window = site.page("vitrine");
    assert!(window.contains("contactez Les Amis. Lieu\u{a0}: Salle, Lyon."), "{window}");
    assert!(!site.page("fini").contains("s’inscrire depuis"));
    // With a server of forms, or a page of its own, that is where one goes.
    feed["initiatives"][3]["url"] = json!("https://amis.example/vitrine");
    let (site, _) = Site::of(&[feed], &["--api", "https://agir.example.org"]);
    assert!(
        !site.page("petition").contains("s’inscrire depuis") && !site.page("vitrine").contains("contactez")
    );
}

#[test]
fn what_is_over_has_a_page_that_no_search_engine_lists() {
    let (site, _) = Site::of(&[feed()], &[]);
    let over = site.page("fini");
    assert!(over.contains("noindex") && over.contains("C’est passé"), "{over}");
    assert!(!site.page("petition").contains("noindex"));
    let list = site.read("all.html");
    assert!(list.contains("href=\"i/petition-") && !list.contains("href=\"i/fini"), "{list}");
}

#[test]
fn a_long_list_has_pages_that_lead_to_each_other() {
    let one = |n: usize| json!({ "id": n.to_string(), "name": format!("Action {n}"), "kind": "group" });
    let place = json!({ "addressLocality": "Lyon", "latitude": 45.75, "longitude": 4.84 });
    let mut all: Vec<_> = (0..130).map(one).collect();
    all.iter_mut().for_each(|one| one["location"] = place.clone());
    let (site, _) = Site::of(&[json!({ "initiatives": all })], &[]);
    let cards = |name: &str| site.read(name).matches("class=\"card\"").count();
    assert_eq!(["all.html", "all-2.html", "all-3.html"].map(cards), [60, 60, 10]);
    assert!(!site.path("all-4.html").exists());
    assert!(links(&site.read("all-2.html")).contains(&"all-3.html".to_owned()));
    assert!(links(&site.read("all-2.html")).contains(&"all.html".to_owned()));
    assert!(!site.read("all.html").contains("<form"), "files search nothing");
}

#[test]
fn nothing_of_a_feed_becomes_markup_of_its_page() {
    let evil = "</script><script>alert(1)</script><!--\"><img src=x onerror=alert(1)>";
    let item = json!({ "id": evil, "name": evil, "summary": evil, "description": evil, "kind": evil, "causes": [evil],
        "url": "https://example.org/?a=%3C/script%3E", "startDate": "2099-11-28", "location": { "name": evil },
        "organizer": { "name": evil }, "partners": [{ "name": evil }], "inLanguage": [evil] });
    let (site, _) = Site::of(&[json!({ "name": evil, "initiatives": [item] })], &[]);
    let page = site.page("script");
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1), "{page}");
    assert_eq!(page.matches("<img").count(), 0, "{page}");
    let (_, data) = page.split_once("ld+json\">").unwrap();
    let data: Value = serde_json::from_str(data.split_once("</script").unwrap().0).unwrap();
    assert_eq!((&data["name"], &data["@type"]), (&json!(evil), &json!("Event")));
    assert_eq!((&data["startDate"], &data["location"][0]["name"]), (&json!("2099-11-28"), &json!(evil)));
    assert_eq!(site.read("all.html").matches("<script").count(), 0);
    assert_eq!(site.read("index.html").matches("<script").count(), 1);
}

#[test]
fn the_page_of_what_has_left_the_feed_is_removed_and_nothing_else() {
    let mut feed = feed();
    let (site, _) = Site::of(&[feed.clone()], &[]);
    let file = |name: &str| {
        let files = std::fs::read_dir(site.path("i")).unwrap().map(|entry| entry.unwrap().path());
        files.into_iter().find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(name))
    };
    let (gone, stays) = (file("petition").unwrap(), file("atelier").unwrap());
    let twin = |page: &std::path::Path, ending: &str| {
        let twin = page.with_extension(format!("html.{ending}"));
        std::fs::write(&twin, "compressed").unwrap();
        twin
    };
    let twins = [twin(&gone, "br"), twin(&gone, "gz")];
    let mut kept = vec![twin(&stays, "gz"), stays];
    let id = "petition-0123456789abcdef0123";
    for own in [
        "i/petition.html",
        "i/notes.txt",
        "petition.html",
        &format!("i/sous/{id}.html"),
        &format!("{id}.html"),
    ] {
        std::fs::create_dir_all(site.path("i/sous")).unwrap();
        std::fs::write(site.path(own), "somebody's").unwrap();
        kept.push(site.path(own));
    }
    feed["initiatives"].as_array_mut().unwrap().retain(|item| item["id"] != "petition");
    let path = |name: &str| site.folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("0.json"), feed.to_string()).unwrap();
    text(&alentour(&["publish", &path("0.json"), &path("site"), "--bundle", &path("dist")]));
    assert!(!gone.exists() && twins.iter().all(|twin| !twin.exists()));
    assert_eq!(kept.iter().filter(|path| !path.exists()).collect::<Vec<_>>(), Vec::<&PathBuf>::new());
}

#[test]
fn feeds_are_published_as_a_site_whose_forms_need_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("feed.json"), crate::app::feed().to_string()).unwrap();
    let evil = r#"{"initiatives": [{"id": "x", "name": "</script><script>alert(1)</script>", "url": "https://example.org/x"}]}"#;
    std::fs::write(path("other.json"), evil).unwrap();
    std::fs::create_dir_all(path("dist/v1/a")).unwrap();
    std::fs::write(path("dist/v1/alentour.js"), "tag").unwrap();
    std::fs::write(path("dist/v1/a/app.0123456789.js"), "glue").unwrap();
    let publish = |more: &[&str]| {
        let (a, b, bundle, site) = (path("feed.json"), path("other.json"), path("dist"), path("site"));
        let mut arguments = vec!["publish", &a, &b, &site, "--bundle", &bundle];
        arguments.extend(more);
        text(&alentour(&arguments))
    };
    let read = |name: &str| std::fs::read_to_string(folder.path().join("site").join(name)).unwrap();
    assert!(publish(&[]).contains("--api"));
    assert_eq!((read("v1/alentour.js").as_str(), read("v1/a/app.0123456789.js").as_str()), ("tag", "glue"));
    let feed: Value = serde_json::from_str(&read("feed.json")).unwrap();
    assert_eq!(feed["initiatives"].as_array().unwrap().len(), 5);
    assert!(!feed.to_string().contains("participation"));
    assert!(
        read("index.html").contains(r#"src="v1/alentour.js"></script>"#),
        "the site's own tiles are read"
    );
    let pages: Vec<_> =
        std::fs::read_dir(folder.path().join("site/i")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(pages.len(), 5);
    for page in pages {
        let page = std::fs::read_to_string(page).unwrap();
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert!(page.contains("application/ld+json") && page.contains("default-src 'none'"), "{page}");
    }
    let policy = "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
    assert!(read("index.html").contains("default-src 'none'") && read("index.html").contains(policy));
    assert!(!publish(&["--api", "https://agir.example.org"]).contains("--api"));
    assert!(read("feed.json").contains("participation"));
    assert!(read("index.html").contains(r#"data-api="https://agir.example.org""#));
    assert!(read("index.html").contains("connect-src 'self' https://agir.example.org\""));
}

#[test]
fn a_published_site_has_the_first_pages_of_its_places_in_its_tags() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("feed.json"), crate::app::feed().to_string()).unwrap();
    crate::first_page::write_bundle(&folder.path().join("dist"));
    let publish = |places: &[&str]| {
        let (feed, bundle, site) = (path("feed.json"), path("dist"), path("site"));
        let mut arguments = vec!["publish", &feed, &site, "--bundle", &bundle];
        arguments.extend(places.iter().flat_map(|place| ["--place", place]));
        alentour(&arguments)
    };
    let read = |name: &str| std::fs::read(folder.path().join("site/v1").join(name)).unwrap();
    let page = |name: &str| crate::first_page::page(&String::from_utf8(read(name)).unwrap()).unwrap();
    let said = text(&publish(&["69007", "Lyon 7e", "45.75,4.85"]));
    assert!(page("alentour.js")["query"]["place"] == "" && page("alentour.js")["lang"] == "fr");
    assert!(page("alentour.js").to_string().contains("Vitrine"));
    // Its feed is the site's, and its pages have other names than a server's: the application opens what is pressed.
    assert_eq!(page("alentour.js")["feed"], "feed.json");
    assert!(!page("alentour.js").to_string().contains("/i/"));
    assert_eq!(page("alentour-69007.js")["query"]["place"], "69007");
    assert_eq!(page("alentour-lyon-7e.js")["query"]["place"], "Lyon 7e");
    assert!(page("alentour-45-75-4-85.js").to_string().contains("45.75,4.85"));
    assert!(
        said.contains("v1/alentour-lyon-7e.js\" data-place=\"Lyon 7e\" data-lang=\"fr\"></script>"),
        "{said}"
    );
    let mut unpacked = String::new();
    let packed = read("alentour-69007.js.gz");
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked.as_bytes(), read("alentour-69007.js"));
    assert_ne!(read("alentour.js.br"), read("alentour-69007.js.br"));
    for places in [&["nulle-part"] as &[&str], &[" "], &["69007", " 69007"]] {
        let output = publish(places);
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("--place"), "{places:?}");
    }
}

/// All files below a folder, by their paths within it.
fn files(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(one) = folders.pop() {
        for entry in std::fs::read_dir(one).unwrap().map(|entry| entry.unwrap().path()) {
            match entry.is_dir() {
                true => folders.push(entry),
                false => found.push(entry.strip_prefix(folder).unwrap().to_str().unwrap().to_owned()),
            }
        }
    }
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_has_the_tiles_that_a_server_of_the_same_feeds_gives() {
    let folder = tempfile::tempdir().unwrap();
    let one = |n: usize| {
        json!({ "id": format!("n° {n}"), "name": format!("Action {n}"), "url": format!("https://example.org/{n}"),
            "location": { "latitude": 43.0 + n as f64 / 100.0, "longitude": 5.0 } })
    };
    let mut second = feed();
    second["initiatives"][3]["url"] = json!("https://example.org/7");
    let feeds = [json!({ "name": "Un", "initiatives": (0..600).map(one).collect::<Vec<_>>() }), second];
    let mut sources = Vec::new();
    for (name, feed) in ["a.json", "b.json"].iter().zip(&feeds) {
        std::fs::write(folder.path().join(name), feed.to_string()).unwrap();
        sources.push(alentour_server::feeds::Source::File(folder.path().join(name)));
    }
    let app = App::start_with(folder, sources).await;
    let (site, _) = Site::of(&feeds, &["--api", "https://agir.example.org"]);
    let mut tiles = files(&site.path("v1/t"));
    assert_eq!(tiles.iter().filter(|name| name.ends_with("/1.words.txt")).count(), 2, "{tiles:?}");
    tiles.retain(|name| name.ends_with(".txt"));
    let details = files(&site.path("v1/i"));
    // What repeats another is there, too: somebody may have kept its address.
    assert_eq!(details.len(), 604);
    let mut all = vec!["v1/tiles.txt".to_owned(), "v1/forms.txt".to_owned()];
    all.extend(tiles.iter().map(|name| format!("v1/t/{name}")));
    all.extend(details.iter().filter(|name| name.as_str() < "4").map(|name| format!("v1/i/{name}")));
    for path in all {
        let served = app.get(&format!("/{path}")).await;
        assert_eq!(served.status(), 200, "{path}");
        assert!(served.bytes().await.unwrap() == site.read(&path).as_bytes(), "{path}");
    }
    assert_eq!(app.get("/v1/feed.json").await.text().await.unwrap(), site.read("feed.json"));
    for name in tiles.iter().map(|name| format!("v1/t/{name}")).chain(["v1/tiles.txt".to_owned()]) {
        let mut text = String::new();
        let packed = std::fs::read(site.path(&format!("{name}.br"))).unwrap();
        brotli::Decompressor::new(&packed[..], 4096).read_to_string(&mut text).unwrap();
        assert_eq!(text, site.read(&name));
    }
}

#[test]
fn tiles_of_the_last_version_stay_and_older_ones_go_after_a_day() {
    let mut feed = feed();
    let (site, _) = Site::of(&[feed.clone()], &[]);
    let path = |name: &str| site.folder.path().join(name).to_str().unwrap().to_owned();
    let version = || {
        let index = alentour_model::tiles::Index::parse(&site.read("v1/tiles.txt")).unwrap();
        format!("v1/t/{}", index.version)
    };
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(90_000);
    let age = |name: &str| std::fs::File::open(site.path(name)).unwrap().set_modified(long_ago).unwrap();
    let mut republish = |name: &str| {
        feed["initiatives"][1]["name"] = json!(name);
        std::fs::write(path("0.json"), feed.to_string()).unwrap();
        text(&alentour(&["publish", &path("0.json"), &path("site"), "--bundle", &path("dist")]));
        version()
    };
    let first = version();
    std::fs::create_dir_all(site.path("v1/t/mine")).unwrap();
    age(&first);
    age("v1/t/mine");
    let second = republish("Autre");
    assert!(site.path(&first).is_dir(), "its index was the site's until now");
    let third = republish("Une autre encore");
    assert!(!site.path(&first).exists() && site.path(&second).is_dir() && site.path("v1/t/mine").is_dir());
    let fourth = republish("La dernière");
    assert_eq!([&second, &third, &fourth].map(|one| site.path(one).is_dir()), [true; 3], "not a day old");
}

#[test]
fn what_an_initiative_says_goes_with_it() {
    let mut feed = feed();
    let (site, _) = Site::of(&[feed.clone()], &[]);
    let path = |name: &str| site.folder.path().join(name).to_str().unwrap().to_owned();
    let detail = |id: &str| {
        site.path(&format!("v1/i/{}.json", alentour_server::http::representation::tag(id.as_bytes())))
    };
    let (gone, stays) = (detail("petition"), detail("atelier"));
    assert!(gone.exists() && stays.exists());
    let twin = gone.with_extension("json.gz");
    let foreign = site.path("v1/i/notes.json");
    [&twin, &foreign].iter().for_each(|one| std::fs::write(one, "compressed").unwrap());
    feed["initiatives"].as_array_mut().unwrap().retain(|item| item["id"] != "petition");
    std::fs::write(path("0.json"), feed.to_string()).unwrap();
    text(&alentour(&["publish", &path("0.json"), &path("site"), "--bundle", &path("dist")]));
    assert_eq!([gone, twin, stays, foreign].map(|one| one.exists()), [false, false, true, true]);
}

#[test]
fn a_groups_page_leads_to_the_pages_of_what_else_its_organiser_does() {
    let one = |id: &str, kind: &str, organiser: &str| {
        json!({
            "id": id, "name": format!("Action {id}"), "kind": kind, "participation": { "way": "membership" },
            "organizer": { "name": organiser },
        })
    };
    let all = [
        one("groupe", "group", "Collectif"),
        one("autre", "gathering", "Collectif"),
        one("sans", "group", "Ligue"),
    ];
    let feed = json!({ "alentour": "1", "initiatives": all });
    let (site, _) = Site::of(&[feed], &["--api", "https://agir.example.org"]);
    let page = site.page("action-groupe");
    assert!(page.contains("Aussi avec Collectif"), "{page}");
    let link = links(&page).into_iter().find(|link| link.starts_with("../i/action-autre-")).unwrap();
    assert!(site.path(link.trim_start_matches("../")).exists(), "{link}");
    assert!(!site.page("action-sans").contains("Aussi avec"));
}

#[test]
fn a_site_leads_to_where_visitors_propose_if_that_is_named() {
    let address = "https://agir.example.org/propose";
    let (site, _) = Site::of(&[feed()], &["--propose", address]);
    for page in [site.read("index.html"), site.read("all.html"), site.page("atelier")] {
        assert!(
            links(&page).iter().any(|link| link == address) && page.contains("Proposer une action"),
            "{page}"
        );
    }
    assert!(!Site::of(&[feed()], &[]).0.read("index.html").contains("Proposer une action"));
}
