#![no_main]

alentour_fuzz::json!("transiscope");
