let dune = 1
let sand = 2
