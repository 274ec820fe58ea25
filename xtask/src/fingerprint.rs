//! Remembers what a step was made from, so that it is not made again.

use crate::failure::Failure;
use crate::project;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Collects a step's inputs.
#[derive(Default)]
pub(crate) struct Inputs(Sha256);

impl Inputs {
    /// Adds text: a version, a flag.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.add(text.as_bytes());
        self
    }

    /// Adds a file's content.
    pub(crate) fn file(mut self, path: &Path) -> Result<Self, Failure> {
        self.add(&project::read(path)?);
        Ok(self)
    }

    /// Adds bytes. The length goes in front, so that "ab", "c" and "a", "bc" differ.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// The fingerprint.
    pub(crate) fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// Runs `make` unless `stamp` says that it was run with these inputs and ended well.
    pub(crate) fn unless_made(
        self,
        stamp: &Path,
        make: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let digest = hex(&self.digest());
        if std::fs::read_to_string(stamp).is_ok_and(|made| made == digest) {
            return Ok(());
        }
        make()?;
        project::write(stamp, digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_made_once_for_the_same_inputs() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        let stamp = folder.join("step.stamp");
        let mut times = 0;
        for version in ["1", "1", "2"] {
            let inputs = Inputs::default().text(version);
            inputs
                .unless_made(&stamp, || {
                    times += 1;
                    Ok(())
                })
                .unwrap();
        }
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(times, 2);
    }

    #[test]
    fn where_one_input_ends_matters() {
        let digest = |parts: [&str; 2]| {
            let [first, second] = parts;
            Inputs::default().text(first).text(second).digest()
        };
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
    }
}
