"""Chapters as all editions take them: messages, anchors, figures, and what no format could show."""
