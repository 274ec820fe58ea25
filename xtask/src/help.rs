//! What `cargo xtask --help` teaches.

/// A chore: its name, one line, and what more there is to know.
struct Chore {
    name: &'static str,
    line: &'static str,
    more: &'static str,
}

const CHORES: [Chore; 9] = [
    Chore {
        name: "run",
        line: "build Tendero and serve it on this machine; prints the address",
        more: "\
  --listen ADDRESS    127.0.0.1:7420 unless told (the next free port when busy); 0.0.0.0 for phones
  --data DIR          where the relay keeps its log; ./data unless told
  --tls-cert FILE --tls-key FILE
                      PEM files; a browser on another machine needs https for everything the app does
  --profile NAME      fast (default) or dist, the build that is published

  The first time it installs wasm-bindgen into .tools and compiles everything: under 20 minutes on
  two cores, and it says what it is doing. After that it takes seconds. Ctrl-C stops the relay; its
  data stay.",
    },
    Chore {
        name: "build",
        line: "build the app alone, into target/site",
        more: "\
  What `run` serves. Compiles only what changed.",
    },
    Chore {
        name: "dist",
        line: "build the app for the public, into dist",
        more: "\
  Link-time optimisation, wasm-opt, brotli and gzip: about 15 minutes the first time. Needs Node.js.
  Serve the folder with `tendero-relay --app dist`.",
    },
    Chore {
        name: "test",
        line: "all tests; closes with `N passed, N failed`",
        more: "\
  --only A,B          some of: native   everything that runs without a browser (cargo test)
                               store    the browser's storage, in Chromium
                               e2e      journeys through the app, in Chromium
                               engines  the core journey in Firefox and WebKit
  --grep TEXT         only journeys whose title holds the text (e2e and engines)

  The browsers come from Debian's packages, installed with apt-get when missing (asks for sudo).
  A failed journey leaves screenshots and a trace in target/e2e.",
    },
    Chore {
        name: "sim",
        line: "devices, tabs and faults by chance; nothing saved may be missing",
        more: "\
  --seeds N           so many plays, 1000 unless told; about three a second
  --seed S            one play alone: the number that a failure printed

  What `test` runs with fewer seeds. docs/reliability.md tells what it does and what it found.",
    },
    Chore {
        name: "bench",
        line: "measure the app in Chromium; prints the tables of docs/benchmarks.md",
        more: "\
  --sizes A,B         numbers of customers; 1000,10000,50000 unless told
  --all               100000 as well
  --profile NAME      dist (default) or fast
  --only A,B          some of: size, lighthouse, app
  --out FILE          write the tables there as well

  Takes about 15 minutes, an hour with --all. Absolute times depend on the machine.",
    },
    Chore {
        name: "data",
        line: "write invented customers as CSV, to import and to measure with",
        more: "\
  --customers N       how many; 1000 unless told
  --out FILE          target/data/customers-N.csv unless told

  The same number gives the same bytes on every machine.",
    },
    Chore {
        name: "tidy",
        line: "check the walls between the rooms and the rules no compiler knows",
        more: "\
  Reads `cargo metadata` and the files in git; seconds.",
    },
    Chore {
        name: "setup",
        line: "install now what the others would install when they need it",
        more: "\
  Inside the project: wasm-bindgen (.tools), npm packages (node_modules). By rustup: the wasm32
  target. By apt-get: Chromium, Firefox, WebKit and their drivers.",
    },
];

/// Prints the help of one chore, or of all.
pub(crate) fn print(name: Option<&str>) {
    if let Some(chore) = CHORES.iter().find(|chore| Some(chore.name) == name) {
        println!(
            "cargo xtask {} — {}\n\n{}",
            chore.name, chore.line, chore.more
        );
        return;
    }
    println!("cargo xtask CHORE [options] — the chores of Tendero\n");
    for chore in CHORES {
        println!("  {:<8} {}", chore.name, chore.line);
    }
    println!(
        "
New here?   cargo xtask run              then open the address that it prints
Changed it? cargo xtask test --only native, then cargo xtask test
Before a change is handed in: .ci/run does all that is checked.

cargo xtask CHORE --help tells more."
    );
}
