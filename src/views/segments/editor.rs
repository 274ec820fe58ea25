//! One segment: its name, its rules, and whom they hold for.

use super::builder::{Builder, use_count};
use super::draft::Draft;
use super::group::{GroupParts, Shared};
use super::members::Members;
use super::note::Noted;
use crate::components::{
    Button, ButtonKind, Empty, Glyph, Icon, IconButton, LinkButton, Menu, MenuItem, Unreadable,
    live,
};
use crate::state::{Load, Route, use_address, use_engine, use_facets, use_undo};
use crate::views::many::ExportItems;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use tendero_domain::{Rule, SegmentId};
use tendero_messages::{Command, Filter, SegmentLine, Target};
use wasm_bindgen::JsCast;

/// What there is to edit.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    Waiting,
    Unreadable,
    /// Neither saved nor noted.
    Nothing,
    /// Of a newer version.
    Newer(String),
    Segment,
}

/// The view of one segment.
#[component]
pub fn Editor(
    /// Which.
    id: SegmentId,
    /// All that are saved.
    saved: Signal<Load<Vec<SegmentLine>>>,
) -> impl IntoView {
    let address = use_address();
    let found = Memo::new(move |_| {
        saved.with(|saved| match saved {
            Load::Waiting => Found::Waiting,
            Load::Unreadable => Found::Unreadable,
            Load::Ready(lines) => match lines.iter().find(|line| line.id == id) {
                Some(line) if line.rule.is_none() => Found::Newer(line.name.clone()),
                Some(_) => Found::Segment,
                None if Noted::read(address, id).is_some() => Found::Segment,
                None => Found::Nothing,
            },
        })
    });
    let to_list = || view! { <LinkButton href=Route::Segments.path() icon=Icon::Left label=t!(segment.toList).to_owned()/> };
    move || {
        match found.get() {
        Found::Waiting => view! { <main class="segment-place" tabindex="-1"></main> }.into_any(),
        Found::Unreadable => view! { <main class="segment-place" tabindex="-1"><Unreadable/></main> }.into_any(),
        Found::Nothing => view! {
            <main class="segment-place" tabindex="-1">
                <Empty icon=Icon::Segments title=t!(segment.gone) hint=t!(segment.goneHint)>{to_list()}</Empty>
            </main>
        }
        .into_any(),
        Found::Newer(name) => view! {
            <main class="segment-place" tabindex="-1">
                <Empty icon=Icon::Warning title=format!("{name} · {}", t!(segment.newer)) hint=t!(segment.newerHint)>{to_list()}</Empty>
            </main>
        }
        .into_any(),
        Found::Segment => view! { <Workbench id saved/> }.into_any(),
    }
    }
}

#[component]
fn Workbench(id: SegmentId, saved: Signal<Load<Vec<SegmentLine>>>) -> impl IntoView {
    let (engine, address, undo) = (use_engine(), use_address(), use_undo());
    let kept = Memo::new(move |_| {
        saved.with(|saved| match saved {
            Load::Ready(lines) => lines
                .iter()
                .find(|line| line.id == id)
                .and_then(|line| Some((line.name.clone(), line.rule.clone()?))),
            _ => None,
        })
    });
    let noted = Noted::read(address, id).map(|noted| (noted.name, noted.rule));
    let (first_name, first_rule) = noted
        .or_else(|| kept.get_untracked())
        .unwrap_or((String::new(), Rule::everyone()));
    let builder = Builder::new(Draft::of(&first_rule));
    let name = RwSignal::new(first_name);
    let compiled = Memo::new(move |_| builder.with(Draft::compile));
    let counted = use_count(engine, compiled);
    let facets = use_facets();

    let is_saved = Memo::new(move |_| kept.with(Option::is_some));
    let is_same = move |(kept_name, kept_rule): &(String, Rule)| {
        name.with(|name| name.trim() == kept_name)
            && compiled.with(|now| now.rule == Draft::of(kept_rule).compile().rule)
    };
    let is_changed =
        Memo::new(move |_| kept.with(|kept| kept.as_ref().is_none_or(|kept| !is_same(kept))));
    // Somebody else has changed it: shown, unless something of one's own would be lost by that.
    Effect::new(move |before: Option<Option<(String, Rule)>>| {
        let now = kept.get();
        if let (Some(Some(before)), Some(now)) = (&before, &now)
            && before != now
            && untrack(|| is_same(before))
        {
            name.set(now.0.clone());
            builder.begin(Draft::of(&now.1));
        }
        now
    });
    Effect::new(move |_| {
        if is_changed.get() {
            let (name, rule) = (name.get(), compiled.with(|compiled| compiled.rule.clone()));
            Noted { id, name, rule }.write(address);
        } else {
            Noted::clear(address);
        }
    });

    let nameless = RwSignal::new(false);
    let name_field = NodeRef::<html::Input>::new();
    let save = move || {
        let written = name.with_untracked(|name| name.trim().to_owned());
        if written.is_empty() {
            nameless.set(true);
            if let Some(field) = name_field.get_untracked() {
                let _ = field.focus();
            }
            return;
        }
        let rule = compiled.with_untracked(|compiled| compiled.rule.clone());
        let said = t!(segment.saved, name = written.as_str());
        undo.act(
            Command::SaveSegment {
                segment: id,
                name: written,
                rule,
            },
            said,
        );
    };
    let discard = move |_| {
        if let Some((kept_name, rule)) = kept.get_untracked() {
            name.set(kept_name);
            builder.begin(Draft::of(&rule));
        }
    };
    let delete = Callback::new(move |()| {
        let kept_name = kept.with_untracked(|kept| {
            kept.as_ref()
                .map(|(name, _)| name.clone())
                .unwrap_or_default()
        });
        let said = t!(segment.removed, name = kept_name);
        Noted::clear(address);
        address.go(Route::Segments);
        undo.act(Command::RemoveSegment { segment: id }, said);
    });
    let place = NodeRef::<html::Main>::new();
    let on_key = move |event: KeyboardEvent| {
        if !(event.ctrl_key() || event.meta_key()) || event.shift_key() || event.alt_key() {
            return;
        }
        match event.key().to_ascii_lowercase().as_str() {
            "s" => save(),
            // In a field of text the browser's own undo takes back what was typed.
            "z" if !is_text_field(&event) && untrack(|| builder.can_undo()) => builder.undo(),
            _ => return,
        }
        event.prevent_default();
    };
    // What had the focus may be gone with the line that was removed: keys still reach the view.
    Effect::new(move |_| {
        compiled.track();
        request_animation_frame(move || {
            let lost = document()
                .active_element()
                .is_none_or(|element| element.tag_name() == "BODY");
            if let Some(place) = place.try_get_untracked().flatten().filter(|_| lost) {
                let _ = place.focus();
            }
        });
    });
    let state = move || match (is_saved.get(), is_changed.get()) {
        (false, _) => t!(segment.subNew),
        (true, true) => t!(segment.subChanged),
        (true, false) => t!(segment.sub),
    };
    let shared = Shared {
        builder,
        facets,
        counted,
    };
    let members = Callback::new(move |()| {
        let rule = compiled.with_untracked(|compiled| compiled.rule.clone());
        let filter = Filter {
            rule: Some(rule),
            ..Filter::default()
        };
        Target::Found(filter, Vec::new())
    });
    let is_blank = Memo::new(move |_| builder.with(|draft| draft.root.parts.is_empty()));
    view! {
        <main class="segment-bench" tabindex="-1" node_ref=place on:keydown=on_key>
            <h1 class="unseen">{live(move || name.with(|name| if name.is_empty() { t!(segment.unnamed).to_owned() } else { name.clone() }))}</h1>
            <header class="segment-head">
                <div class="segment-titles">
                    <a class="segment-back" href=Route::Segments.path()>
                        <Glyph icon=Icon::Left/>
                        <span>{t!(segment.title)}</span>
                    </a>
                    <input
                        node_ref=name_field
                        class="segment-name"
                        type="text"
                        aria-label=t!(segment.name)
                        placeholder=t!(segment.unnamed)
                        autocomplete="off"
                        spellcheck="false"
                        maxlength="120"
                        aria-invalid=move || nameless.get().then_some("true")
                        aria-describedby="segment-state"
                        prop:value=move || name.get()
                        on:input:target=move |event| {
                            nameless.set(false);
                            name.set(event.target().value());
                        }
                    />
                    <p id="segment-state" class="segment-state" class:wrong=move || nameless.get()>
                        {live(move || if nameless.get() { t!(segment.needsName) } else { state() })}
                    </p>
                </div>
                <div class="segment-actions">
                    <IconButton
                        icon=Icon::Undo
                        label=t!(segment.undoEdit).to_owned()
                        disabled=Signal::derive(move || !builder.can_undo())
                        on:click=move |_| builder.undo()
                    />
                    {live(move || {
                        is_saved
                            .get()
                            .then(|| {
                                view! {
                                    <Menu label=t!(common.more)>
                                        <ExportItems target=members/>
                                        <MenuItem icon=Icon::Trash danger=true on_choose=delete>
                                            {t!(segment.delete)}
                                        </MenuItem>
                                    </Menu>
                                }
                            })
                    })}
                    {live(move || {
                        (is_saved.get() && is_changed.get())
                            .then(|| view! { <Button on:click=discard>{t!(segment.discard)}</Button> })
                    })}
                    {live(move || {
                        is_changed
                            .get()
                            .then(|| {
                                let words = if is_saved.get() { t!(segment.saveChanges) } else { t!(segment.save) };
                                view! {
                                    <Button kind=ButtonKind::Primary on:click=move |_| save()>
                                        {words}
                                    </Button>
                                }
                            })
                    })}
                </div>
            </header>
            <section class="segment-rules" aria-label=t!(segment.conditions)>
                {live(move || {
                    is_blank
                        .get()
                        .then(|| {
                            view! {
                                <div class="segment-everyone">
                                    <strong>{t!(segment.everyone)}</strong>
                                    <p>{t!(segment.everyoneHint)}</p>
                                </div>
                            }
                        })
                })}
                <GroupParts shared id=0 depth=0/>
            </section>
            <Members compiled counted/>
        </main>
    }
}

fn is_text_field(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| {
        element
            .matches("input:not([type=checkbox]):not([type=date]), textarea")
            .unwrap_or_default()
    })
}
