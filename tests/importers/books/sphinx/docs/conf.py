project = "Snow"
author = "Ida Ice"
language = "en"
raise SystemExit("never run")
