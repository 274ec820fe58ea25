//! What was begun and is not saved yet: kept while a person looks elsewhere.

use leptos::prelude::*;
use std::collections::BTreeMap;
use tendero_domain::CustomerId;

/// Words in the composers, by customer.
#[derive(Debug, Clone, Copy)]
pub struct Draft {
    composers: StoredValue<BTreeMap<CustomerId, ArcRwSignal<String>>>,
}

impl Draft {
    /// Nothing was begun. Once a page.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            composers: StoredValue::default(),
        }
    }

    /// What stands in a customer's composer.
    #[must_use]
    pub fn composer(self, customer: CustomerId) -> RwSignal<String> {
        let mut kept = ArcRwSignal::default();
        self.composers.update_value(|composers| {
            composers
                .retain(|id, words| *id == customer || !words.with_untracked(String::is_empty));
            kept = composers.entry(customer).or_default().clone();
        });
        kept.into()
    }
}
