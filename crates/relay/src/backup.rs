//! Copies of the log's SQLite file: made while the relay runs, put back while it does not.
//!
//! A backup is a SQLite database of the same tables in one file, without a WAL; any SQLite opens it. It holds what the
//! relay holds: ciphertext, sizes, times and tags. Putting it back gives every workspace a new incarnation, by which
//! devices notice, read the log again and push what it lacks.

use crate::data_dir::DataDir;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pages copied at a time; between two steps the relay's writer gets its turn.
const STEP: i32 = 1000;
/// Between two steps, and when the relay holds a lock.
const PAUSE: Duration = Duration::from_millis(5);

/// Why there is no copy. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no log where one was expected.
    #[error("there is no log at {0}")]
    Missing(PathBuf),
    /// Something is there already, which is not replaced.
    #[error("{0} exists and is not replaced; move it away first")]
    Exists(PathBuf),
    /// The copy is not a sound log.
    #[error("{0} is not a sound copy of a log: {1}")]
    Unsound(PathBuf, String),
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// SQLite's word.
    #[error("the copy failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// Copies a data directory's log to a new file; the relay may be running. The file gets its name when it is whole,
/// checked and on the disk. Returns the number of workspaces in it.
///
/// # Errors
/// [`BackupError`].
pub fn backup(log: &Path, file: &Path) -> Result<u32, BackupError> {
    if !log.exists() {
        return Err(BackupError::Missing(log.to_owned()));
    }
    copy(log, file, |_| Ok(()))
}

/// Makes a backup the log of a data directory that has none, under new incarnations.
///
/// # Errors
/// [`BackupError`].
pub fn restore(file: &Path, data: &DataDir) -> Result<u32, BackupError> {
    if !file.exists() {
        return Err(BackupError::Missing(file.to_owned()));
    }
    copy(file, &data.log_file(), |copied| {
        copied
            .execute("UPDATE workspaces SET incarnation = randomblob(16)", [])
            .map(|_| ())
    })
}

fn copy(
    from: &Path,
    to: &Path,
    change: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<u32, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    // What an interrupted copy left behind.
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(BackupError::Io(part, error));
        }
        _ => {}
    }
    let made = fill(from, &part, change).and_then(|count| {
        let failed = |error| BackupError::Io(to.to_owned(), error);
        File::open(&part)
            .and_then(|file| file.sync_all())
            .map_err(failed)?;
        std::fs::rename(&part, to).map_err(failed)?;
        sync_folder(to).map_err(failed)?;
        Ok(count)
    });
    if made.is_err() {
        // The reason is what counts.
        let _ = std::fs::remove_file(&part);
    }
    made
}

fn fill(
    from: &Path,
    part: &Path,
    change: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<u32, BackupError> {
    // Writing is allowed only so that the running relay's WAL can be read.
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut copied = Connection::open(part)?;
    {
        // One read transaction: a busy relay does not make the copy begin again.
        let _snapshot = source.unchecked_transaction()?;
        source.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        let backup = Backup::new(&source, &mut copied)?;
        loop {
            match backup.step(STEP)? {
                StepResult::Done => break,
                _ => std::thread::sleep(PAUSE),
            }
        }
    }
    copied.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    let unsound = |why: String| BackupError::Unsound(from.to_owned(), why);
    let checked: String = copied.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if checked != "ok" {
        return Err(unsound(checked));
    }
    let gaps: u32 = copied
        .query_row(
            "SELECT count(*) FROM workspaces WHERE head != \
             (SELECT count(*) FROM items WHERE items.workspace = workspaces.id)",
            [],
            |row| row.get(0),
        )
        .map_err(|error| unsound(error.to_string()))?;
    if gaps > 0 {
        return Err(unsound(format!("{gaps} workspaces have gaps")));
    }
    change(&copied)?;
    Ok(copied.query_row("SELECT count(*) FROM workspaces", [], |row| row.get(0))?)
}

/// A name is on the disk when its folder is.
#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
