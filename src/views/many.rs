//! What can be done with many customers at once.

use crate::components::{
    Button, ButtonKind, Dialog, Icon, IconButton, Menu, MenuItem, Picker, Picks, live,
};
use crate::state::{CARDS, CSV, JobKind, use_facets, use_jobs, use_undo};
use crate::{i18n, views::import::words};
use leptos::prelude::*;
use tendero_domain::{DecimalSign, Field, ImportColumn};
use tendero_messages::{Command, ExportFormat, Filter, ManyEdit, Target};

/// The bar that stands under a list while somebody is picked.
#[component]
pub fn ManyBar(
    /// Who is picked.
    picks: Picks,
    /// What the list shows.
    filter: Memo<Filter>,
    /// How many it shows.
    total: RwSignal<Option<u64>>,
    /// Whether the list is of deleted customers.
    deleted: bool,
) -> impl IntoView {
    let undo = use_undo();
    let count = Memo::new(move |_| picks.count(total.get().unwrap_or(0)));
    let is_there = Memo::new(move |_| picks.is_choosing());
    let nobody = Signal::derive(move || count.get() == 0);
    let tagging = RwSignal::new(false);
    let target = move || picks.target(filter.get_untracked());
    let edit = move |edit: ManyEdit, kind: JobKind| {
        let command = Command::EditMany {
            target: target(),
            edit,
        };
        picks.let_go();
        undo.many(command, kind);
    };
    let words = move || match count.get() {
        0 => t!(many.pickSome).to_owned(),
        n => t!(many.picked, n = n),
    };
    let delete = move |_| edit(ManyEdit::Deleted(true), JobKind::Delete);
    let restore = move |_| edit(ManyEdit::Deleted(false), JobKind::Restore);
    let actions = move || {
        if deleted {
            view! {
                <Button icon=Icon::Restore disabled=nobody on:click=restore>{t!(common.restore)}</Button>
            }
            .into_any()
        } else {
            view! {
                <Button icon=Icon::Tag disabled=nobody on:click=move |_| tagging.set(true)>{t!(many.tags)}</Button>
                <ExportMenu target=Callback::new(move |()| target()) disabled=nobody/>
                <Button icon=Icon::Trash disabled=nobody on:click=delete>{t!(many.delete)}</Button>
            }
            .into_any()
        }
    };
    view! {
        {live(move || {
            is_there
                .get()
                .then(|| {
                    view! {
                        <div class="many" role="toolbar" aria-label=t!(many.bar)>
                            <span class="many-count number" role="status">{live(words)}</span>
                            {live(move || {
                                (total.get() != Some(count.get()))
                                    .then(|| {
                                        view! {
                                            <Button kind=ButtonKind::Quiet on:click=move |_| picks.all()>
                                                {t!(many.all)}
                                            </Button>
                                        }
                                    })
                            })}
                            <span class="many-actions">{actions()}</span>
                            <IconButton icon=Icon::Close quiet=true label=t!(many.letGo).to_owned() on:click=move |_| picks.let_go()/>
                        </div>
                    }
                })
        })}
        <Dialog open=tagging title=t!(many.tagsTitle)>
            <TagThem count open=tagging on_edit=Callback::new(move |tags| edit(tags, JobKind::Edit))/>
        </Dialog>
    }
}

/// Which tags, and on or off.
#[component]
fn TagThem(count: Memo<u64>, open: RwSignal<bool>, on_edit: Callback<ManyEdit>) -> impl IntoView {
    let facets = use_facets();
    let tags = RwSignal::new(Vec::<String>::new());
    let none = Signal::derive(move || tags.with(Vec::is_empty));
    let act = move |on: bool| {
        open.set(false);
        on_edit.run(ManyEdit::Tags {
            tags: tags.get_untracked(),
            on,
        });
    };
    view! {
        <div class="many-tags">
            <p>{live(move || t!(many.tagsHint, n = count.get()))}</p>
            <Picker
                label=t!(record.addTag)
                placeholder=t!(record.addTag)
                focus=true
                values=tags
                options=Signal::derive(move || facets.with(|facets| facets.tags.clone()))
                on_change=Callback::new(move |next| tags.set(next))
            />
            <div class="dialog-foot">
                <Button disabled=none on:click=move |_| act(false)>{t!(many.tagsOff)}</Button>
                <Button kind=ButtonKind::Primary disabled=none on:click=move |_| act(true)>{t!(many.tagsOn)}</Button>
            </div>
        </div>
    }
}

/// Ways to take customers out into a file.
#[component]
pub fn ExportMenu(
    /// Whom; asked when a way is chosen.
    target: Callback<(), Target>,
    /// Nobody is there to be exported.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <span class="many-export" inert=move || disabled.get()>
            <Menu label=t!(many.export) icon=Icon::Download>
                <ExportItems target/>
            </Menu>
        </span>
    }
}

/// The items of a menu that export.
#[component]
pub fn ExportItems(
    /// Whom; asked when a way is chosen.
    target: Callback<(), Target>,
) -> impl IntoView {
    let jobs = use_jobs();
    let export = move |format: ExportFormat, ending: &str, kind: &'static str| {
        let name = format!("{}-{}.{ending}", t!(many.file), i18n::today());
        let command = Command::Export {
            target: target.run(()),
            format,
        };
        jobs.start(command, JobKind::Export(name, kind));
    };
    view! {
        <MenuItem icon=Icon::Download on_choose=Callback::new(move |()| export(csv(), "csv", CSV))>
            {t!(many.exportCsv)}
        </MenuItem>
        <MenuItem icon=Icon::Phone on_choose=Callback::new(move |()| export(ExportFormat::Cards, "vcf", CARDS))>
            {t!(many.exportCards)}
        </MenuItem>
    }
}

/// All that a table has room for, as spreadsheets of this language read it.
fn csv() -> ExportFormat {
    let fields = Field::ALL.into_iter().map(ImportColumn::Field);
    let rest = [
        (ImportColumn::Tags, words::column(ImportColumn::Tags)),
        (ImportColumn::BeforeCount, t!(many.columnCount)),
        (ImportColumn::BeforeTotal, t!(many.columnTotal)),
        (ImportColumn::BeforeLast, t!(many.columnLast)),
    ];
    let columns = fields
        .map(|column| (column, words::column(column)))
        .chain(rest)
        .map(|(column, name)| (column, name.to_owned()));
    ExportFormat::Csv {
        columns: columns.collect(),
        decimal: match i18n::language() {
            i18n::Language::Spanish => DecimalSign::Comma,
            i18n::Language::English => DecimalSign::Point,
        },
    }
}
