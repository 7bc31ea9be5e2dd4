//! Samples as points: who lies near whom, and whether classes lie apart.
//!
//! All of it rests on the distances of all pairs, n^2 of them. |x - y|^2 = |x|^2 + |y|^2 - 2 x.y
//! turns them into dot products, which a processor computes many at a time (`products`). What that
//! form loses to cancellation where two points are near is computed again from their difference.

mod classes;
mod neighbours;
mod points;
mod products;
mod separation;

pub use classes::ClassShare;
pub use neighbours::{Neighbour, nearest_neighbours};
pub(crate) use points::Points;
pub(crate) use products::{BLOCK, PackedRows};
pub use separation::{
    NeighbourAccuracy, Silhouette, SilhouetteClass, nearest_neighbour_accuracy, silhouette,
};
