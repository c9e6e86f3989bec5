"""One module a format. Each turns an edition into bytes, and knows of no other format."""
