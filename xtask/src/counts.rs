//! How many tests passed, read from what test runners print.

/// Tests that passed, that failed, and that did first one and then the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    /// Tests that failed, and passed when they were run again.
    pub flaky: usize,
}

impl Counts {
    /// A step that is one check.
    pub fn one(passed: bool) -> Self {
        Self { passed: passed.into(), failed: (!passed).into(), flaky: 0 }
    }

    /// Adds what one line of a runner's output says: libtest's `test result: ok. 12 passed; 0 failed; …`, or node's
    /// `ℹ pass 12`, `ℹ fail 0` and `ℹ cancelled 0` (`#` in place of `ℹ` in TAP). Skipped tests count as neither.
    pub fn read(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("test result: ") {
            let number = |what: &str| {
                let part = rest.split(['.', ';']).find_map(|part| part.trim().strip_suffix(what));
                part.and_then(|number| number.trim().parse::<usize>().ok()).unwrap_or(0)
            };
            self.passed += number(" passed");
            self.failed += number(" failed");
        } else if let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            match rest.split_once(' ').map(|(what, number)| (what, number.parse::<usize>())) {
                Some(("pass", Ok(number))) => self.passed += number,
                Some(("fail" | "cancelled", Ok(number))) => self.failed += number,
                _ => {}
            }
        }
    }

    /// What a step counts for in the end: a runner that failed without naming a test, or that named none at all,
    /// is one failure. Nothing is worse than a test that nobody runs.
    pub fn concluded(mut self, succeeded: bool) -> Self {
        if self.failed == 0 && (!succeeded || self.passed == 0) {
            self.failed = 1;
        }
        self
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.flaky += other.flaky;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> Counts {
        let mut counts = Counts::default();
        output.lines().for_each(|line| counts.read(line));
        counts
    }

    #[test]
    fn every_binary_of_a_cargo_test_counts() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                      test result: FAILED. 3 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.02s\n";
        assert_eq!(read(output), Counts { passed: 5, failed: 4, flaky: 0 });
    }

    #[test]
    fn node_is_read_in_both_of_its_formats() {
        assert_eq!(
            read("ℹ tests 4\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n"),
            Counts { passed: 2, failed: 2, flaky: 0 }
        );
        assert_eq!(read("# pass 7\n# fail 0\n# a comment\n"), Counts { passed: 7, failed: 0, flaky: 0 });
    }

    #[test]
    fn a_runner_that_did_not_compile_or_ran_nothing_is_a_failure() {
        assert_eq!(Counts::default().concluded(false), Counts { passed: 0, failed: 1, flaky: 0 });
        assert_eq!(Counts::default().concluded(true), Counts { passed: 0, failed: 1, flaky: 0 });
        assert_eq!(
            Counts { passed: 3, failed: 0, flaky: 0 }.concluded(false),
            Counts { passed: 3, failed: 1, flaky: 0 }
        );
        assert_eq!(
            Counts { passed: 3, failed: 2, flaky: 0 }.concluded(false),
            Counts { passed: 3, failed: 2, flaky: 0 }
        );
    }
}
