//! Events by name, as in `leptos::ev`, without the code that Leptos' own names bring: 300 bytes (brotli) for thirty handlers.
#![allow(non_upper_case_globals, reason = "they are named as in `leptos::ev`")]

use std::marker::PhantomData;

use web_sys::{Event, FocusEvent, KeyboardEvent, MouseEvent};

/// A kind of event, and the type of what a handler is told.
pub struct Named<E> {
    /// Its name in the browser.
    pub name: &'static str,
    event: PhantomData<E>,
}

macro_rules! events {
    ($($name:ident: $event:ident),+) => {
        $(
            #[doc = concat!("`", stringify!($name), "`")]
            pub const $name: Named<$event> = Named { name: stringify!($name), event: PhantomData };
        )+
    };
}

events! {
    blur: FocusEvent, change: Event, click: MouseEvent, focus: FocusEvent, focusin: FocusEvent, input: Event, keydown: KeyboardEvent,
    mousedown: MouseEvent, submit: Event
}
