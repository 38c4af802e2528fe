//! The codes for posters, read as a telephone reads them: by another library than the one that draws them.

use crate::app::{App, feed};

/// What a drawing of squares says: `M8 8h8v8H8V8` is one of eight pixels.
pub fn read(drawing: &str) -> String {
    let (_, path) = drawing.split_once(r#" d=""#).expect(drawing);
    let (path, _) = path.split_once('"').unwrap();
    let squares: Vec<(usize, usize, usize)> = path
        .split('M')
        .filter(|square| !square.is_empty())
        .map(|square| {
            let (corner, rest) = square.split_once('h').unwrap();
            let (x, y) = corner.split_once(' ').unwrap();
            let (side, _) = rest.split_once('v').unwrap();
            (x.parse().unwrap(), y.parse().unwrap(), side.parse().unwrap())
        })
        .collect();
    let side = squares.iter().map(|(x, y, side)| (x + side).max(y + side)).max().unwrap() + 40;
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        let is_dark = squares
            .iter()
            .any(|(left, top, side)| (*left..left + side).contains(&x) && (*top..top + side).contains(&y));
        if is_dark { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    grids.first().expect("a code").decode().unwrap().1
}

#[tokio::test]
async fn the_code_of_an_initiative_leads_to_its_page() {
    let app = App::start_announcing(feed(), "public-url = \"https://agir.example.org\"").await;
    let response = app.get("/i/atelier/qr.svg").await;
    assert_eq!(response.headers()["content-type"], "image/svg+xml");
    assert_eq!(read(&response.text().await.unwrap()), "https://agir.example.org/i/atelier");
    assert_eq!(app.get("/i/unknown/qr.svg").await.status(), 404);
}

#[tokio::test]
async fn without_a_public_address_it_is_the_one_by_which_one_came() {
    let app = App::start_announcing(feed(), "").await;
    let drawing = app.get("/i/atelier/qr.svg").await.text().await.unwrap();
    assert_eq!(read(&drawing), format!("{}/i/atelier", app.address));
}
