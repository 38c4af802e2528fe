#![no_main]

alentour_fuzz::text!("rss", "atom");
