// ANCHOR: boil
fn boil() -> u32 {
    // Hot.
    100
}
// ANCHOR_END: boil
fn main() {}
