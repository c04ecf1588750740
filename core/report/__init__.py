"""Reports on runs: Markdown with pictures, JSON and CSV, written whole or not at all.

Importing it is quick: matplotlib is imported when the first picture is drawn, torch never.
"""

from core.report.export import check_export_path, export_report

__all__ = ["check_export_path", "export_report"]
