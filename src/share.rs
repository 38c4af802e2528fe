//! Passing an initiative on: its link, and the code for a poster.

use alentour_model::Initiative;

use crate::app::{App, encode};
use crate::calendar::has_server;
use crate::dom::html::{a, span};
use crate::dom::{El, ev};
use crate::message::Message;

/// The link to it, which the visitor's device shares or copies, and its QR code, where there is a server to draw it.
pub fn share(app: App, initiative: &Initiative) -> Vec<El> {
    // Its own target: a page's <base> may name another.
    let own = || a().attr("target", "_self");
    let link = own()
        .attr("href", app.permalink(initiative))
        .child(app.text(Message::Permalink))
        .on(ev::click, move |event| app.act(|browser| browser.copy_link(&event, app.text(Message::Copied))));
    // A page by itself has its address above it.
    let link = app.served().is_none().then(|| [link, span().attr("role", "status")]);
    let path = ["/i/", &encode(&initiative.id), "/qr.svg"].concat();
    let code = app.address(&path).filter(|_| has_server(app, initiative));
    let code =
        code.map(|code| own().attr("href", code).attr("rel", "nofollow").child(app.text(Message::QrCode)));
    link.into_iter().flatten().chain(code).collect()
}
