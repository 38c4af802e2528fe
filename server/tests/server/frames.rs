//! What stands in other people's frames, and that nothing else does.

use serde_json::{Value, json};

use crate::app::{App, MAILING, feed};
use crate::first_page::write_bundle;

/// A server with a widget.
async fn start(settings: &str) -> App {
    let app = App::start_announcing(feed(), settings).await;
    write_bundle(&app.path("dist"));
    for name in ["frame.0123456789.js", "card.0123456789.js", "pages.0123456789.css"] {
        std::fs::write(app.path("dist/v1/a").join(name), "").unwrap();
    }
    app
}

/// Status, policy and text of a page.
async fn page(app: &App, path: &str) -> (u16, String, String) {
    let response = app.get(path).await;
    let header = |name: &str| {
        let value = response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        value.unwrap_or_default()
    };
    let (status, policy, others) =
        (response.status().as_u16(), header("content-security-policy"), header("x-frame-options"));
    // Two headers that say different things are one too many.
    assert_eq!(others == "DENY", policy.contains("frame-ancestors 'none'"), "{path}: {policy} {others}");
    (status, policy, response.text().await.unwrap())
}

#[tokio::test]
async fn a_frame_has_the_tag_and_nothing_else_and_may_do_what_that_needs() {
    let app = start("").await;
    let (status, policy, html) = page(
        &app,
        "/frame?place=69007&radius=10&lang=ar&accent=0a7a4b&open=petition&feed=https%3A%2F%2Fevil.example",
    )
    .await;
    assert_eq!(status, 200);
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"), "{html}");
    let tag = "<script async src=\"/v1/alentour.js?place=69007&amp;radius=10&amp;lang=ar\"></script>";
    assert!(html.contains(tag) && html.contains("src=\"/v1/a/frame.0123456789.js\""), "{html}");
    assert!(
        html.contains("class=\"alentour-fallback\"") && html.contains("href=\"/i/petition?place=69007"),
        "{html}"
    );
    assert!(
        html.contains("--alentour-accent:#0a7a4b") && html.contains("<base target=\"_blank\">"),
        "{html}"
    );
    assert!(!html.contains("<header") && !html.contains("<footer") && !html.contains("evil"), "{html}");
    for source in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "connect-src 'self'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(source), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("frame-ancestors"), "{policy}");
}

#[tokio::test]
async fn without_a_script_the_list_is_there_and_its_links_lead_out_of_the_frame() {
    let app = start("").await;
    let (_, _, html) = page(&app, "/frame?lang=fr").await;
    assert!(html.contains("<noscript><iframe src=\"/frame/list?lang=fr\""), "{html}");
    let (status, policy, list) = page(&app, "/frame/list?lang=fr").await;
    assert!(status == 200 && list.contains("Atelier") && list.contains("action=\"/near\""), "{list}");
    assert!(list.contains("<base target=\"_blank\">") && !list.contains("<script"), "{list}");
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
}

#[tokio::test]
async fn the_operator_says_whose_pages_have_the_frame() {
    let app = start("[frames]\norigins = [\"https://asso.example.org\"]\n").await;
    for path in ["/frame", "/frame?lang=fr&place=69007"] {
        let (_, policy, _) = page(&app, path).await;
        assert!(policy.ends_with("frame-ancestors https://asso.example.org 'self'"), "{policy}");
    }
    let (_, policy, _) = page(&app, "/frame/list").await;
    assert!(policy.ends_with("frame-ancestors https://asso.example.org 'self'"), "{policy}");
    // Nothing can be done in what oEmbed shows.
    assert!(!page(&app, "/embed").await.1.contains("frame-ancestors"));
    let app = start("[frames]\norigins = []\n").await;
    for path in ["/frame", "/frame/list"] {
        let response = app.get(path).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    }
}

#[tokio::test]
async fn no_other_page_is_in_a_frame() {
    let app = start(MAILING).await;
    std::fs::write(app.path("dist/index.html"), "<!doctype html>").unwrap();
    let token = "a".repeat(64);
    for path in [
        "/".to_owned(),
        "/near".into(),
        "/i/atelier".into(),
        "/i/petition?lang=ar".into(),
        "/i/nope".into(),
        "/i/atelier/poster".into(),
        format!("/i/atelier/received/{token}"),
        "/i/atelier/report".into(),
        format!("/confirm/{token}"),
        format!("/mine/{token}"),
        format!("/me/{token}"),
        format!("/me/{token}/erase"),
        format!("/alerts/{token}"),
        format!("/unsubscribe/{token}"),
        "/alerts/new".into(),
        "/my-data".into(),
        "/privacy".into(),
        "/organise".into(),
        format!("/organise/in/{token}"),
        "/organise/account".into(),
        "/organise/installation".into(),
        "/organise/i/atelier".into(),
        "/propose".into(),
        format!("/propose/{token}"),
        format!("/proposal/{token}"),
        "/check".into(),
        "/frames".into(),
        "/frame/".into(),
        "/embed/".into(),
        "/i/atelier/embed/".into(),
    ] {
        let request = app.client.get(format!("{}{path}", app.address)).header("accept", "text/html");
        let response = request.send().await.unwrap();
        let policy = response.headers().get("content-security-policy");
        let policy = policy.map(|policy| policy.to_str().unwrap()).unwrap_or_default();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn a_page_that_the_frame_is_on_goes_along_if_it_is_a_partners() {
    let app = start("[sign-ups]\npartner-origins = [\"https://asso.example.org\"]\n").await;
    let (_, _, html) = page(&app, "/frame?lang=fr&from=https%3A%2F%2Fasso.example.org%2Fagir").await;
    assert!(html.contains("<link rel=\"alentour-page\" href=\"https://asso.example.org/agir\">"), "{html}");
    let (_, _, html) = page(&app, "/frame?lang=fr&from=https%3A%2F%2Fevil.example%2Fagir").await;
    assert!(!html.contains("alentour-page") && !html.contains("evil"), "{html}");
}

#[tokio::test]
async fn what_oembed_shows_are_cards_with_links_and_no_form() {
    let app = start("").await;
    let (status, policy, html) = page(&app, "/i/petition/embed?lang=fr").await;
    assert!(
        status == 200 && html.contains("Pétition") && html.contains("href=\"/i/petition?lang=fr"),
        "{html}"
    );
    assert!(!html.contains("<form") && !html.contains("<input"), "{html}");
    assert!(
        policy.contains("form-action 'none'")
            && policy.contains("script-src 'self';")
            && !policy.contains("wasm"),
        "{policy}"
    );
    let (status, _, html) = page(&app, "/embed?lang=fr").await;
    assert!(
        status == 200 && html.contains("Atelier") && html.contains("Vitrine") && !html.contains("<form"),
        "{html}"
    );
    let (status, _, html) = page(&app, "/i/fini/embed?lang=fr").await;
    assert!(status == 200 && html.contains("C’est passé") && !html.contains("id=\"card-"), "{html}");
    let (status, _, html) = page(&app, "/i/nope/embed?lang=fr").await;
    assert!(
        status == 404 && html.contains("<base target=\"_blank\">") && html.contains("href=\"/near?lang=fr\""),
        "{html}"
    );
}

async fn oembed(app: &App, query: &str) -> (u16, Value) {
    let response = app.get(&format!("/oembed?{query}")).await;
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

#[tokio::test]
async fn an_address_of_the_server_is_described_as_oembed_says() {
    let app = start(MAILING).await;
    let (status, answer) = oembed(
        &app,
        "url=https%3A%2F%2Fagir.example.org%2Fi%2Fpetition%3Flang%3Des&maxwidth=400&format=json",
    )
    .await;
    assert_eq!(status, 200);
    let html = answer["html"].as_str().unwrap();
    assert!(html.starts_with("<blockquote><a href=\"https://agir.example.org/i/petition?lang=es\">Pétition</a></blockquote><iframe "), "{html}");
    assert!(
        html.contains("src=\"https://agir.example.org/i/petition/embed?lang=es\"")
            && html.ends_with("></iframe>"),
        "{html}"
    );
    assert_eq!(
        (&answer["version"], &answer["type"], &answer["title"], &answer["width"], &answer["height"]),
        (&json!("1.0"), &json!("rich"), &json!("Pétition"), &json!(400), &json!(360))
    );
    let (status, answer) =
        oembed(&app, "url=https%3A%2F%2Fagir.example.org%2Fnear%3Fplace%3D69007%26from%3Dx&maxheight=300")
            .await;
    assert_eq!((status, &answer["height"]), (200, &json!(300)));
    assert!(answer["html"].as_str().unwrap().contains("/embed?place=69007&amp;lang=fr\""), "{answer}");
    if app.state.bundle.has_gazetteer() {
        assert_eq!(answer["title"], json!("69007\u{a0}: Trouver une action près de chez vous"));
    }
    // All of the country's is not what is near a place that nobody knows.
    let (_, answer) = oembed(&app, "url=https%3A%2F%2Fagir.example.org%2Fnear%3Fplace%3DXyzzyville").await;
    assert_eq!(answer["title"], json!("Trouver une action près de chez vous"));
}

#[tokio::test]
async fn what_is_not_the_servers_or_not_for_everybody_is_not_described() {
    let app = start(MAILING).await;
    for address in [
        "",
        "https%3A%2F%2Fevil.example%2Fi%2Fpetition",
        "https%3A%2F%2Fagir.example.org%2F",
        "https%3A%2F%2Fagir.example.org%2Fi%2Fnope",
        "https%3A%2F%2Fagir.example.org%2Fi%2Fpetition%2Freceived%2Fabc",
        "https%3A%2F%2Fagir.example.org%2Forganise",
        "https%3A%2F%2Fagir.example.org%2Fme%2Fabc",
    ] {
        assert_eq!(oembed(&app, &format!("url={address}")).await.0, 404, "{address}");
    }
    assert_eq!(oembed(&app, "url=https%3A%2F%2Fagir.example.org%2Fnear&format=xml").await.0, 501);
}

#[tokio::test]
async fn pages_say_where_to_ask_how_they_are_embedded() {
    let app = start(MAILING).await;
    for (path, url) in [
        ("/i/petition?lang=fr", "https%3A%2F%2Fagir.example.org%2Fi%2Fpetition%3Flang%3Dfr"),
        ("/near?lang=fr&place=69007&kinds=petition", "https%3A%2F%2Fagir.example.org%2Fnear%3Fplace%3D"),
    ] {
        let (_, _, html) = page(&app, path).await;
        let link = "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"https://agir.example.org/oembed?url=";
        let (_, rest) = html.split_once(link).unwrap_or_else(|| panic!("{html}"));
        assert!(rest.starts_with(url), "{rest}");
        let (query, _) = rest.split_once('"').unwrap();
        assert_eq!(oembed(&app, &format!("url={query}")).await.0, 200, "{query}");
    }
    // Without a public address nobody knows what others call this server.
    let app = start("").await;
    assert!(!page(&app, "/near?lang=fr").await.2.contains("oembed"));
}
