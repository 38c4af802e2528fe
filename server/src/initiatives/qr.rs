//! `GET /i/{id}/qr.svg`: the address of an initiative's page as a code for posters, which telephones read (ISO/IEC 18004).

use alentour::app::encode;
use axum::extract::Path;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use qrcode::render::svg::Color;
use qrcode::{EcLevel, QrCode};

use super::page::Page;
use crate::http::{Error, Visitor};

/// Pixels of its side, at least. It is a drawing: a printer makes it as large as is wanted.
const SIDE: u32 = 600;

/// `GET /i/{id}/qr.svg`.
pub async fn show(
    page: Page,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let initiative = page.state.feeds.initiative(&id)?;
    let path = format!("/i/{}", encode(&initiative.id));
    let own = page.address(&path);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // Without a public address, the one by which whoever asks has come here.
    let address = if own.is_empty() { format!("http://{host}{path}") } else { own };
    // M: what is printed is folded, and rained upon.
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| Error::NotFound)?;
    let drawn = code.render::<Color>().min_dimensions(SIDE, SIDE).build();
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (HeaderName::from_static("x-robots-tag"), "noindex")];
    Ok((headers, drawn).into_response())
}
