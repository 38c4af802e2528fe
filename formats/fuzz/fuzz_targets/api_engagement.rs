#![no_main]

alentour_fuzz::json!("api-engagement");
