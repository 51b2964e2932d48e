"""Writes the Parquet fixtures of importDataset.test.ts, one for each compression that datasets come in.

    python test/unit/dataFiles/reference/parquet.py test/fixtures/datasets
"""
import sys

import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
rows = pa.table(
    {
        "instruction": [f"Question {i}?" for i in range(40)],
        "output": [f"Answer {i}: ääni, صوت, 声音." for i in range(40)],
        "lang": ["fin_Latn" if i % 2 else "English" for i in range(40)],
        "number": pa.array(range(40), pa.int64()),
    }
)
for compression in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    pq.write_table(rows, f"{folder}/{compression}.parquet", compression=compression, row_group_size=16)

chats = pa.table(
    {
        "prompt_id": ["a", "b"],
        "messages": [
            [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi?"},
                {"role": "assistant", "content": "Hello."},
                {"role": "user", "content": "And?"},
            ],
            [{"role": "user", "content": "Nobody answers."}],
        ],
    }
)
pq.write_table(chats, f"{folder}/chats.parquet")
