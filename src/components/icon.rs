//! Icons: one sprite in `index.html`, drawn for Tendero on a grid of 20 with strokes of 1.5.

use leptos::prelude::*;

/// An icon of the sprite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Customers.
    Users,
    /// A person.
    User,
    /// Segments.
    Segments,
    /// Import.
    Import,
    /// Team, invite.
    Team,
    /// Settings.
    Settings,
    /// Search.
    Search,
    /// Add.
    Plus,
    /// Close, remove.
    Close,
    /// Done, allowed.
    Check,
    /// Back.
    Left,
    /// Forth.
    Right,
    /// Opens below.
    Down,
    /// Rising.
    ArrowUp,
    /// Falling.
    ArrowDown,
    /// More actions.
    More,
    /// Call.
    Phone,
    /// Mail.
    Mail,
    /// Place.
    Pin,
    /// Delete.
    Trash,
    /// Undo.
    Undo,
    /// Edit.
    Edit,
    /// Tag.
    Tag,
    /// Note.
    Note,
    /// Visit, shop.
    Visit,
    /// Task.
    Task,
    /// Purchase.
    Bag,
    /// Connecting.
    Cloud,
    /// The team has it.
    CloudCheck,
    /// Sending.
    CloudUp,
    /// No connection.
    CloudOff,
    /// On this device.
    Device,
    /// Mind this.
    Warning,
    /// Know this.
    Info,
    /// A file.
    File,
    /// Copy.
    Copy,
    /// A link.
    Link,
    /// Sealed.
    Lock,
    /// Filter, conditions.
    Filter,
    /// A day.
    Calendar,
    /// Keys.
    Keyboard,
    /// New, a suggestion.
    Star,
    /// Two values.
    Split,
    /// Put back, again.
    Restore,
    /// Stop.
    Stop,
    /// Save as a file.
    Download,
    /// Look.
    Eye,
    /// What customers are worth.
    Insights,
}

impl Icon {
    /// All of them, for the gallery.
    #[cfg(feature = "dev")]
    pub const ALL: [Self; 48] = [
        Self::Users,
        Self::User,
        Self::Segments,
        Self::Import,
        Self::Team,
        Self::Settings,
        Self::Search,
        Self::Plus,
        Self::Close,
        Self::Check,
        Self::Left,
        Self::Right,
        Self::Down,
        Self::ArrowUp,
        Self::ArrowDown,
        Self::More,
        Self::Phone,
        Self::Mail,
        Self::Pin,
        Self::Trash,
        Self::Undo,
        Self::Edit,
        Self::Tag,
        Self::Note,
        Self::Visit,
        Self::Task,
        Self::Bag,
        Self::Cloud,
        Self::CloudCheck,
        Self::CloudUp,
        Self::CloudOff,
        Self::Device,
        Self::Warning,
        Self::Info,
        Self::File,
        Self::Copy,
        Self::Link,
        Self::Lock,
        Self::Filter,
        Self::Calendar,
        Self::Keyboard,
        Self::Star,
        Self::Split,
        Self::Restore,
        Self::Stop,
        Self::Download,
        Self::Eye,
        Self::Insights,
    ];

    /// Its symbol in the sprite.
    const fn symbol(self) -> &'static str {
        match self {
            Self::Users => "#i-users",
            Self::User => "#i-user",
            Self::Segments => "#i-segments",
            Self::Import => "#i-import",
            Self::Team => "#i-team",
            Self::Settings => "#i-settings",
            Self::Search => "#i-search",
            Self::Plus => "#i-plus",
            Self::Close => "#i-close",
            Self::Check => "#i-check",
            Self::Left => "#i-left",
            Self::Right => "#i-right",
            Self::Down => "#i-down",
            Self::ArrowUp => "#i-arrow-up",
            Self::ArrowDown => "#i-arrow-down",
            Self::More => "#i-more",
            Self::Phone => "#i-phone",
            Self::Mail => "#i-mail",
            Self::Pin => "#i-pin",
            Self::Trash => "#i-trash",
            Self::Undo => "#i-undo",
            Self::Edit => "#i-edit",
            Self::Tag => "#i-tag",
            Self::Note => "#i-note",
            Self::Visit => "#i-visit",
            Self::Task => "#i-task",
            Self::Bag => "#i-bag",
            Self::Cloud => "#i-cloud",
            Self::CloudCheck => "#i-cloud-check",
            Self::CloudUp => "#i-cloud-up",
            Self::CloudOff => "#i-cloud-off",
            Self::Device => "#i-device",
            Self::Warning => "#i-warning",
            Self::Info => "#i-info",
            Self::File => "#i-file",
            Self::Copy => "#i-copy",
            Self::Link => "#i-link",
            Self::Lock => "#i-lock",
            Self::Filter => "#i-filter",
            Self::Calendar => "#i-calendar",
            Self::Keyboard => "#i-keyboard",
            Self::Star => "#i-star",
            Self::Split => "#i-split",
            Self::Restore => "#i-restore",
            Self::Stop => "#i-stop",
            Self::Download => "#i-download",
            Self::Eye => "#i-eye",
            Self::Insights => "#i-insights",
        }
    }
}

/// Draws an icon. It says nothing to a screen reader: a word stands beside it, or its button has a name.
#[component]
pub fn Glyph(
    /// Which.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use_ href=icon.symbol()></use_>
        </svg>
    }
}
