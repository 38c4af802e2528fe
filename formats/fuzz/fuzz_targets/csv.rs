#![no_main]

alentour_fuzz::text!("csv");
