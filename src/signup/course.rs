//! How a petition or a campaign has come along: a line, and its figures for those who do not see it. It comes with the form.

#[cfg(target_arch = "wasm32")]
use std::cell::RefCell;
#[cfg(target_arch = "wasm32")]
use std::rc::Rc;

use alentour_model::{Date, Initiative};
#[cfg(target_arch = "wasm32")]
use leptos::prelude::*;

use crate::app::App;
use crate::dom::El;
use crate::dom::html::{details, div, h4, p, polyline, span, summary, table, td, th, tr};
use crate::message::Message;

/// A day, in days since 1970, and how many there were.
pub type Point = (u32, u32);

/// Days from which on there is a course to speak of.
const FEWEST: usize = 3;
/// The drawing is so many units wide and high; the style sheet says how large that is.
const SIZE: (u32, u32) = (300, 60);

/// What a server has said of it.
#[cfg(target_arch = "wasm32")]
#[derive(Clone)]
pub struct Told {
    points: Rc<RefCell<Vec<Point>>>,
    /// Some(0) once it is there: signals of one type share their code.
    is_there: RwSignal<Option<usize>>,
}

#[cfg(target_arch = "wasm32")]
impl Default for Told {
    fn default() -> Self {
        Self { points: Rc::default(), is_there: RwSignal::new(None) }
    }
}

#[cfg(target_arch = "wasm32")]
impl Told {
    /// The server has said it.
    pub fn tell(&self, body: &str) {
        self.points.replace(read(body));
        let _ = self.is_there.try_set(Some(0));
    }

    /// Draws it into an element, once it is there.
    pub fn drawn(self, app: App, place: El) -> El {
        place.child(move || {
            self.is_there.track();
            chart(app, &self.points.borrow())
        })
    }
}

/// `[[day, many], ...]`: all that is not a figure stands between two.
#[cfg(any(target_arch = "wasm32", test))]
fn read(body: &str) -> Vec<Point> {
    let figures = body.split(|c: char| !c.is_ascii_digit()).filter_map(|figure| figure.parse().ok());
    let figures: Vec<u32> = figures.collect();
    figures.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The place of an initiative's course, where it may have one: of what its server has noted.
pub fn course(app: App, initiative: &Initiative) -> Option<El> {
    if initiative.petition.is_none() && !initiative.is_pledged_to() {
        return None;
    }
    if let Some(served) = app.served() {
        return Some(div().child(chart(app, &served.course)));
    }
    let mut place = Some(div());
    app.act_on_form(|sender| place = place.take().map(|place| sender.course(app, &initiative.id, place)));
    place
}

/// The line from the first day to the last, above nothing: what is cut off at its foot seems to grow faster.
fn chart(app: App, points: &[Point]) -> Option<El> {
    let (first, last) = (*points.first()?, *points.last()?);
    if points.len() < FEWEST || last.0 <= first.0 {
        return None;
    }
    let locale = app.locale;
    let day = |days: u32| locale.date(Date::from_days(days.try_into().unwrap_or_default()));
    let many = |many: u32| locale.number(f64::from(many));
    let drawing = polyline(line(points), SIZE.0, SIZE.1);
    let end = |point: Point| span().child([&many(point.1), " · ", &day(point.0)].concat());
    let rows = points.iter().map(|point| {
        tr().child(th().attr("scope", "row").child(day(point.0))).child(td().child(many(point.1)))
    });
    let figures = details()
        .child(summary().child(app.text(Message::CourseFigures)))
        .child(table().child(rows.collect::<Vec<_>>()));
    Some(
        div()
            .class("block course")
            .child(h4().child(app.text(Message::CourseTitle)))
            .child(drawing)
            .child(p().child(end(first)).child(end(last)))
            .child(figures),
    )
}

/// Where the line goes: by the day and by how many, as far as there were at most.
fn line(points: &[Point]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let most = points.iter().map(|point| point.1).max().unwrap_or_default().max(1);
    let days = last.0.saturating_sub(first.0).max(1);
    let part = |of: u32, whole: u32, size: u32| u64::from(of) * u64::from(size) / u64::from(whole);
    let at = |(day, many): &Point| {
        let x = part(day.saturating_sub(first.0).min(days), days, SIZE.0);
        [x.to_string(), (u64::from(SIZE.1) - part(*many, most, SIZE.1)).to_string()].join(",")
    };
    points.iter().map(at).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_are_read_in_pairs_whatever_comes() {
        assert_eq!(read("[[20400, 7],\n[20401,12]]"), [(20_400, 7), (20_401, 12)]);
        for odd in ["", "[]", "<html>", "[[20400]]", "[[99999999999,99999999999]]"] {
            assert_eq!(read(odd), [], "{odd}");
        }
    }

    #[test]
    fn a_line_goes_by_the_days_from_nothing_to_the_most() {
        assert_eq!(line(&[(20, 0), (21, 50), (30, 100)]), "0,60 30,30 300,0");
        // Whatever a server says, nothing is drawn outside.
        assert_eq!(line(&[(20, 0), (10, u32::MAX)]), "0,60 0,0");
        assert_eq!(line(&[]), "");
    }
}
