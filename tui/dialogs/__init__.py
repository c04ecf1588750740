"""Questions the dashboard asks before it does something that cannot be taken back."""
