//! `tendero analyse`: what a file of purchases says of the customers in it, with the same code as the app.

mod columns;
mod currency;
mod due;
mod json;
mod report;
mod sales;
mod text;

use crate::failure::Failure;
use clap::{Args, ValueEnum};
use columns::{Columns, ColumnsError};
use report::{Report, Settings};
use sales::{Reading, Sales, SalesError};
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use tendero_domain::{Day, DayOrder, DecimalSign, FileProblem};
use tendero_insight::basket::{Ratio, TooMany};
use tendero_insight::bg_nbd::Period;
use tendero_insight::life_cycle::Thresholds;
use tendero_insight::lifetime_value::Horizon;
use tendero_insight::rfm::{Frequency, ScoreRule};
use tendero_interchange::{MAX_BYTES, Table};

/// Options of `analyse`.
#[derive(Debug, Args)]
pub(crate) struct AnalyseOptions {
    /// CSV in any shape, one row a purchase or a line of one; - for standard input
    file: PathBuf,
    /// Today: what comes after this day is left out (yyyy-mm-dd).
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Day,
    /// Fit a second model up to this day and compare it with what followed; without it the middle of the time is taken.
    #[arg(long, value_name = "DATE", value_parser = day)]
    calibration_end: Option<Day>,
    /// The unit of time of the models.
    #[arg(long, value_enum, default_value_t = PeriodName::Week)]
    period: PeriodName,
    /// Which columns hold what, by name or by number from 1: customer=…,date=…,amount=…,order=…,product=…,currency=…; an amount may be a product: amount=Quantity*UnitPrice
    #[arg(long, value_name = "WHAT=COLUMN,…")]
    columns: Option<String>,
    /// The character between cells, "tab" or "space"; guessed if not given.
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<char>,
    /// The order in which days are written with numbers; guessed from all of them if not given
    #[arg(long, value_enum)]
    day_order: Option<DayOrderName>,
    /// The sign before the decimals; guessed from all amounts if not given
    #[arg(long, value_enum)]
    decimal: Option<DecimalName>,
    /// Only purchases in this currency; needed where the file has several.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// How numbers become scores from 1 to 5.
    #[arg(long, value_enum, default_value_t = RfmName::Ties)]
    rfm: RfmName,
    /// What counts as once in RFM.
    #[arg(long, value_enum, default_value_t = FrequencyName::Orders)]
    frequency: FrequencyName,
    /// Least support and confidence of association rules, such as 0.01,0.5.
    #[arg(long, value_name = "SUPPORT,CONFIDENCE", value_parser = thresholds)]
    rules: Option<(Ratio, Ratio)>,
    /// How many periods ahead purchases are expected; a year if not given.
    #[arg(long, value_name = "PERIODS", value_parser = ahead)]
    horizon: Option<f64>,
    /// How many months a lifetime value looks ahead.
    #[arg(long, value_name = "MONTHS", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=600))]
    months: u32,
    /// What a month takes off the value of money to come.
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, value_parser = discount)]
    discount: f64,
    /// For so many days a customer is new, or recovered.
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    new_days: u32,
    /// After so many days without a purchase a customer has lapsed, and counts as lost in churn.
    #[arg(long, value_name = "DAYS", default_value_t = 180)]
    lapsed_days: u32,
    /// The last so many days are compared with as many before them.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..))]
    window_days: u32,
    /// Below this share of the orders or the amount before, a customer is dropping.
    #[arg(long, value_name = "PER CENT", default_value_t = 50)]
    kept_percent: u32,
    /// Everything, as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PeriodName {
    Day,
    Week,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DayOrderName {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DecimalName {
    Point,
    Comma,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RfmName {
    /// Equal numbers share a score.
    Ties,
    /// SQL's NTILE(5).
    Ntile,
    /// As the R package rfm.
    Rpk,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FrequencyName {
    /// Every order: distinct values of the order column, or rows where there is none.
    Orders,
    /// Every day with purchases.
    Days,
}

/// Reads the file, computes and prints.
///
/// # Errors
/// [`Failure`]; with `--json` it also stands in the output, as `problem`. A row that cannot be read is none: it is told with
/// its line. Nor is a model that is refused.
pub(crate) fn run(options: &AnalyseOptions, out: &mut impl Write) -> Result<(), Failure> {
    let outcome = analyse(options, out);
    if let (
        true,
        Err(
            failure @ (Failure::Usage(_)
            | Failure::Refused(_)
            | Failure::Unusable(..)
            | Failure::Unreadable(..)),
        ),
    ) = (options.json, &outcome)
    {
        writeln!(
            out,
            "{}",
            serde_json::json!({ "problem": failure.to_string() })
        )?;
    }
    outcome
}

fn analyse(options: &AnalyseOptions, out: &mut impl Write) -> Result<(), Failure> {
    if let Some(end) = options.calibration_end.filter(|end| *end >= options.as_of) {
        return Err(Failure::Usage(format!(
            "--calibration-end {end} has to be before --as-of {}",
            options.as_of
        )));
    }
    let bytes = read(&options.file)?;
    let table = Table::read(&bytes, options.delimiter)
        .map_err(|problem| Failure::Unusable(options.file.clone(), problem))?;
    drop(bytes);
    let columns = Columns::find(options.columns.as_deref().unwrap_or_default(), &table)?;
    if options.rules.is_some() && columns.product.is_none() {
        let words = "--rules needs to know the product: name its column with --columns product=…";
        return Err(Failure::Usage(words.to_owned()));
    }
    let sales = Sales::read(&table, &columns, &options.reading())?;
    let report = Report::new(&sales, &options.settings())?;
    if options.json {
        json::write(&report, &sales, &columns, &table, out)
    } else {
        text::write(&report, &sales, out)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::unreadable(path, error);
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        let mut input = std::io::stdin().lock().take(MAX_BYTES + 1);
        input.read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        let mut input = file.take(MAX_BYTES + 1);
        input.read_to_end(&mut bytes).map_err(failed)?;
    }
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= MAX_BYTES) {
        return Ok(bytes);
    }
    let max_mb = u32::try_from(MAX_BYTES >> 20).unwrap_or(u32::MAX);
    Err(Failure::Unusable(
        path.to_owned(),
        FileProblem::TooLarge { max_mb },
    ))
}

impl From<ColumnsError> for Failure {
    fn from(error: ColumnsError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<SalesError> for Failure {
    fn from(error: SalesError) -> Self {
        Self::Refused(error.to_string())
    }
}

impl From<TooMany> for Failure {
    fn from(error: TooMany) -> Self {
        Self::Refused(error.to_string())
    }
}

impl AnalyseOptions {
    fn reading(&self) -> Reading {
        Reading {
            currency: self.currency.clone(),
            day_order: self.day_order.map(|order| match order {
                DayOrderName::YearMonthDay => DayOrder::YearMonthDay,
                DayOrderName::DayMonthYear => DayOrder::DayMonthYear,
                DayOrderName::MonthDayYear => DayOrder::MonthDayYear,
            }),
            decimal: self.decimal.map(|sign| match sign {
                DecimalName::Point => DecimalSign::Point,
                DecimalName::Comma => DecimalSign::Comma,
            }),
        }
    }

    fn settings(&self) -> Settings {
        let period = match self.period {
            PeriodName::Day => Period::Day,
            PeriodName::Week => Period::Week,
        };
        Settings {
            as_of: self.as_of,
            calibration_end: self.calibration_end,
            period,
            score_rule: match self.rfm {
                RfmName::Ties => ScoreRule::Ties,
                RfmName::Ntile => ScoreRule::Ntile,
                RfmName::Rpk => ScoreRule::Rpk,
            },
            frequency: match self.frequency {
                FrequencyName::Orders => Frequency::Orders,
                FrequencyName::Days => Frequency::Days,
            },
            rules: self.rules,
            ahead: self.horizon.unwrap_or(match period {
                Period::Day => 365.0,
                Period::Week => 52.0,
            }),
            horizon: Horizon {
                months: self.months,
                monthly_discount: self.discount,
            },
            life_cycle: Thresholds {
                new_days: self.new_days,
                lapsed_days: self.lapsed_days,
                window_days: self.window_days,
                kept_percent: self.kept_percent,
            },
        }
    }
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse_iso(text).map_err(|error| error.to_string())
}

fn delimiter(text: &str) -> Result<char, String> {
    let mut chars = text.chars();
    match (text, chars.next(), chars.next()) {
        ("tab" | "\\t", ..) => Ok('\t'),
        ("space", ..) => Ok(' '),
        (_, Some(one), None) if one.is_ascii() && !one.is_ascii_alphanumeric() && one != '"' => {
            Ok(one)
        }
        _ => Err("one character that is no letter, digit or quotation mark, \"tab\" or \"space\" is expected".to_owned()),
    }
}

fn thresholds(text: &str) -> Result<(Ratio, Ratio), String> {
    let (support, confidence) = text.split_once(',').unwrap_or((text, ""));
    Ratio::parse(support.trim())
        .zip(Ratio::parse(confidence.trim()))
        .ok_or_else(|| "two numbers from 0 to 1 are expected, such as 0.01,0.5".to_owned())
}

fn ahead(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.0..=100_000.0).contains(n));
    number.ok_or_else(|| "a number of periods is expected".to_owned())
}

fn discount(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.0..=1.0).contains(n));
    number.ok_or_else(|| "a share from 0 to 1 is expected, such as 0.01".to_owned())
}
