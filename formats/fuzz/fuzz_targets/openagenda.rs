#![no_main]

alentour_fuzz::json!("openagenda", "openagenda-opendatasoft");
