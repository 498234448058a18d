"""An app that lends books."""
