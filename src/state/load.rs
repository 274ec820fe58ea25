//! What a view has of an answer.

/// An answer that may not be there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Load<T> {
    /// Asked, not answered yet. It lasts milliseconds: draw nothing that moves.
    #[default]
    Waiting,
    /// Here it is; while a newer one is asked for, the older stays.
    Ready(T),
    /// The device could not read it. Asking again may help.
    Unreadable,
}

impl<T> Load<T> {
    /// The answer, where it is there.
    pub fn ready(self) -> Option<T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Waiting | Self::Unreadable => None,
        }
    }

    /// The answer by reference.
    pub const fn as_ref(&self) -> Load<&T> {
        match self {
            Self::Waiting => Load::Waiting,
            Self::Ready(value) => Load::Ready(value),
            Self::Unreadable => Load::Unreadable,
        }
    }
}
