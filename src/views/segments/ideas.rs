//! Segments that most shops ask for first.

use super::begin;
use crate::components::{Glyph, Icon};
use crate::state::use_address;
use leptos::prelude::*;
use tendero_domain::{Condition, DayTest, NumberTest, Rule};

struct Idea {
    name: &'static str,
    hint: &'static str,
    rule: Rule,
}

fn all() -> [Idea; 4] {
    let last = |test| Rule::Is(Condition::LastPurchase(test));
    let orders = |test| Rule::Is(Condition::Orders(test));
    [
        Idea {
            name: t!(segment.ideaQuiet),
            hint: t!(segment.ideaQuietHint),
            rule: Rule::All(vec![last(DayTest::NotWithinDays(90))]),
        },
        Idea {
            name: t!(segment.ideaRegular),
            hint: t!(segment.ideaRegularHint),
            rule: Rule::All(vec![
                orders(NumberTest::AtLeast(5)),
                last(DayTest::WithinDays(90)),
            ]),
        },
        Idea {
            name: t!(segment.ideaOnce),
            hint: t!(segment.ideaOnceHint),
            rule: Rule::All(vec![
                orders(NumberTest::AtMost(1)),
                last(DayTest::NotWithinDays(30)),
            ]),
        },
        Idea {
            name: t!(segment.ideaNever),
            hint: t!(segment.ideaNeverHint),
            rule: Rule::All(vec![last(DayTest::Never)]),
        },
    ]
}

/// Those that are not there yet; pressed, one opens filled in and can be changed before it is saved.
#[component]
pub fn Ideas(
    /// Rules that are saved already.
    taken: Vec<Rule>,
) -> impl IntoView {
    let address = use_address();
    let ideas: Vec<Idea> = all()
        .into_iter()
        .filter(|idea| !taken.contains(&idea.rule))
        .collect();
    let card = move |Idea { name, hint, rule }: Idea| {
        view! {
            <li>
                <button type="button" class="segment-idea" on:click=move |_| begin(address, name, &rule)>
                    <span class="segment-idea-icon"><Glyph icon=Icon::Star/></span>
                    <span class="segment-row-words">
                        <strong>{name}</strong>
                        <small>{hint}</small>
                    </span>
                </button>
            </li>
        }
    };
    (!ideas.is_empty()).then(|| {
        view! {
            <section class="segment-ideas" aria-labelledby="segment-ideas-title">
                <h2 id="segment-ideas-title">{t!(segment.ideas)}</h2>
                <ul>{ideas.into_iter().map(card).collect_view()}</ul>
            </section>
        }
    })
}
