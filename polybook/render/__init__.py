"""One module a format, and what several of them share. Each turns an edition into bytes."""
