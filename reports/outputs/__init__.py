"""What a comparison is written as besides the page: results.json, tables, one PDF, and all of them together."""
