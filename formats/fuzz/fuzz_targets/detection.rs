//! Any bytes: their encoding, their syntax, and the format that they may be in.
#![no_main]

alentour_fuzz::libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    alentour_fuzz::check(data);
});
