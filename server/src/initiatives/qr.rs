//! `GET /i/{id}/qr.svg`: the address of an initiative's page as a code for posters, which telephones read (ISO/IEC 18004).

use alentour::app::encode;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};

use super::page::Page;
use crate::http::{Error, Visitor};

/// Pixels of its side, at least. It is a drawing: a printer makes it as large as is wanted.
const SIDE: u32 = 600;

/// What begins a file, and has no place within a page.
const DECLARATION: &str = r#"<?xml version="1.0" standalone="yes"?>"#;

/// The address of an initiative's page; without a public address the one by which whoever asks has come here, and `false`.
pub fn address(page: &Page, headers: &HeaderMap, id: &str) -> (String, bool) {
    let path = format!("/i/{}", encode(id));
    let own = page.address(&path);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_own = !own.is_empty();
    (if is_own { own } else { format!("http://{host}{path}") }, is_own)
}

/// The code of an address, as an element.
///
/// # Errors
/// Where it is too long for one.
pub fn drawing(address: &str) -> Result<String, Error> {
    // M: what is printed is folded, and rained upon.
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| Error::NotFound)?;
    let drawn = code.render::<Color>().min_dimensions(SIDE, SIDE).build();
    Ok(drawn.strip_prefix(DECLARATION).map(str::to_owned).unwrap_or(drawn))
}

/// `GET /i/{id}/qr.svg`.
pub async fn show(
    page: Page,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let initiative = page.state.feeds.initiative(&id)?;
    let (address, is_own) = address(&page, &headers, &initiative.id);
    let drawn = [DECLARATION, &drawing(&address)?].concat();
    // What was said of the one who asked is for nobody else.
    let cache = if is_own { "public, max-age=60" } else { "no-store" };
    let robots = HeaderName::from_static("x-robots-tag");
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, cache), (robots, "noindex")];
    Ok((headers, drawn).into_response())
}
