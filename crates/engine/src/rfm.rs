//! RFM of everybody, as the page draws it.

use tendero_insight::rfm::Group;
use tendero_insight::rfm_map::RfmMap;
use tendero_messages::{RfmAnswer, RfmGroup, RfmShare};

/// The map as an answer.
pub(crate) fn answer(map: &RfmMap) -> RfmAnswer {
    let cells = (1..).zip(&map.cells).flat_map(|(recency, row)| {
        (1..).zip(row).map(move |(frequency, share)| RfmShare {
            customers: share.customers,
            total_minor: share.total_minor,
            rule: map.rule_of_cell(recency, frequency),
        })
    });
    let groups = map
        .groups
        .iter()
        .filter(|(_, share, _)| share.customers > 0);
    RfmAnswer {
        scored: map.scored,
        unscored: map.unscored,
        cells: cells.collect(),
        groups: groups
            .map(|(group, share, rule)| {
                let share = RfmShare {
                    customers: share.customers,
                    total_minor: share.total_minor,
                    rule: rule.clone(),
                };
                (name(*group), share)
            })
            .collect(),
        recency: map.recency,
        frequency: map.frequency,
        monetary: map.monetary,
    }
}

const fn name(group: Group) -> RfmGroup {
    match group {
        Group::Champions => RfmGroup::Champions,
        Group::PotentialLoyalist => RfmGroup::PotentialLoyalist,
        Group::LoyalCustomers => RfmGroup::LoyalCustomers,
        Group::Promising => RfmGroup::Promising,
        Group::NewCustomers => RfmGroup::NewCustomers,
        Group::CantLoseThem => RfmGroup::CantLoseThem,
        Group::AtRisk => RfmGroup::AtRisk,
        Group::NeedAttention => RfmGroup::NeedAttention,
        Group::AboutToSleep => RfmGroup::AboutToSleep,
        Group::Lost => RfmGroup::Lost,
        Group::Others => RfmGroup::Others,
    }
}
