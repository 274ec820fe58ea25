//! The command line.

use crate::limits::Limits;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The port when none is given.
pub const DEFAULT_PORT: u16 = 7420;

/// What `--help` prints.
pub const HELP: &str = "\
tendero-relay serves the Tendero app and keeps the team's encrypted log.

Usage: tendero-relay [--listen ADDRESS] [--data DIR | --database URL] [--app DIR]
                     [--tls-cert FILE --tls-key FILE]
       tendero-relay backup FILE [--data DIR]
       tendero-relay restore FILE [--data DIR]
       tendero-relay migrate --database URL [--data DIR]

  --listen ADDRESS    where to listen, 127.0.0.1:7420 unless told; without a port, or without the
                      flag, the next free port is taken when 7420 is busy
  --data DIR          where the log is kept, ./tendero-data unless told; made when missing
  --database URL      keep the log in PostgreSQL instead: postgres://user:password@host/database;
                      several relays may share one. Better set as TENDERO_DATABASE, which other
                      users of the machine cannot see. The connection is not encrypted: use the
                      same machine or a private network
  --app DIR           the built app to serve; without it only the relay answers
  --tls-cert FILE     certificate chain, PEM; phones need TLS for everything but 127.0.0.1
  --tls-key FILE      its private key, PEM
  --max-mb N          stop taking new items when the log has grown to N megabytes
  --quota-mb N        room for one workspace's items, 4096 unless told; 0: no bound
  --quota-items N     the most items of one workspace, 10000000 unless told; 0: no bound
  --max-workspaces N  the most workspaces, 1000 unless told; 0: no bound
  --max-connections N             connections at once, 16384 unless told
  --max-connections-per-address N of one address, 512 unless told
  --max-messages N    messages a second of one connection, 1000 unless told, four times that at once;
                      an address may send four times as many; 16 KB count as one message
  --header-timeout N  seconds for a request's headers, 10 unless told; an answer may wait three times
                      that long to be taken
  --behind-proxy      the last address in X-Forwarded-For is the client's; only when all clients come
                      through your own proxy, since others could put anything there
  --closed            take no new workspaces, only the ones that are there
  --metrics ADDRESS   answer http://ADDRESS/metrics for Prometheus, such as 127.0.0.1:9420; no one
                      else should reach it
  --version           print the version
  --help              print this

Each option can be given by the environment: TENDERO_LISTEN for --listen, TENDERO_MAX_MB for
--max-mb, TENDERO_CLOSED=1 for --closed. The command line counts where both are given.

Examples:
  tendero-relay --app dist                                         try it on this machine
  tendero-relay --listen 0.0.0.0:443 --data /var/lib/tendero --app dist \\
      --tls-cert fullchain.pem --tls-key privkey.pem               serve a team

backup copies the log into a new file, while the relay runs; restore makes such a file the log of
a data directory that has none, while no relay runs on it. Devices notice a restored log and push
again what it lacks. Copying the directory by other means is safe only while the relay is stopped.

migrate copies the log of a data directory into PostgreSQL, while no relay runs on it, and compares.
Begun again after an interruption it goes on. The directory stays as it is.

Ctrl-C or SIGTERM stops it in good order.
With PostgreSQL nothing is kept in --data; back the database up by its own means (pg_dump).
Exit codes: 0 stopped, 1 failed, 2 wrong usage, 3 the data directory is in use.
";

/// Where to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The first address to try.
    pub address: SocketAddr,
    /// Whether a busy port is answered by trying the next ones.
    pub search: bool,
}

/// What to run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where to listen.
    pub listen: Listen,
    /// The data directory.
    pub data: PathBuf,
    /// The PostgreSQL database that replaces the data directory.
    pub database: Option<String>,
    /// The app's folder.
    pub app: Option<PathBuf>,
    /// Certificate chain and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Upper bound of the log file, megabytes.
    pub max_mb: Option<u32>,
    /// Where to answer for Prometheus.
    pub metrics: Option<SocketAddr>,
    /// Whether new workspaces are refused.
    pub closed: bool,
    /// What workspaces, connections and addresses may take.
    pub limits: Limits,
}

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Serve.
    Run(Box<Options>),
    /// Copy the log of a data directory into a file.
    Backup(PathBuf, PathBuf),
    /// Make a file the log of a data directory.
    Restore(PathBuf, PathBuf),
    /// Move the log of a data directory into a database.
    Migrate(PathBuf, String),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// The flags that the environment may give, and whether they take a value.
const FLAGS: [(&str, bool); 17] = [
    ("listen", true),
    ("data", true),
    ("database", true),
    ("app", true),
    ("tls-cert", true),
    ("tls-key", true),
    ("max-mb", true),
    ("metrics", true),
    ("quota-mb", true),
    ("quota-items", true),
    ("max-workspaces", true),
    ("max-connections", true),
    ("max-connections-per-address", true),
    ("max-messages", true),
    ("header-timeout", true),
    ("behind-proxy", false),
    ("closed", false),
];

/// The arguments with what the environment gives put before them, so that a flag on the command line counts.
/// `TENDERO_MAX_MB` stands for `--max-mb`; empty is not given, and `TENDERO_CLOSED` wants `1`.
pub fn with_environment(
    arguments: impl IntoIterator<Item = String>,
    variable: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut all: Vec<String> = arguments.into_iter().collect();
    let place = match all.first().map(String::as_str) {
        Some("migrate") => 1,
        Some(first) if !first.starts_with('-') => all.len().min(2),
        _ => 0,
    };
    let given = FLAGS.iter().filter_map(|(flag, takes_value)| {
        let name = format!("TENDERO_{}", flag.to_uppercase().replace('-', "_"));
        let value = variable(&name).filter(|value| !value.is_empty())?;
        match takes_value {
            true => Some(format!("--{flag}={value}")),
            false => (value == "1").then(|| format!("--{flag}")),
        }
    });
    let given: Vec<String> = given.collect();
    all.splice(place..place, given);
    all
}

/// Reads the arguments (without the program's name).
///
/// # Errors
/// A sentence for the user.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Request, String> {
    let mut arguments = arguments.into_iter().peekable();
    let copy = match arguments.peek().map(String::as_str) {
        Some(verb @ ("backup" | "restore")) => {
            let is_backup = verb == "backup";
            arguments.next();
            let file = arguments.next().filter(|file| !file.starts_with('-'));
            let file = file.ok_or("backup and restore need a file; see --help")?;
            Some((is_backup, PathBuf::from(file)))
        }
        _ => None,
    };
    let migrate = copy.is_none() && arguments.next_if(|first| first == "migrate").is_some();
    let mut options = Options {
        listen: Listen {
            address: SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT)),
            search: true,
        },
        data: PathBuf::from("tendero-data"),
        database: None,
        app: None,
        tls: None,
        max_mb: None,
        metrics: None,
        closed: false,
        limits: Limits::default(),
    };
    let limits = &mut options.limits;
    let (mut certificate, mut key) = (None, None);
    while let Some(argument) = arguments.next() {
        let (flag, inline) = match argument.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || {
            inline
                .clone()
                .or_else(|| arguments.next())
                .filter(|value| !value.is_empty())
                .ok_or_else(|| format!("{flag} needs a value; see --help"))
        };
        match flag.as_str() {
            "--help" | "-h" => return Ok(Request::Help),
            "--version" | "-V" => return Ok(Request::Version),
            "--listen" => options.listen = parse_listen(&value()?)?,
            "--data" => options.data = value()?.into(),
            "--database" => options.database = Some(value()?),
            "--app" => options.app = Some(value()?.into()),
            "--tls-cert" => certificate = Some(PathBuf::from(value()?)),
            "--tls-key" => key = Some(PathBuf::from(value()?)),
            "--max-mb" => options.max_mb = Some(count(&flag, &value()?)?),
            "--quota-mb" => {
                limits.quota.bytes = bound(&flag, &value()?)?.saturating_mul(1024 * 1024);
            }
            "--quota-items" => limits.quota.items = bound(&flag, &value()?)?,
            "--max-workspaces" => limits.workspaces = bound(&flag, &value()?)?,
            "--max-connections" => limits.connections = places(&flag, &value()?)?,
            "--max-connections-per-address" => {
                limits.connections_of_address = places(&flag, &value()?)?;
            }
            "--max-messages" => limits.messages = count(&flag, &value()?)?,
            "--header-timeout" => {
                limits.headers = Duration::from_secs(count(&flag, &value()?)?.into());
            }
            "--behind-proxy" => limits.behind_proxy = true,
            "--metrics" => {
                let text = value()?;
                let wants = || format!("--metrics wants an address with a port, not {text:?}");
                options.metrics = Some(text.parse().map_err(|_| wants())?);
            }
            "--closed" => options.closed = true,
            _ => return Err(format!("unknown argument {flag:?}; see --help")),
        }
    }
    options.tls = match (certificate, key) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err("--tls-cert and --tls-key go together".to_owned()),
    };
    if migrate {
        let database = options
            .database
            .ok_or("migrate needs --database; see --help")?;
        return Ok(Request::Migrate(options.data, database));
    }
    Ok(match copy {
        None => Request::Run(Box::new(options)),
        Some((true, file)) => Request::Backup(options.data, file),
        Some((false, file)) => Request::Restore(options.data, file),
    })
}

/// A number above 0.
fn count(flag: &str, text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("{flag} wants a number, not {text:?}"))
}

fn places(flag: &str, text: &str) -> Result<usize, String> {
    Ok(usize::try_from(count(flag, text)?).unwrap_or(usize::MAX))
}

/// A number, where 0 stands for no bound.
fn bound(flag: &str, text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(0) => Ok(u64::MAX),
        Ok(number) => Ok(number),
        Err(_) => Err(format!("{flag} wants a number, not {text:?}")),
    }
}

fn parse_listen(text: &str) -> Result<Listen, String> {
    if let Ok(address) = text.parse() {
        return Ok(Listen {
            address,
            search: false,
        });
    }
    let host = if text == "localhost" {
        "127.0.0.1"
    } else {
        text
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse() {
        Ok(ip) => Ok(Listen {
            address: SocketAddr::new(ip, DEFAULT_PORT),
            search: true,
        }),
        Err(_) => Err(format!(
            "--listen wants an address such as 127.0.0.1:7420 or 0.0.0.0, not {text:?}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &str) -> Result<Request, String> {
        parse(arguments.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn without_arguments_it_listens_at_home_and_may_move_on() {
        let Ok(Request::Run(options)) = check("") else {
            panic!()
        };
        assert_eq!(options.listen.address.to_string(), "127.0.0.1:7420");
        assert!(options.listen.search);
    }

    #[test]
    fn a_given_port_is_meant() {
        let Ok(Request::Run(options)) = check("--listen=0.0.0.0:80 --data d --app a --max-mb 5")
        else {
            panic!()
        };
        assert!(!options.listen.search);
        assert_eq!(options.max_mb, Some(5));
        assert_eq!(options.app, Some("a".into()));
    }

    #[test]
    fn the_environment_stands_in_for_flags_and_the_command_line_counts() {
        let variable = |name: &str| match name {
            "TENDERO_DATA" => Some("kept".to_owned()),
            "TENDERO_MAX_MB" => Some("7".to_owned()),
            "TENDERO_CLOSED" => Some("1".to_owned()),
            "TENDERO_APP" => Some(String::new()),
            _ => None,
        };
        let read = |arguments: &str| {
            let arguments = arguments.split_whitespace().map(str::to_owned);
            parse(with_environment(arguments, variable)).unwrap()
        };
        let Request::Run(options) = read("--max-mb 9") else {
            panic!()
        };
        assert_eq!((options.max_mb, options.closed), (Some(9), true));
        assert_eq!((options.data, options.app), ("kept".into(), None));
        assert_eq!(read("backup f"), Request::Backup("kept".into(), "f".into()));
    }

    #[test]
    fn every_flag_of_the_list_is_one() {
        for (flag, takes_value) in FLAGS {
            let value = if takes_value { "=1" } else { "" };
            let message = check(&format!("--{flag}{value}")).err().unwrap_or_default();
            assert!(!message.contains("unknown"), "{message}");
        }
    }

    #[test]
    fn limits_are_set_and_0_lifts_a_bound() {
        let Ok(Request::Run(options)) = check(
            "--quota-mb 2 --quota-items=0 --max-workspaces 3 --max-connections 4 --max-messages 5 \
             --max-connections-per-address 6 --header-timeout 7 --behind-proxy",
        ) else {
            panic!()
        };
        let limits = options.limits;
        assert_eq!(limits.quota.bytes, 2 * 1024 * 1024);
        assert_eq!((limits.quota.items, limits.workspaces), (u64::MAX, 3));
        assert_eq!((limits.connections, limits.messages), (4, 5));
        assert_eq!(limits.connections_of_address, 6);
        assert_eq!(limits.headers, Duration::from_secs(7));
        assert!(limits.behind_proxy);
    }

    #[test]
    fn mistakes_are_named() {
        for (arguments, expected) in [
            ("--listen nowhere", "--listen wants"),
            ("--data", "needs a value"),
            ("--tls-cert a.pem", "go together"),
            ("--max-mb x", "wants a number"),
            ("--max-connections 0", "wants a number"),
            ("--quota-mb lots", "wants a number"),
            ("serve", "unknown argument"),
            ("backup --data d", "need a file"),
        ] {
            let message = check(arguments).unwrap_err();
            assert!(message.contains(expected), "{arguments}: {message}");
        }
        assert_eq!(
            check("restore f --data d"),
            Ok(Request::Restore("d".into(), "f".into()))
        );
        assert_eq!(check("--help"), Ok(Request::Help));
        assert_eq!(check("-V"), Ok(Request::Version));
    }
}
