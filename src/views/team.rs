//! Team: who belongs to it, inviting, joining.

mod invite;
mod join;
mod link;
mod qr;

pub use join::Join;

use crate::components::{Avatar, Badge, Unreadable, live};
use crate::state::{Load, use_answer, use_engine};
use invite::Invite;
use leptos::prelude::*;
use tendero_messages::{Answer, MemberLine, Query};

/// The members, and a way to invite others.
#[component]
pub fn Team() -> impl IntoView {
    let engine = use_engine();
    let asked = move || {
        let _ = engine.members_changed();
        Some(Query::Members)
    };
    let members = use_answer(asked, |answer| match answer {
        Answer::Members(members) => Some(members),
        _ => None,
    });
    let count = move || {
        members.with(|members| {
            if let Load::Ready(members) = members {
                Some(members.len())
            } else {
                None
            }
        })
    };
    let list = move || match members.get() {
        Load::Waiting => ().into_any(),
        Load::Unreadable => view! { <Unreadable/> }.into_any(),
        Load::Ready(members) => view! {
            <ul class="team-list" aria-label=t!(team.list)>
                {members.into_iter().map(|member| view! { <Member member/> }).collect_view()}
            </ul>
        }
        .into_any(),
    };
    view! {
        <main class="team">
            <header class="team-head">
                <h1>{t!(team.title)} <span>{live(move || count().map(|n| t!(team.count, n = n)))}</span></h1>
                <p>{live(move || if count() == Some(1) { t!(team.soloHint) } else { t!(team.lead) })}</p>
            </header>
            <section class="team-members">{live(list)}</section>
            <Invite/>
        </main>
    }
}

#[component]
fn Member(member: MemberLine) -> impl IntoView {
    let MemberLine { id, name, me } = member;
    view! {
        <li class="team-member">
            <Avatar id=id.to_bytes() name=name.clone()/>
            <span class="team-name">{name}</span>
            {me.then(|| view! { <Badge>{t!(team.me)}</Badge> })}
        </li>
    }
}
