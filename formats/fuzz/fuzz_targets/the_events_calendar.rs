#![no_main]

alentour_fuzz::json!("the-events-calendar");
