//! The rules of a segment: rows joined by "and" or "or", with groups as cards within.

use super::builder::{Builder, Counted};
use super::condition::Property;
use super::draft::{Group, Joint, NodeId, Part};
use super::flyout::{Flyout, FlyoutSheet};
use super::line::{LineCount, LineRow};
use super::words;
use crate::components::{Choice, Glyph, Icon, IconButton, Select, live};
use leptos::prelude::*;
use tendero_messages::Facets;

/// The deepest card that is offered; a rule that came deeper is shown as it is.
const OFFERED_DEPTH: usize = 3;

/// What a card can ask of its rows: how they are joined, and whether that has *not* to hold.
const KINDS: [(Joint, bool); 4] = [
    (Joint::Or, false),
    (Joint::And, false),
    (Joint::Or, true),
    (Joint::And, true),
];

/// What all rows need.
#[derive(Debug, Clone, Copy)]
pub struct Shared {
    /// The draft.
    pub builder: Builder,
    /// Values that occur.
    pub facets: Signal<Facets>,
    /// The last count.
    pub counted: RwSignal<Option<Counted>>,
}

/// The parts of a group and what adds to them.
#[component]
pub fn GroupParts(
    /// What all rows need.
    shared: Shared,
    /// The group.
    id: NodeId,
    /// How deep it lies; the outermost is 0.
    depth: usize,
) -> AnyView {
    let Shared { builder, .. } = shared;
    let parts = Memo::new(move |_| {
        let ids = |group: &Group| {
            group
                .parts
                .iter()
                .map(|part| (part.id(), matches!(part, Part::Group(_))))
                .collect::<Vec<_>>()
        };
        builder.with(|draft| draft.group(id).map(ids).unwrap_or_default())
    });
    let each = move || parts.get();
    let draw = move |(part, is_group): (NodeId, bool)| {
        let place = Memo::new(move |_| {
            parts.with(|parts| {
                parts
                    .iter()
                    .position(|(id, _)| *id == part)
                    .unwrap_or_default()
            })
        });
        let lead = view! { <Lead builder group=id place/> }.into_any();
        if is_group {
            view! { <GroupCard shared id=part depth=depth + 1 lead/> }.into_any()
        } else {
            let number = Signal::derive(move || place.get() + 1);
            view! { <LineRow builder id=part number facets=shared.facets counted=shared.counted lead/> }.into_any()
        }
    };
    view! {
        <div class="segment-parts">
            <For each=each key=|part| *part children=draw/>
        </div>
        <Add builder id depth/>
    }
    .into_any()
}

/// A group within a group.
#[component]
fn GroupCard(shared: Shared, id: NodeId, depth: usize, lead: AnyView) -> impl IntoView {
    let Shared {
        builder, counted, ..
    } = shared;
    let kind = Memo::new(move |_| {
        builder.with(|draft| {
            draft
                .group(id)
                .map_or((Joint::And, false), |group| (group.joint, group.negated))
        })
    });
    let value = Signal::derive(move || {
        KINDS
            .iter()
            .position(|one| *one == kind.get())
            .unwrap_or_default()
            .to_string()
    });
    let options = Signal::derive(|| {
        KINDS
            .iter()
            .enumerate()
            .map(|(at, one)| Choice::new(at.to_string(), words::kind_of_group(*one)))
            .collect::<Vec<_>>()
    });
    let choose = Callback::new(move |key: String| {
        if let Some((joint, negated)) = key.parse().ok().and_then(|at: usize| KINDS.get(at)) {
            builder.change(|draft| {
                if let Some(group) = draft.group_mut(id) {
                    (group.joint, group.negated) = (*joint, *negated);
                }
            });
        }
    });
    view! {
        <div class="segment-card" class:negated=move || kind.get().1 role="group" aria-label=t!(segment.groupLabel)>
            <div class="segment-card-head">
                {lead}
                <Select label=t!(segment.how) bare=true value on_choose=choose options/>
                <span class="segment-gap"></span>
                <LineCount counted id/>
                <IconButton
                    icon=Icon::Close
                    quiet=true
                    label=t!(segment.removeGroup).to_owned()
                    on:click=move |_| builder.change(|draft| draft.remove(id))
                />
            </div>
            <GroupParts shared id depth/>
        </div>
    }
}

/// How a row is joined to the one above. The second row of a group can be pressed: it changes all of them.
#[component]
fn Lead(builder: Builder, group: NodeId, place: Memo<usize>) -> impl IntoView {
    let joint = Memo::new(move |_| {
        builder.with(|draft| draft.group(group).map_or(Joint::And, |group| group.joint))
    });
    let switch = move |_| {
        builder.change(|draft| {
            if let Some(group) = draft.group_mut(group) {
                group.joint = group.joint.other();
            }
        });
    };
    let says = move || match joint.get() {
        Joint::And => t!(segment.switchToOr),
        Joint::Or => t!(segment.switchToAnd),
    };
    move || {
        match place.get() {
        0 => view! { <span class="segment-lead"></span> }.into_any(),
        1 => view! {
            <span class="segment-lead">
                <button type="button" class="segment-joint" title=says on:click=switch>
                    {live(move || words::joint(joint.get()))}
                    <span class="unseen">" · " {live(says)}</span>
                    <Glyph icon=Icon::Down/>
                </button>
            </span>
        }
        .into_any(),
        _ => view! { <span class="segment-lead"><span class="segment-word">{live(move || words::joint(joint.get()))}</span></span> }.into_any(),
    }
    }
}

/// Adds a condition about something, or a group.
#[component]
fn Add(builder: Builder, id: NodeId, depth: usize) -> impl IntoView {
    let label = if depth == 0 {
        t!(segment.addCondition)
    } else {
        t!(segment.addConditionHere)
    };
    let button = ViewFn::from(|| {
        view! {
            <Glyph icon=Icon::Plus/>
            <span>{t!(segment.condition)}</span>
        }
    });
    view! {
        <div class="segment-add">
            <Flyout label=label.to_owned() class=if depth == 0 { "button" } else { "button quiet" } button=button>
                <AddList builder id depth/>
            </Flyout>
        </div>
    }
}

#[component]
fn AddList(builder: Builder, id: NodeId, depth: usize) -> impl IntoView {
    let sheet: FlyoutSheet = expect_context();
    let add = move |property: Property| {
        sheet.close();
        builder.add(|draft| draft.add_line(id, property.first_condition()));
    };
    let add_group = move |_| {
        sheet.close();
        builder.add(|draft| draft.add_group(id, Property::LastPurchase.first_condition()));
    };
    let choice = move |property: Property| {
        view! {
            <button type="button" class="flyout-item" on:click=move |_| add(property)>
                <Glyph icon=icon_of(property)/>
                <span>{words::property(property)}</span>
            </button>
        }
    };
    view! {
        {Property::ALL.map(choice).collect_view()}
        {(depth < OFFERED_DEPTH)
            .then(|| {
                view! {
                    <hr class="flyout-line"/>
                    <button type="button" class="flyout-item" on:click=add_group>
                        <Glyph icon=Icon::Filter/>
                        <span>{t!(segment.group)}</span>
                    </button>
                }
            })}
    }
}

const fn icon_of(property: Property) -> Icon {
    match property {
        Property::City => Icon::Pin,
        Property::Country => Icon::Visit,
        Property::Tags => Icon::Tag,
        Property::LastPurchase => Icon::Calendar,
        Property::Orders => Icon::Bag,
        Property::Total => Icon::Note,
    }
}
