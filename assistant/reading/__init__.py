"""From passages to evidence: which sentences answer, whether any does, who disagrees."""
