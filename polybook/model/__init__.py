"""What flows between the stages: frozen values.

Every stage takes some of these and returns others. Nothing here touches the disk, and nothing is filled in
later: a later stage has a type of its own.
"""
