#![no_main]

alentour_fuzz::json!("openactive");
