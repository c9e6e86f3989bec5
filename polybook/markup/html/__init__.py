"""HTML in a chapter, as browsers read it, becomes nodes: `native` reads, the others make."""
