//! The command line: words, `--flag`, `--name value` or `--name=value`.

use crate::failure::Failure;

/// The arguments that nobody has asked for yet.
pub(crate) struct Args {
    rest: Vec<String>,
}

impl Args {
    pub(crate) fn of_process() -> Self {
        Self {
            rest: std::env::args().skip(1).collect(),
        }
    }

    /// Takes the first argument if it is a word and no flag.
    pub(crate) fn next_word(&mut self) -> Option<String> {
        let is_word = self.rest.first().is_some_and(|word| !word.starts_with('-'));
        is_word.then(|| self.rest.remove(0))
    }

    /// Takes a flag; whether it was given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|argument| argument != name);
        self.rest.len() < before
    }

    /// Takes a flag's value, if the flag was given.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let inline = |argument: &String| {
            let rest = argument.strip_prefix(name)?;
            rest.strip_prefix('=').map(str::to_owned)
        };
        let Some(at) =
            (self.rest.iter()).position(|argument| argument == name || inline(argument).is_some())
        else {
            return Ok(None);
        };
        let argument = self.rest.remove(at);
        if let Some(value) = inline(&argument) {
            return Ok(Some(value));
        }
        if at < self.rest.len() {
            return Ok(Some(self.rest.remove(at)));
        }
        Err(Failure::new(format!("{name} needs a value")).advice("cargo xtask --help shows how"))
    }

    /// Refuses what is left over: a mistyped flag must not pass in silence.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.rest.first() {
            None => Ok(()),
            Some(unknown) => Err(Failure::new(format!("{unknown:?} is not known here"))
                .advice("add --help to the chore to see what it takes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> Args {
        Args {
            rest: text.split_whitespace().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn flags_and_values_are_taken_wherever_they_stand() {
        let mut args = args("run --data d --fast --listen=0.0.0.0");
        assert_eq!(args.next_word().as_deref(), Some("run"));
        assert!(args.flag("--fast"));
        assert_eq!(args.value("--listen").unwrap().as_deref(), Some("0.0.0.0"));
        assert_eq!(args.value("--data").unwrap().as_deref(), Some("d"));
        assert_eq!(args.value("--tls-key").unwrap(), None);
        assert!(args.finish().is_ok());
    }

    #[test]
    fn a_missing_value_and_an_unknown_flag_are_refused() {
        assert!(args("--data").value("--data").is_err());
        assert!(args("--dta d").finish().is_err());
    }
}
