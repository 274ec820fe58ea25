//! Chance decides what happens next: messages arrive or are lost, devices crash and restart, stores fail, the relay goes
//! away. In the end all have the same, once.

use crate::stage::{ALICE, BOB, Dice, World, alice_and_bob, invitation};
use tendero_protocol::{EntryBody, Role};
use tendero_sync::{Event, State};

/// More of them: SYNC_SEEDS=5000 cargo test -p tendero-sync simulation
const SEEDS: u64 = 240;
const STEPS: usize = 200;

struct Play {
    world: World,
    dice: Dice,
    written: usize,
    appends: [usize; 2],
}

#[test]
fn in_the_end_all_have_the_same_once() {
    // One seed alone: SYNC_SEED=17 cargo test -p tendero-sync simulation
    let given = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    let seeds = match given(option_env!("SYNC_SEED")) {
        Some(seed) => seed..seed + 1,
        None => 0..given(option_env!("SYNC_SEEDS")).unwrap_or(SEEDS),
    };
    for seed in seeds {
        println!("seed {seed}");
        Play::new(seed).run();
    }
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut world = alice_and_bob();
        world.relay.page = 1 + dice.roll(6);
        for seller in &mut world.sellers {
            seller.dice = Dice(dice.next());
            seller.stores_at_once = dice.once_in(3);
        }
        // Bringing them together appended two entries.
        Self {
            world,
            dice,
            written: 0,
            appends: [0, 0],
        }
    }

    fn run(mut self) {
        for _ in 0..STEPS {
            self.something_happens();
        }
        self.calm_down();
        self.world.assert_all_the_same();
        assert_eq!(self.world.relay.items().len(), self.written);
        for (who, seller) in self.world.sellers.iter().enumerate() {
            assert!(
                matches!(seller.state, State::Synced { .. }),
                "{:?}",
                seller.state
            );
            let own = seller.disk.log.len() - seller.disk.arrived.len();
            let others = self.world.sellers[1 - who].disk.arrived.len();
            assert_eq!(own, others, "what is not one's own came from the other");
        }
    }

    fn something_happens(&mut self) {
        let who = self.dice.roll(2);
        let now = self.world.now;
        let crashed = self.world.sellers[who].sync.is_none();
        match self.dice.roll(32) {
            0 => self.world.cut(who),
            1 if !crashed => {
                self.world.sellers[who].crash_at = Some(self.dice.roll(6));
            }
            2 => self.world.sellers[who].crash(),
            3..=6 if crashed => {
                self.world.sellers[who].boot();
                self.world.sellers[who].start(now);
            }
            7 => {
                if self.world.relay_up {
                    self.world.stop_relay();
                } else {
                    self.world.relay_up = true;
                }
            }
            8 => self.world.relay_up = true,
            9 => self.world.sellers[who].fail_to_store(now),
            10..=12 => self.world.sellers[who].store(now),
            13 => self.world.sellers[who].feed(now, Event::Stop),
            14 => self.world.sellers[who].feed(now, Event::Start),
            15 => self.some_time_passes(),
            16 => self.append(who),
            17..=19 => self.write(who),
            _ => {
                self.world.step_of(who);
            }
        }
        self.world.wake();
    }

    fn write(&mut self, who: usize) {
        for _ in 0..=self.dice.roll(3) {
            let customer = self.dice.roll(4) as u8;
            let text = format!("note {}", self.written);
            self.world.sellers[who].write(self.world.now, customer, &text);
            self.written += 1;
        }
    }

    /// A further device of one's own is invited.
    fn append(&mut self, who: usize) {
        let seller = &mut self.world.sellers[who];
        if seller.sync.is_none() {
            return;
        }
        let (_, body) = invitation(seller, 1, Role::Writer);
        let EntryBody::Invite(mut invitation) = body else {
            return;
        };
        invitation.member = Some(seller.disk.member);
        self.appends[who] += 1;
        seller.append(self.world.now, EntryBody::Invite(invitation));
    }

    fn some_time_passes(&mut self) {
        let longest = [20, 1_000, 12_000, 40_000][self.dice.roll(4)];
        self.world.now += 1 + self.dice.roll(longest) as u64;
    }

    /// The storm is over: everything is up again, and time passes.
    fn calm_down(&mut self) {
        self.world.relay_up = true;
        for who in [ALICE, BOB] {
            let now = self.world.now;
            let seller = &mut self.world.sellers[who];
            seller.crash_at = None;
            if seller.sync.is_none() {
                seller.boot();
            }
            seller.stores_at_once = true;
            seller.store(now);
            seller.start(now);
        }
        self.world.pass(120_000);
        for (seller, appends) in self.world.sellers.iter().zip(self.appends) {
            let answered = seller.appended + seller.failures.len();
            assert!(
                answered <= appends + 1,
                "{}: an answer too many",
                seller.name
            );
        }
    }
}
