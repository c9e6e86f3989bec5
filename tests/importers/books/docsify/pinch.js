salt()
