//! Passing an initiative on: its link, the code for a poster, and a poster.

use alentour_model::Initiative;

use crate::app::{App, encode};
use crate::calendar::has_server;
use crate::dom::html::{a, span};
use crate::dom::{El, ev};
use crate::message::Message;

/// The link to it, which the visitor's device shares or copies; its QR code and a poster with it, where there is a server to draw them.
pub fn share(app: App, initiative: &Initiative) -> Vec<El> {
    // Its own target: a page's <base> may name another.
    let own = || a().attr("target", "_self");
    let link = own()
        .attr("href", app.permalink(initiative))
        .child(app.text(Message::Permalink))
        .on(ev::click, move |event| app.act(|browser| browser.copy_link(&event, app.text(Message::Copied))));
    // A page by itself has its address above it.
    let link = app.served().is_none().then(|| [link, span().attr("role", "status")]);
    let drawn = |file: &str, message| {
        let path = ["/i/", &encode(&initiative.id), file].concat();
        let address = app.address(&path).filter(|_| has_server(app, initiative))?;
        Some(own().attr("href", address).attr("rel", "nofollow").child(app.text(message)))
    };
    let poster = ["/poster?lang=", app.locale.language].concat();
    let drawings = [drawn("/qr.svg", Message::QrCode), drawn(&poster, Message::Poster)];
    link.into_iter().flatten().chain(drawings.into_iter().flatten()).collect()
}
