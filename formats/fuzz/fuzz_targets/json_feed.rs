#![no_main]

alentour_fuzz::json!("json-feed");
