//! What the fuzz targets share: what must hold of every reading, and how JSON is mutated so that it stays JSON.
//!
//! A target is a file of `fuzz_targets/` that names its formats. It begins with the fixtures of that format in
//! `formats/tests/<target>/`, and keeps only what is still read as one of its formats.

mod check;
mod mutate;

pub use check::check;
pub use libfuzzer_sys;
pub use mutate::mutate;

/// A target for formats in JSON: `json!("gancio")`.
#[macro_export]
macro_rules! json {
    ($($format:literal),+) => {
        $crate::text!($($format),+);
        use $crate::libfuzzer_sys;
        $crate::libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::mutate(data, size, max_size, seed)
        });
    };
}

/// A target for formats in another syntax: `text!("csv")`. libFuzzer's own mutations, and the words of a dictionary.
#[macro_export]
macro_rules! text {
    ($($format:literal),+) => {
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| -> $crate::libfuzzer_sys::Corpus {
            match $crate::check(data) {
                Some(format) if [$($format),+].contains(&format) => $crate::libfuzzer_sys::Corpus::Keep,
                _ => $crate::libfuzzer_sys::Corpus::Reject,
            }
        });
    };
}
