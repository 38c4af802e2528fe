//! `/accessibility`: what is said of how far the pages can be used by everybody, and whom to tell.

use crate::app::App;

const NAMED: &str = r#"
    [controller]
    name = "Maison des <solidarités>"
    address = "1 rue de la Paix, Lyon"
    contact = "contact@example.org"
"#;

async fn page(app: &App, path: &str) -> String {
    let response = app.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn the_statement_is_in_the_operator_s_name_with_the_rate_of_the_grid_in_each_language() {
    let app = App::start_settled(NAMED).await;
    for (lang, said) in [
        ("fr", "partiellement conforme"),
        ("en", "partially compliant"),
        ("es", "parcialmente conforme"),
        ("ar", "مطابقة جزئية"),
    ] {
        let page = page(&app, &format!("/accessibility?lang={lang}")).await;
        for text in [
            "Maison des &lt;solidarités&gt;",
            "1 rue de la Paix",
            "mailto:contact@example.org",
            said,
            "2005-102",
        ] {
            assert!(page.contains(text), "{lang}: {text}: {page}");
        }
        // What is not accessible is said before the grid, where it stands again, in words for visitors; no blank is left.
        assert!(page.contains("7.1)") && page.contains("<td>NC</td>"), "{lang}: {page}");
        assert_eq!(page.matches("<th scope=\"row\">").count(), 106);
        assert!(
            !page.contains('{') || !page.split("</style>").nth(1).unwrap().contains('{'),
            "{lang}: {page}"
        );
        assert!(page.len() <= 60_000, "{lang}: {} bytes", page.len());
        assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains("src="), "{page}");
    }
    let headers = app.get("/accessibility").await.headers().clone();
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
}

#[tokio::test]
async fn its_names_in_french_and_spanish_lead_to_it() {
    let app = App::start().await;
    for (path, lang) in [("/accessibilite", "fr"), ("/accesibilidad", "es")] {
        let page = page(&app, path).await;
        assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{path}: {page}");
    }
}

#[tokio::test]
async fn without_an_operator_s_name_it_says_whose_statement_is_missing_and_where_to_write() {
    let app = App::start().await;
    let page = page(&app, "/accessibility?lang=fr").await;
    assert!(page.contains("n’a pas encore indiqué son nom") && page.contains("coordonnées"), "{page}");
    assert!(!page.contains("mailto:"), "{page}");
}

#[tokio::test]
async fn every_page_leads_to_it_past_its_menu_to_the_content_and_to_the_search() {
    let app = App::start_settled(NAMED).await;
    for path in
        ["/near?lang=fr", "/i/atelier?lang=fr", "/privacy?lang=fr", "/my-data?lang=fr", "/confirm/x?lang=fr"]
    {
        let page = app.get(path).await.text().await.unwrap();
        let (skip, content) = (page.find("href=\"#content\""), page.find("<main id=\"content\""));
        assert!(skip.is_some() && skip < content, "{path}: {page}");
        let foot = page.split("<footer").nth(1).unwrap();
        let places = ["/near?lang=fr", "/my-data?lang=fr", "/privacy?lang=fr", "/accessibility?lang=fr"];
        let found: Vec<_> = places.iter().map(|place| foot.find(&format!("href=\"{place}\""))).collect();
        assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{path}: {found:?} {foot}");
    }
    let organise = app.get("/organise?lang=fr").await.text().await.unwrap();
    assert!(organise.contains("href=\"/accessibility?lang=fr\""), "{organise}");
}
