//! The page that makes the tag, and the one that looks whether it has arrived.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::IntoResponse;

use crate::app::{App, MAILING, serve};

/// The words of all places to paste it, as the page has them.
async fn places(app: &App) -> Vec<String> {
    let page = app.get("/embed-it?lang=fr").await.text().await.unwrap();
    let words =
        page.split("name=\"where\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    words.collect()
}

/// What is to be pasted, as it stands in the page: escaped once more.
fn pasted(page: &str) -> Vec<String> {
    let areas = page.split("<textarea").skip(1).map(|rest| {
        let (_, rest) = rest.split_once('>').unwrap();
        let code = rest.split_once("</textarea>").unwrap().0;
        code.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    });
    areas.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_language_has_a_name_that_leads_to_the_one_page_with_what_was_chosen() {
    let app = App::start().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (name, to) in [
        ("/integrer?place=69007", "/embed-it?lang=fr&place=69007"),
        ("/integrar", "/embed-it?lang=es"),
        ("/integrer/verifier", "/embed-it/check?lang=fr"),
        ("/integrar/comprobar", "/embed-it/check?lang=es"),
    ] {
        let answer = client.get(format!("{}{name}", app.address)).send().await.unwrap();
        assert_eq!(
            (answer.status(), answer.headers()["location"].to_str().unwrap()),
            (StatusCode::PERMANENT_REDIRECT, to)
        );
    }
    let arabic = app.get("/embed-it?lang=ar").await.text().await.unwrap();
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("ضعوا المبادرات في موقعكم"), "{arabic}");
    // The other languages keep what was chosen.
    let page = app.get("/embed-it?lang=fr&place=Lyon&where=wix&kinds=petition").await.text().await.unwrap();
    assert!(page.contains("place=Lyon&amp;radius=25&amp;kinds=petition&amp;language=fr&amp;room=screen&amp;where=wix&amp;lang=es"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_place_to_paste_it_has_its_code_and_its_steps_in_every_language_on_a_small_page() {
    let app = App::start_settled(MAILING).await;
    let places = places(&app).await;
    assert_eq!(places.len(), 19);
    for place in &places {
        for lang in ["fr", "en", "es", "ar"] {
            let address = format!("/embed-it?lang={lang}&place=69007&where={place}&colour=%230a7a4b");
            let answer = app.get(&address).await;
            let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
            assert!(
                policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{policy}"
            );
            assert!(!policy.contains("unsafe-inline"), "{policy}");
            let page = answer.text().await.unwrap();
            assert!(page.len() < 60_000, "{address}: {}", page.len());
            let code = pasted(&page);
            assert!(
                !code.is_empty() && code.iter().any(|code| code.contains("69007")),
                "{address}: {code:?}"
            );
            let is_ours = code.iter().any(|code| code.contains("https://agir.example.org/"));
            assert!(
                is_ours || ["wordpress-plugin", "dokuwiki"].contains(&place.as_str()),
                "{address}: {code:?}"
            );
            let (_, steps) = page.split_once("<ol class=\"steps\">").unwrap();
            assert!(steps.split("</ol>").next().unwrap().matches("<li>").count() >= 2, "{address}");
            assert!(!page.contains('¶') && !page.contains("{server}"), "{address}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initiative_is_found_by_its_title_and_asked_for_where_none_is_meant() {
    let app = App::start_settled(MAILING).await;
    for named in [
        "P%C3%A9tition",
        "petition",
        "https://agir.example.org/i/petition?lang=fr",
        "https://example.org/a%23alentour=petition",
    ] {
        let page = app
            .get(&format!("/embed-it?lang=fr&show=button&where=html&initiative={named}"))
            .await
            .text()
            .await
            .unwrap();
        let code = pasted(&page).concat();
        assert!(
            code.contains("<alentour-action open=\"petition\" lang=\"fr\">")
                && code.contains(">Pétition</a>"),
            "{named}: {code}"
        );
    }
    for (named, said) in [
        ("", "Dites quelle action."),
        ("Rien+de+tel", "Aucune action de ce nom"),
        ("https://evil.example/%22%3E%3Cscript%3E", "Aucune action"),
    ] {
        let page =
            app.get(&format!("/embed-it?lang=fr&show=one&initiative={named}")).await.text().await.unwrap();
        assert!(
            page.contains(said) && pasted(&page).is_empty() && !page.contains("\"><script>"),
            "{named}: {page}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_allows_no_frames_says_so_and_who_can_change_it() {
    let app = App::start_settled(&format!("{MAILING}\n[frames]\norigins = []")).await;
    for place in ["wix", "google-sites", "jimdo", "assoconnect"] {
        let page = app.get(&format!("/embed-it?lang=fr&where={place}")).await.text().await.unwrap();
        let code = pasted(&page);
        assert!(
            code[0].starts_with("<a href=\"https://agir.example.org/near?lang=fr\""),
            "{place}: {code:?}"
        );
        assert!(!page.contains("/frame") && !page.contains("<iframe"), "{place}: {page}");
        assert!(page.contains("ce serveur n’en permet aucun") && page.contains("[frames] origins"), "{page}");
        // The steps are those of a frame.
        assert!(!page.contains("class=\"steps\""), "{place}: {page}");
    }
    let some = format!("{MAILING}\n[frames]\norigins = [\"https://asso.example.org\"]");
    let page = App::start_settled(&some).await.get("/embed-it?lang=fr&where=wix").await.text().await.unwrap();
    let said = "dans les pages de\u{a0}: https://asso.example.org.";
    assert!(pasted(&page)[0].contains("/frame?") && page.contains(said), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_asks_for_what_the_page_will_get() {
    let app = App::start_settled(MAILING).await;
    let seen = async |query: &str| {
        let page = app.get(&format!("/embed-it?lang=fr&where=wix&{query}")).await.text().await.unwrap();
        let (_, section) = page.split_once("4. Ce que cela donne").unwrap();
        let lead = section.split_once("<p class=\"hint\">").unwrap().1.split('<').next().unwrap().to_owned();
        let frame = section.split_once("src=\"/frame?").unwrap().1.split('"').next().unwrap();
        let given = pasted(&page)[0].split_once("/frame?").unwrap().1.to_owned();
        (lead, frame.replace("&amp;", "&"), given)
    };
    for (query, lead, expected) in [
        ("place=Lyon", "C’est la vraie liste", "place=Lyon&lang=fr"),
        ("theme=dark", "C’est la vraie liste", "lang=fr&theme=dark"),
        ("show=one&initiative=petition", "C’est la vraie action", "open=petition&lang=fr&only=true"),
    ] {
        let (said, frame, given) = seen(query).await;
        assert!(said.starts_with(lead), "{query}: {said}");
        assert_eq!((frame.as_str(), given.as_str()), (expected, expected), "{query}");
    }
    let (said, frame, _) = seen("show=button&initiative=petition").await;
    assert!(said.starts_with("C’est le vrai bouton") && frame.ends_with("&as=button"), "{said} {frame}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_ticked_is_all_kinds_and_causes_and_france_alone() {
    let app = App::start().await;
    let page = app.get("/embed-it?lang=fr").await.text().await.unwrap();
    for (name, said) in [("kinds", "tous."), ("causes", "tous."), ("countries", "la France seule")] {
        let hint = format!("id=\"{name}-hint\">Rien de coché\u{a0}: {said}");
        assert!(page.contains(&hint), "{name}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_is_refused_and_not_repeated() {
    let app = App::start().await;
    let page = app.get("/embed-it?lang=fr&place=45.757,4.832").await.text().await.unwrap();
    let form = page.split("<footer>").next().unwrap();
    assert!(form.contains("Une position précise ne convient pas ici") && !form.contains("45.757"), "{form}");
    assert!(pasted(&page).is_empty());
}

/// A host of pages, each with its headers.
#[derive(Clone, Default)]
struct Partner(Arc<Mutex<HashMap<String, (HeaderMap, String)>>>);

impl Partner {
    async fn start() -> (Self, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let partner = Self::default();
        let shared = partner.clone();
        let get = move |uri: Uri| async move {
            match shared.0.lock().unwrap().get(uri.path()).cloned() {
                Some(page) => page.into_response(),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        };
        tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(get)).await });
        (partner, address)
    }

    fn put(&self, path: &str, headers: &[(&'static str, &'static str)], html: String) {
        let mut all = HeaderMap::new();
        all.insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
        for (name, value) in headers {
            all.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        self.0.lock().unwrap().insert(path.to_owned(), (all, html));
    }
}

/// The form of a check.
fn form(address: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    format!("page={encoded}")
}

/// Which findings a page shows, in their order.
fn findings(page: &str) -> Vec<String> {
    page.split("data-finding=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_read_and_what_is_wrong_with_its_tag_said_with_what_to_do() {
    let (partner, host) = Partner::start().await;
    let app = App::start_settled(MAILING).await;
    let mut state = app.state.clone();
    state.checks.allow_private = true;
    let server = serve(state).await;
    let check = async |path: &str| {
        let form = form(&format!("{host}{path}"));
        let answer = app
            .client
            .post(format!("{server}/embed-it/check?lang=fr"))
            .header("sec-fetch-site", "same-origin")
            .body(form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let tag = |attributes: &str| {
        format!(
            "<!doctype html><title>Secret</title><body><p>Rien que pour nous</p><script async src=\"https://agir.example.org/v1/alentour.js\"{attributes}></script>"
        )
    };
    partner.put("/good", &[], tag(" data-place=\"69007\""));
    partner.put("/misspelt", &[], tag(" data-raduis=\"10\" data-kinds=\"bénévola\""));
    partner.put("/forbidden", &[("content-security-policy", "default-src 'self'")], tag(""));
    partner.put("/no-wasm", &[("content-security-policy", "script-src https://agir.example.org")], tag(""));
    partner.put(
        "/stripped",
        &[],
        "<body><p class=\"alentour-fallback\"><a href=\"https://agir.example.org/near\">a</a></p>".into(),
    );
    partner.put(
        "/written",
        &[],
        "<body>&lt;script src=\"https://agir.example.org/v1/alentour.js\"&gt;".into(),
    );
    partner.put("/opened", &[], tag(" data-open=\"petition\" data-only"));
    partner.put("/unknown", &[], tag(" data-open=\"nowhere\" data-only"));
    partner.put("/address", &[], tag(" data-open=\"https://agir.example.org/i/petition?lang=fr\" data-only"));
    partner.put(
        "/of-a-feed",
        &[],
        tag(" data-open=\"nowhere\" data-feed=\"https://other.example/feed.json\""),
    );
    partner.put("/data", &[("content-type", "application/json")], "{}".into());
    for (path, expected) in [
        ("/good", "tag insecure"),
        ("/misspelt", "tag word misspelt insecure"),
        ("/forbidden", "tag policy_script insecure"),
        ("/no-wasm", "tag policy_wasm insecure"),
        ("/stripped", "links_only"),
        ("/written", "written"),
        ("/opened", "tag insecure"),
        ("/unknown", "tag open_unknown insecure"),
        ("/address", "tag open_address insecure"),
        ("/of-a-feed", "tag insecure"),
        ("/nowhere", "status"),
    ] {
        let page = check(path).await;
        let found = findings(&page);
        let mut sorted = (found.clone(), expected.split(' ').map(str::to_owned).collect::<Vec<_>>());
        sorted.0.sort();
        sorted.1.sort();
        assert_eq!(sorted.0, sorted.1, "{path}: {page}");
        // Nothing of the page but what concerns the tag.
        assert!(!page.contains("Secret") && !page.contains("Rien que pour nous"), "{page}");
    }
    let page = check("/misspelt").await;
    assert!(
        page.contains("data-raduis") && page.contains("Écrivez <code dir=\"ltr\">data-radius</code>."),
        "{page}"
    );
    let page = check("/forbidden").await;
    assert!(page.contains("script-src https://agir.example.org 'wasm-unsafe-eval'"), "{page}");
    assert_eq!(findings(&check("/data").await).len(), 1);
    // What is to be added is copied as the tag is, and green is nothing of what does not work.
    assert!(
        page.contains("dir=\"ltr\" data-copy=\"Copier\"") && page.contains("/embed-it/copy.js"),
        "{page}"
    );
    assert!(page.contains("class=\"note\" data-finding=\"tag\""), "{page}");
    let page = check("/good").await;
    assert!(page.contains("class=\"good\" data-finding=\"tag\""), "{page}");
    let page = check("/address").await;
    assert!(page.contains("data-copied=\"Copié\">petition</textarea>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_looked_for_as_the_widget_does() {
    let (partner, host) = Partner::start().await;
    let app = App::start_settled(MAILING).await;
    let mut state = app.state.clone();
    if !state.bundle.has_gazetteer() {
        return;
    }
    state.checks.allow_private = true;
    let server = serve(state).await;
    let put = |path: &str, attributes: &str, lang: &str| {
        let html = format!(
            "<html lang=\"{lang}\"><body><script src=\"https://agir.example.org/v1/alentour.js\" {attributes}></script>"
        );
        partner.put(path, &[], html);
    };
    put("/clear", "data-place=\"69007\"", "fr");
    put("/unknown", "data-place=\"Xyzzyville\"", "fr");
    put("/several", "data-place=\"Saint-Denis\"", "fr");
    put("/label", "data-place=\"Saint-Denis (93200)\"", "fr");
    put("/abroad", "data-place=\"Bruxelles\"", "fr");
    put("/label-abroad", "data-place=\"Genève (CH)\"", "fr");
    put("/region", "data-place=\"Bruxelles\"", "fr-BE");
    put("/countries", "data-place=\"Bruxelles\" data-countries=\"BE\"", "fr");
    put("/position", "data-place=\"45.75,4.85\"", "fr");
    for (path, expected) in [
        ("/clear", ""),
        ("/unknown", "place"),
        ("/several", "place_taken"),
        ("/label", ""),
        ("/abroad", "place_abroad"),
        ("/label-abroad", "place_abroad"),
        ("/region", ""),
        ("/countries", ""),
        ("/position", ""),
    ] {
        let sent = app
            .client
            .post(format!("{server}/embed-it/check?lang=fr"))
            .header("sec-fetch-site", "same-origin");
        let page = sent.body(form(&format!("{host}{path}"))).send().await.unwrap().text().await.unwrap();
        let found: Vec<_> = findings(&page).into_iter().filter(|key| key.starts_with("place")).collect();
        assert_eq!(found.concat(), expected, "{path}: {page}");
        if path == "/abroad" {
            assert!(page.contains(">data-countries=&quot;BE FR&quot;</textarea>"), "{page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_by_a_check_what_is_in_the_operator_s_network() {
    let (partner, host) = Partner::start().await;
    partner.put("/", &[], "<body>internal".into());
    let app = App::start().await;
    let mut answers = Vec::new();
    for address in [
        host.as_str(),
        "http://127.0.0.1:1/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://no-such-host.invalid/",
        "http://[::1]/",
        "https://localhost:22/",
        "no-such-host.invalid/agir",
    ] {
        let answer = app
            .client
            .post(format!("{}/embed-it/check?lang=fr", app.address))
            .header("sec-fetch-site", "same-origin")
            .body(form(address))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{address}");
        let page = answer.text().await.unwrap().replace(address, "");
        assert_eq!(findings(&page), ["unreached"], "{address}");
        answers.push(page);
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
    for no in ["", "file:///etc/passwd", "javascript:alert(1)", "https://user:secret@example.org/", "agir"] {
        let answer = app
            .client
            .post(format!("{}/embed-it/check", app.address))
            .header("sec-fetch-site", "same-origin")
            .body(form(no))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 422, "{no}");
    }
    // Another website's page has nobody ask.
    for (name, value) in
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("accept", "*/*")]
    {
        let sent = app.client.post(format!("{}/embed-it/check", app.address)).header(name, value);
        assert_eq!(sent.body(form(&host)).send().await.unwrap().status(), 403, "{name}: {value}");
    }
    // To look at the form fetches nothing.
    let shown = app.get(&format!("/embed-it/check?page={host}/")).await.text().await.unwrap();
    assert!(findings(&shown).is_empty() && shown.contains(&format!("value=\"{host}/\"")), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_has_so_many_checks_a_minute() {
    let app = App::start_settled("[robots]\nper-address = 20").await;
    let check = async || {
        let form = form("http://127.0.0.1:1/");
        app.client
            .post(format!("{}/embed-it/check", app.address))
            .header("sec-fetch-site", "same-origin")
            .body(form)
            .send()
            .await
            .unwrap()
    };
    assert_eq!((check().await.status(), check().await.status()), (StatusCode::OK, StatusCode::OK));
    let third = check().await;
    assert_eq!(third.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(third.headers().contains_key("retry-after"));
}
