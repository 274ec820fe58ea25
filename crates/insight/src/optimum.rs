//! The least value of a smooth function of a few parameters between bounds.

/// Steps after which a search is given up.
const MAX_STEPS: usize = 500;

/// Where a search ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Optimum<const N: usize> {
    pub(crate) at: [f64; N],
    pub(crate) value: f64,
    /// Whether the slope there is flat, or leads out over a bound.
    pub(crate) found: bool,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Bounds {
    /// Whether a value lies on one of them, where the search was stopped rather than satisfied.
    pub(crate) fn stopped(self, at: f64) -> bool {
        at <= self.least + 1e-6 || at >= self.most - 1e-6
    }
}

/// Searches from each start on `rough`, a part of the data that is quickly computed, and from every different place found
/// there once more on `whole`: the function may have more than one floor, and the lowest of a part need not be that of all.
/// None where no search ends at an optimum.
pub(crate) fn best<const N: usize>(
    starts: &[[f64; N]],
    bounds: [Bounds; N],
    rough: impl Fn(&[f64; N]) -> (f64, [f64; N]),
    whole: impl Fn(&[f64; N]) -> (f64, [f64; N]),
) -> Option<Optimum<N>> {
    let mut places: Vec<[f64; N]> = Vec::new();
    for start in starts {
        let place = minimise(*start, bounds, 1e-4, &rough).at;
        let is_known = |other: &[f64; N]| largest(&minus(other, &place)) < 0.05;
        if !places.iter().any(is_known) {
            places.push(place);
        }
    }
    places
        .into_iter()
        .map(|place| minimise(place, bounds, 1e-9, &whole))
        .filter(|optimum| optimum.found)
        .min_by(|a, b| a.value.total_cmp(&b.value))
}

/// Searches downhill from `start`: BFGS (Nocedal and Wright, Numerical Optimization, 2nd edition, chapter 6) with steps
/// cut at the bounds and parameters left out of the search while the slope presses them against a bound.
///
/// `function` gives the value and its gradient. The search ends where no free part of the gradient exceeds `flat`.
fn minimise<const N: usize>(
    start: [f64; N],
    bounds: [Bounds; N],
    flat: f64,
    function: impl Fn(&[f64; N]) -> (f64, [f64; N]),
) -> Optimum<N> {
    let mut at = inside(start, &bounds);
    let (mut value, mut gradient) = function(&at);
    let mut pressed = presses(&at, &gradient, &bounds);
    let mut curvature = Inverse::unit();
    for _ in 0..MAX_STEPS {
        let free = without(&gradient, &pressed);
        if !value.is_finite() || largest(&free) <= flat {
            break;
        }
        let mut direction = without(&curvature.times(&free).map(|d| -d), &pressed);
        if dot(&direction, &free) >= 0.0 {
            curvature = Inverse::unit();
            direction = free.map(|d| -d);
        }
        let Some((next, next_value, next_gradient)) =
            step(&at, value, &free, &direction, &bounds, &function)
        else {
            // Nothing below along a poor guess of the curvature: once more with a plain one.
            if curvature.is_unit {
                break;
            }
            curvature = Inverse::unit();
            continue;
        };
        // Near the floor rounding decides what is lower: no further step can be trusted.
        let is_level = value - next_value <= value.abs() * 4.0 * f64::EPSILON;
        let next_pressed = presses(&next, &next_gradient, &bounds);
        if next_pressed == pressed {
            curvature.learn(
                &minus(&next, &at),
                &minus(&without(&next_gradient, &pressed), &free),
            );
        } else {
            curvature = Inverse::unit();
        }
        (at, value, gradient, pressed) = (next, next_value, next_gradient, next_pressed);
        if is_level && largest(&without(&gradient, &pressed)) <= 1e-7 {
            break;
        }
    }
    // Rounding leaves the last digits of a slope; beyond that the search did not end at an optimum.
    let slope = largest(&without(&gradient, &pressed));
    Optimum {
        at,
        value,
        found: value.is_finite() && slope <= flat.max(1e-6),
    }
}

/// The first of ever shorter steps that leads far enough down (Armijo's rule).
fn step<const N: usize>(
    at: &[f64; N],
    value: f64,
    gradient: &[f64; N],
    direction: &[f64; N],
    bounds: &[Bounds; N],
    function: &impl Fn(&[f64; N]) -> (f64, [f64; N]),
) -> Option<([f64; N], f64, [f64; N])> {
    // Parameters are logarithms: a step of more than e² at once only leads astray.
    let mut length = (2.0 / largest(direction)).min(1.0);
    let rounding = value.abs() * 4.0 * f64::EPSILON;
    for _ in 0..50 {
        let next = inside(zip(at, direction, |a, d| a + length * d), bounds);
        let moved = minus(&next, at);
        if largest(&moved) == 0.0 {
            return None;
        }
        let (next_value, next_gradient) = function(&next);
        if next_value <= value + 1e-4 * dot(&moved, gradient) + rounding {
            return Some((next, next_value, next_gradient));
        }
        length *= 0.5;
    }
    None
}

/// A guess of the inverse of the second derivatives, learnt from the steps.
struct Inverse<const N: usize> {
    rows: [[f64; N]; N],
    is_unit: bool,
}

impl<const N: usize> Inverse<N> {
    fn unit() -> Self {
        let one = |row, column| if row == column { 1.0 } else { 0.0 };
        Self {
            rows: core::array::from_fn(|row| core::array::from_fn(|column| one(row, column))),
            is_unit: true,
        }
    }

    fn times(&self, vector: &[f64; N]) -> [f64; N] {
        self.rows.map(|row| dot(&row, vector))
    }

    fn learn(&mut self, moved: &[f64; N], turned: &[f64; N]) {
        let along = dot(moved, turned);
        if along <= 1e-12 * dot(moved, moved).sqrt() * dot(turned, turned).sqrt() {
            return;
        }
        let image = self.times(turned);
        let scale = (1.0 + dot(turned, &image) / along) / along;
        for (row, (m, i)) in self.rows.iter_mut().zip(moved.iter().zip(&image)) {
            for (cell, (n, j)) in row.iter_mut().zip(moved.iter().zip(&image)) {
                *cell += scale * m * n - (i * n + m * j) / along;
            }
        }
        self.is_unit = false;
    }
}

fn presses<const N: usize>(at: &[f64; N], gradient: &[f64; N], bounds: &[Bounds; N]) -> [bool; N] {
    let mut pressed = [false; N];
    for (((pressed, at), slope), bound) in pressed.iter_mut().zip(at).zip(gradient).zip(bounds) {
        *pressed = (*at <= bound.least && *slope > 0.0) || (*at >= bound.most && *slope < 0.0);
    }
    pressed
}

fn inside<const N: usize>(mut at: [f64; N], bounds: &[Bounds; N]) -> [f64; N] {
    for (at, bound) in at.iter_mut().zip(bounds) {
        *at = at.clamp(bound.least, bound.most);
    }
    at
}

fn without<const N: usize>(vector: &[f64; N], pressed: &[bool; N]) -> [f64; N] {
    let mut free = *vector;
    for (part, pressed) in free.iter_mut().zip(pressed) {
        if *pressed {
            *part = 0.0;
        }
    }
    free
}

fn zip<const N: usize>(a: &[f64; N], b: &[f64; N], f: impl Fn(f64, f64) -> f64) -> [f64; N] {
    let mut out = *a;
    for (out, b) in out.iter_mut().zip(b) {
        *out = f(*out, *b);
    }
    out
}

fn minus<const N: usize>(a: &[f64; N], b: &[f64; N]) -> [f64; N] {
    zip(a, b, |a, b| a - b)
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn largest<const N: usize>(vector: &[f64; N]) -> f64 {
    vector.iter().fold(0.0, |most, part| part.abs().max(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Bounds = Bounds {
        least: -10.0,
        most: 10.0,
    };

    /// Rosenbrock's valley, its floor at (1, 1).
    fn valley([x, y]: &[f64; 2]) -> (f64, [f64; 2]) {
        let (a, b) = (1.0 - x, y - x * x);
        (a * a + 100.0 * b * b, [-2.0 * a - 400.0 * x * b, 200.0 * b])
    }

    #[test]
    fn a_curved_valley_is_followed_to_its_floor() {
        let found = minimise([-1.2, 1.0], [WIDE; 2], 1e-9, valley);
        assert!(found.found && found.value < 1e-15);
        assert!(found.at.iter().all(|x| (x - 1.0).abs() < 1e-8));
    }

    #[test]
    fn where_the_floor_lies_outside_the_bound_holds() {
        let narrow = Bounds {
            least: -2.0,
            most: 0.5,
        };
        let found = minimise([-1.2, 1.0], [narrow, WIDE], 1e-9, valley);
        assert!(found.found && narrow.stopped(found.at[0]));
        assert!((found.at[1] - 0.25).abs() < 1e-8);
    }

    #[test]
    fn a_function_without_values_has_no_optimum() {
        assert!(!minimise([0.0], [WIDE], 1e-9, |_| (f64::NAN, [f64::NAN])).found);
    }
}
