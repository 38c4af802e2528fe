//! The widget's files.

use crate::app::App;

/// Writes a small bundle as `cargo xtask build` would.
async fn app_with_bundle() -> App {
    let app = App::start().await;
    let write = |path: &str, text: &str| {
        let path = app.path("dist").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("index.html", "<!doctype html><title>Essai</title>");
    write("v1/alentour.js", "the tag");
    write("v1/alentour.js.br", "the tag in brotli");
    write("v1/alentour.js.gz", "the tag in gzip");
    write("v1/a/app.0123456789.wasm", "the application");
    write("v1/a/messages-fr.0123456789.txt", "Participer");
    app
}

async fn get(app: &App, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let mut request = app.client.get(format!("{}{path}", app.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn other_origins_may_use_the_widget() {
    let app = app_with_bundle().await;
    for path in ["/v1/alentour.js", "/v1/a/app.0123456789.wasm", "/v1/nothing.js"] {
        let response = get(&app, path, &[("origin", "https://asso.example")]).await;
        assert_eq!(header(&response, "access-control-allow-origin"), "*", "{path}");
    }
    let response = get(&app, "/v1/alentour.js", &[]).await;
    assert_eq!(header(&response, "cross-origin-resource-policy"), "cross-origin");
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn hashed_names_are_kept_for_ever_and_the_tag_for_minutes() {
    let app = app_with_bundle().await;
    let response = get(&app, "/v1/a/app.0123456789.wasm", &[]).await;
    assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&response, "content-type"), "application/wasm");
    let response = get(&app, "/v1/alentour.js", &[]).await;
    assert!(header(&response, "cache-control").starts_with("public, max-age=300"));
    assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
    let response = get(&app, "/v1/a/messages-fr.0123456789.txt", &[]).await;
    assert_eq!(header(&response, "content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn the_smallest_encoding_that_the_client_takes_is_sent() {
    let app = app_with_bundle().await;
    for (accepted, encoding, body) in [
        ("gzip, deflate, br", "br", "the tag in brotli"),
        ("gzip", "gzip", "the tag in gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip", "the tag in gzip"),
        ("br;q=0", "", "the tag"),
        ("identity", "", "the tag"),
    ] {
        let response = get(&app, "/v1/alentour.js", &[("accept-encoding", accepted)]).await;
        assert_eq!(header(&response, "content-encoding"), encoding, "{accepted}");
        assert_eq!(
            header(&response, "vary").to_ascii_lowercase().matches("accept-encoding").count(),
            1,
            "{accepted}"
        );
        assert_eq!(header(&response, "content-length"), body.len().to_string());
        assert_eq!(response.text().await.unwrap(), body);
    }
    // Where there is no compressed sibling, the file itself.
    let response = get(&app, "/v1/a/app.0123456789.wasm", &[("accept-encoding", "br")]).await;
    assert_eq!((header(&response, "content-encoding"), response.status().as_u16()), ("", 200));
}

#[tokio::test]
async fn what_the_client_has_is_not_sent_again() {
    let app = app_with_bundle().await;
    let plain = get(&app, "/v1/alentour.js", &[]).await;
    let brotli = get(&app, "/v1/alentour.js", &[("accept-encoding", "br")]).await;
    let (plain, brotli) = (header(&plain, "etag").to_owned(), header(&brotli, "etag").to_owned());
    assert_ne!(plain, brotli);
    for known in [plain.clone(), format!("W/{plain}"), format!("\"x\", {plain}"), "*".into()] {
        let response = get(&app, "/v1/alentour.js", &[("if-none-match", &known)]).await;
        assert_eq!(response.status(), 304, "{known}");
        assert_eq!(header(&response, "etag"), plain);
        assert_eq!(response.bytes().await.unwrap().len(), 0);
    }
    assert_eq!(get(&app, "/v1/alentour.js", &[("if-none-match", &brotli)]).await.status(), 200);
    std::fs::write(app.path("dist/v1/alentour.js"), "a newer tag").unwrap();
    assert_eq!(get(&app, "/v1/alentour.js", &[("if-none-match", &plain)]).await.status(), 200);
}

#[tokio::test]
async fn head_gives_the_headers_of_get() {
    let app = app_with_bundle().await;
    let response = app.client.head(format!("{}/v1/alentour.js", app.address)).send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "content-length")), (200, "7"));
    assert_eq!(response.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn nothing_but_the_bundle_is_served() {
    let app = app_with_bundle().await;
    // The database and the feed lie beside the bundle's directory.
    for path in [
        "/v1/..%2f..%2fsignups.db",
        "/..%2fsignups.db",
        "/%2e%2e/signups.db",
        "/v1/a/..%2f..%2f..%2ffeed.json",
        "/%2fetc%2fpasswd",
        "/v1/alentour.js.br",
        "/v1/alentour.js/",
        "/v1/",
        "/v1",
        "/v1/a",
        "/nothing",
        "/v1/a%00",
        "/v1/..%5c..%5csignups.db",
    ] {
        assert_eq!(get(&app, path, &[]).await.status(), 404, "{path}");
    }
    assert_eq!(
        app.client.post(format!("{}/v1/alentour.js", app.address)).send().await.unwrap().status(),
        405
    );
}

#[tokio::test]
async fn the_tag_of_a_version_never_changes_and_says_what_it_is() {
    let app = app_with_bundle().await;
    let path = format!("/v{}/alentour.js", env!("CARGO_PKG_VERSION"));
    for query in ["", "?place=69007&lang=fr"] {
        let response = get(&app, &format!("{path}{query}"), &[("origin", "https://asso.example")]).await;
        assert_eq!(header(&response, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header(&response, "access-control-allow-origin"), "*");
        assert_eq!(header(&response, "cross-origin-resource-policy"), "cross-origin");
        assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(response.text().await.unwrap(), "the tag");
    }
    let response = get(&app, &path, &[("accept-encoding", "br")]).await;
    assert_eq!(response.text().await.unwrap(), "the tag in brotli");
    // sha384 of "the tag".
    let integrity = app.state.bundle.integrity().unwrap();
    assert_eq!(integrity, "sha384-NLuXISQLZcWT4PFonqVDyhBRvDN0F9uNaWmEGlVe7enKfNQYdfU8ww/qdq0ivvt0");
    for path in ["/v9.9.9/alentour.js", "/v9.9.9-x/alentour.js"] {
        let response = get(&app, path, &[]).await;
        assert_eq!(response.status(), 404);
        let said = response.text().await.unwrap();
        assert!(said.contains("no version 9.9.9") && said.contains(env!("CARGO_PKG_VERSION")), "{said}");
    }
    for path in [format!("{path}.br"), format!("/v{}/a/app.0123456789.wasm", env!("CARGO_PKG_VERSION"))] {
        assert_eq!(get(&app, &path, &[]).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn the_demo_page_comes_with_headers_that_pages_need() {
    let app = app_with_bundle().await;
    let response = get(&app, "/", &[]).await;
    assert_eq!(
        (response.status().as_u16(), header(&response, "content-type")),
        (200, "text/html; charset=utf-8")
    );
    assert!(header(&response, "content-security-policy").contains("'wasm-unsafe-eval'"));
    assert_eq!(header(&response, "referrer-policy"), "no-referrer");
    assert_eq!(header(&response, "x-frame-options"), "DENY");
}

#[tokio::test]
async fn a_server_without_a_bundle_says_how_to_get_one() {
    let app = App::start().await;
    let response = get(&app, "/", &[]).await;
    assert_eq!(response.status(), 503);
    assert!(response.text().await.unwrap().contains("cargo xtask build"));
}

#[tokio::test]
async fn health_is_the_databases_too() {
    let app = App::start().await;
    assert_eq!(app.get("/healthz").await.status(), 200);
    let response = app.get("/readyz").await;
    assert_eq!(
        (response.status().as_u16(), response.text().await.unwrap().as_str()),
        (200, r#"{"status":"ok"}"#)
    );
    sqlx::query("DROP TABLE meta").execute(&app.database().await).await.unwrap();
    assert_eq!(app.get("/readyz").await.status(), 503);
    assert_eq!(app.get("/healthz").await.status(), 200);
}
