//! All states that can be reached, and what must hold where nothing goes on.

use std::collections::{HashMap, VecDeque};

use crate::steps::{Actor, Capture, Flush, Place, Protocol, Scene, State};

/// What was found to hold.
#[derive(Debug)]
pub struct Explored {
    pub states: usize,
    pub ends: usize,
}

/// What was found to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Everything is at rest, and a memory that was acknowledged has not been delivered.
    Stranded,
    /// A memory was delivered more often than kills explain.
    DeliveredTooOften,
    /// The key was revoked, and text is left.
    TextLeft,
}

type Step = (String, State);

/// Explores every interleaving; the shortest way to what is wrong, if anything is.
pub fn explore(scene: Scene) -> Result<Explored, (Wrong, Vec<String>)> {
    let start = State::of(scene);
    let mut came_from: HashMap<State, Option<(State, String)>> = HashMap::from([(start.clone(), None)]);
    let mut queue = VecDeque::from([start]);
    let mut ends = 0;
    while let Some(state) = queue.pop_front() {
        let steps = steps(scene, &state);
        // A kill is no going on: without one more the state must be right as it is.
        if steps.iter().all(|(name, _)| name.starts_with("kill")) {
            ends += 1;
            if let Some(wrong) = wrong(scene, &state) {
                return Err((wrong, way(&came_from, state)));
            }
        }
        for (name, next) in steps {
            if !came_from.contains_key(&next) {
                came_from.insert(next.clone(), Some((state.clone(), name)));
                queue.push_back(next);
            }
        }
    }
    Ok(Explored { states: came_from.len(), ends })
}

fn way(came_from: &HashMap<State, Option<(State, String)>>, mut state: State) -> Vec<String> {
    let mut way = Vec::new();
    while let Some(Some((before, name))) = came_from.get(&state) {
        way.push(name.clone());
        state = before.clone();
    }
    way.reverse();
    way
}

fn wrong(scene: Scene, state: &State) -> Option<Wrong> {
    let killed = scene.kills - state.kills;
    if state.actors.iter().any(|actor| actor.deliveries > 1 + killed) {
        return Some(Wrong::DeliveredTooOften);
    }
    let is_kept = |place| matches!(place, Place::Active | Place::Segment);
    if state.tombstone {
        return state.actors.iter().any(|actor| is_kept(actor.place)).then_some(Wrong::TextLeft);
    }
    let stranded = state.actors.iter().any(|actor| {
        // What a killed capture wrote may be there, and is nobody's promise; it must not be stuck all the same.
        is_kept(actor.place) || (actor.capture == Capture::Done && actor.deliveries == 0 && !scene.is_revoked)
    });
    stranded.then_some(Wrong::Stranded)
}

/// What can happen next: a step of anybody, or a kill of anybody.
fn steps(scene: Scene, state: &State) -> Vec<Step> {
    let mut next = Vec::new();
    for number in 0..state.actors.len() {
        capture_steps(scene, state, number, &mut next);
        flush_steps(scene, state, number, &mut next);
        // Not any more when the one capture after them has come.
        if state.kills > 0 && state.actors.iter().any(|actor| actor.capture == Capture::Later) {
            kills(state, number, &mut next);
        }
    }
    next
}

fn kills(state: &State, number: usize, next: &mut Vec<Step>) {
    let actor = state.actors[number];
    let mut killed = state.clone();
    killed.kills -= 1;
    if !matches!(actor.capture, Capture::Later | Capture::Done | Capture::Dead) {
        let mut killed = killed.clone();
        killed.actors[number].capture = Capture::Dead;
        next.push((format!("kill capture {number} at {:?}", actor.capture), killed.in_order()));
    }
    if !matches!(actor.flush, Flush::None | Flush::Done | Flush::Dead) {
        killed.actors[number].flush = Flush::Dead;
        killed.actors.iter_mut().for_each(|actor| actor.is_listed = false);
        next.push((format!("kill flush {number} at {:?}", actor.flush), killed.in_order()));
    }
}

fn capture_steps(scene: Scene, state: &State, number: usize, next: &mut Vec<Step>) {
    let actor = state.actors[number];
    let mut go = |to: Capture, change: &dyn Fn(&mut State)| {
        let mut after = state.clone();
        after.actors[number].capture = to;
        change(&mut after);
        next.push((format!("capture {number}: {:?} to {to:?}", actor.capture), after.in_order()));
    };
    let opens_first = scene.protocol == Protocol::OpensFirst;
    match actor.capture {
        Capture::Later if state.actors.iter().all(Actor::is_at_rest) => go(Capture::Begins, &|_| {}),
        Capture::Begins if opens_first && actor.opened.is_none() => {
            go(Capture::Begins, &|after| after.actors[number].opened = Some(after.generation));
        }
        Capture::Begins if state.lock_is_free() => go(Capture::Locked, &|_| {}),
        Capture::Begins if state.tombstone => go(Capture::Done, &|_| {}),
        Capture::Begins => go(Capture::Alone, &|_| {}),
        // `Appended::KeyRevoked`: what an erasing that was cut short has left is a reason for a flush.
        Capture::Locked if state.tombstone && (state.any(Place::Active) || state.any(Place::Segment)) => {
            go(Capture::Stored, &|_| {});
        }
        Capture::Locked if state.tombstone => go(Capture::Done, &|_| {}),
        Capture::Locked => go(Capture::Written, &|after| {
            let is_old = opens_first && actor.opened != Some(after.generation);
            // An old handle writes to a segment that was read already.
            after.actors[number].place = if is_old { Place::Gone } else { Place::Active };
            after.actors[number].opened = None;
        }),
        Capture::Written => go(Capture::Stored, &|_| {}),
        Capture::Alone => go(Capture::Renamed, &|after| after.actors[number].place = Place::Segment),
        Capture::Renamed if state.tombstone && scene.protocol != Protocol::BuriesBlindly => {
            go(Capture::Done, &|after| after.actors[number].place = Place::Gone);
        }
        Capture::Renamed => go(Capture::Stored, &|_| {}),
        Capture::Stored if state.flush_lock_is_free() => go(Capture::Starts, &|_| {}),
        Capture::Stored => go(Capture::Done, &|_| {}),
        // The flush inherits the lock: there is no moment in between.
        Capture::Starts => go(Capture::Done, &|after| after.actors[number].flush = Flush::Begins),
        Capture::Later | Capture::Done | Capture::Dead => {}
    }
}

fn flush_steps(scene: Scene, state: &State, number: usize, next: &mut Vec<Step>) {
    let actor = state.actors[number];
    let mut go = |to: Flush, change: &dyn Fn(&mut State)| {
        let mut after = state.clone();
        after.actors[number].flush = to;
        change(&mut after);
        next.push((format!("flush {number}: {:?} to {to:?}", actor.flush), after.in_order()));
    };
    let list = |after: &mut State| {
        after.actors.iter_mut().for_each(|actor| actor.is_listed = actor.place == Place::Segment);
    };
    match actor.flush {
        // An erasing that was cut short is finished first.
        Flush::Begins if state.tombstone => go(Flush::Forgets, &|_| {}),
        Flush::Begins if state.lock_is_free() => go(Flush::Locked, &|_| {}),
        Flush::Begins => go(Flush::LockedOut, &|_| {}),
        Flush::Locked => go(Flush::Sealed, &|after| {
            after.generation += u8::from(scene.protocol == Protocol::OpensFirst && after.any(Place::Active));
            for actor in after.actors.iter_mut().filter(|actor| actor.place == Place::Active) {
                actor.place = Place::Segment;
            }
        }),
        Flush::Sealed | Flush::LockedOut if state.any(Place::Segment) => go(Flush::Delivers, &list),
        Flush::Sealed => go(Flush::Empty, &|_| {}),
        Flush::LockedOut => go(Flush::EmptyOutside, &|_| {}),
        Flush::Empty if scene.protocol == Protocol::LeavesLate => go(Flush::Late, &|_| {}),
        Flush::Late => go(Flush::Done, &|_| {}),
        Flush::Empty => go(Flush::Left, &|_| {}),
        Flush::Left if scene.protocol == Protocol::LooksOnce => go(Flush::Done, &|_| {}),
        Flush::Left => go(Flush::Looks, &|_| {}),
        Flush::EmptyOutside => go(Flush::LooksOutside, &|_| {}),
        // Whoever holds `lock` now finds `flush.lock` free afterwards.
        Flush::LooksOutside if state.lock_is_free() && scene.protocol != Protocol::TrustsItsPatience => {
            go(Flush::Returns, &|_| {});
        }
        Flush::LooksOutside => go(Flush::Looks, &|_| {}),
        Flush::Looks if state.any(Place::Segment) => go(Flush::Returns, &|_| {}),
        Flush::Looks => go(Flush::Done, &|_| {}),
        Flush::Returns if state.flush_lock_is_free() => go(Flush::Begins, &|_| {}),
        Flush::Returns => go(Flush::Done, &|_| {}),
        Flush::Delivers if scene.is_revoked => {
            go(Flush::Forgets, &|after| after.actors.iter_mut().for_each(|actor| actor.is_listed = false));
        }
        Flush::Delivers => go(Flush::Answered, &|after| {
            for actor in after.actors.iter_mut().filter(|actor| actor.is_listed) {
                actor.deliveries += 1;
            }
        }),
        Flush::Answered => go(Flush::Begins, &|after| {
            for actor in after.actors.iter_mut().filter(|actor| actor.is_listed) {
                (actor.place, actor.is_listed) = (Place::Gone, false);
            }
        }),
        Flush::Forgets if state.lock_is_free() => go(Flush::Erases, &|_| {}),
        Flush::Erases => go(Flush::Buries, &|after| after.tombstone = true),
        Flush::Buries => go(Flush::Unlinks, &|after| {
            let is_kept = |place| matches!(place, Place::Active | Place::Segment);
            after.actors.iter_mut().for_each(|actor| actor.is_listed = is_kept(actor.place));
        }),
        Flush::Unlinks => go(Flush::Done, &|after| {
            for actor in after.actors.iter_mut().filter(|actor| actor.is_listed) {
                (actor.place, actor.is_listed) = (Place::Gone, false);
            }
        }),
        Flush::Forgets | Flush::None | Flush::Done | Flush::Dead => {}
    }
}
