//! A real PostgreSQL in a temporary directory, reached by a socket in it: no port that another could take.

use super::Scratch;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub struct Postgres {
    server: Option<Child>,
    programs: PathBuf,
    scratch: Scratch,
}

impl Postgres {
    /// Starts one; says why not and gives `None` where PostgreSQL is not installed.
    pub async fn start(name: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            println!(
                "skipped: initdb and postgres are not here; `cargo xtask setup` installs them"
            );
            return None;
        };
        let scratch = Scratch::new(name);
        if let Some((user, group)) = server_user() {
            std::os::unix::fs::chown(scratch.path(), Some(user), Some(group)).unwrap();
        }
        let made = as_server(programs.join("initdb"))
            .args([
                "-A", "trust", "-U", "tendero", "-E", "UTF8", "--locale", "C", "-N", "-D",
            ])
            .arg(scratch.path().join("db"))
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let mut postgres = Self {
            server: None,
            programs,
            scratch,
        };
        postgres.run().await;
        Some(postgres)
    }

    /// Starts the server on its data, and waits until it answers.
    pub async fn run(&mut self) {
        for _ in 0..600 {
            let ended = |server: &mut Child| server.try_wait().unwrap().is_some();
            // After a kill the old server's children may still hold its memory: it then ends, and is started again.
            if self.server.as_mut().is_none_or(ended) {
                self.server = Some(self.spawn());
            }
            if self.client().await.is_some() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("PostgreSQL does not start");
    }

    fn spawn(&self) -> Child {
        let folder = self.scratch.path();
        as_server(self.programs.join("postgres"))
            .arg("-D")
            .arg(folder.join("db"))
            .arg("-k")
            .arg(folder)
            .args(["-c", "listen_addresses=", "-c", "shared_buffers=16MB"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// As a power cut would, as far as the processes are concerned.
    pub fn kill(&mut self) {
        let mut server = self.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
    }

    pub fn url(&self) -> String {
        let socket = self.scratch.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://tendero@{socket}/postgres")
    }

    pub async fn client(&self) -> Option<tokio_postgres::Client> {
        let (client, connection) = tokio_postgres::connect(&self.url(), tokio_postgres::NoTls)
            .await
            .ok()?;
        tokio::spawn(connection);
        Some(client)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<PathBuf> = installed
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.sort();
    folders.reverse();
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    let has = |folder: &Path, name| folder.join(name).exists();
    folders
        .into_iter()
        .find(|folder| has(folder, "initdb") && has(folder, "postgres"))
}

/// PostgreSQL refuses to run as root: the user that its package made then.
fn server_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .trim()
            .parse::<u32>()
            .ok()
    };
    (id(&["-u"])? == 0).then(|| {
        (
            id(&["-u", "postgres"]).unwrap(),
            id(&["-g", "postgres"]).unwrap(),
        )
    })
}

fn as_server(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/");
    if let Some((user, group)) = server_user() {
        command.uid(user).gid(group);
    }
    command
}
