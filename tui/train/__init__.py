"""The train screen: a suite while it trains, or replayed."""
