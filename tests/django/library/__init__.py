"""An app with models of each kind."""
