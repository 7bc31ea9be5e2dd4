//! Links the system's LAPACK, which `ndarray-linalg` calls.
//!
//! Its own features want either a download at build time or a Fortran compiler; any shared
//! LAPACK will do instead. Debian's `liblapack-dev` is the reference implementation, which
//! gives the same bits on every processor.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("macos") {
        println!("cargo::rustc-link-lib=framework=Accelerate");
    } else {
        println!("cargo::rustc-link-lib=lapack");
        println!("cargo::rustc-link-lib=blas");
    }
}
