//! The import as it goes on whichever view is open: a file is chosen, its columns are said, it runs, it reports.

use super::sheet::Sheet;
use super::words;
use crate::state::{Engine, Route, Toasts, use_address};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use tendero_domain::{ActionId, FileProblem, ImportColumn, ImportPlan};
use tendero_messages::{Command, Done, FilePreview, JobReport, Refusal};
use web_sys::File;

/// How far the import is.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// A file is wanted; perhaps the last one was of no use.
    Choose(Option<Trouble>),
    /// A file is being looked at.
    Opening {
        /// Its name.
        name: String,
    },
    /// Its columns are on the screen.
    Columns,
    /// It is being taken in.
    Running {
        /// The job.
        job: ActionId,
        /// When it began, by `Date.now()`.
        since_ms: f64,
        /// Whether it was told to stop.
        stopping: bool,
    },
    /// It has come to an end.
    Ended {
        /// The job.
        job: ActionId,
        /// What it did.
        report: Arc<JobReport>,
    },
}

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// It cannot be read.
    File {
        /// Its name.
        name: String,
        /// Why.
        problem: FileProblem,
    },
    /// The engine would not begin.
    Refused(Refusal),
}

/// The import of this page.
#[derive(Debug, Clone, Copy)]
pub struct ImportDesk {
    engine: Engine,
    stage: RwSignal<Stage>,
    file: RwSignal<Option<ActionId>>,
    sheet: RwSignal<Option<Arc<Sheet>>>,
    plan: RwSignal<ImportPlan>,
}

/// The import of this page.
#[must_use]
pub fn use_import() -> ImportDesk {
    expect_context()
}

impl ImportDesk {
    /// Nothing chosen yet. Once a page.
    #[must_use]
    pub fn begin(engine: Engine, toasts: Toasts) -> Self {
        let desk = Self {
            engine,
            stage: RwSignal::new(Stage::Choose(None)),
            file: RwSignal::new(None),
            sheet: RwSignal::new(None),
            plan: RwSignal::new(no_plan()),
        };
        let address = use_address();
        Effect::new(move |_| {
            let Some((ended, report)) = engine.report() else {
                return;
            };
            let running =
                matches!(desk.stage.get_untracked(), Stage::Running { job, .. } if job == ended);
            if running {
                if address.route_untracked() != Route::Import {
                    toasts.say(t!(import.finished, n = report.rows));
                }
                let report = Arc::new(report);
                desk.stage.set(Stage::Ended { job: ended, report });
            }
        });
        desk
    }

    /// How far it is.
    #[must_use]
    pub fn stage(self) -> Stage {
        self.stage.get()
    }

    /// The file's rows, as read by the plan.
    #[must_use]
    pub fn sheet(self) -> Option<Arc<Sheet>> {
        self.sheet.get()
    }

    /// How the file will be read.
    #[must_use]
    pub const fn plan(self) -> RwSignal<ImportPlan> {
        self.plan
    }

    /// The name of the file.
    #[must_use]
    pub fn name(self) -> String {
        self.sheet.with(|sheet| {
            sheet
                .as_ref()
                .map(|sheet| sheet.preview.name.clone())
                .unwrap_or_default()
        })
    }

    /// A file was chosen or dropped.
    pub fn open(self, file: File) {
        let name = file.name();
        self.stage.set(Stage::Opening { name: name.clone() });
        let (id, preview) = self.engine.open_file(file);
        self.file.set(Some(id));
        spawn_local(async move {
            let preview = preview.await;
            if self.file.try_get_untracked().flatten() != Some(id) {
                // Another one was chosen meanwhile.
                return;
            }
            match preview {
                Ok(preview) => self.show(*preview),
                Err(problem) => self
                    .stage
                    .set(Stage::Choose(Some(Trouble::File { name, problem }))),
            }
        });
    }

    fn show(self, preview: FilePreview) {
        let mut plan = preview.plan.clone();
        plan.counter_sales = preview
            .has_counter_sales
            .then(|| t!(import.counterSales).to_owned());
        plan.unnamed = t!(import.unnamed).to_owned();
        self.plan.set(plan);
        self.sheet.set(Some(Arc::new(Sheet::new(preview))));
        self.stage.set(Stage::Columns);
    }

    /// Says what a column holds. Where only one column can hold that, the one that did is left out from now on.
    pub fn set_column(self, at: usize, holds: ImportColumn) {
        let once = !matches!(
            holds,
            ImportColumn::Skip | ImportColumn::Tags | ImportColumn::Note
        );
        self.plan.update(|plan| {
            for (n, column) in plan.columns.iter_mut().enumerate() {
                if n == at {
                    *column = holds;
                } else if once && *column == holds {
                    *column = ImportColumn::Skip;
                }
            }
        });
    }

    /// Takes the file in.
    pub fn start(self) {
        let Some(file) = self.file.get_untracked() else {
            self.stage
                .set(Stage::Choose(Some(Trouble::Refused(Refusal::FileGone))));
            return;
        };
        let (job, started) = self.engine.command(Command::Import {
            file,
            plan: self.plan.get_untracked(),
            reasons: words::reasons(),
        });
        self.stage.set(Stage::Running {
            job,
            since_ms: js_sys::Date::now(),
            stopping: false,
        });
        spawn_local(async move {
            match started.await {
                Ok(Done::Started) => {}
                // It is over already, or there was nothing to begin; the report says which.
                Ok(_) => {}
                Err(refusal) => self
                    .stage
                    .set(Stage::Choose(Some(Trouble::Refused(refusal)))),
            }
        });
    }

    /// Stops the running import; it ends with its report.
    pub fn stop(self) {
        let mut running = None;
        self.stage.update(|stage| {
            if let Stage::Running { job, stopping, .. } = stage {
                *stopping = true;
                running = Some(*job);
            }
        });
        if let Some(job) = running {
            self.engine.cancel(job);
        }
    }

    /// Puts everything away, for another file.
    pub fn clear(self) {
        self.file.set(None);
        self.sheet.set(None);
        self.plan.set(no_plan());
        self.stage.set(Stage::Choose(None));
    }

    /// Rows done and rows to do of the running import.
    #[must_use]
    pub fn progress(self) -> Option<(u64, u64)> {
        let Stage::Running { job, .. } = self.stage.get() else {
            return None;
        };
        let progress = self.engine.progress().filter(|progress| progress.id == job);
        let expected = self.sheet.with(|sheet| {
            sheet
                .as_ref()
                .map_or(0, |sheet| sheet.preview.estimated_rows)
        });
        Some(progress.map_or((0, expected), |progress| {
            (
                progress.done,
                progress.total.unwrap_or(expected).max(progress.done),
            )
        }))
    }
}

const fn no_plan() -> ImportPlan {
    ImportPlan {
        columns: Vec::new(),
        has_header: true,
        day_order: tendero_domain::DayOrder::YearMonthDay,
        decimal: tendero_domain::DecimalSign::Point,
        counter_sales: None,
        unnamed: String::new(),
    }
}
