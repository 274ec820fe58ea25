//! Every component with its states, for whoever builds or checks one. Only in builds with the feature `dev`; its words are
//! not translated.

use crate::components::{
    Avatar, AvatarSize, Badge, Banner, Bar, Button, ButtonKind, Check, Chip, Choice, Choices,
    Composer, Dialog, Empty, FieldKind, FileDrop, Glyph, Icon, IconButton, InlineEdit, LinkButton,
    Menu, MenuItem, MonthBars, Picker, Progress, Select, Tag, TextArea, TextField, Toaster, Tone,
    Unreadable, sync_words,
};
use crate::state::{Theme, use_prefs, use_toasts};
use leptos::prelude::*;
use tendero_messages::{Refusal, SyncState, SyncTrouble};

const TONES: [(Tone, &str); 6] = [
    (Tone::Plain, "plain"),
    (Tone::Accent, "accent"),
    (Tone::Good, "good"),
    (Tone::Warn, "warn"),
    (Tone::Bad, "bad"),
    (Tone::Info, "info"),
];

/// The gallery.
#[component]
pub fn Gallery() -> impl IntoView {
    let prefs = use_prefs();
    view! {
        <main class="place gallery">
            <header class="pane-head">
                <h1>{t!(gallery.title)}</h1>
                <span class="pane-tools">
                    <Button on:click=move |_| prefs.set_theme(Theme::Light)>"Light"</Button>
                    <Button on:click=move |_| prefs.set_theme(Theme::Dark)>"Dark"</Button>
                </span>
            </header>
            <Part name="Buttons"><Buttons/></Part>
            <Part name="Fields"><Fields/></Part>
            <Part name="Choices"><ChoiceParts/></Part>
            <Part name="Marks"><Marks/></Part>
            <Part name="Messages"><Messages/></Part>
            <Part name="Composer"><Composing/></Part>
            <Part name="Chart and progress"><Figures/></Part>
            <Part name="Overlays"><Overlays/></Part>
            <Part name="Where the data is"><SyncStates/></Part>
            <Part name="Icons"><Icons/></Part>
            <Toaster/>
        </main>
    }
}

#[component]
fn Part(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="gallery-part" aria-label=name>
            <h2>{name}</h2>
            {children()}
        </section>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <div class="gallery-row">
            <Button kind=ButtonKind::Primary icon=Icon::Plus>"Primary"</Button>
            <Button>"Plain"</Button>
            <Button icon=Icon::Import>"With icon"</Button>
            <Button kind=ButtonKind::Quiet icon=Icon::Filter>"Quiet"</Button>
            <Button kind=ButtonKind::Danger icon=Icon::Trash>"Danger"</Button>
            <Button key_hint="N">"With a key"</Button>
            <LinkButton href="/settings" label="A link"/>
        </div>
        <div class="gallery-row">
            <Button kind=ButtonKind::Primary disabled=true>"Primary"</Button>
            <Button disabled=true>"Plain"</Button>
            <Button kind=ButtonKind::Quiet disabled=true>"Quiet"</Button>
            <IconButton icon=Icon::Phone label="Call"/>
            <IconButton icon=Icon::Close label="Close" quiet=true/>
            <IconButton icon=Icon::Mail label="Mail" disabled=true/>
        </div>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let text = || RwSignal::new(String::new());
    let (edited, blank) = (RwSignal::new("983 45 12 88".to_owned()), text());
    let tags = RwSignal::new(vec!["terraza".to_owned(), "cata".to_owned()]);
    let options = vec![
        ("otoño".to_owned(), 34),
        ("mayorista".to_owned(), 12),
        ("hotel".to_owned(), 7),
    ];
    view! {
        <div class="gallery-grid">
            <TextField label="Name" hint="Shop, company or person" value=text()/>
            <TextField label="Phone" value=RwSignal::new("611 20 45 77".to_owned()) kind=FieldKind::Phone/>
            <TextField label="Name" value=text() error="A name is missing." required=true/>
            <TextField label="Day" value=text() kind=FieldKind::Day/>
            <TextArea label="About" value=text() hint="As much as you like"/>
            <dl class="facts">
                <div class="fact">
                    <dt>"Phone"</dt>
                    <dd><InlineEdit label="Phone" value=edited on_commit=Callback::new(move |value| edited.set(value))/></dd>
                </div>
                <div class="fact">
                    <dt>"Email"</dt>
                    <dd><InlineEdit label="Email" value=blank on_commit=Callback::new(move |value| blank.set(value))/></dd>
                </div>
            </dl>
            <Picker
                label="Tags"
                placeholder="Add tag"
                values=tags
                options=RwSignal::new(options)
                on_change=Callback::new(move |next| tags.set(next))
            />
        </div>
        <FileDrop hint="CSV or text, up to 200 MB" accept=".csv,.txt" on_file=Callback::new(|_| ())/>
    }
}

#[component]
fn ChoiceParts() -> impl IntoView {
    let chosen = RwSignal::new("b".to_owned());
    let on = RwSignal::new(true);
    let all = || {
        vec![
            Choice::new("a", "Spanish"),
            Choice::new("b", "English"),
            Choice::new("c", "Both"),
        ]
    };
    view! {
        <div class="gallery-row">
            <Choices label="Language" value=chosen options=all() on_choose=Callback::new(move |key| chosen.set(key))/>
            <Select label="Column" value=chosen options=RwSignal::new(all()) on_choose=Callback::new(move |key| chosen.set(key))/>
            <Check label="Counter sales" hint="Orders without a customer go there" value=on/>
            <Chip on=on on_press=Callback::new(move |()| on.update(|on| *on = !*on))>"My customers"</Chip>
            <Chip on=Signal::derive(move || !on.get()) icon=Icon::Phone on_press=Callback::new(|()| ())>"Call"</Chip>
            <Tag text="terraza"/>
            <Tag text="otoño" on_remove=Callback::new(|()| ())/>
        </div>
    }
}

#[component]
fn Marks() -> impl IntoView {
    let avatars = (0..12u8)
        .map(|n| {
            let mut id = [0; 16];
            if let Some(last) = id.last_mut() {
                *last = n;
            }
            view! { <Avatar id=id name="La Taberna de Carmen"/> }
        })
        .collect_view();
    let badges = TONES
        .map(|(tone, name)| view! { <Badge tone=tone icon=Icon::Tag>{name}</Badge> })
        .collect_view();
    view! {
        <div class="gallery-row">{avatars} <Avatar id=[7; 16] name="Casa Pepe" size=AvatarSize::Head/></div>
        <div class="gallery-row">{badges}</div>
    }
}

#[component]
fn Messages() -> impl IntoView {
    let toasts = use_toasts();
    let banners = TONES
        .map(|(tone, name)| {
            let actions = || view! { <Button>"Do it"</Button> };
            view! {
                <Banner tone=tone icon=Icon::Info actions=ViewFn::from(actions)>
                    <b>{name}</b>
                    " What happened, what is safe, what to do."
                </Banner>
            }
        })
        .collect_view();
    view! {
        {banners}
        <div class="gallery-row">
            <Button on:click=move |_| toasts.say("34 customers tagged")>"Say"</Button>
            <Button on:click=move |_| toasts.offer_undo("Customer deleted", crate::state::make_id())>"Offer undo"</Button>
            <Button on:click=move |_| toasts.refuse(Refusal::StorageFull)>"Refuse"</Button>
        </div>
        <Empty icon=Icon::Users title="Your customers go here" hint="Write down the first one, or bring the list you have.">
            <Button kind=ButtonKind::Primary>"New customer"</Button>
        </Empty>
        <Unreadable/>
    }
}

#[component]
fn Composing() -> impl IntoView {
    let draft = RwSignal::new(String::new());
    view! { <Composer draft=draft on_save=Callback::new(|_| ())/> }
}

#[component]
fn Figures() -> impl IntoView {
    let heights = [310, 360, 300, 450, 510, 390, 410, 0, 260, 220, 190, 150];
    let bar = |(i, value): (usize, i64)| Bar {
        name: format!("month {i}"),
        value,
        words: value.to_string(),
        marked: i > 8,
    };
    let unknown = Signal::derive(|| None);
    let bars: Vec<Bar> = heights.into_iter().enumerate().map(bar).collect();
    view! {
        <div class="gallery-grid">
            <MonthBars label="By month" bars=bars summary="23 purchases · 7,940 €" name_column="Month" value_column="Total"/>
            <Progress label="Reading rows" done=12_345u64 total=Some(50_000u64)/>
            <Progress label="Reading rows" done=12_345u64 total=unknown/>
        </div>
    }
}

#[component]
fn Overlays() -> impl IntoView {
    let (open, wide) = (RwSignal::new(false), RwSignal::new(false));
    view! {
        <div class="gallery-row">
            <Button on:click=move |_| open.set(true)>"Dialog"</Button>
            <Button on:click=move |_| wide.set(true)>"Wide dialog"</Button>
            <Menu label="More">
                <MenuItem icon=Icon::Edit on_choose=Callback::new(|()| ())>"Edit"</MenuItem>
                <MenuItem icon=Icon::Trash danger=true on_choose=Callback::new(|()| ())>"Delete"</MenuItem>
            </Menu>
        </div>
        <Dialog open=open title="A dialog"><p>"On a phone it comes from below."</p></Dialog>
        <Dialog open=wide title="A wide dialog" wide=true><p>"For more than a form."</p></Dialog>
    }
}

#[component]
fn SyncStates() -> impl IntoView {
    let states = [
        SyncState::Local,
        SyncState::Connecting { pending: 0 },
        SyncState::Waiting { pending: 1 },
        SyncState::Synced { seq: 4 },
        SyncState::Offline { pending: 3 },
        SyncState::Trouble {
            pending: 3,
            trouble: SyncTrouble::RelayFull,
        },
    ];
    let shown = states
        .iter()
        .map(|state| {
            let (icon, tone, head, line) = sync_words(state);
            view! {
                <div class="sync-badge">
                    <span class=format!("sync-icon {}", tone.class())><Glyph icon/></span>
                    <span class="sync-words"><b>{head}</b><small>{line}</small></span>
                </div>
            }
        })
        .collect_view();
    view! { <div class="gallery-grid">{shown}</div> }
}

#[component]
fn Icons() -> impl IntoView {
    let icons = Icon::ALL.map(|icon| view! { <span class="gallery-icon"><Glyph icon/><small>{format!("{icon:?}")}</small></span> });
    view! { <div class="gallery-row">{icons.collect_view()}</div> }
}
