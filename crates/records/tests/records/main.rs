//! Stories of devices that edit the same documents.

mod change_facts;
mod common;
mod conflicts;
mod corpus;
mod first_change;
mod items;
mod malformed;
mod merging;
mod newer_version;
mod segment_settings;
mod undo;
