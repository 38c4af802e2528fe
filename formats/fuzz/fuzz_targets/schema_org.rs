#![no_main]

alentour_fuzz::json!("schema.org");
