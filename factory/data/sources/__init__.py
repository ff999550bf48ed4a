"""Where events come from: ROOT, HDF5, CSV and Parquet files and arrays in memory, all read as chunks of columns."""

from __future__ import annotations

from umva.factory.data.sources.base import Chunk, Column, Columns, Source, TableInfo
from umva.factory.data.sources.opening import describe, open_sources

__all__ = ["Chunk", "Column", "Columns", "Source", "TableInfo", "describe", "open_sources"]
