"""The portable queries of docs/portfolio.md: DuckDB and Apache Spark give the same rows of a dataset."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from make_dataset import write_dataset
from portfolio import connect, queries

_SPARK = """
import json, sys
from pyspark.sql import SparkSession
settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4", "spark.driver.memory": "1g"}
builder = SparkSession.builder.master("local[2]")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
for name in ("roadmap", "items", "assignees", "elsewhere"):
    spark.read.option("mergeSchema", "true").parquet(f"{sys.argv[1]}/{name}").createOrReplaceTempView(name)
answers = {title: [list(row) for row in spark.sql(sql).collect()] for title, sql in json.loads(sys.argv[2]).items()}
print("ANSWERS" + json.dumps(answers, default=str))
"""


@pytest.mark.slow
@pytest.mark.skipif(not (find_spec("pyspark") and shutil.which("java")), reason="Spark or Java is not installed")
def test_duckdb_and_spark_give_the_same_rows(tmp_path: Path) -> None:
    write_dataset(tmp_path / "dataset", 25, 30, (0, 7, 14))
    connection, asked = connect(tmp_path / "dataset"), queries()
    expected = {
        title: [[*map(_plain, row)] for row in connection.execute(sql).fetchall()] for title, sql in asked.items()
    }
    assert all(expected.values())
    command = [sys.executable, "-c", _SPARK, str(tmp_path / "dataset"), json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.rpartition("ANSWERS")[2])
    assert found == expected


def test_each_portable_query_is_answered(tmp_path: Path) -> None:
    write_dataset(tmp_path / "dataset", 4, 20, (0, 7))
    connection = connect(tmp_path / "dataset")
    for title, sql in queries().items():
        assert connection.execute(sql).fetchall(), title


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | float | str) else str(value)
