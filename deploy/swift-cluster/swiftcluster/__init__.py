"""Sets up, runs and tears down a Swift cluster; see ../swift-cluster."""
