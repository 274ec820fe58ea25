//! The data directory: made when missing, and held by one relay at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Why the directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process holds it.
    #[error(
        "the data directory {0} is in use by another tendero-relay; stop that one or choose another --data"
    )]
    Locked(PathBuf),
    /// It cannot be made or written.
    #[error("the data directory {0} cannot be used: {1}")]
    Io(PathBuf, io::Error),
}

/// A held data directory. The lock is the operating system's: it ends with the process, however that ends.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Makes the directory if it is missing and locks it.
    ///
    /// # Errors
    /// [`DataDirError`].
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        let failed = |error| DataDirError::Io(path.to_owned(), error);
        std::fs::create_dir_all(path).map_err(failed)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::Locked(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The file of the log.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        log_file(&self.path)
    }
}

/// The file of the log in a directory that somebody else may hold.
#[must_use]
pub fn log_file(path: &Path) -> PathBuf {
    path.join("relay.sqlite")
}
