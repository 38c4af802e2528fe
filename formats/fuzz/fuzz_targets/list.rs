#![no_main]

alentour_fuzz::json!("list");
