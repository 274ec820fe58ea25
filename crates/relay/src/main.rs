//! The binary `tendero-relay`: reads the command line, opens data and app, serves until told to stop.

use std::path::Path;
use std::process::ExitCode;
use tendero_relay::options::{self, HELP, Listen, Options, Request};
use tendero_relay::{
    AppFiles, DataDir, Hub, LogStore, PostgresLog, Running, SqliteLog, backup, data_dir, journal,
    migrate, server,
};

const EXIT_USAGE: u8 = 2;
const EXIT_LOCKED: u8 = 3;

/// What ended the program, in words, and its exit code.
struct Failure(String, u8);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string(), 1)
    }
}

fn main() -> ExitCode {
    let outcome = match options::parse(options::with_environment(
        std::env::args().skip(1),
        |name| std::env::var(name).ok(),
    )) {
        Ok(Request::Help) => {
            print(HELP);
            Ok(())
        }
        Ok(Request::Version) => {
            print(concat!("tendero-relay ", env!("CARGO_PKG_VERSION"), "\n"));
            Ok(())
        }
        Ok(Request::Run(options)) => run(&options),
        Ok(Request::Backup(data, file)) => backup::backup(&data_dir::log_file(&data), &file)
            .map(|count| print(&format!("{count} workspaces are in {}\n", file.display())))
            .map_err(Failure::from),
        Ok(Request::Restore(data, file)) => restore(&data, &file),
        Ok(Request::Migrate(data, database)) => move_log(&data, &database),
        Err(message) => Err(Failure(message, EXIT_USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message, code)) => {
            eprintln!("tendero-relay: {message}");
            ExitCode::from(code)
        }
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        if let Some(address) = &options.database {
            if options.max_mb.is_some() {
                let message = "--max-mb bounds the log's file; a database has bounds of its own";
                return Err(Failure(message.to_owned(), EXIT_USAGE));
            }
            return serve(options, PostgresLog::open(address).await?).await;
        }
        let data = open_data(&options.data)?;
        serve(options, SqliteLog::open(&data.log_file(), options.max_mb)?).await
    })
}

fn open_data(path: &Path) -> Result<DataDir, Failure> {
    DataDir::open(path).map_err(|error| match error {
        data_dir::DataDirError::Locked(_) => Failure(error.to_string(), EXIT_LOCKED),
        data_dir::DataDirError::Io(..) => error.into(),
    })
}

fn restore(data: &Path, file: &Path) -> Result<(), Failure> {
    let count = backup::restore(file, &open_data(data)?)?;
    print(&format!(
        "{count} workspaces are back in {}; start the relay, and devices push what is missing\n",
        data.display()
    ));
    Ok(())
}

fn move_log(data: &Path, database: &str) -> Result<(), Failure> {
    let file = data_dir::log_file(data);
    if !file.exists() {
        return Err(Failure(format!("there is no log at {}", file.display()), 1));
    }
    let data = open_data(data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let count = runtime.block_on(async {
        let to = PostgresLog::open(database).await?;
        let from = SqliteLog::open(&data.log_file(), None)?;
        migrate::migrate(&from, &to).await.map_err(Failure::from)
    })?;
    print(&format!(
        "{count} workspaces are in the database, compared\n"
    ));
    Ok(())
}

async fn serve(options: &Options, store: impl LogStore) -> Result<(), Failure> {
    let app = match &options.app {
        Some(folder) => AppFiles::read(folder)?,
        None => AppFiles::default(),
    };
    let tls = match &options.tls {
        Some((certificate, key)) => Some(server::read_tls(certificate, key)?),
        None => None,
    };
    let hub = Hub::new(store, options.closed).within(&options.limits);
    let listener = server::listen(options.listen).await?;
    let metrics = match options.metrics {
        Some(address) => {
            let search = false;
            Some(server::listen(Listen { address, search }).await?)
        }
        None => None,
    };
    let running = Running::start(listener, tls, hub, app, options.limits, metrics)?;
    // One stable line: scripts wait for it.
    print(&format!("Tendero is at {}\n", running.url()));
    journal::event("started", &[("version", &env!("CARGO_PKG_VERSION"))]);
    told_to_stop().await?;
    running.stop().await;
    journal::event("stopped", &[]);
    Ok(())
}

/// A closed standard output is no reason not to serve.
fn print(text: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(unix)]
async fn told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn told_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
