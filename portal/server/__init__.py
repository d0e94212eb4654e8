"""The reference e:service portal."""
