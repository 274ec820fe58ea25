//! Questions and their answers.

use crate::desk::Desk;
use crate::error::EngineError;
use crate::io::Host;
use crate::stored::{self, IMPORTS, ImportNote};
use crate::team::{Selected, Team};
use std::collections::HashSet;
use tendero_domain::{ActionId, CustomerId, Rule, Timestamp};
use tendero_insight::{RowNo, Selection, SortColumn};
use tendero_messages::{
    Answer, Column, CountAnswer, CustomerSheet, Facets, Filter, ImportLine, Query, Row,
    SegmentLine, SheetEntry, SheetField, SheetOrder, SheetOther, Target, WindowAnswer,
};
use tendero_store::{Store, Table, end_of_prefix};

/// The most values of one kind that are offered for choosing from.
const MOST_FACETS: usize = 500;

impl Team {
    /// Answers a question.
    pub(crate) async fn answer<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        query: Query,
    ) -> Result<Answer, EngineError> {
        Ok(match query {
            Query::Window { filter, from, len } => self.window(desk, filter, from, len),
            Query::PositionOf { filter, customer } => {
                let row = self.projection.index.find(customer);
                let rows = self.select(desk, filter);
                let position = row.and_then(|row| rows.iter().position(|at| *at == row));
                Answer::PositionOf(position.and_then(|at| u32::try_from(at).ok()))
            }
            Query::Customer(id) => Answer::Customer(self.sheet(desk, id).await?.map(Box::new)),
            Query::Count(rule) => Answer::Count(self.count(desk, &rule)),
            Query::Segments => Answer::Segments(self.segment_lines(desk)),
            Query::Facets => {
                let facets = self.projection.index.facets(MOST_FACETS);
                Answer::Facets(Facets {
                    cities: facets.cities,
                    countries: facets.countries,
                    tags: facets.tags,
                })
            }
            Query::Members => Answer::Members(self.members()),
            Query::Rfm => {
                let map = self.projection.index.rfm(desk.today());
                Answer::Rfm(Box::new(crate::rfm::answer(&map)))
            }
            Query::Imports => Answer::Imports(imports(desk).await?),
        })
    }

    fn window<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
        filter: Filter,
        from: u32,
        len: u32,
    ) -> Answer {
        let rows = self.select(desk, filter);
        let total = rows.len() as u64;
        let len = len.min(Query::MAX_WINDOW) as usize;
        let wanted: Vec<RowNo> = rows.iter().skip(from as usize).take(len).copied().collect();
        let index = &self.projection.index;
        Answer::Window(WindowAnswer {
            total,
            from,
            rows: wanted.into_iter().map(|at| line(index.row(at))).collect(),
        })
    }

    /// Rows that pass a filter, in its order; kept until something changes.
    fn select<S: Store, H: Host>(&mut self, desk: &Desk<S, H>, filter: Filter) -> &[RowNo] {
        let (revision, today) = (self.projection.index.revision(), desk.today());
        let fresh = self.selection.as_ref().is_some_and(|selected| {
            selected.filter == filter && selected.revision == revision && selected.today == today
        });
        if !fresh {
            let rows = self.projection.index.select(
                &Selection {
                    search: &filter.search,
                    rule: filter.rule.as_ref(),
                    deleted: filter.deleted,
                    column: column(filter.sort.column),
                    descending: filter.sort.descending,
                },
                today,
            );
            self.selection = Some(Selected {
                filter,
                revision,
                today,
                rows,
            });
        }
        self.selection
            .as_ref()
            .map_or(&[], |selected| selected.rows.as_slice())
    }

    /// The customers a job is for; those that are found in the order of the filter.
    pub(crate) fn meant<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
        target: Target,
    ) -> Vec<CustomerId> {
        let (filter, except) = match target {
            Target::These(customers) => return customers,
            Target::Found(filter, except) => (filter, HashSet::<CustomerId>::from_iter(except)),
        };
        let rows = self.select(desk, filter).to_vec();
        let ids = rows.into_iter().map(|at| self.projection.index.row(at).id);
        ids.filter(|id| !except.contains(id)).collect()
    }

    fn count<S: Store, H: Host>(&self, desk: &Desk<S, H>, rule: &Rule) -> CountAnswer {
        let counts = self.projection.index.count(rule, desk.today());
        CountAnswer {
            total: counts.total,
            total_minor: counts.total_minor,
            each: counts.each,
        }
    }

    fn segment_lines<S: Store, H: Host>(&self, desk: &Desk<S, H>) -> Vec<SegmentLine> {
        let mut lines: Vec<_> = self
            .projection
            .segments
            .iter()
            .filter(|(_, segment)| !segment.deleted)
            .map(|(id, segment)| {
                let rule: Option<Rule> = segment
                    .rule
                    .as_deref()
                    .and_then(|rule| serde_json::from_str(rule).ok());
                SegmentLine {
                    id: *id,
                    name: segment.name.clone(),
                    count: rule.as_ref().map_or(0, |rule| self.count(desk, rule).total),
                    rule,
                }
            })
            .collect();
        lines.sort_by_cached_key(|line| (tendero_domain::fold(&line.name), line.id));
        lines
    }

    async fn sheet<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        id: CustomerId,
    ) -> Result<Option<CustomerSheet>, EngineError> {
        let Some(loaded) = self.take(desk, id).await? else {
            return Ok(None);
        };
        let record = loaded.document.read();
        self.keep(loaded);
        let name = |member: Option<tendero_domain::MemberId>| {
            member.and_then(|member| self.names.get(&member).cloned())
        };
        let mut orders: Vec<_> = record.orders.iter().collect();
        orders.sort_by_key(|order| core::cmp::Reverse((order.day, order.number.clone(), order.id)));
        let listed: i64 = orders.iter().map(|order| order.amount.minor).sum();
        let mut entries: Vec<_> = record.entries.iter().collect();
        entries.sort_by_key(|(entry, _)| core::cmp::Reverse((entry.at.ms, entry.id)));
        Ok(Some(CustomerSheet {
            id,
            fields: record
                .fields
                .iter()
                .map(|value| SheetField {
                    field: value.field,
                    text: value.text.clone(),
                    by: name(value.by),
                    at: value.at,
                    others: value
                        .others
                        .iter()
                        .map(|other| SheetOther {
                            text: other.text.clone(),
                            by: name(other.by),
                            at: other.at,
                        })
                        .collect(),
                })
                .collect(),
            tags: record.tags.clone(),
            entries: entries
                .into_iter()
                .map(|(entry, by)| SheetEntry {
                    entry: entry.clone(),
                    by: name(*by),
                })
                .collect(),
            orders: orders
                .into_iter()
                .map(|order| SheetOrder {
                    number: order.number.clone(),
                    day: order.day,
                    amount_minor: order.amount.minor,
                    lines: order.lines,
                })
                .collect(),
            before: record.before,
            total_minor: record
                .before
                .map_or(0, |before| before.total_minor)
                .saturating_add(listed),
            deleted: record.deleted,
        }))
    }
}

const fn column(column: Column) -> SortColumn {
    match column {
        Column::Match => SortColumn::Match,
        Column::Name => SortColumn::Name,
        Column::Person => SortColumn::Person,
        Column::City => SortColumn::City,
        Column::Country => SortColumn::Country,
        Column::Orders => SortColumn::Orders,
        Column::Total => SortColumn::Total,
        Column::LastPurchase => SortColumn::LastPurchase,
        Column::LastContact => SortColumn::LastContact,
        Column::Created => SortColumn::Created,
    }
}

fn line(row: tendero_insight::CustomerRow) -> Row {
    Row {
        id: row.id,
        name: row.name,
        person: row.person,
        phone: row.phone,
        email: row.email,
        city: row.city,
        country: row.country,
        tags: row.tags,
        orders: row.orders,
        total_minor: row.total_minor,
        last_purchase: row.last_purchase,
        last_contact: row.last_contact,
        conflicts: row.conflicts,
    }
}

/// The imports made on this device, newest first.
async fn imports<S: Store, H: Host>(desk: &Desk<S, H>) -> Result<Vec<ImportLine>, EngineError> {
    let end = end_of_prefix(IMPORTS);
    let rows = desk
        .shelf
        .scan(Table::Meta, IMPORTS, end.as_deref(), usize::MAX)
        .await?;
    let mut lines = Vec::new();
    for (key, bytes) in rows {
        let id = key.get(IMPORTS.len()..).and_then(|id| id.try_into().ok());
        let id = ActionId::from_bytes(id.ok_or(EngineError::Damaged)?);
        let note: ImportNote = stored::decode(&bytes)?;
        lines.push(ImportLine {
            id,
            name: note.name,
            at: Timestamp {
                ms: i64::try_from(note.at_ms).unwrap_or(i64::MAX),
                offset_minutes: desk.offset_minutes,
            },
            created: note.created,
            updated: note.updated,
            orders: note.orders,
            undone: note.undone,
        });
    }
    lines.retain(|line| line.created + line.updated > 0);
    lines.sort_by_key(|line| core::cmp::Reverse(line.at.ms));
    Ok(lines)
}
